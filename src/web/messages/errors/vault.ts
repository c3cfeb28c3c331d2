/** vault, chart, ssmix2, hl7v2, fhir, sample */
import type { ErrorEntry } from '../errors.ts'

export const vaultErrors = {
  VAULT_FOLDER_IN_USE: {
    ja: [
      'このデータの置き場所は、すでに使われています。',
      '別のTorideが動いています。',
      '動いている方の画面を使うか、それを止めてから起動してください。',
    ],
    en: ['The data folder is in use.', 'Another Toride is running.', 'Use that one, or stop it first.'],
  },
  VAULT_FOLDER_DENIED: {
    ja: [
      'データの置き場所を使う許可がありません。',
      'フォルダーに書き込めません。',
      '起動した利用者に、このフォルダーの書き込みを許可してください。',
    ],
    en: [
      'The data folder cannot be used.',
      'It may not be written to.',
      'Allow the user who starts Toride to write there.',
    ],
  },
  VAULT_FOLDER_FULL: {
    ja: [
      'データの置き場所がいっぱいです。',
      'ディスクの空きがありません。',
      '空きを増やしてから、もう一度起動してください。何も変わっていません。',
    ],
    en: ['The data folder is full.', 'The disk has no room.', 'Make room and start again. Nothing was changed.'],
  },
  VAULT_FOLDER_NEWER: {
    ja: [
      'このデータは新しい版のTorideのものです。',
      '古い版で開くと壊れるため、止めました。',
      '新しい版のTorideで起動してください。',
    ],
    en: [
      'This data belongs to a newer Toride.',
      'An older one could harm it, so it was left alone.',
      'Start the newer version.',
    ],
  },
  VAULT_FOLDER_FOREIGN: {
    ja: [
      'このフォルダーには、別のものが入っています。',
      'Torideのデータではないファイルがあります。',
      '空のフォルダーを指定してください。',
    ],
    en: ['The folder holds something else.', 'There are files that are not of Toride.', 'Name an empty folder.'],
  },
  VAULT_FOLDER_INSIDE_CHECKOUT: {
    ja: [
      'プログラムのフォルダーの中には、データを置けません。',
      '更新のときに消えるおそれがあります。',
      'プログラムの外のフォルダーを指定してください。',
    ],
    en: ['Data cannot lie inside the program folder.', 'An update could remove it.', 'Name a folder outside.'],
  },
  VAULT_SOURCE_INVALID: {
    ja: [
      'バックアップするものの指定が正しくありません。',
      '名前か場所の書き方が違います。',
      '「バックアップするもの」で入力を確かめてください。',
    ],
    en: ['The source is not valid.', 'Its name or place is wrong.', 'Check the input under What is backed up.'],
  },
  INTAKE_SETTINGS_INVALID: {
    ja: [
      '読み方の設定が正しくありません。',
      '列の割り当てか、ファイル名の型に、足りないものか合わないものがあります。',
      '「カルテとしての読み方」で、もう一度決めてください。バックアップそのものは続いています。',
    ],
    en: [
      'The settings for reading these files are not valid.',
      'A column or a pattern of names is missing or does not fit.',
      'Set them up again under “How it is read as charts”. The backup itself goes on.',
    ],
  },
  VAULT_SOURCE_UNREADABLE: {
    ja: [
      'バックアップするものを読めません。',
      'フォルダーが無いか、読む許可がありません。',
      'つながりと読み取りの許可を確かめてください。前のバックアップは無事です。',
    ],
    en: [
      'The source cannot be read.',
      'The folder is gone or may not be read.',
      'Check connection and permission. Earlier backups are safe.',
    ],
  },
  VAULT_SOURCE_STOPPED: {
    ja: [
      'バックアップを取りませんでした。',
      'このバックアップは、人が止めています。',
      '「バックアップするもの」で「また始める」を押してから、もう一度取ってください。',
    ],
    en: [
      'No backup was taken.',
      'A person stopped the backups of this source.',
      'Press “Start again” under “What is backed up”, then take it once more.',
    ],
  },
  VAULT_SOURCE_HOLDS_VAULT: {
    ja: [
      'その場所は選べません。',
      '中にTorideのデータの置き場所が入っています。',
      '診療のデータだけが入ったフォルダーを選んでください。',
    ],
    en: [
      'That place cannot be chosen.',
      'It holds the data folder of Toride.',
      'Choose a folder with clinical data only.',
    ],
  },
  VAULT_SOURCE_SYSTEM_FOLDER: {
    ja: [
      'システムのフォルダーなので、取りませんでした。',
      '/etc、/root、/proc、/sys、/dev、/boot、/run には機械のパスワードや鍵があり、画面から選べると誰かに読まれてしまいます。',
      '要るときは、サーバーの管理者（root）が /etc/toride/commands.json の allowedFolders に、そのフォルダーを書いてください（手引き「データベースと前後の処理」）。',
    ],
    en: [
      'This is a folder of the system and was not taken.',
      '/etc, /root, /proc, /sys, /dev, /boot and /run hold the machine’s passwords and keys, which could be read from the screens.',
      'Where you need it, let root write the folder into allowedFolders of /etc/toride/commands.json.',
    ],
  },
  VAULT_RUN_IN_PROGRESS: {
    ja: [
      'すでにバックアップを取っています。',
      '同じものを同時に2つは取れません。',
      '「作業のようす」で終わるのを待ってください。',
    ],
    en: [
      'A backup is being taken already.',
      'The same source cannot be taken twice at once.',
      'Wait for it under Progress.',
    ],
  },
  VAULT_GENERATION_UNKNOWN: {
    ja: [
      'そのバックアップは見つかりません。',
      '番号が違うか、期限が来て消えています。',
      '「バックアップ」の一覧から選び直してください。',
    ],
    en: ['There is no such backup.', 'The number is wrong, or it has expired.', 'Choose again from the list.'],
  },
  VAULT_GENERATION_INCOMPLETE: {
    ja: [
      'バックアップが完成しませんでした。',
      '復元に必要な部品がそろっていません。',
      'もう一度取ってください。前のバックアップは無事です。',
    ],
    en: [
      'The backup was not completed.',
      'Parts that a restore needs are missing.',
      'Take it again. Earlier backups are safe.',
    ],
  },
  VAULT_RESTORE_SHORT: {
    ja: [
      '書き戻したファイルの一部を、読み直して確かめられませんでした。',
      '書き戻した数と、読み直した数が合いません。',
      'もう一度、復元テストをしてください。続くときは、この画面を印刷して事業者に伝えてください。',
    ],
    en: [
      'Some files that were written back could not be read again.',
      'The number written and the number read back differ.',
      'Run the restore test again. If it happens again, print this page and tell your vendor.',
    ],
  },
  VAULT_LOCKED_UNTIL: {
    ja: [
      'このバックアップは消せません。',
      '決めた日まで消せない期限が付いています。',
      '期限の日まで待ってください。これは正しい動きです。',
    ],
    en: [
      'This backup cannot be deleted.',
      'It is locked until a set day.',
      'Wait until that day. This is as it should be.',
    ],
  },
  VAULT_KEY_MISSING: {
    ja: [
      'バックアップの鍵が見つかりません。',
      '鍵のファイルが無いか、開く許可がありません。',
      '保管している控えから鍵を戻してください。',
    ],
    en: [
      'The key of the backup is missing.',
      'Its file is gone or may not be opened.',
      'Bring it back from the recovery copy.',
    ],
  },
  VAULT_SEAL_BROKEN: {
    ja: [
      '控えの一覧を開けません。',
      '封をした中身が書き換わっているか、鍵が違います。',
      '一覧は作り直せます。次のバックアップを取ってください。',
    ],
    en: [
      'A sealed list cannot be opened.',
      'It was altered, or the key is another one.',
      'It can be rebuilt: take the next backup.',
    ],
  },
  VAULT_RECEIPT_DIFFERS: {
    ja: [
      '別の機械の受領証が、前に受け取ったものと違います。受け取りませんでした。',
      '同じバックアップの受領証は、いつも同じです。別の機械が作り直されたか、なりすまされています。',
      '前の受領証を消さずに、事業者に連絡してください。',
    ],
    en: [
      'The receipt differs from the one that was received before. It was not taken.',
      'A backup has one receipt. The other machine was made anew, or somebody poses as it.',
      'Keep the earlier receipt and call your vendor.',
    ],
  },
  CHART_INDEX_DAMAGED: {
    ja: [
      '患者の一覧を開けません。',
      '一覧が壊れているか、鍵が違います。',
      '別の日のバックアップで探してください。一覧は次のバックアップで作り直されます。',
    ],
    en: [
      'The patient index cannot be opened.',
      'It is damaged, or the key is another one.',
      'Search the backup of another day. The next backup rebuilds it.',
    ],
  },
  SSMIX2_NOTE_UNREADABLE: {
    ja: [
      '記録の控えを読み取れません。',
      '前の版で作られたか、壊れています。',
      '次のバックアップで作り直されます。続くときは連絡先に伝えてください。',
    ],
    en: [
      'A note about a record cannot be read.',
      'An older version made it, or it is damaged.',
      'The next backup rebuilds it; if it stays, tell your support.',
    ],
  },
  VAULT_FILE_UNKNOWN: {
    ja: [
      'そのファイルは、このバックアップにありません。',
      '名前が違うか、その日にはまだありませんでした。',
      '別の日のバックアップで探してください。',
    ],
    en: [
      'That file is not in this backup.',
      'The name is wrong, or it did not exist on that day.',
      'Look in the backup of another day.',
    ],
  },
  VAULT_FILE_TOO_LARGE: {
    ja: [
      '大きすぎるため、画面では開けません。',
      '画面で開ける大きさを超えています。',
      '担当者に、ファイルとして取り出してもらってください。',
    ],
    en: ['Too large to be opened on screen.', 'It exceeds the limit for pages.', 'Have it restored as a file.'],
  },
  VAULT_PLACE_NOT_THERE: {
    ja: [
      '保管場所のフォルダーが見つかりません。',
      'ディスクかNASがつながっていないか、別のものがつながっています。前に預けたものは、そちらに残っています。',
      'ディスクやNASの電源と線を確かめ、つなぎ直してください。つながれば自動で続きます。',
    ],
    en: [
      'The folder of this place is not there.',
      'The disk or NAS is not connected, or another one is. What it holds is still on it.',
      'Check its power and cables and connect it again; copying then goes on by itself.',
    ],
  },
  VAULT_PLACE_TAKEN: {
    ja: [
      'このフォルダーは、もう保管場所になっています。',
      '同じToride、または別のTorideが使っています。混ざると、どちらの控えか分からなくなります。',
      '別の空のフォルダーを作って、その場所を入れてください。',
    ],
    en: [
      'This folder is a place already.',
      'This or another Toride uses it; mixed, nobody could tell whose copies are whose.',
      'Make another, empty folder and enter its path.',
    ],
  },
  VAULT_PLACE_SAME_DISK: {
    ja: [
      'このフォルダーは、バックアップと同じディスクにあります。',
      'そのディスクが壊れると、両方が一緒に失われます。2つ目の控えになりません。',
      '別のディスクかNASをつなぎ、その中のフォルダーを入れてください。',
    ],
    en: [
      'This folder is on the same disk as the backups here.',
      'When that disk breaks, both are lost: it would be no second copy.',
      'Connect another disk or a NAS and enter a folder on it.',
    ],
  },
  VAULT_PLACE_IN_MEMORY: {
    ja: [
      'このフォルダーは、ディスクではなくメモリーの上にあります。',
      '電源を切ると、預けたものがすべて消えます。',
      'ディスクかNASをつなぎ、その中のフォルダーを入れてください。',
    ],
    en: [
      'This folder lies in memory, not on a disk.',
      'All that it holds is gone when the power goes.',
      'Connect a disk or a NAS and enter a folder on it.',
    ],
  },
  VAULT_PLACE_DAMAGED: {
    ja: [
      '保管場所にあるファイルの一部が壊れています。',
      '読み直したところ、預けたときの中身と違いました。ほかの保管場所からも直せませんでした。',
      'ほかの保管場所に無事なものがあるか「中身の確認」を見て、連絡先に伝えてください。この場所のディスクの交換も考えてください。',
    ],
    en: [
      'Some files at the place are damaged.',
      'Read again, they are not what was handed over, and no other place could repair them.',
      'See whether another place holds sound ones and tell your support. Consider replacing the disk there.',
    ],
  },
  VAULT_PLACE_LOG_REFUSED: {
    ja: [
      'バックアップ専用機が、改ざん防止の記録を認めませんでした。',
      '前に見た記録の続きになっていません。復旧キットで戻したあとは、いつもこうなります。覚えがないときは、記録が切り取られたか、差し替えられたおそれがあります。',
      '自分たちで戻したときは、専用機の前で sudo bin/toride keeper follow-log --name 専用機での名前 --code 6桁の番号 を実行してください。覚えがないときは、何も消さず、この機械の写しを取ってから、連絡先に伝えてください。',
    ],
    en: [
      'The Keeper did not sign the ledger.',
      'It does not go on from what the Keeper saw before. After a recovery with the kit that is always so; otherwise it may have been cut off or replaced.',
      'If you recovered this machine yourselves, run at the Keeper: sudo bin/toride keeper follow-log --name OUR-NAME-THERE --code SIX-DIGITS. If not, remove nothing, copy this machine, then tell your support.',
    ],
  },
  VAULT_COPY_FOREIGN: {
    ja: [
      'その保管場所には、コピーできません。',
      '別のバックアップが入っています。何も書き換えていません。',
      '空の保管場所を選ぶか、正しいディスクに取り替えてください。',
    ],
    en: [
      'Nothing was copied to that place.',
      'It holds the backups of something else. Nothing there was changed.',
      'Choose an empty place, or put in the right medium.',
    ],
  },
  VAULT_MEDIUM_NOT_RIGHT: {
    ja: [
      'ディスクを使いませんでした。',
      '今日の番号のディスクではないか、そのままでは使えません。',
      '「交代で使うディスク」の画面に出ていることをしてから、もう一度始めてください。',
    ],
    en: [
      'The medium was not used.',
      'It is not the one of today, or cannot be used as it is.',
      'Do what the check of the media says, then start again.',
    ],
  },
  VAULT_MEDIUM_FULL: {
    ja: [
      'ディスクに入りきりません。',
      '新しいバックアップに必要な空きがありません。',
      'より大きいディスクに取り替えて登録してください。前にコピーした分は無事です。',
    ],
    en: [
      'The medium is full.',
      'It lacks the room for the new backups.',
      'Put a larger one in its place and register it. What was copied before is safe.',
    ],
  },
  VAULT_MEDIUM_GONE: {
    ja: [
      'コピーの途中でディスクが外れました。',
      'ケーブルかカートリッジが抜けたか、ディスクが壊れかけています。',
      '差し直して、もう一度コピーしてください。続きから始まります。くり返すときはディスクを取り替えてください。',
    ],
    en: [
      'The medium went away in the middle.',
      'A cable or the cartridge came off, or it is about to fail.',
      'Connect it again and copy once more: it goes on where it stopped. If it happens again, replace the medium.',
    ],
  },
  VAULT_MEDIUM_DAMAGED: {
    ja: [
      'ディスクの中に、壊れた所があります。',
      '書いたものを読み返すと、違っていました。ディスクの寿命か故障です。',
      'そのディスクを「使用終了」にして、新しいディスクを登録してください。ほかのディスクの分は無事です。',
    ],
    en: [
      'Something on the disk is damaged.',
      'What was written reads back otherwise: the disk is worn out or broken.',
      'Retire this disk and register a new one. What lies on the others is safe.',
    ],
  },
  VAULT_MEDIUM_TAKEN: {
    ja: [
      '登録できませんでした。何も変えていません。',
      'その番号か、そのディスクは、もう登録されています。',
      '一覧でディスクの番号を確かめてください。番号を別のディスクに替えるときは、先に前のものを「紛失」か「使用終了」にします。',
    ],
    en: [
      'It was not registered. Nothing was changed.',
      'That number, or that disk, is registered already.',
      'Look up the number in the list. To give a number to another disk, report the earlier one lost or retired first.',
    ],
  },
  SAMPLE_AS_OF_PAST: {
    ja: [
      '見本の日付を前に戻すことはできません。',
      'すでに後の日付まで作られています。',
      '後の日付を指定するか、空のフォルダーから作り直してください。',
    ],
    en: [
      'The sample cannot go back in time.',
      'It was written up to a later day.',
      'Give a later day, or start in an empty folder.',
    ],
  },
  SAMPLE_FOLDER_FOREIGN: {
    ja: [
      'そのフォルダーには見本を作れません。',
      '見本ではないファイルが入っています。',
      '空のフォルダーを指定してください。',
    ],
    en: ['The sample cannot be written there.', 'The folder holds other files.', 'Name an empty folder.'],
  },
  WEB_PORT_UNAVAILABLE: {
    ja: [
      '画面を開くための番号（ポート）が使えません。',
      '別のプログラムが使っているか、許可がありません。',
      '別のTorideが動いていないか確かめ、または別の番号で起動してください。',
    ],
    en: [
      'The port for the screens cannot be used.',
      'Another program has it, or it is not allowed.',
      'See whether another Toride runs, or start with another port.',
    ],
  },
  VAULT_PLACE_INVALID: {
    ja: [
      '保管場所の指定が正しくありません。',
      'アドレスか、専用機の印の形が違います。',
      'バックアップ専用機の画面に出ているものを、そのまま入れてください。',
    ],
    en: [
      'The place is not given as it must be.',
      'The address or the fingerprint has another form.',
      'Enter them as the Keeper shows them.',
    ],
  },
  VAULT_PLACE_CODE_WRONG: {
    ja: [
      'バックアップ専用機が、1回だけの番号を受け付けませんでした。',
      '番号が違うか、もう使われたか、24時間が過ぎました。',
      'バックアップ専用機で番号を出し直して、入れてください。',
    ],
    en: [
      'The Keeper did not take the one-time code.',
      'It is mistyped, was used, or its 24 hours are over.',
      'Make a new one at the Keeper and enter that.',
    ],
  },
  VAULT_PLACE_REFUSED: {
    ja: [
      '保管場所がバックアップを受け取りませんでした。',
      '容量の約束を超えたか、専用機の決まりに合いませんでした。前に預けたものは残っています。',
      'バックアップ専用機で bin/toride keeper status を見て、連絡先に伝えてください。',
    ],
    en: [
      'The place did not take the backup.',
      'Its quota is used up, or its rules do not allow it. What it took before is kept.',
      'Look at bin/toride keeper status there and tell your support.',
    ],
  },
  VAULT_PLACE_UNTRUSTED: {
    ja: [
      '保管場所の受け取りを信じられません。',
      '受け取りの署名が、登録したバックアップ専用機のものではありません。',
      '登録を変えずに、連絡先に伝えてください。',
    ],
    en: [
      'The receipt of the place cannot be trusted.',
      'It is not signed by the Keeper that was enrolled.',
      'Change nothing and tell your support.',
    ],
  },
} as const satisfies Record<string, ErrorEntry>
