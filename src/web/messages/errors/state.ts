/** db, tlog, journal, access */
import type { ErrorEntry } from '../errors.ts'

export const stateErrors = {
  DB_NEWER: {
    ja: [
      '設定のデータが新しい版のものです。',
      '古い版で開くと壊れるため、止めました。',
      '新しい版のTorideで起動してください。',
    ],
    en: ['The state belongs to a newer version.', 'An older one could harm it.', 'Start the newer version.'],
  },
  DB_MIGRATION_MISMATCH: {
    ja: [
      '設定のデータが、この版と合いません。',
      '更新の途中で別の版が使われました。',
      '更新前の控えから戻すか、正しい版で起動してください。',
    ],
    en: [
      'The state does not fit this version.',
      'Another version was used during an update.',
      'Restore the copy made before it, or start the right version.',
    ],
  },
  DB_DAMAGED: {
    ja: [
      '設定のデータが壊れています。',
      'ディスクの故障か、急な電源断が疑われます。',
      '控えから戻してください。バックアップそのものは無事です。',
    ],
    en: [
      'The state database is damaged.',
      'The disk may be failing, or power was lost.',
      'Restore its copy. The backups themselves are safe.',
    ],
  },
  DB_BUSY: {
    ja: ['いま混み合っています。', 'ほかの処理が書き込んでいます。', '数秒待って、もう一度試してください。'],
    en: ['Busy at the moment.', 'Something else is writing.', 'Wait some seconds and try again.'],
  },
  DB_UNREACHABLE: {
    ja: [
      '設定のデータベースにつながりません。',
      'データベースが止まっているか、ネットワークが切れています。',
      'データベースの動きを確かめてください。',
    ],
    en: ['The state database cannot be reached.', 'It is down, or the network is.', 'Check that it is running.'],
  },
  DB_DENIED: {
    ja: ['設定のデータベースに断られました。', '利用者名かパスワードが違います。', '接続の設定を確かめてください。'],
    en: ['The state database refused.', 'User or password is wrong.', 'Check the connection settings.'],
  },
  DB_CONFLICT: {
    ja: [
      'ほかの方が先に変えたため、保存しませんでした。',
      '同じものが同時に変えられました。',
      '画面を読み込み直し、もう一度変えてください。',
    ],
    en: [
      'Not saved: somebody else changed it first.',
      'The same thing was changed twice at once.',
      'Reload the page and change it again.',
    ],
  },
  TLOG_MALFORMED: {
    ja: [
      '改ざん防止の記録を読み取れません。',
      '書き方が壊れています。',
      'このサーバーを変更せず、連絡先に伝えてください。',
    ],
    en: ['The ledger cannot be read.', 'It is malformed.', 'Leave this server as it is and call your support.'],
  },
  TLOG_TILE_MISSING: {
    ja: [
      '改ざん防止の記録の一部がありません。',
      'ファイルが消されたか、無くなりました。',
      'このサーバーを変更せず、連絡先に伝えてください。',
    ],
    en: [
      'A part of the ledger is missing.',
      'A file was removed or lost.',
      'Leave this server as it is and call your support.',
    ],
  },
  TLOG_SIGNATURE_INVALID: {
    ja: [
      '改ざん防止の記録の署名が合いません。',
      '記録が書き換えられたおそれがあります。',
      'このサーバーを変更せず、印刷した控えと見比べて、連絡先に伝えてください。',
    ],
    en: [
      'The signature of the ledger is wrong.',
      'The record may have been rewritten.',
      'Leave this server as it is, compare the printed checkpoint, call your support.',
    ],
  },
  JOURNAL_NOT_FOUND: {
    ja: [
      '改ざん防止の記録がありません。',
      '消されたか、場所が違います。',
      'データの置き場所を確かめ、連絡先に伝えてください。',
    ],
    en: [
      'There is no ledger.',
      'It was removed, or the place is wrong.',
      'Check the data folder and call your support.',
    ],
  },
  JOURNAL_EXISTS: {
    ja: ['改ざん防止の記録は、すでにあります。', '2つ作ることはできません。', 'そのまま使ってください。'],
    en: ['There is a ledger already.', 'There cannot be two.', 'Use it as it is.'],
  },
  JOURNAL_DAMAGED: {
    ja: [
      '改ざん防止の記録が壊れています。',
      '途中が書き換わったか、ディスクが傷んでいます。',
      'このサーバーを変更せず、連絡先に伝えてください。',
    ],
    en: [
      'The ledger is damaged.',
      'It was altered, or the disk is failing.',
      'Leave this server as it is and call your support.',
    ],
  },
  JOURNAL_BUSY: {
    ja: [
      'ほかの処理が記録を書いています。',
      '2つの処理が同時には書けません。',
      'しばらく待って、もう一度試してください。',
    ],
    en: ['Something else is writing to the ledger.', 'Only one process may write.', 'Wait a little and try again.'],
  },
  JOURNAL_KEY_MISSING: {
    ja: [
      '記録に署名する鍵がありません。',
      '鍵のファイルが無くなっています。',
      '保管している控えから鍵を戻してください。',
    ],
    en: ['The signing key of the ledger is missing.', 'Its file is gone.', 'Bring it back from the recovery copy.'],
  },
  JOURNAL_ENTRY_INVALID: {
    ja: [
      '記録に書けない内容でした。',
      '決まりに合わない項目があります。',
      'もう一度試し、続くときは連絡先に伝えてください。',
    ],
    en: [
      'This cannot be written to the ledger.',
      'A field breaks the rules.',
      'Try again; if it stays, tell your support.',
    ],
  },
  JOURNAL_ENTRY_TOO_LARGE: {
    ja: ['長すぎて記録に書けません。', '1件の上限を超えています。', '理由などの文字を短くしてください。'],
    en: ['Too long for the ledger.', 'One entry has a limit.', 'Shorten the text.'],
  },
  JOURNAL_CLOSED: {
    ja: [
      '停止の途中のため、受け付けませんでした。',
      'サーバーが終了しようとしています。',
      '起動し直してから、もう一度操作してください。',
    ],
    en: ['Not accepted: the server is stopping.', 'It is being shut down.', 'Do it again after it has started.'],
  },
  ACCESS_LOGIN_NAME_TAKEN: {
    ja: ['その利用者名は使われています。', '同じ名前の方がいます。', '別の利用者名にしてください。'],
    en: ['That user name is taken.', 'Somebody has it already.', 'Choose another.'],
  },
  ACCESS_LOGIN_NAME_INVALID: {
    ja: ['その利用者名は使えません。', '使える文字が決まっています。', '半角の英字と数字で入力してください。'],
    en: ['That user name cannot be used.', 'Only some characters are allowed.', 'Use letters and digits.'],
  },
  ACCESS_PASSWORD_WEAK: {
    ja: ['そのパスワードは弱すぎます。', '短いか、よく使われる言葉です。', '13文字以上の、別のものにしてください。'],
    en: ['That password is too weak.', 'It is short or common.', 'Use another of at least 13 characters.'],
  },
  ACCESS_PASSWORD_WRONG: {
    ja: [
      'パスワードが違います。',
      '登録されたものと一致しません。',
      '入力し直してください。分からないときは管理者に頼んでください。',
    ],
    en: ['The password is wrong.', 'It is not the one on record.', 'Type it again, or ask an administrator.'],
  },
  ACCESS_PERSON_NOT_FOUND: {
    ja: [
      'その利用者は見つかりません。',
      '消されたか、アドレスが違います。',
      '「利用者」の一覧から選び直してください。',
    ],
    en: ['There is no such person.', 'They were removed, or the address is wrong.', 'Choose again from People.'],
  },
  ACCESS_LAST_ADMINISTRATOR: {
    ja: [
      '最後の管理者は変えられません。',
      '管理者がいなくなると、誰も直せなくなります。',
      '先に別の方を管理者にしてください。',
    ],
    en: [
      'The last administrator cannot be changed.',
      'Nobody could put things right.',
      'Make somebody else an administrator first.',
    ],
  },
  ACCESS_ROLES_INVALID: {
    ja: [
      'その職種と担当は組み合わせられません。',
      '業者の方には点検者以外の担当を付けられません。',
      '職種か担当を選び直してください。',
    ],
    en: ['These roles do not go together.', 'A vendor may only be an inspector.', 'Choose other roles.'],
  },
  ACCESS_KEYS_LOCKED: {
    ja: [
      'カルテの鍵が閉じています。',
      '起動し直したあと、まだ誰も開けていません。',
      'カルテを見られる方がサインインし直してください。',
    ],
    en: [
      'The chart keys are closed.',
      'Nobody has opened them since the restart.',
      'Let somebody who may see charts sign in again.',
    ],
  },
  ACCESS_KEY_RING_DAMAGED: {
    ja: [
      '鍵の束を開けません。',
      'ファイルが壊れているか、書き換わっています。',
      '保管している控えから戻してください。',
    ],
    en: ['The key ring cannot be opened.', 'Its file is damaged or altered.', 'Bring it back from the recovery copy.'],
  },
  ACCESS_SYSTEM_KEY_EXPOSED: {
    ja: [
      '鍵のファイルを、ほかの人も読めます。',
      'ファイルの許可が広すぎます。',
      '管理者だけが読めるように、許可を直してください。',
    ],
    en: ['Others can read the key file.', 'Its permissions are too wide.', 'Allow only the administrator to read it.'],
  },
  VERIFIER_FOLDER_FOREIGN: {
    ja: [
      'この検査機は、まだ登録されていません。',
      '指定されたフォルダーに、登録の控えがありません。',
      'bin/toride verifier enrol で登録するか、--data で正しいフォルダーを指定してください。',
    ],
    en: [
      'This verifier is not enrolled yet.',
      'The folder holds no enrolment.',
      'Run bin/toride verifier enrol, or give the right folder with --data.',
    ],
  },
  VERIFIER_FOLDER_IN_USE: {
    ja: [
      'この検査機では、もう検査が動いています。',
      '同じフォルダーを使えるのは、一度に1つだけです。',
      '終わるのを待って、もう一度実行してください。',
    ],
    en: [
      'A verification is running on this machine already.',
      'One process at a time may use the folder.',
      'Wait until it has ended and run it again.',
    ],
  },
  VERIFIER_FILE_DAMAGED: {
    ja: [
      '検査機の控えのファイルが読めません。',
      'ファイルが壊れているか、手で書き換えられました。',
      'ファイルを消さずに、連絡先に伝えてください。登録し直すこともできます。',
    ],
    en: [
      'A file of the verifier cannot be read.',
      'It is damaged or was changed by hand.',
      'Keep the file and tell your support. Enrolling anew is possible too.',
    ],
  },
  VERIFIER_PASSWORD_MISSING: {
    ja: [
      'このバックアップは検査できませんでした。',
      '開くためのパスワードを、この検査機にまだ入れていません。',
      '本番のサーバーで bin/toride keys show を実行し、出たパスワードを bin/toride verifier password で入れてください。',
    ],
    en: [
      'This backup could not be verified.',
      'Its password was not given to this verifier yet.',
      'Run bin/toride keys show on the production server and enter it with bin/toride verifier password.',
    ],
  },
  VERIFIER_REFUSED: {
    ja: [
      'バックアップ専用機が、検査の結果を受け付けませんでした。',
      'この検査機の登録が止められたか、時計が1日を超えて進んでいるか、専用機の答えが決まりに合いません。',
      'この検査機の時計を確かめ、バックアップ専用機で bin/toride keeper status を見てください。',
    ],
    en: [
      'The Keeper did not take what the verifier sent.',
      'The enrolment was ended, the clock here is more than a day ahead, or the answer of the Keeper is malformed.',
      'Check the clock of this machine, and run bin/toride keeper status at the Keeper.',
    ],
  },
  KEEPER_NOT_FOUND: {
    ja: [
      'このフォルダーは、バックアップ専用機のものではありません。',
      'まだ作っていないか、場所の指定が違います。',
      'はじめてなら bin/toride keeper init を、そうでなければ --data の場所を確かめてください。',
    ],
    en: [
      'This folder is not a Keeper’s.',
      'It was not made yet, or the place is wrong.',
      'Run bin/toride keeper init the first time; otherwise check --data.',
    ],
  },
  KEEPER_EXISTS: {
    ja: [
      'バックアップ専用機は、もうここにあります。',
      '同じ場所に2つは作れません。何も変えていません。',
      'bin/toride keeper start で始めるか、--data で別の場所を指定してください。',
    ],
    en: [
      'A Keeper is here already.',
      'Two cannot share a place. Nothing was changed.',
      'Start it with bin/toride keeper start, or give another place with --data.',
    ],
  },
  KEEPER_NOT_RUNNING: {
    ja: [
      'バックアップ専用機が動いていません。',
      '設定の変更は、動いている専用機の前でだけできます。',
      '別の画面で bin/toride keeper start を始めてから、もう一度実行してください。',
    ],
    en: [
      'The Keeper is not running.',
      'Settings are changed at the running Keeper only.',
      'Run bin/toride keeper start in another window, then this again.',
    ],
  },
  KEEPER_FILE_DAMAGED: {
    ja: [
      'バックアップ専用機の設定を読めません。',
      '設定のファイルが壊れたか、書き換えられました。バックアップは消えていません。',
      'この機械の電源を切らずに、連絡先に伝えてください。',
    ],
    en: [
      'The Keeper’s settings cannot be read.',
      'A settings file is damaged or was changed. No backup is lost.',
      'Leave the machine on and call your support.',
    ],
  },
  ACCESS_DENIED: {
    ja: [
      'あなたの役割ではできません。',
      '職種と担当によって、できることが決まっています。',
      '必要なときは、管理者に頼んでください。',
    ],
    en: [
      'Your role does not allow this.',
      'Profession and duty decide what each person may do.',
      'Ask an administrator if you need it.',
    ],
  },
  ACCESS_LOCKED_OUT: {
    ja: [
      '間違いが続いたため、しばらく受け付けません。',
      '推測による侵入を防ぐためです。',
      '時間をおいて、もう一度お試しください。',
    ],
    en: ['Nothing is accepted for a while after wrong attempts.', 'This keeps guessers out.', 'Wait, then try again.'],
  },
} as const satisfies Record<string, ErrorEntry>
