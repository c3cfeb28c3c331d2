/** What the Keeper's terminal says. Japanese first, English where the system's language is English. */
type Pair = readonly [ja: string, en: string]

const TEXTS = {
  usage: [
    `使い方: toride keeper <命令> --data フォルダ
  init --name 名前 [--host アドレス]...   バックアップ専用機を作る（はじめに1回）
  start [--port 8471] [--listen 0.0.0.0] [--user 利用者]   動かす
  status                                  登録した機械、受け取ったバックアップ、時計
  service-unit [--user 利用者] [--port …]  電源を入れると自動で動くようにする設定（systemd）を表示する
  invite --name 名前 [--kind append|read|verify|witness] [--of 名前] [--quota-gb 数] [--expect-hours 数] [--plain]
                                          機械を登録するための、1回だけの番号を出す
  revoke --name 名前                      その機械の登録を止める（バックアップは消えません）
  allow-key --name 名前                   1時間だけ、鍵を1つ足せるようにする
  follow-log --name 名前                  その機械を復旧キットで戻したあと、記録の続きを受け入れる
  policy 項目=数...                       守り方を変える（弱くする変更は7日待ちます）
  keep-policy                             待っている変更を取りやめる
  unfreeze                                「消さない」を解く
  correct-clock --second-code 番号        時計のずれを、2人で確かめて直す
  administrator --name 名前               管理者を足す（2人そろえてください）
変える命令には --code 番号（スマートフォンの6桁の番号）が要ります。
`,
    `Usage: toride keeper <command> --data FOLDER
  init --name NAME [--host ADDRESS]...   makes a Keeper (once)
  start [--port 8471] [--listen 0.0.0.0] [--user NAME]
  service-unit [--user NAME] [--port …]   prints a systemd unit
  status | invite | revoke | allow-key | follow-log | policy FIELD=NUMBER... | keep-policy | unfreeze
  correct-clock --second-code CODE | administrator --name NAME
Commands that change something need --code (six digits of the phone).
`,
  ],
  made: [
    `バックアップ専用機を作りました: {root}
  この機械の印（登録する側で照らし合わせます）  {pin}
次に:  bin/toride keeper administrator --name あなたの名前 --data {root}
`,
    `Made a Keeper in {root}
  fingerprint (compared when a machine is enrolled)  {pin}
Next:  bin/toride keeper administrator --name YOU --data {root}
`,
  ],
  administratorMade: [
    `管理者 {name} を足しました。スマートフォンの認証アプリに、次を入れてください。表示は今回だけです。
  {secret}
  {uri}
`,
    `Added the administrator {name}. Enter this into an authenticator app; it is shown once.
  {secret}
  {uri}
`,
  ],
  twoWanted: [
    'もう1人の管理者も足してください。時計を直すには2人が要ります。\n',
    'Add a second administrator: correcting the clock takes two.\n',
  ],
  noAdministrator: [
    '管理者がまだいません。先に bin/toride keeper administrator --name 名前 を実行してください。\n',
    'There is no administrator yet: run bin/toride keeper administrator --name NAME first.\n',
  ],
  started: [
    `バックアップ専用機 {name} が動いています: {url}
  この機械の印  {pin}
  消去の防止    {strength}
終わるには Ctrl+C を押してください。
`,
    `Keeper {name} is running: {url}
  fingerprint  {pin}
  locks        {strength}
Ctrl+C ends it.
`,
  ],
  split: [
    'この機械の最上位の管理者だけが外せる印（通信する部分には外せません）',
    'immutable attribute, set by a process of its own that the network cannot reach',
  ],
  together: [
    'この機械の最上位の管理者だけが外せる印（--user を付けると、通信する部分からも切り離せます）',
    'immutable attribute (with --user, also out of reach of the network process)',
  ],
  logical: [
    'この専用機のプログラムが断るだけ（管理者として動かすと強くなります）',
    'refused by this program only (stronger when run as root)',
  ],
  stopped: ['終わりました。\n', 'Ended.\n'],
  invited: [
    `1回だけの番号（24時間使えます）: {code}
登録する機械で、専用機のアドレスとこの番号、この機械の印を入れてください。
`,
    `One-time code (good for 24 hours): {code}
Enter it on the machine to be enrolled, with this Keeper's address and fingerprint.
`,
  ],
  changed: ['変えました。\n', 'Done.\n'],
  waiting: [
    '弱くする変更なので、{until} まで待ってから効きます。取りやめるには keep-policy。登録した連絡先にも知らせます。\n',
    'This protects less, so it takes effect on {until}. keep-policy withdraws it. The contacts are told.\n',
  ],
  'refused.code': [
    '番号が違うか、もう使った番号です。新しい番号で、もう一度実行してください。\n',
    'Wrong or used code. Try again with a new one.\n',
  ],
  'refused.second-person': ['2人目の番号が要ります（1人目と別の人）。\n', 'The code of a second person is needed.\n'],
  'refused.unknown-client': [
    'その名前の機械は登録されていません。toride keeper status で確かめてください。\n',
    'No machine of that name is enrolled; see status.\n',
  ],
  'refused.not-possible': [
    '指定に誤りがあります。何も変えていません。\n',
    'Not possible as given. Nothing was changed.\n',
  ],
  madeForAnother: [
    'この専用機は、別の利用者で（または --user なしで）始めたものです。利用者を変えると、前に預かったものを読めません。前と同じ指定で始めてください。何も変えていません。\n',
    'This Keeper was begun with another user, or without --user: with this one it could not read what it holds. Start it as before. Nothing was changed.\n',
  ],
  wrongUser: [
    'その利用者はこの機械にいません。作ってから実行してください:  useradd --system --no-create-home {user}\n',
    'No such user on this machine:  useradd --system --no-create-home {user}\n',
  ],
  statusHead: ['バックアップ専用機  {name}\n', 'Keeper  {name}\n'],
  statusClock: ['  時計        {time}{frozen}\n', '  clock       {time}{frozen}\n'],
  clockFrozen: ['（ずれのため、消すことを止めています）', ' (frozen: the clocks disagree)'],
  statusClient: ['  {client}（{kind}）{state}\n', '  {client} ({kind}){state}\n'],
  revoked: ['  登録を止めています', '  revoked'],
  statusRepository: [
    '    {name}  {count} 件  いちばん新しい受け取り {newest}  {until} より前には消せないもの有り\n',
    '    {name}  {count} generations  newest {newest}  locked until {until}\n',
  ],
  statusPlain: [
    '    {name}  {count} 件（預かり証の無い機械のもの。届いてから決まった日数、消えません）\n',
    '    {name}  {count} snapshots (of a client without manifests: held for a fixed time from their arrival)\n',
  ],
  nothingReceived: ['    {name}  まだ受け取っていません\n', '    {name}  nothing received yet\n'],
  statusWaiting: ['  待っている変更  {changes}  {until} から\n', '  waiting  {changes}  from {until}\n'],
} as const satisfies Record<string, Pair>

export type KeeperText = keyof typeof TEXTS

export function keeperText(
  language: 'ja' | 'en',
  key: KeeperText,
  values: Readonly<Record<string, string | number>> = {},
): string {
  return TEXTS[key][language === 'en' ? 1 : 0].replace(/\{(\w+)\}/g, (all, word: string) => String(values[word] ?? all))
}
