/** Texts of the product's verbs. `{name}` takes values; Japanese first, English where LANG says so. */
import type { CliIo } from '../io.ts'
import { isEnglish } from '../messages.ts'

type Pair = readonly [ja: string, en: string]

const TEXTS = {
  ledgerUsage: [
    `使い方: toride ledger <命令> [--data フォルダ]
  verify               記録と、ここにあるバックアップを照らし合わせる（--read-data で中身もすべて読む。
                       --checkpoint ファイル で、メールで届いた控えとも比べる）
  print                紙に控える番号を出す
  compare 件数 番号     紙の控えと今の記録を比べる
  acknowledge --reason 理由   調べ終わった警報を、確認済みとして記録に残す
`,
    `Usage: toride ledger verify [--read-data] [--checkpoint FILE] | print | compare SIZE CODE | acknowledge --reason WORD  [--data FOLDER]\n`,
  ],
  acknowledgeNothing: ['確認を待っている警報はありません。\n', 'No alarm waits to be acknowledged.\n'],
  acknowledgeReasons: [
    `上の警報を調べ終わったら、わけを付けて、もう一度実行してください。今は何も変えていません。
  --reason copied     データフォルダを写した、または移した
  --reason restored   古い写しから戻した
  --reason examined   事業者などが調べ、対処した
  --reason drill      訓練だった
`,
    `Once you have looked into the above, run it again with a reason. Nothing was changed.
  --reason copied     the data folder was copied or moved
  --reason restored   an older copy was put back
  --reason examined   somebody examined and dealt with it
  --reason drill      it was a drill
`,
  ],
  acknowledged: [
    '警報 {count} 件を確認済みにしました。いつ何があり、どんなわけで確認したかは、改ざん防止の記録に残ります。\n',
    'Acknowledged {count} alarms. What happened and why it was acknowledged stay in the ledger.\n',
  ],
  error: ['問題が {count} 件あります。', '{count} problems.'],
  warning: ['気をつけることが {count} 件あります。', '{count} warnings.'],
  notice: ['お知らせが {count} 件あります。', '{count} notices.'],
  entry: ['記録 {index} 番', 'entry {index}'],
  files: ['ファイル {count} 件', '{count} files'],
  ledgerOk: [
    '改ざん防止の記録 {entries} 件と、バックアップ {generations} 件を確かめました。消されたり差し替えられたりしたものはありません。\n',
    'Checked {entries} entries and {generations} backups: nothing was deleted or replaced.\n',
  ],
  ledgerBad: [
    '改ざん防止の記録 {entries} 件を読み、バックアップ {generations} 件のうち {seen} 件を照らし合わせました。上の問題があります。\n',
    'Read {entries} entries and looked at {seen} of {generations} backups; see the problems above.\n',
  ],
  printed: [
    `改ざん防止の記録の控え（この紙は、この機械とは別の場所に保管してください）
  記録の名前  {origin}
  件数        {size}
  番号        {code}
`,
    `Sheet of the ledger (keep it away from this machine)\n  origin  {origin}\n  size    {size}\n  code    {code}\n`,
  ],
  same: [
    '紙の控えと同じです。{size} 件目までの記録は書き換えられていません。\n',
    'The same as on paper: the first {size} entries are unchanged.\n',
  ],
  mistyped: [
    '件数と番号が合いません。紙をもう一度見て、打ち直してください。\n',
    'Size and code do not fit together: look at the paper again.\n',
  ],
  'log-is-shorter': [
    '今の記録は {size} 件しかなく、紙の控えより短くなっています。切り取られたか、古い写しに差し替えられました。何も消さずに事業者に連絡してください。\n',
    'The ledger has only {size} entries, fewer than on paper: cut off, or an old copy. Remove nothing and call your vendor.\n',
  ],
  differs: [
    '紙の控えと違います。記録が書き換えられました。何も消さずに事業者に連絡してください。\n',
    'Not as on paper: the ledger was rewritten. Remove nothing and call your vendor.\n',
  ],
  doctorUsage: [
    `使い方: toride doctor [--data フォルダ] [--out ファイル] [--commands ファイル]
  この機械の様子を調べ、事業者に渡す診断ファイルを作ります（患者の情報は入りません）。
`,
    `Usage: toride doctor [--data FOLDER] [--out FILE] [--commands FILE]   examines this machine; writes a report without patient data\n`,
  ],
  doctorShown: [
    '診断ファイルに入る内容は次のとおりです。患者の氏名や番号は入っていません。\n',
    'This is what the report holds; no patient is named in it.\n',
  ],
  doctorAsk: [
    'この内容をファイルに書くには、--out ファイル名 を付けて実行してください。\n',
    'To write it to a file, add --out FILE.\n',
  ],
  doctorNotWritten: [
    '診断ファイルを書けませんでした: {path}（{code}）\nそのフォルダーが無いか、書き込めません。--out に別の場所を指定して、もう一度実行してください。\n',
    'The report could not be written: {path} ({code})\nThe folder is missing or not writable. Name another place with --out and run it again.\n',
  ],
  doctorWritten: ['診断ファイルを書きました: {path}\n', 'Wrote {path}\n'],
  doctorSupport: ['困ったときの連絡先: {name} {phone}\n', 'Support: {name} {phone}\n'],
  doctorNoSupport: [
    '困ったときの連絡先は、まだ設定画面で登録されていません。\n',
    'No support contact has been entered in the settings yet.\n',
  ],
  serviceUsage: [
    `使い方: toride service install|uninstall|status [--data フォルダ] [--port 番号] [--user 利用者] [--media] [--out ファイル] [--agent]
  電源を入れると Toride が自動で動くようにします。--media は、交代で使うディスクを開く許可を足します。--agent は、ほかのパソコンで動く toride agent のものです。--out を付けると、設定ファイルを書くだけで何も変えません。
`,
    `Usage: toride service install|uninstall|status [--data FOLDER] [--port N] [--user NAME] [--media] [--out FILE] [--agent]\n`,
  ],
  serviceNoSystemd: [
    'この機械では自動起動のしくみ（systemd）が動いていません。設定ファイルだけを作るには --out ファイル名 を付けてください。\n',
    'systemd does not run here. To write the unit file only, add --out FILE.\n',
  ],
  serviceNotRoot: ['管理者（root）で実行してください: sudo toride service …\n', 'Run it as root.\n'],
  serviceWritten: ['設定ファイルを書きました: {path}\n', 'Wrote {path}\n'],
  serviceInstalled: [
    '自動で動くようにしました。様子は toride service status で見られます。\nブラウザで http://127.0.0.1:{port} を開いてください。はじめてのサインインの番号は {file} にあります（管理者だけが読めます）。\n',
    'Installed and started; see toride service status.\nOpen http://127.0.0.1:{port}. The first sign-in stands in {file} (for the administrator only).\n',
  ],
  serviceAgentInstalled: [
    '自動で動くようにしました。様子は toride service status --agent と toride agent status で見られます。\n',
    'Installed and started; see toride service status --agent and toride agent status.\n',
  ],
  serviceRemoved: [
    '自動起動をやめました。データはそのまま {path} にあります。\n',
    'Uninstalled. The data stays in {path}.\n',
  ],
  serviceFailed: ['systemctl {word} に失敗しました: {detail}\n', 'systemctl {word} failed: {detail}\n'],
  serviceAbsent: ['自動起動は設定されていません。\n', 'No service is installed.\n'],
  serviceState: ['自動起動: {enabled}、いま: {active}\n', 'enabled: {enabled}, now: {active}\n'],
  accessUsage: [
    '使い方: toride access reset 利用者名 [--data フォルダ]\n  その人に1回だけの番号を出します。サーバを止めてから実行してください。\n',
    'Usage: toride access reset LOGIN-NAME [--data FOLDER]\n  Gives a one-time code. Stop the server first.\n',
  ],
  accessUnknown: ['「{name}」という利用者はいません。\n', 'There is no account "{name}".\n'],
  accessCode: [
    '{name} さんの1回だけの番号: {code}\n  72時間以内に、この番号でサインインして新しいパスワードを決めてください。\n',
    'One-time code of {name}: {code}\n  Sign in with it within 72 hours and set a new password.\n',
  ],
  accessNoReading: [
    '  サインインできますが、カルテを開くには、ほかの管理者がもう一度番号を出し直す必要があります。\n',
    '  This gives sign-in; to open charts another administrator has to reset once more.\n',
  ],
  keysUsage: [
    '使い方: toride keys show [--data フォルダ]\n  バックアップの場所と、開くためのパスワードを表示します。\n',
    'Usage: toride keys show [--data FOLDER]\n  Shows where the backups lie and the passwords that open them.\n',
  ],
  keysOne: [
    '{name}\n  場所        {place}\n  パスワード  {password}\n',
    '{name}\n  place     {place}\n  password  {password}\n',
  ],
  keysClosed: [
    '{name}: この機械の鍵では開けません（サーバの管理者で実行してください）。\n',
    '{name}: the key of this machine does not open it (run as the administrator of the server).\n',
  ],
  keysCare: [
    'このパスワードがあれば、砦がなくても restic で元に戻せます。紙に控え、この機械とは別の場所（金庫など）に置いてください。\n人に送ったり、このパソコンに保存したりしないでください。\n',
    'With it stock restic restores everything without Toride. Write it down and keep the paper away from this machine.\nDo not send it and do not save it here.\n',
  ],
  rehearsalUsage: [
    '使い方: toride rehearsal verify 報告書.pdf [--data フォルダ]\n  復元リハーサルの報告書が、改ざん防止の記録に残したものと同じかを確かめます。\n',
    'Usage: toride rehearsal verify REPORT.pdf [--data FOLDER]\n',
  ],
  rehearsalTrue: [
    '本物です。{at} の復元リハーサルの報告書です（記録 {index} 番、結果 {result}）。\n  SHA-256 {hash}\n',
    'True: the report of the rehearsal of {at} (entry {index}, result {result}).\n  SHA-256 {hash}\n',
  ],
  'rehearsal-passed': ['合格', 'passed'],
  'rehearsal-partly': ['一部だけ', 'in part'],
  'rehearsal-failed': ['不合格', 'failed'],
  rehearsalFalse: [
    'この報告書は、改ざん防止の記録にありません。書き換えられたか、別の砦のものです。\n  SHA-256 {hash}\n',
    'The ledger knows no such report: it was changed, or is of another Toride.\n  SHA-256 {hash}\n',
  ],
  rehearsalLedgerBad: [
    'ただし、改ざん防止の記録に問題があります。toride ledger verify で確かめてください。\n',
    'But something is wrong with the ledger: see toride ledger verify.\n',
  ],
  sampleUsage: ['使い方: toride sample remove [--data フォルダ]\n', 'Usage: toride sample remove [--data FOLDER]\n'],
  sampleNone: ['見本のデータはありません: {path}\n', 'There is no sample in {path}.\n'],
  sampleOwn: [
    '{path} は見本ではなく、施設のデータです。何も消していません。\n',
    '{path} is no sample. Nothing was removed.\n',
  ],
  sampleWaits: [
    '見本のバックアップには、消せない期限が残っています（{until} まで）。何も消していません。期限が過ぎてから、もう一度実行してください。\n',
    'The sample is locked until {until}. Nothing was removed; run it again after that.\n',
  ],
  sampleRemoved: ['見本のデータを消しました: {path}\n', 'Removed the sample: {path}\n'],
} as const satisfies Record<string, Pair>

export type ProductText = keyof typeof TEXTS

export function tell(io: CliIo, key: ProductText, values: Readonly<Record<string, string | number>> = {}): string {
  const text = TEXTS[key][isEnglish(io) ? 1 : 0]
  return text.replace(/\{(\w+)\}/g, (all, name: string) => String(values[name] ?? all))
}
