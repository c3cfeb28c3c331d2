/** Texts of `toride recover`. */
import type { CliIo } from '../io.ts'
import { isEnglish } from '../messages.ts'

const TEXTS = {
  usage: [
    `使い方: toride recover 場所 [--data 戻す先のフォルダ]
  復旧キットの紙（または分けた控え2枚）と、バックアップのある場所1つから、この機械に戻します。
  場所（どれか1つ）
    --place フォルダ                         写しのあるフォルダ、カートリッジ、USBディスク
    --place s3:https://サーバー/バケット/…   クラウド（鍵は AWS_ACCESS_KEY_ID と AWS_SECRET_ACCESS_KEY に）
    --keeper アドレス --pin 指紋 --code 番号  バックアップ専用機（番号は専用機の前で次の1行を実行すると出る）
      sudo bin/toride keeper invite --name recovery --kind read --of 専用機での名前 --code 6桁の番号
  --list                戻せる日の一覧だけを出す（第三者が受け取り・検査したものが先）
  --day 番号            一覧の番号で日を選ぶ（なければ一覧のいちばん上）
  --words-file ファイル 語をファイルから読む（紙が2枚なら、空の行で分ける）
  --ledger-key 鍵       紙にある「記録の鍵」と照らし合わせる
  --person 利用者名     パスワードを決め直す管理者
`,
    `Usage: toride recover --place FOLDER|rest:URL|s3:URL | --keeper ADDRESS --pin SHA256 --code CODE  [--data FOLDER]
  Restores an institution with its recovery kit (or two shares) and one place.
  The Keeper's code comes at its console:
      sudo bin/toride keeper invite --name recovery --kind read --of OUR-NAME-THERE --code SIX-DIGITS
  --list | --day ID | --words-file FILE (two sheets parted by an empty line) | --ledger-key KEY | --person LOGIN
`,
  ],
  needWords: [
    '語を入れられません。端末から実行するか、--words-file ファイル を付けてください。\n',
    'No terminal to type the words: run it from one, or give --words-file FILE.\n',
  ],
  askFirst: [
    '紙の語を17個、順に入れてください（4文字まで、または4けたの番号でもかまいません。読めない語は ?）\n> ',
    'Type the 17 words in order (four letters or the number will do; ? for one that cannot be read)\n> ',
  ],
  askSecond: ['もう1枚の紙の語を入れてください\n> ', 'Now the words of another sheet\n> '],
  unknownWords: [
    '{places}番目が読めません。紙の表にある語か番号を入れてください。1つだけなら ? で構いません。\n',
    'Word {places} is none of the list. Look at the paper again; one of them may be ?.\n',
  ],
  badSheet: [
    '17個の語として読めません（{count} 個ありました）。抜けや、2つ以上の違いがあります。はじめから入れ直してください。\n',
    'These are not the 17 words of a sheet ({count} were read): some are missing or wrong. Type them again.\n',
  ],
  corrected: ['{at}番目は「{word}」として読みました。\n', 'Word {at} was read as "{word}".\n'],
  day: ['{id}  {day}  {mark}\n', '{id}  {day}  {mark}\n'],
  attested: [
    '◎ バックアップ専用機が受け取り、別の機械が読んで検査済み',
    'received by the Keeper and read by a verifier',
  ],
  received: ['○ バックアップ専用機が受け取った', 'received by the Keeper'],
  unmarked: ['－ 第三者の受け取りは確かめられません', 'nobody else vouches for it'],
  chosen: ['{day} の状態に戻します（{mark}）\n', 'Restoring the state of {day} ({mark})\n'],
  source: ['・「{name}」のバックアップを写しています\n', '- fetching the backups of {name}\n'],
  done: ['✓ {institution} を戻しました: {folder}\n', 'Restored {institution}: {folder}\n'],
  sourceDone: ['  {name}: {brought} 回分\n', '  {name}: {brought} generations\n'],
  sourceLeft: [
    '  {name}: {brought} 回分（ほかの {left} 回分は、この場所にありませんでした）\n',
    '  {name}: {brought} generations ({left} more were not at this place)\n',
  ],
  finding: ['  ！ {what}\n     → {next}（{code}）\n', '  ! {what}\n    → {next} ({code})\n'],
  signIn: [
    `次にすること
  1. npm start で起動し、ブラウザで開く
  2. サインイン  利用者名 {name}   1回だけの番号 {code}（72時間以内）
  3. 前の機械が盗まれたおそれがあれば、復旧キットを作り直し、専用機とクラウドの鍵を取り替える
  4. バックアップ専用機があれば、専用機の前で（記録の続きを受け入れる）
       sudo bin/toride keeper follow-log --name 専用機での名前 --code 6桁の番号
`,
    `Next
  1. npm start, and open it in a browser
  2. sign in as {name} with the one-time code {code} (within 72 hours)
  3. if the old machine may have been stolen: a new recovery kit, and new credentials at the Keeper and the cloud
  4. with a Keeper, at its console (it takes up the shorter record):
       sudo bin/toride keeper follow-log --name OUR-NAME-THERE --code SIX-DIGITS
`,
  ],
} as const satisfies Record<string, readonly [ja: string, en: string]>

export function recoverText(
  io: CliIo,
  key: keyof typeof TEXTS,
  values: Readonly<Record<string, string | number>> = {},
): string {
  const text = TEXTS[key][isEnglish(io) ? 1 : 0]
  return text.replace(/\{(\w+)\}/g, (all, name: string) => String(values[name] ?? all))
}
