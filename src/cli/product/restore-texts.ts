/** Texts of `toride restore`. */
import type { CliIo } from '../io.ts'
import { isEnglish } from '../messages.ts'

const TEXTS = {
  usage: [
    `使い方: toride restore --to フォルダ | --over  [--generation 番号] [--source 名前] [--path 元の場所]... [--yes]
  バックアップを書き戻します。--yes が無いと、予定を見せるだけで何も書きません。書くときは、サーバを止めてから実行してください。
  --to フォルダ        新しい場所へ
  --over               元の場所へ（「復旧の道すじ」の確認が済んでいること）
  --existing beside    違う中身の同じ名前のものがあれば両方残す（ふつう）。replace は置き換え、skip は復元しない
  --path 場所          一部だけ（取った時の場所。何度でも）
  --generation 番号    無ければ、攻撃の疑いのない、いちばん新しいもの
  --not-production     共有フォルダに書くとき: 本番で使っている場所ではないと確かめた
  --list               バックアップの一覧
  --runs               これまでの復元の一覧
  --resume 番号        止まった復元の続きをする
`,
    `Usage: toride restore --to FOLDER | --over  [--generation ID] [--source NAME] [--path PATH]... [--yes]
  Writes a backup back. Without --yes the plan is shown and nothing is written. To write, stop the server first.
  --to FOLDER          to a new place
  --over               over the old place (its gates passed on "The way back")
  --existing beside    where something else has the name: keep both (default), replace, skip
  --path PATH          a part, by its path when it was taken; may be given again
  --generation ID      default: the newest without signs of an attack
  --not-production     on a share: you made sure that production does not use it
  --list | --runs      backups | restores so far
  --resume ID          go on with one that stopped
`,
  ],
  noGeneration: [
    'そのバックアップはありません。--list で確かめてください。\n',
    'There is no such backup. See --list.\n',
  ],
  several: [
    'バックアップしているものがいくつかあります。--source 名前 か --generation 番号 で、どれを戻すかを決めてください（--list に並びます）。\n',
    'Several things are backed up. Say which with --source NAME or --generation ID; --list names them.\n',
  ],
  suspect: ['× 攻撃の疑い', '× signs of an attack'],
  suspectPlan: [
    '× このバックアップには、攻撃のあとの疑いがあります。中身が壊されているかもしれません。--list で、その前のものを見てください。\n',
    '× This backup shows signs of an attack; what it holds may be destroyed. See --list for one before it.\n',
  ],
  plan: ['復元の予定: {day} のバックアップ（{id}）\n', 'Plan: the backup of {day} ({id})\n'],
  new: ['そこに無いもの', 'not there'],
  same: ['同じもの', 'the same'],
  changed: ['違う（そこにあるほうが古い）', 'differs, the one there is older'],
  newer: ['違う（そこにあるほうが新しい）', 'differs, the one there is newer'],
  blocked: ['書けない（別の種類のものがある）', 'cannot be written: of another kind'],
  gone: ['バックアップに無い（そのまま）', 'not in the backup (stays)'],
  beside: ['  違うものは両方残します。\n', '  Of what differs both are kept.\n'],
  replace: ['  違うものは置き換えます。\n', '  What differs is replaced.\n'],
  skip: ['  違うものは復元しません。\n', '  What differs is not restored.\n'],
  room: ['  使う大きさ 最大{needed}、空き {free}\n', '  takes at most {needed}, free {free}\n'],
  unsure: [
    '  ここは、ほかの機械の共有フォルダです。本番の場所でないことを確かめてから、--not-production を付けてください。\n',
    '  This is a share of another machine. Make sure that production does not use it and add --not-production.\n',
  ],
  serverRuns: [
    `サーバが動いているので、この端末からは書き戻せません（記録を書けるのは、一度に1つだけのためです）。まだ何も書いていません。
次のどちらかをしてください。
  1. 画面で: バックアップの日を選び、「復元する」を押す（診療中は、こちら）
  2. 端末で: サーバを止めて（例: sudo systemctl stop toride）、同じ命令に --yes を付けてもう一度。終わったらサーバを始める
`,
    `The server is running, so nothing is written from this terminal (one process at a time writes the ledger). Nothing is written yet.
Do one of these:
  1. On screen: choose the backup's day and press "Restore" (while patients are seen)
  2. Here: stop the server (sudo systemctl stop toride), run the same with --yes, and start it again
`,
  ],
  askYes: [
    'まだ何も書いていません。よければ --yes を付けてもう一度。\n',
    'Nothing is written yet. Add --yes to begin.\n',
  ],
  begun: ['始めました（番号 {id}）\n', 'Begun ({id})\n'],
  writing: ['書き込んでいます', 'writing'],
  checking: ['読み直して照合しています', 'reading again'],
  complete: [
    '全部もどりました。書いたもの {files}、照合 {verified}、残したもの {kept}\n',
    'All is back. {files} written, {verified} compared, {kept} kept\n',
  ],
  incomplete: [
    '一部がもどっていません。書いたもの {files}、照合 {verified}、残したもの {kept}、もどせないもの {problems}（名前は画面の「これまでの復元」に）\n',
    'Some is not back. {files} written, {verified} compared, {kept} kept, {problems} failed (named on "Restores so far")\n',
  ],
  stopped: [
    '止まりました。続きは: toride restore --resume {id}\n',
    'Stopped. Go on with: toride restore --resume {id}\n',
  ],
  'state-running': ['動いています', 'running'],
  'state-complete': ['全部もどった', 'complete'],
  'state-incomplete': ['一部がもどっていない', 'incomplete'],
  'state-stopped': ['途中で止まった', 'stopped'],
  'state-failed': ['途中で失敗', 'failed'],
} as const satisfies Record<string, readonly [ja: string, en: string]>

export function restoreText(
  io: CliIo,
  key: keyof typeof TEXTS,
  values: Readonly<Record<string, string | number>> = {},
): string {
  const text = TEXTS[key][isEnglish(io) ? 1 : 0]
  return text.replace(/\{(\w+)\}/g, (all, name: string) => String(values[name] ?? all))
}
