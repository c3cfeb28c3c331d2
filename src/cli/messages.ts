import type { CliIo } from './io.ts'

/** Texts of the command line. `{name}` takes values. Japanese first; English where LANG says so. */
const JA = {
  usage: `使い方: toride <命令> [...]
  ledger   改ざん防止の記録を確かめる（消された・差し替えられたバックアップを見つける）
  doctor   この機械の様子を調べ、事業者に渡す診断ファイルを作る
  service  電源を入れると自動で動くようにする
  access   サインインできなくなった人に、1回だけの番号を出す
  keys     バックアップを開くパスワードを表示する（紙に控えて金庫へ）
  restore  バックアップを新しい場所へ、または元の場所へ書き戻す
  recover  復旧キットの紙と保管場所1つから、この機械に戻す
  rehearsal 復元リハーサルの報告書が本物かを確かめる
  sample   見本のデータを消す
  verifier バックアップ専用機に預けたものを、別の機械から検査する
  keeper   バックアップ専用機を作る・動かす
  station  非常用PCを動かす
  agent    このパソコンのフォルダーを、バックアップ専用機へ直接取る（サーバーとは別の機械で）
  repo     バックアップの保管先を直接あつかう（専門家向け。restic 互換）
始めるには: npm start　　詳しくは: toride <命令> --help`,
  repoUsage: `使い方: toride repo <命令> --repo 場所 --password-file ファイル [--json]
場所: フォルダ、rest:https://名前:パスワード@サーバー:番号/…、s3:https://サーバー/バケット/…
  init                          新しい保管先を作る
  backup パス...                バックアップを取る（--exclude 型, --tag 名, --host 名, --trust-folder-times）
  snapshots                     取ったバックアップの一覧
  ls 世代[:フォルダ]            中身の一覧
  dump 世代 ファイル            1つのファイルを標準出力へ
  nbd 世代 ファイル --socket 場所   ディスクイメージを、戻さずにそのまま起動用に出す（--changes フォルダー で書き込みを別に残す。ほかの機械には --listen アドレス:ポート --psk-file 鍵を書くファイル）
  restore 世代[:フォルダ] --target 先   元に戻す（--include, --exclude, --overwrite, --verify, --sparse, --special）
  check                         壊れていないか調べる（--read-data, --read-data-subset n/t または x%）
  forget [世代...]              古いバックアップを外す（--keep-daily 等, --prune, --dry-run）
  prune                         要らなくなったデータを消す
  unlock                        残った使用中の印を消す（--remove-all）
  key list|add|remove|passwd    パスワードの管理（--new-password-file）
  repair index|snapshots|packs  直せるところを直す
  repair versions               クラウドで上書き・隠されたものを、元の版に戻す（--as-of 日時）
  copy 世代... --from-repo 場所 --from-password-file ファイル   別の保管先から写す
場所: フォルダ、または rest:https://名前:パスワード@サーバー:番号/場所/（--pin 証明書のSHA-256, --cacert ファイル。
      名前とパスワードは TORIDE_REST_USERNAME, TORIDE_REST_PASSWORD でも）`,
  unknownVerb: '「{verb}」という命令はありません。',
  badArguments: '指定に誤りがあります: {detail}',
  needRepo: '保管先が指定されていません。--repo で場所を指定してください。',
  foreignPlace: '「{kind}:」の保管先はまだ使えません。フォルダか rest:https://… か s3:https://… を指定してください。',
  tryingAgain: '保管先とのやりとりがうまくいきませんでした。少し待って、もう一度試します（{detail}）。',
  badBucket: '保管先のアドレスが読み取れません。s3:https://サーバー/バケット/場所 の形で指定してください。',
  needBucketKey: 'S3 の鍵がありません。環境変数 AWS_ACCESS_KEY_ID と AWS_SECRET_ACCESS_KEY に入れてください。',
  badAddress:
    '保管先のアドレスが読み取れません。rest:https://名前:パスワード@サーバー:番号/場所/ の形で指定してください。',
  needPassword: 'パスワードが指定されていません。--password-file でファイルを指定してください。',
  noCache: '速くするための控えを開けないので、使わずに続けます: {detail}',
  needTarget: '戻し先が指定されていません。--target で空のフォルダを指定してください。',
  needSnapshot: '世代が指定されていません。latest か、一覧にある番号を指定してください。',
  needSocket:
    '出す場所が指定されていません。--socket で自分だけが入れるフォルダーの中の名前を、ほかの機械へ出すなら --listen と --psk-file を指定してください。',
  serving: 'ディスク（{format}）を出しています\nつなぐには: {uri}　　終えるには Ctrl-C',
  diskTrouble: '読み書きできないところがありました: {detail}',
  created: '保管先を作りました: {location}（番号 {id}）',
  keepPassword: 'パスワードを失うと、中のデータは二度と読めません。控えを別の場所に保管してください。',
  snapshotSaved:
    'バックアップを保存しました（{id}）。新しいファイル {new}、変わったファイル {changed}、同じ {same}、追加 {added}。',
  someUnread: '読めなかったものが {count} 件あります。それ以外は保存しました。',
  snapshotsHeader: '番号      日時                 取得元の機械     パス',
  snapshotsCount: '{count} 件',
  restored: '{files} ファイル（{bytes}）を戻しました。そのまま {skipped}、作らなかった特殊ファイル {special}。',
  verified: '{files} ファイルを読み直し、元と同じであることを確かめました。',
  notRestored: '戻せなかったものが {count} 件あります。',
  metadataLost: '保てなかった属性: {what}（{count} 件）',
  checkOk: '異常は見つかりませんでした（世代 {snapshots}、パック {packs}、読んだデータ {bytes}）。',
  checkBad: '異常が {count} 件見つかりました。消したり直したりする前に、この保管先の写しを取ってください。',
  checkWarnings: '気をつけること {count} 件',
  forgot: '{count} 件のバックアップを外しました。',
  wouldForget: '{count} 件が外されます（試しのため、何も変えていません）。',
  noPolicy: '残し方（--keep-...）も世代も指定されていないので、何も外しません。',
  heldSnapshots: '{count} 件は消せない期限の内なので残しました。',
  pruned:
    '{packs} パックを消し、{repacked} パックを詰め直し、{bytes} を空けました。残る不要分 {unused}。期限で残したパック {held}。',
  unlocked: '使用中の印を {count} 件消しました。',
  keyAdded: 'パスワードを追加しました（{id}）。',
  keyRemoved: 'パスワードを消しました（{id}）。',
  keyChanged: 'パスワードを変えました（{id}）。',
  repairedIndex: '索引を作り直しました。加えたパック {added}、外したパック {dropped}、読めないパック {unreadable}。',
  repairedPacks: '救えたもの {saved}、失われたもの {lost}。',
  repairedSnapshots: '{count} 件のバックアップを、残っている内容で作り直しました。',
  broughtBack: '元の版に戻したもの {back}、戻せる版の無いもの {lost}。',
  needBucket: '版を戻せるのはクラウド（s3:）だけです。',
  loss: '失われました: {path}',
  copied: '{copied} 件を写しました（すでにある {known} 件）。',
  held: 'ほかの作業が使用中です。{host} の {pid} 番、{since} から。終わるのを待つか、動いていないと確かめてから unlock してください。',
  progress: '{files} ファイル  {bytes}  {speed}/秒  残り {left}',
  unknownTime: '不明',
}

const EN: Record<keyof typeof JA, string> = {
  usage: `Usage: toride <verb> [...]
  ledger   check the ledger: finds backups that were deleted or replaced
  doctor   examine this machine and write a report for your vendor
  service  start with the machine
  access   a one-time code for somebody who cannot sign in
  keys     show the passwords that open the backups (for paper in a safe)
  restore  write a backup to a new place, or over the old one
  recover  restore an institution with its recovery kit and one place
  rehearsal verify the report of a rehearsal
  sample   remove the sample data
  verifier verify what a Keeper holds, from another machine
  keeper   make and run a backup keeper
  station  run the emergency PC
  agent    take folders of this machine straight to a Keeper (not on the server)
  repo     work on a repository directly (for experts; compatible with restic)
To start: npm start    More: toride <verb> --help`,
  repoUsage: `Usage: toride repo <command> --repo PLACE --password-file FILE [--json]
  init | backup PATH... | snapshots | ls SNAPSHOT[:FOLDER] | dump SNAPSHOT FILE
  nbd SNAPSHOT FILE --socket PATH   serve a disk image at once, without restoring (--changes DIR keeps what is written;
                                    for other computers --listen HOST:PORT --psk-file FILE-FOR-THE-KEY)
  restore SNAPSHOT[:FOLDER] --target DIR [--include P] [--exclude P] [--overwrite always|if-changed|if-newer|never]
          [--verify] [--sparse] [--special]
  check [--read-data] [--read-data-subset n/t|x%]
  forget [SNAPSHOT...] [--keep-last n ...] [--prune] [--dry-run] | prune [--max-unused x%] [--dry-run]
  unlock [--remove-all] | key list|add|remove|passwd | repair index|snapshots|packs
  repair versions [--as-of TIME]   brings back what was written over or hidden in a bucket (s3:)
  copy [SNAPSHOT...] --from-repo PLACE --from-password-file FILE
PLACE: a folder, or rest:https://name:password@host:port/path/ (--pin SHA-256 of the certificate, --cacert FILE;
       name and password also by TORIDE_REST_USERNAME, TORIDE_REST_PASSWORD)`,
  unknownVerb: 'There is no command "{verb}".',
  badArguments: 'Something is wrong with the arguments: {detail}',
  needRepo: 'No repository given: use --repo.',
  foreignPlace: 'Places of kind "{kind}:" cannot be used yet. Give a folder, rest:https://... or s3:https://...',
  tryingAgain: 'The place did not answer as it should; trying again shortly ({detail}).',
  badBucket: 'The address of the bucket cannot be read. Give it as s3:https://host/bucket/folder.',
  needBucketKey: 'No key for S3: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  badAddress: 'The address of the repository cannot be read. Give it as rest:https://name:password@host:port/path/.',
  needPassword: 'No password given: use --password-file.',
  noCache: 'The cache cannot be opened; going on without it: {detail}',
  needTarget: 'No target given: use --target with an empty folder.',
  needSnapshot: 'No snapshot given: use latest or an id from the list.',
  needSocket:
    'Where to serve? Name a path with --socket, in a folder that only you may enter; for other computers --listen and --psk-file.',
  serving: 'Serving a disk ({format})\nConnect to: {uri}    Ctrl-C ends it',
  diskTrouble: 'Something could not be read or written: {detail}',
  created: 'Created repository {id} at {location}',
  keepPassword: 'Without the password the data can never be read again. Keep a copy in another place.',
  snapshotSaved: 'snapshot {id} saved: {new} new, {changed} changed, {same} unmodified files, {added} added',
  someUnread: '{count} items could not be read; everything else was saved.',
  snapshotsHeader: 'ID        Time                 Host             Paths',
  snapshotsCount: '{count} snapshots',
  restored: 'Restored {files} files ({bytes}); {skipped} left as they were, {special} special files not made.',
  verified: 'Read back {files} files: the same as in the snapshot.',
  notRestored: '{count} items could not be restored.',
  metadataLost: 'Metadata not kept: {what} ({count})',
  checkOk: 'no errors were found ({snapshots} snapshots, {packs} packs, {bytes} read)',
  checkBad: '{count} errors were found. Copy this repository before anything is removed or repaired.',
  checkWarnings: '{count} warnings',
  forgot: 'Removed {count} snapshots.',
  wouldForget: 'Would remove {count} snapshots (dry run, nothing changed).',
  noPolicy: 'Neither a policy (--keep-...) nor a snapshot was given: nothing is removed.',
  heldSnapshots: '{count} snapshots stay: they are locked.',
  pruned:
    'Removed {packs} packs, repacked {repacked}, freed {bytes}. Unused left: {unused}. Packs held by locks: {held}.',
  unlocked: 'Removed {count} locks.',
  keyAdded: 'Added key {id}.',
  keyRemoved: 'Removed key {id}.',
  keyChanged: 'Changed the password (key {id}).',
  repairedIndex: 'Rebuilt the index: {added} packs added, {dropped} dropped, {unreadable} unreadable.',
  repairedPacks: '{saved} blobs saved, {lost} lost.',
  repairedSnapshots: 'Wrote {count} snapshots anew with what is left.',
  broughtBack: '{back} files brought back, {lost} of which no right version is left.',
  needBucket: 'Only a bucket (s3:) has versions to bring back.',
  loss: 'lost: {path}',
  copied: 'Copied {copied} snapshots ({known} known already).',
  held: 'The repository is locked by process {pid} on {host} since {since}. Wait, or unlock once you are sure that it is dead.',
  progress: '{files} files  {bytes}  {speed}/s  {left} left',
  unknownTime: 'unknown',
}

export type CliMessage = keyof typeof JA

/** A text in the person's language. */
export function say(io: CliIo, key: CliMessage, values: Readonly<Record<string, string | number>> = {}): string {
  return (isEnglish(io) ? EN : JA)[key].replace(/\{(\w+)\}/g, (all, name: string) => String(values[name] ?? all))
}

export function isEnglish(io: CliIo): boolean {
  const lang = io.env['LC_ALL'] || io.env['LC_MESSAGES'] || io.env['LANG'] || ''
  return /^en/i.test(lang)
}

/** Errors in two sentences: what, and what now. Codes without a line here show their technical detail. */
const ERRORS: Readonly<Record<string, readonly [ja: string, en: string]>> = {
  BASE_CANCELLED: ['中断しました。', 'Interrupted.'],
  STORAGE_NOT_FOUND: [
    'ファイルが見つかりません。場所の指定を確かめてください。',
    'A file is missing. Check the place.',
  ],
  STORAGE_FULL: [
    '空き容量がありません。空きを作ってから、もう一度実行してください。途中までの分は無駄になりません。',
    'The disk is full. Make room and run it again; what was done is not lost.',
  ],
  STORAGE_DENIED: ['書き込みまたは読み取りの権限がありません。', 'Permission denied.'],
  STORAGE_READ_ONLY: ['この場所は読み取り専用です。', 'This place is read-only.'],
  STORAGE_NOT_A_FOLDER: ['フォルダであるはずの場所がフォルダではありません。', 'What should be a folder is none.'],
  STORAGE_UNREACHABLE: [
    '保管先に届きません。接続と電源を確かめて、もう一度実行してください。',
    'The storage does not answer. Check cables and power and try again.',
  ],
  STORAGE_LOCKED_UNTIL: [
    '消せない期限の内なので、消せません。期限が過ぎるまで待ってください。',
    'Locked against deletion; wait until the lock ends.',
  ],
  RESTIC_NO_REPOSITORY: [
    'ここには保管先がありません。--repo の指定を確かめるか、init で作ってください。',
    'There is no repository here. Check --repo, or make one with init.',
  ],
  RESTIC_REPOSITORY_EXISTS: [
    'すでに保管先があります。何も変えていません。',
    'There is a repository already; nothing was changed.',
  ],
  RESTIC_WRONG_PASSWORD: ['パスワードが違います。', 'wrong password or no key found'],
  RESTIC_VERSION_UNKNOWN: ['この形式の版には対応していません。', 'This version of the format is not supported.'],
  RESTIC_DAMAGED: [
    '保管先のデータが壊れています。ほかの保管場所の写しから戻せます。check で範囲を調べてください。',
    'The repository is damaged. Another copy can heal it; run check to see how far.',
  ],
  RESTIC_BLOB_MISSING: [
    '必要なデータの一部がありません。check で範囲を調べてください。',
    'Some data is missing; run check to see how far.',
  ],
  RESTIC_HOSTILE: [
    'この保管先は、ありえない内容を含んでいます。触れずに、出どころを確かめてください。',
    'The repository holds something that no honest writer makes. Leave it alone and find out where it comes from.',
  ],
  RESTIC_SNAPSHOT_NOT_FOUND: [
    'その世代はありません。snapshots で一覧を見てください。',
    'no such snapshot; see snapshots',
  ],
  RESTIC_PATH_NOT_FOUND: [
    'その世代にそのパスはありません。ls で中身を見てください。',
    'no such path in the snapshot; see ls',
  ],
  VAULT_FOLDER_FOREIGN: [
    'ここに Toride のデータはありません。--data でフォルダを指定してください。',
    'There is no Toride data here. Use --data.',
  ],
  VAULT_FOLDER_IN_USE: [
    'Toride が動いています。止めてから、もう一度実行してください。',
    'Toride is running on this folder. Stop it and try again.',
  ],
  VAULT_FOLDER_NEWER: [
    'このデータは新しい版の Toride のものです。新しい版で実行してください。',
    'This data belongs to a newer Toride.',
  ],
  JOURNAL_NOT_FOUND: [
    '改ざん防止の記録がありません。消された可能性があります。何も消さずに事業者に連絡してください。',
    'The ledger is missing. Remove nothing and call your vendor.',
  ],
  JOURNAL_KEY_MISSING: [
    '改ざん防止の記録の鍵がありません。鍵のフォルダを確かめてください。',
    'The key of the ledger is missing.',
  ],
  TLOG_SIGNATURE_INVALID: [
    '改ざん防止の記録の署名が、この施設のものではありません。何も消さずに事業者に連絡してください。',
    'The ledger is not signed by this institution. Remove nothing and call your vendor.',
  ],
  RESTIC_KEY_IN_USE: ['いま使っているパスワードは消せません。', 'the key in use cannot be removed'],
}

export function sayError(io: CliIo, code: string): string | undefined {
  return ERRORS[code]?.[isEnglish(io) ? 1 : 0]
}
