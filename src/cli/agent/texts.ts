/** Texts of `toride agent`. Japanese first, English where LANG says so. */
import type { CliIo } from '../io.ts'
import { isEnglish } from '../messages.ts'

type Pair = readonly [ja: string, en: string]

const TEXTS = {
  usage: [
    `使い方: toride agent <命令> --data フォルダ　（砦のサーバーとは別のパソコンで動かし、そのパソコンのフォルダーを取ります）
  enrol --address アドレス --pin 印 --code 番号 --key=鍵の預け先 --folder フォルダー [--folder …] [--name 呼び名] [--at 02:00]
                バックアップ専用機に登録する（命令は、砦の画面「ほかのパソコン」に出ます）
  run           今すぐ取る
  start         決めた時刻に、毎日取り続ける（電源を入れたら動かすには: sudo bin/toride service install --agent --data フォルダ）
  status        最後に取れた日と、うまくいっていないこと
  card          登録カードを出し直す（砦の画面「ほかのパソコン」に貼り付けます）
  key           restic で元に戻すときのパスワードを表示する
終わりの番号: 0 取れた　1 取れなかった　3 読めないものがあった
`,
    `Usage: toride agent <command> --data FOLDER     (runs on a machine that is not the server, and takes its folders)
  enrol --address A --pin P --code C --key=ESCROW --folder PATH [--folder …] [--name NAME] [--at 02:00]
                (the screen "Other computers" of the server shows the command)
  run           take one now
  start         take one each day (as a service: sudo bin/toride service install --agent --data FOLDER)
  status        what was taken last, and what went wrong
  card          print the card again
  key           show the password with which restic restores
Exit codes: 0 taken, 1 not taken, 3 something could not be read
`,
  ],
  enrolled: [
    'バックアップ専用機に登録しました（{url}、専用機での名前 {client}）。記録は {folder} にあります。\n',
    'Enrolled at the Keeper ({url}, known there as {client}). The folder is {folder}.\n',
  ],
  card: [
    `登録カード（砦の画面「ほかのパソコン」に、全部を貼り付けてください。中のパスワードは封をしてあり、砦の管理者だけが開けます）:

{card}

`,
    `The card (paste all of it into "Other computers" of the server; the password in it is sealed to its administrators):

{card}

`,
  ],
  key: [
    `保管先      {repository}
パスワード  {password}
このパスワードを持つ人は、このパソコンのバックアップを読めます。人に見せず、紙に書いたら金庫へ。
`,
    `Repository  {repository}
Password    {password}
Whoever has it can read the backups of this machine.
`,
  ],
  taken: [
    '取れました。ファイル {files}、増えた量 {added}。{until} までは消せません。\n',
    'Taken: {files} files, {added} added. Nobody can delete it before {until}.\n',
  ],
  skipped: [
    '読めなかったものが {skipped} 件あります。開いたままのファイルや、読む許可を確かめてください。\n',
    '{skipped} could not be read: look for files that are open, and for permissions.\n',
  ],
  started: [
    '毎日 {at} に、{url} へ取ります。止めるには Ctrl+C を押します。\n',
    'Takes one each day at {at}, to {url}.\n',
  ],
  statusHead: [
    '{name}　毎日 {at}　専用機 {url}　専用機での名前 {client}\n',
    '{name}: daily at {at}, to {url}, known there as {client}\n',
  ],
  statusNewest: [
    '最後に取れたもの  {taken}　ファイル {files}、{bytes}、読めなかったもの {skipped}　{until} まで消せません\n',
    'newest  {taken}: {files} files, {bytes}, {skipped} unread; held until {until}\n',
  ],
  statusNone: ['まだ一度も取れていません。\n', 'Nothing was taken yet.\n'],
  statusFailed: ['{at} に取れませんでした:\n', 'Failed at {at}:\n'],
} as const satisfies Record<string, Pair>

export function agentText(
  io: CliIo,
  key: keyof typeof TEXTS,
  values: Readonly<Record<string, string | number>> = {},
): string {
  const text = TEXTS[key][isEnglish(io) ? 1 : 0]
  return text.replace(/\{(\w+)\}/g, (all, name: string) => String(values[name] ?? all))
}
