/** Texts of `toride verifier`. Japanese first, English where LANG says so. */
import type { CliIo } from '../io.ts'
import { isEnglish } from '../messages.ts'

type Pair = readonly [ja: string, en: string]

const TEXTS = {
  usage: [
    `使い方: toride verifier <命令> --data フォルダ　（検査機: 本番でも専用機でもない、別の機械で動かします）
  enrol --address アドレス --pin 印 --code 番号   バックアップ専用機に登録する（番号は keeper invite --kind verify --of 名前 で出します）
  password --repository 名前 [--password-file ファイル]   開くためのパスワードを入れる（本番の keys show で出ます）
  run [--repository 名前] [--all-data] [--every 時間]   検査して、結果に署名して専用機に渡す
  status                                             登録と、専用機にあるバックアップの検査の様子
  bucket --name 名前 --repo s3:https://… [--password-file ファイル] [--hours 時間]   見張るバケットを登録する（読むだけの鍵を AWS_ACCESS_KEY_ID などで渡す）
  watch [--every 時間]                               バケットの「消せない期限」が、延ばされ続けているかを確かめる
警報は、フォルダの contacts.json（mail、webhook）の宛先に、この機械から直接届きます。
run は、まだ調べていないものの構造と、いちばん新しいもののすべてを読みます。どれも1週間に1回は、すべて読み直します。
終わりの番号: 0 異常なし　1 検査できなかったものがある　3 壊れているものがある
`,
    `Usage: toride verifier <command> --data FOLDER     (runs on a machine that is neither production nor the Keeper)
  enrol --address A --pin P --code C     (code: keeper invite --kind verify --of NAME)
  password --repository NAME [--password-file FILE]     (from keys show on production)
  run [--repository NAME] [--all-data] [--every HOURS]
  status
  bucket --name NAME --repo s3:https://… [--password-file FILE] [--hours N]     (read-only keys in AWS_ACCESS_KEY_ID …)
  watch [--every HOURS]     whether the bucket's locks are still extended
Alarms go by this machine's own mail and webhook (contacts.json in the folder).
run looks at the structure of what was never attested and reads all of the newest; each is read again once a week.
Exit codes: 0 fine, 1 something could not be verified, 3 something is damaged
`,
  ],
  enrolled: [
    `登録しました。{of} のバックアップを検査します（専用機 {url}、この検査機の名前 {client}）。
この検査機の署名の鍵  {key}
次に:  bin/toride verifier password --repository 名前 --data {folder}
`,
    `Enrolled to verify the backups of {of} (Keeper {url}, known there as {client}).
  key of the attestations  {key}
Next:  bin/toride verifier password --repository NAME --data {folder}
`,
  ],
  passwordAsked: ['{repository} のパスワード（表示されません）: ', 'Password of {repository} (not shown): '],
  passwordKept: ['{repository} のパスワードを控えました。\n', 'Kept the password of {repository}.\n'],
  passwordWhence: [
    'パスワードを受け取れません。端末から打ち込むか、--password-file でファイルを指定してください。\n',
    'There is no password: type it at a terminal, or give --password-file.\n',
  ],
  trees: [
    '{number}/{of} 世代  構造を調べています  フォルダー {files}',
    '{number}/{of} generations  structure  {files} folders',
  ],
  packs: [
    '{number}/{of} 世代  {bytes} / {total}  残り {left}',
    '{number}/{of} generations  {bytes} / {total}  {left} left',
  ],
  complete: ['{repository} {snapshot}  異常なし（{scope}）\n', '{repository} {snapshot}  complete ({scope})\n'],
  damaged: [
    `{repository} {snapshot}  壊れています（{count} 件: {problems}）
  バックアップ専用機にあるこの世代は、このままでは元に戻せないところがあります。
  専用機のディスクが傷んだか、だれかが書き換えました。専用機と本番の警報にも出ます。
  何も消さず、ほかの保管場所の同じ世代を確かめて、連絡先に伝えてください。
`,
    `{repository} {snapshot}  DAMAGED ({count}: {problems})
  This generation at the Keeper cannot be restored whole.
  The Keeper's disk is failing, or somebody changed it. The Keeper raises an alarm too.
  Remove nothing, look at the same generation in other places, and tell your support.
`,
  ],
  stillDamaged: [
    '{repository} {snapshot}  前の検査で壊れていました。直したあとは run --all-data で確かめてください。\n',
    '{repository} {snapshot}  was found damaged before. Once it is repaired, run --all-data.\n',
  ],
  failed: ['{repository} {snapshot}  検査できませんでした\n{why}\n', '{repository} {snapshot}  not verified\n{why}\n'],
  done: [
    '検査しました。署名した結果 {attested}、壊れているもの {damaged}、検査できなかったもの {failed}。\n',
    'Verified: {attested} attested, {damaged} damaged, {failed} not verified.\n',
  ],
  structure: ['構造', 'structure'],
  'all-data': ['すべて読みました', 'all data'],
  statusHead: [
    '検査するもの {of}　専用機 {url}　この検査機の名前 {client}\n',
    'Verifies {of} at {url}, known there as {client}\n',
  ],
  statusOne: [
    '{repository}  世代 {count}、検査済み {attested}、すべて読んだ {read}、壊れている {damaged}　パスワード {password}\n',
    '{repository}  {count} generations, {attested} attested, {read} read, {damaged} damaged; password {password}\n',
  ],
  bucketKept: [
    'バケット {name} を登録しました。確かめるには:  bin/toride verifier watch --data {folder}\n',
    'Kept the bucket {name}. Next:  bin/toride verifier watch --data {folder}\n',
  ],
  bucketNone: [
    '見張るバケットがまだありません。toride verifier bucket で登録してください。\n',
    'There is no bucket to watch: add one with toride verifier bucket.\n',
  ],
  bucketWell: ['{name}  異常なし\n', '{name}  fine\n'],
  bucketFailed: ['{name}  見られませんでした\n{why}\n', '{name}  could not be looked at\n{why}\n'],
  'bucket.late': [
    '{name}  新しいバックアップが、決めた時間より長く届いていません。本番の「今日の備え」を見てください。\n',
    '{name}  NO NEW GENERATION for longer than agreed. Look at production’s first page.\n',
  ],
  'bucket.unlocked': [
    '{name} {snapshot}  新しいバックアップに、消せない期限がありません。本番が乗っ取られたおそれがあります。保守の方に電話してください。\n',
    '{name} {snapshot}  A NEW GENERATION IS NOT LOCKED. Production may be in others’ hands: call support.\n',
  ],
  'bucket.short': [
    '{name} {snapshot}  このバックアップに要るファイルのうち {objects} 個は、期限が先に切れます。延長が止まっています。保守の方に電話してください。\n',
    '{name} {snapshot}  {objects} files that it needs are locked for less than itself: extensions have stopped. Call support.\n',
  ],
  'bucket.ends-soon': [
    '{name}  まだ守る約束のバックアップに要るファイルのうち {objects} 個の期限が、1週間以内に切れます。保守の方に電話してください。\n',
    '{name}  {objects} files that locked generations need are free within a week. Call support.\n',
  ],
  'bucket.damaged': [
    '{name} {snapshot}  読めないところがあります。ほかの保管場所の同じバックアップを確かめてください。\n',
    '{name} {snapshot}  CANNOT BE READ WHOLE. Look at the same generation in other places.\n',
  ],
  there: ['あり', 'kept'],
  none: ['まだありません', 'missing'],
} as const satisfies Record<string, Pair>

export function verifierText(
  io: CliIo,
  key: keyof typeof TEXTS,
  values: Readonly<Record<string, string | number>> = {},
): string {
  const text = TEXTS[key][isEnglish(io) ? 1 : 0]
  return text.replace(/\{(\w+)\}/g, (all, name: string) => String(values[name] ?? all))
}
