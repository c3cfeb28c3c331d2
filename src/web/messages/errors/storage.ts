/** base, storage, posix, restic */
import type { ErrorEntry } from '../errors.ts'

export const storageErrors = {
  BASE_BUG: {
    ja: [
      '処理を続けられませんでした。',
      'Torideの中に誤りがあります。',
      '同じ操作をもう一度試し、続くときは画面を印刷して連絡先に伝えてください。',
    ],
    en: [
      'The work could not go on.',
      'There is a fault in Toride.',
      'Try once more; if it stays, print this page and tell your support.',
    ],
  },
  BASE_CANCELLED: {
    ja: [
      '途中で取りやめました。',
      '取りやめの操作か、停止の合図がありました。',
      '必要なら、もう一度はじめてください。途中までの分は次に生かされます。',
    ],
    en: [
      'It was cancelled.',
      'Somebody cancelled it, or the server was stopped.',
      'Start again if needed; what was done so far is used.',
    ],
  },
  BASE_CONFIG_INVALID: {
    ja: [
      '設定を読み取れません。',
      '設定の書き方が決まりと違います。',
      '直前に変えた設定を確かめ、元に戻してください。',
    ],
    en: ['The settings cannot be read.', 'They break the rules.', 'Check what was changed last and put it back.'],
  },
  STORAGE_NOT_FOUND: {
    ja: [
      '保管場所に、あるはずのファイルがありません。',
      '消されたか、保管場所がつながっていません。',
      '保管場所がつながっているか確かめ、「中身をすべて確かめる」を実行してください。',
    ],
    en: [
      'A file that should be at the storage place is not there.',
      'It was removed, or the place is not connected.',
      'Check the connection, then run a content check.',
    ],
  },
  STORAGE_EXISTS: {
    ja: [
      '同じ名前のファイルがすでにあるため、書き込みませんでした。',
      '別の処理が先に書き込みました。',
      'しばらく待って、もう一度実行してください。',
    ],
    en: [
      'A file of that name exists, so nothing was written.',
      'Something else wrote it first.',
      'Wait a little and try again.',
    ],
  },
  STORAGE_TRUNCATED: {
    ja: [
      '保管場所のファイルが途中で切れています。',
      '書き込みの途中で電源が切れたか、ディスクが傷んでいます。',
      '「中身をすべて確かめる」を実行し、ディスクの点検を頼んでください。',
    ],
    en: [
      'A file at the storage place is cut off.',
      'Power was lost while writing, or the disk is failing.',
      'Run a content check and have the disk examined.',
    ],
  },
  STORAGE_FULL: {
    ja: [
      '保管場所がいっぱいです。',
      '空きが足りず、続きを書き込めません。',
      '保管場所の空きを増やしてから、もう一度実行してください。今までのバックアップは無事です。',
    ],
    en: [
      'The storage place is full.',
      'There is no room to go on.',
      'Make room and run again. Earlier backups are safe.',
    ],
  },
  STORAGE_DENIED: {
    ja: [
      '保管場所を使う許可がありません。',
      'フォルダーの許可の設定で止められました。',
      'このサーバーの担当者に、保管場所を読み書きする許可を確かめてもらってください。',
    ],
    en: [
      'Access to the storage place was denied.',
      'Its permissions do not allow it.',
      'Have the permissions checked by whoever runs this server.',
    ],
  },
  STORAGE_UNREACHABLE: {
    ja: [
      '保管場所につながりません。',
      'ケーブル、電源、ネットワークのどこかが切れています。',
      '保管場所の電源とケーブルを確かめ、しばらくしてもう一度実行してください。',
    ],
    en: [
      'The storage place cannot be reached.',
      'A cable, power or the network is down.',
      'Check power and cables, then try again.',
    ],
  },
  STORAGE_LOCKED_UNTIL: {
    ja: [
      '消せません。',
      '決めた日まで消せない期限が付いています。',
      '期限の日まで待ってください。これは正しい動きです。',
    ],
    en: ['It cannot be deleted.', 'It is locked until a set day.', 'Wait until that day. This is as it should be.'],
  },
  STORAGE_READ_ONLY: {
    ja: [
      '書き込めません。',
      '書き込む先のディスクが、読み取り専用になっています。',
      'ディスクの書き込み禁止の設定と、故障の有無を確かめてください。',
    ],
    en: [
      'It cannot be written.',
      'The disk it goes to is read-only.',
      'Check its write protection and whether the disk is failing.',
    ],
  },
  STORAGE_FAILED: {
    ja: [
      '保管場所の読み書きに失敗しました。',
      'ディスクか接続に異常があります。',
      'ディスクの点検を頼み、別の保管場所の用意を急いでください。',
    ],
    en: [
      'Reading or writing at the storage place failed.',
      'The disk or its connection is faulty.',
      'Have the disk examined and prepare another place soon.',
    ],
  },
  STORAGE_NOT_A_FOLDER: {
    ja: [
      '指定した場所はフォルダーではありません。',
      'ファイルか、別の種類のものが置かれています。',
      'フォルダーの場所を指定し直してください。',
    ],
    en: ['That place is not a folder.', 'A file or something else is there.', 'Name a folder.'],
  },
  STORAGE_S3_BUCKET_WRONG: {
    ja: [
      'クラウドの保管場所（バケット）が見つかりません。',
      'バケットの名前か、地域（リージョン）の指定が違います。',
      '保管サービスの画面で名前と地域を確かめ、設定を直してください。',
    ],
    en: [
      'The bucket was not found.',
      'Its name or its region is wrong.',
      'Compare both with the provider’s console and correct the settings.',
    ],
  },
  STORAGE_S3_CLOCK_OFF: {
    ja: [
      '保管サービスと、このサーバーの時計が合っていません。',
      '時計がずれていると、消せない期限が正しく付きません。',
      'このサーバーの時計を合わせてから、もう一度実行してください。',
    ],
    en: [
      'The clocks of the storage service and of this server differ.',
      'Locks would end at a wrong time.',
      'Set this server’s clock and try again.',
    ],
  },
  STORAGE_S3_READ_BACK_DIFFERS: {
    ja: [
      '保管サービスに書いたものが、送ったものと違います。',
      '書いた直後に読み返して、くらべて分かりました。',
      'この保管場所は使わず、保管サービスの会社に問い合わせてください。',
    ],
    en: [
      'What the storage service holds is not what was sent.',
      'It was read back and compared right after writing.',
      'Do not use this place; ask the provider.',
    ],
  },
  STORAGE_S3_LOCK_MISSING: {
    ja: [
      'この保管場所では、消せない期限を付けられません。',
      'バケットの「オブジェクトロック」が有効になっていません。',
      'オブジェクトロックを有効にした新しいバケットを作り、それを指定してください。',
    ],
    en: [
      'Nothing can be locked at this place.',
      'The bucket was made without Object Lock.',
      'Make a new bucket with Object Lock and name that one.',
    ],
  },
  STORAGE_S3_LOCK_IGNORED: {
    ja: [
      'この保管場所は、消せない期限を守りません。',
      '期限を付けたはずの試しのファイルが、消せたか、期限が付いていませんでした。',
      'この保管場所は使わないでください。オブジェクトロックを本当に守る保管サービスを選んでください。',
    ],
    en: [
      'This place does not keep its locks.',
      'A test file that was to be locked could be removed, or had no lock.',
      'Do not use it. Choose a service that really keeps Object Lock.',
    ],
  },
  STORAGE_S3_CREDENTIALS_TOO_STRONG: {
    ja: [
      'この接続の鍵（アクセスキー）は、できることが多すぎます。',
      '盗まれると、バケットの決まりや期限の扱いを変えられてしまいます。',
      'ファイルの読み書きと期限を付けることだけができる鍵を作り、それを登録してください。',
    ],
    en: [
      'This access key may do too much.',
      'Whoever stole it could change the bucket’s rules or how locks are treated.',
      'Make a key that may only read, write and lock files, and enter that one.',
    ],
  },
  STORAGE_CREDENTIALS_WRONG: {
    ja: [
      '保管場所に入れませんでした。',
      '保管場所に登録した名前かパスワードが違います。',
      '保管場所の名前とパスワードを確かめて、入れ直してください。',
    ],
    en: [
      'The storage place did not let us in.',
      'The name or password for it is wrong.',
      'Check the name and password of the storage place and enter them again.',
    ],
  },
  STORAGE_CERTIFICATE_WRONG: {
    ja: [
      '保管場所が本物かどうか確かめられないので、つなぎませんでした。',
      'サーバーの証明書が、登録したものと違うか、信頼できないものです。',
      '保管場所の証明書を替えたか担当者に確かめてください。替えていないなら、登録を変えずに連絡先へ伝えてください。',
    ],
    en: [
      'No connection was made: the storage place could not prove what it is.',
      'Its certificate is not the registered one, or is not to be trusted.',
      'Ask whoever runs it whether the certificate was replaced. If not, change nothing and tell your support.',
    ],
  },
  RESTIC_NO_REPOSITORY: {
    ja: [
      'ここにはバックアップの置き場がありません。',
      '場所が違うか、まだ作られていません。',
      '場所を確かめてください。はじめてなら、先に作る操作をしてください。',
    ],
    en: [
      'There is no repository here.',
      'The place is wrong, or none was made yet.',
      'Check the place, or create one first.',
    ],
  },
  RESTIC_REPOSITORY_EXISTS: {
    ja: [
      'ここにはすでにバックアップの置き場があります。',
      '同じ場所に2つは作れません。',
      'そのまま使うか、別の空のフォルダーを指定してください。',
    ],
    en: ['There is a repository here already.', 'A place holds only one.', 'Use it, or name another empty folder.'],
  },
  RESTIC_WRONG_PASSWORD: {
    ja: [
      'バックアップの鍵が合いません。',
      'パスワードが違うか、鍵のファイルが無くなっています。',
      '控えのパスワードを確かめて、入力し直してください。',
    ],
    en: [
      'The key does not fit the repository.',
      'The password is wrong, or its key file is gone.',
      'Check the password that was kept and type it again.',
    ],
  },
  RESTIC_VERSION_UNKNOWN: {
    ja: [
      'この形式のバックアップは読めません。',
      '新しい版で作られています。',
      'Torideを新しい版にしてから、もう一度開いてください。',
    ],
    en: ['This form of repository cannot be read.', 'A newer version made it.', 'Update Toride and open it again.'],
  },
  RESTIC_LOCKED: {
    ja: [
      'ほかの作業が使っています。',
      '別のバックアップか確認が動いています。',
      '終わるまで待ってください。動いていないはずなら、担当者に古い印を外してもらってください。',
    ],
    en: [
      'Something else is using the repository.',
      'Another backup or check is running.',
      'Wait for it. If nothing runs, have the stale lock removed.',
    ],
  },
  RESTIC_DAMAGED: {
    ja: [
      'バックアップの一部が壊れています。',
      '中身が、取ったときの印と一致しません。',
      '壊れた部分は使いません。別の日のバックアップで見て、ディスクの点検を頼んでください。',
    ],
    en: [
      'A part of the backup is damaged.',
      'Its content does not match its hash.',
      'It is not used. Read from the backup of another day and have the disk examined.',
    ],
  },
  RESTIC_BLOB_MISSING: {
    ja: [
      'バックアップの部品が足りません。',
      '保管場所のファイルが消えたか、壊れています。',
      '別の日のバックアップで見て、「中身をすべて確かめる」を実行してください。',
    ],
    en: [
      'A part of the backup is missing.',
      'A file at the place vanished or is damaged.',
      'Read from the backup of another day and run a content check.',
    ],
  },
  RESTIC_HOSTILE: {
    ja: [
      '危険な内容のため、開くのを止めました。',
      '決まりを外れた名前や大きさが見つかりました。',
      'この置き場を使わず、担当者に連絡してください。',
    ],
    en: [
      'Opening was stopped because of dangerous content.',
      'Names or sizes break the rules.',
      'Do not use this repository; call your support.',
    ],
  },
  RESTIC_SNAPSHOT_NOT_FOUND: {
    ja: [
      'そのバックアップは見つかりません。',
      '番号が違うか、期限が来て消えています。',
      '「バックアップ」の一覧から選び直してください。',
    ],
    en: ['There is no such backup.', 'The number is wrong, or it has expired.', 'Choose again from the list.'],
  },
  RESTIC_TOO_LARGE: {
    ja: [
      '大きすぎるため、開くのを止めました。',
      '決めた上限を超えています。',
      '担当者に連絡し、内容を確かめてもらってください。',
    ],
    en: ['It is too large to be opened.', 'It exceeds the limit.', 'Have its content examined by your support.'],
  },
  RESTIC_NOT_VERIFIED: {
    ja: [
      '書き込む前の確認に合格しませんでした。',
      'メモリーかCPUの異常が疑われます。',
      'このバックアップは使われません。サーバーの点検を頼んでください。',
    ],
    en: [
      'The check before writing failed.',
      'Memory or processor may be faulty.',
      'This backup is not used. Have the server examined.',
    ],
  },
  RESTIC_SOURCE_MISSING: {
    ja: [
      'バックアップするものが見つかりません。',
      'フォルダーが無いか、つながっていません。',
      'フォルダーの場所と、共有の接続を確かめてください。',
    ],
    en: [
      'What should be backed up is not there.',
      'The folder is gone or not connected.',
      'Check the folder and its network share.',
    ],
  },
  RESTIC_KEY_IN_USE: {
    ja: ['使っている鍵は消せません。', '今この鍵で開いています。', '別の鍵で開き直してから消してください。'],
    en: ['The key in use cannot be removed.', 'The repository is open with it.', 'Open it with another key first.'],
  },
  RESTIC_WORKER_FAILED: {
    ja: [
      'バックアップの作業が途中で止まりました。',
      '作業をする部分が異常終了しました。',
      'もう一度実行してください。続くときは連絡先に伝えてください。',
    ],
    en: [
      'The backup stopped halfway.',
      'A worker ended unexpectedly.',
      'Run it again; if it stays, tell your support.',
    ],
  },
  RESTIC_PATH_NOT_FOUND: {
    ja: [
      'その場所のファイルは、このバックアップにありません。',
      '名前が違うか、その日にはまだありませんでした。',
      '別の日のバックアップで探してください。',
    ],
    en: [
      'That file is not in this backup.',
      'The name is wrong, or it did not exist on that day.',
      'Look in the backup of another day.',
    ],
  },
  RESTIC_LOCK_LOST: {
    ja: [
      '作業中の印が消されたため、止めました。',
      'ほかの作業が印を外したか、長く止まっていました。',
      'ほかの作業が無いことを確かめて、もう一度実行してください。',
    ],
    en: [
      'The work was stopped because its lock vanished.',
      'Something removed the lock, or the machine slept.',
      'Make sure nothing else runs, then try again.',
    ],
  },
  RESTIC_NOT_RESTORED: {
    ja: [
      '一部を元へ戻せませんでした。',
      '書き込み先の許可か、壊れた部品が原因です。',
      '表示された一覧を確かめ、別の日のバックアップからも試してください。',
    ],
    en: [
      'Some things could not be restored.',
      'The target refused them, or parts are damaged.',
      'See the list, and try the backup of another day.',
    ],
  },
  RESTIC_NAME_TAKEN: {
    ja: [
      '復元先では同じ名前になる2つのファイルがあります。',
      '復元先のディスク（exFATなど）は、大文字と小文字などを区別しません。先の1つだけを書きました。',
      '一覧のファイルを、別のフォルダーか、区別するディスク（ext4など）へ復元してください。',
    ],
    en: [
      'Two files have the same name for the target.',
      'Its disk (exFAT and the like) does not tell capital letters apart. Only the first of the two was written.',
      'Restore the file on the list into another folder, or to a disk that tells them apart (ext4).',
    ],
  },
  STORAGE_MEDIUM_NOT_OPENED: {
    ja: [
      'ディスクを開けません。',
      '開く許可か、形式（exFAT・NTFS）を扱うプログラムが無いか、ディスクの中が壊れています。',
      '別のディスクで試し、それも開けないときは連絡先に伝えてください。中身は書き換えていません。',
    ],
    en: [
      'The medium cannot be opened.',
      'The right or the program for its format (exFAT, NTFS) is missing, or it is damaged inside.',
      'Try another medium; if that fails too, tell your support. Nothing on it was changed.',
    ],
  },
  STORAGE_MEDIUM_IN_USE: {
    ja: [
      'ディスクはまだ取り外せません。',
      'ほかの作業が使っています。',
      '作業が終わるのを待って、もう一度「取り外す」を押してください。',
    ],
    en: [
      'The medium cannot be taken off yet.',
      'Something else is using it.',
      'Wait until that has ended, then try once more.',
    ],
  },
} as const satisfies Record<string, ErrorEntry>
