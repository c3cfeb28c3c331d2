/** commands: what root allowed to be started, dumps of databases */
import type { ErrorEntry } from '../errors.ts'

export const commandErrors = {
  COMMANDS_FILE_UNSAFE: {
    ja: [
      '外部の命令を使うのをやめました。',
      '命令を決めたファイル、その命令、または命令が使うファイル（スクリプト、パスワードのファイル）を、管理者（root）以外の人が書き換えられる状態です。',
      '担当者が、ファイルと上のフォルダーの持ち主をrootにし、ほかの人の書き込みを外してください（手引き「データベースと前後の処理」）。',
    ],
    en: [
      'No outside command was started.',
      'Others than root could have written the definitions file, the program, or a file that it uses (a script, a password file).',
      'Give the file and the folders above it to root and take the write right from group and others.',
    ],
  },
  COMMANDS_FILE_WRONG: {
    ja: [
      '命令を決めたファイルを読めません。',
      '無いか、書き方が決まりと違います。',
      '担当者が「toride doctor」で、違う所を確かめて直してください。',
    ],
    en: [
      'The definitions file cannot be read.',
      'It is missing or not written as it must be.',
      'Run toride doctor to see where, and correct it.',
    ],
  },
  COMMANDS_UNKNOWN: {
    ja: [
      '選んだ名前が、いまは決められていません。',
      '命令を決めたファイルから消されたか、名前が変わりました。',
      '担当者が、ファイルに元の名前を戻してください。前のバックアップは無事です。',
    ],
    en: [
      'The chosen name is not defined any more.',
      'It was taken out of the definitions file.',
      'Put it back. Earlier backups are safe.',
    ],
  },
  COMMANDS_TOOL_MISSING: {
    ja: [
      'データベースの道具（または命令）が、このサーバーにありません。',
      'まだ入れていないか、置き場所の書き方が違います。',
      'PostgreSQLなら postgresql-client、MariaDBなら mariadb-client を入れてから、もう一度試してください。',
    ],
    en: [
      'The database tool (or command) is not on this server.',
      'It is not installed, or its path is wrong.',
      'Install postgresql-client or mariadb-client, then try again.',
    ],
  },
  COMMANDS_TOOL_TOO_OLD: {
    ja: [
      'データベースの道具が古すぎます。',
      'データベースのほうが新しいため、取り出せません。',
      'データベースと同じか新しい版の道具を入れ、その置き場所を「tools」に書いてください。',
    ],
    en: [
      'The database tool is too old.',
      'The database is of a newer version.',
      'Install a tool of the same or a newer version and name its folder in "tools".',
    ],
  },
  COMMANDS_RUN_AS_REFUSED: {
    ja: [
      '決められた利用者として命令を始められません。',
      'その利用者がいないか、利用者を切り替える許可がTorideにありません。',
      '「runAs」の名前を確かめるか、パスワードのファイルで入る方法に変えてください。',
    ],
    en: [
      'The command cannot be started as that user.',
      'There is no such user, or Toride may not change to it.',
      'Check "runAs", or sign in with a password file instead.',
    ],
  },
  COMMANDS_TIMED_OUT: {
    ja: [
      '命令が決めた時間の内に終わらなかったため、止めました。',
      'データベースが応えないか、混んでいるか、時間が短すぎます。',
      'データベースが動いているか確かめて、もう一度取ってください。いつも足りないときは「timeoutMinutes」を長くします。',
    ],
    en: [
      'The command did not end in its time and was stopped.',
      'The database hangs or is busy, or the time is too short.',
      'See whether the database works and try again; raise "timeoutMinutes" if it is never enough.',
    ],
  },
  COMMANDS_LOGIN_REFUSED: {
    ja: [
      'データベースに断られました。',
      '利用者名かパスワードが違うか、このサーバーからの接続が許されていません。',
      'パスワードのファイル（本人だけが読める設定か）と、データベース側の許可を確かめてください。',
    ],
    en: [
      'The database refused the sign-in.',
      'User or password is wrong, or it does not admit this server.',
      'Check the password file (readable by its owner only) and what the database admits.',
    ],
  },
  COMMANDS_DATABASE_UNKNOWN: {
    ja: [
      'その名前のデータベースがありません。',
      '名前が違うか、別のサーバーにつながっています。',
      '「database」と「host」を確かめてください。',
    ],
    en: [
      'There is no database of that name.',
      'The name is wrong, or this is another server.',
      'Check "database" and "host".',
    ],
  },
  COMMANDS_DATABASE_BUSY: {
    ja: [
      'データベースの一部が使用中で、取り出せませんでした。',
      'ほかの処理が、表を長くつかんでいます。',
      'その処理が終わる時刻にずらして、もう一度取ってください。診療を止めないよう、こちらからは待ちません。',
    ],
    en: [
      'Part of the database is held by something else.',
      'Another process holds a table for long.',
      'Run at a time when it is over. Toride does not wait, so as not to hold up others.',
    ],
  },
  COMMANDS_NOT_ALLOWED: {
    ja: [
      'データベースに、読む許可のない部分があります。',
      'バックアップ用の利用者の権限が足りません。',
      '電子カルテの会社かデータベースの担当者に、すべてを読むだけの権限を付けてもらってください。',
    ],
    en: [
      'Part of the database may not be read.',
      'The backup account lacks rights.',
      'Ask the vendor to let it read everything (and write nothing).',
    ],
  },
  COMMANDS_UNREACHABLE: {
    ja: [
      'データベースにつながりません。または途中で切れました。',
      '止まっているか、再起動したか、ネットワークが切れています。',
      'データベースが動いているか確かめて、もう一度取ってください。前のバックアップは無事です。',
    ],
    en: [
      'The database cannot be reached, or the line broke.',
      'It is stopped, was restarted, or the network is down.',
      'See whether it works and try again. Earlier backups are safe.',
    ],
  },
  COMMANDS_DUMP_FAILED: {
    ja: [
      'データベースを取り出せませんでした。',
      '取り出す道具が途中で止まりました。',
      '「外部の命令の記録」に道具の言葉が残っています。電子カルテの会社か担当者に見せてください。前のバックアップは無事です。',
    ],
    en: [
      'The database could not be dumped.',
      'The tool ended with an error.',
      'What it said is under Records of outside commands: show it to the vendor. Earlier backups are safe.',
    ],
  },
  COMMANDS_DUMP_CUT: {
    ja: [
      '取り出したデータベースが途中で切れていたため、バックアップにしませんでした。',
      '道具は「終わった」と答えましたが、終わりの印がありません。',
      'もう一度取ってください。くり返すときは「外部の命令の記録」を担当者に見せてください。前のバックアップは無事です。',
    ],
    en: [
      'The dump was cut short and did not become a backup.',
      'The tool said it was done, but the end is missing.',
      'Run it again; if it happens again, show the records of outside commands. Earlier backups are safe.',
    ],
  },
  COMMANDS_PASSWORD_EXPOSED: {
    ja: [
      'パスワードのファイルを使うのをやめました。',
      '無いか、ほかの人も読める状態です。',
      '担当者が「chmod 600 ファイル」で、持ち主だけが読めるようにしてください。',
    ],
    en: ['The password file was not used.', 'It is missing, or others can read it.', 'Close it with chmod 600.'],
  },
  POSIX_SHARE_LOST: {
    ja: [
      '共有フォルダーとのつながりが途中で切れました。',
      '相手の機械が止まったか、ネットワークが切れています。',
      'つながっているか確かめて、もう一度取ってください。続きから始まります。前のバックアップは無事です。',
    ],
    en: [
      'The line to the share broke.',
      'The other machine stopped, or the network is down.',
      'See whether it is there and run again: it goes on where it was. Earlier backups are safe.',
    ],
  },
  VAULT_SHARE_NOT_MOUNTED: {
    ja: [
      '共有フォルダーがつながっていません。',
      'このサーバーにマウントされていないか、別の共有フォルダーがつながっています。',
      '相手の機械の電源とネットワークを確かめ、担当者に「mount」の状態を見てもらってください。前のバックアップは無事です。',
    ],
    en: [
      'The share is not mounted.',
      'Nothing is mounted there, or another share is.',
      'Check the other machine and the network, and have the mount looked at. Earlier backups are safe.',
    ],
  },
  VAULT_SHARE_OUT_OF_HOURS: {
    ja: [
      '共有フォルダーを読んでよい時間が終わりました。',
      '会社と決めた時間の外には読みません。',
      '読めたところまでは無駄になりません。決めた時間の中で始まるように「毎日取る時刻」を直してください。足りないときは会社と時間を決め直します。',
    ],
    en: [
      'The hours in which the share may be read are over.',
      'Outside the agreed hours nothing is read.',
      'What was read is not lost. Start within the hours, or agree on longer ones.',
    ],
  },
  VAULT_DUMPS_STILL_WRITTEN: {
    ja: [
      'ほかのソフトが6時間たっても書き終わりませんでした。',
      '書きかけのものは、バックアップにしません。',
      'そのソフトが止まっていないか確かめ、「毎日取る時刻」を遅らせてください。前のバックアップは無事です。',
    ],
    en: [
      'Another program had not finished writing after six hours.',
      'Nothing half-written becomes a backup.',
      'See whether it hangs, and set a later time. Earlier backups are safe.',
    ],
  },
  VAULT_HOOK_BEFORE_FAILED: {
    ja: [
      '前の処理が失敗したため、バックアップを取りませんでした。',
      '決められた命令が「失敗」と答えました。',
      '「外部の命令の記録」で言葉を確かめ、担当者に見せてください。前のバックアップは無事です。',
    ],
    en: [
      'No backup was taken: the command before it failed.',
      'It ended with an error.',
      'Read what it said under Records of outside commands and show it to whoever looks after the server.',
    ],
  },
  VAULT_HOOK_AFTER_FAILED: {
    ja: [
      '後の処理が失敗しました。',
      '止めたシステムが、止まったままかもしれません。',
      'まず電子カルテなどが動いているか確かめ、動いていなければ担当者を呼んでください。言葉は「外部の命令の記録」にあります。',
    ],
    en: [
      'The command after the backup failed.',
      'What was stopped for it may still stand still.',
      'See first whether the EHR works; if not, call whoever looks after it. What was said is under Records of outside commands.',
    ],
  },
} as const satisfies Record<string, ErrorEntry>
