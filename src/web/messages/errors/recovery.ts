import type { ErrorEntry } from '../errors.ts'

/** The way back: restores, gates, terminals. */
export const recoveryErrors = {
  RECOVERY_NEEDS_CASE: {
    ja: [
      '元の場所へは、まだ戻せません。',
      '元の場所に書く前に、何が起きたのかを決める必要があります。攻撃の跡を消すと、原因がわからなくなります。',
      '「復旧の道すじ」を開いて、始めてください。新しい場所への復元と、カルテの閲覧は今すぐできます。',
    ],
    en: [
      'Nothing can be restored over the old place yet.',
      'What happened has to be decided first: who overwrites the traces of an attack never learns its cause.',
      'Open "The way back" and begin. Restoring to a new place and reading charts work now.',
    ],
  },
  RECOVERY_NEEDS_EVIDENCE: {
    ja: [
      '元の場所へは、まだ戻せません。証拠が残されていません。',
      '侵入経路の通信記録などを残す前に上書きすると、原因がわからないままになり、また入られます。',
      '「復旧の道すじ」で、残した証拠（何を・どこに・だれが）を書いてください。残せないときは、理由を書いて別の人が認めます。',
    ],
    en: [
      'Nothing can be restored over the old place yet: no evidence is preserved.',
      'Overwriting before the logs of the way in are kept leaves the cause unknown, and the way in open.',
      'Enter on "The way back" what was preserved, where and by whom. Where nothing can be, give the reason and let another person agree.',
    ],
  },
  RECOVERY_NEEDS_SCAN: {
    ja: [
      '元の場所へは、まだ戻せません。',
      '戻すバックアップに悪いプログラムが残っていないことを、だれも確かめていません。',
      '「感染前のバックアップを選ぶ」で戻すものを決め、検査の結果を「復旧の道すじ」に書いてください。',
    ],
    en: [
      'Nothing can be restored over the old place yet.',
      'Nobody has checked that the backup to go back to holds no malware.',
      'Decide for a backup on "Choose the clean backup", then enter the result of the scan on "The way back".',
    ],
  },
  RECOVERY_NEEDS_ISOLATED: {
    ja: [
      '元の場所へは、まだ戻せません。',
      '切り離した場所で一度も復元していません。',
      'まず新しい場所へ復元し、全部が照合に合格したら、「復旧の道すじ」で先へ進んでください。',
    ],
    en: [
      'Nothing can be restored over the old place yet.',
      'It was not restored apart from production even once.',
      'Restore it to a new place; when every byte was compared, go on on "The way back".',
    ],
  },
  RECOVERY_LOOKS_LIKE_ATTACK: {
    ja: [
      '「攻撃ではない」とは始められません。',
      '攻撃の兆しが出ているか、削除が止められています。',
      '兆しを確かめて「ふだんの作業」と決めるか、「攻撃かもしれない」で始めてください。',
    ],
    en: [
      'This cannot be begun as "no attack".',
      'Signs of an attack stand, or expiry is frozen.',
      'Look at the signs and clear them, or begin as "perhaps an attack".',
    ],
  },
  RECOVERY_EVIDENCE_MISSING: {
    ja: [
      '先へ進めません。証拠が一つも書かれていません。',
      '何を残したかが無いと、後でだれも確かめられません。',
      '残したものを一つ以上書くか、「残せない」と申し出て、別の人に認めてもらってください。',
    ],
    en: [
      'This gate cannot be passed: no evidence is entered.',
      'Without it nobody can check later what was kept.',
      'Enter at least one thing that was preserved, or ask to go on without and let another person agree.',
    ],
  },
  RECOVERY_SAME_PERSON: {
    ja: [
      '同じ人が続けて認めることはできません。',
      '一人の思い込みや、盗まれたアカウントで先へ進まないためです。',
      '別の人がサインインして認めてください（申し出た日より前からアカウントのある人）。ほかに人がいないときだけ、翌日以降に同じ人が認められます。',
    ],
    en: [
      'The same person cannot agree to what they asked for.',
      'One mistake, or one stolen account, must not be enough.',
      'Let another person, whose account is older than the day of asking, sign in and agree. Only where there is nobody else, the same one can on a later day.',
    ],
  },
  RECOVERY_GATE_NOT_YET: {
    ja: [
      'この確認は、まだ先です。',
      '前の確認が済んでいないか、だれかが取り消しました。',
      '「復旧の道すじ」を開き直して、「次にすること」から進めてください。',
    ],
    en: [
      'This gate comes later.',
      'One before it is not passed, or somebody opened it again.',
      'Open "The way back" again and go on with the next step.',
    ],
  },
  RECOVERY_NOT_CHOSEN: {
    ja: [
      'このバックアップは、戻すものとして決められていません。',
      'どのバックアップへ戻すかは、人が名前と理由をつけて決めます。',
      '「感染前のバックアップを選ぶ」で決めてください。',
    ],
    en: [
      'This backup was not decided for.',
      'Which one to go back to is decided by a person.',
      'Decide on "Choose the clean backup".',
    ],
  },
  RECOVERY_SHEETS_OPEN: {
    ja: [
      'まだ照らし合わせていない紙があります。',
      '止まっている間に書いた紙が、電子カルテに入ったか分からないまま進むと、薬やアレルギーが抜けるおそれがあります。',
      '「事後入力」で残りを 0 枚にしてください。残したまま進むときは、わけを書いてください。',
    ],
    en: [
      'Sheets of paper have not been compared yet.',
      'Going on without knowing whether they are in the EHR may lose medicines or allergies.',
      'Bring what is left to zero under back-entry, or write the reason for going on.',
    ],
  },
  RECOVERY_NOT_PROVEN: {
    ja: [
      '先へ進めません。決めたバックアップは、まだ全部を復元できると確かめられていません。',
      '新しい場所への復元か復元テストが、全部の照合まで終わった記録がありません。',
      '決めたバックアップを新しい場所へ復元してください。終わると先へ進めます。',
    ],
    en: [
      'This gate cannot be passed: the chosen backup is not proven to restore.',
      'No restore of all of it to a new place, and no restore test, came to its end.',
      'Restore it to a new place; then go on.',
    ],
  },
  RECOVERY_SCAN_FOUND: {
    ja: [
      '先へ進めません。決めたバックアップから、悪いプログラムが見つかっています。',
      'このまま戻すと、また感染します。',
      'もっと古いバックアップを選ぶか、見つかったものを事業者と確かめてください。',
    ],
    en: [
      'This gate cannot be passed: malware was found in the chosen backup.',
      'Restoring it would infect again.',
      'Choose an older one, or look at what was found with your vendor.',
    ],
  },
  RECOVERY_PLAN_CHANGED: {
    ja: [
      '復元を始めませんでした。',
      '予定を見せた後で、復元先が変わりました。',
      '新しい予定を見て、よければもう一度始めてください。何も書いていません。',
    ],
    en: [
      'The restore was not begun.',
      'The target changed after the plan was shown.',
      'Look at the new plan and begin again. Nothing was written.',
    ],
  },
  RECOVERY_NOTHING_CHOSEN: {
    ja: [
      '何も選ばれていません。',
      '「選ぶ」に印が付いていないか、選んだものがこのバックアップにありません。',
      'バックアップの中身で、要るものの「選ぶ」に印を付けて、もう一度押してください。',
    ],
    en: [
      'Nothing is chosen.',
      'Nothing is ticked, or what was chosen is not in this backup.',
      'Tick what you want in its contents, and press again.',
    ],
  },
  RECOVERY_NOTHING_TO_RESUME: {
    ja: [
      'この復元は、続きから始められません。',
      '終わっているか、今動いています。',
      '復元の一覧で今のようすを確かめてください。',
    ],
    en: ['This restore cannot go on.', 'It ended, or is running now.', 'Look at the list of restores.'],
  },
  RECOVERY_NO_OLD_PLACE: {
    ja: [
      'このバックアップは、元の場所へ直接は戻せません。',
      'データベースの書き出しやほかのシステムから取ったもので、書き戻すフォルダがありません。',
      '新しい場所へ復元して、そのシステムの手順で取り込んでください。',
    ],
    en: [
      'This backup has no old place to be written to.',
      'It is a dump, or came from another system by its interface.',
      'Restore it to a new place and load it as that system wants it.',
    ],
  },
  RECOVERY_TARGET_NOT_HERE: {
    ja: [
      'この場所には復元できません。',
      '「/」で始まる、この機械のフォルダではありません。「C:\\…」や「\\\\サーバー\\共有」は、そのままでは使えません。',
      'ディスクや共有をこの機械につないでもらい、つないだ場所を入れてください（例: /mnt/disk/modoshi）。わからないときは、担当の方に聞いてください。',
    ],
    en: [
      'Nothing can be restored there.',
      'It is no folder of this computer: those begin with "/". "C:\\…" and "\\\\server\\share" cannot be used as they are.',
      'Have the disk or share connected to this computer and give the folder where it lies (such as /mnt/disk/back).',
    ],
  },
  RECOVERY_TARGET_LOCKED: {
    ja: [
      '復元先に書き込めません。',
      '書く権限の無いフォルダか、書き込み禁止のディスクです。',
      '別のフォルダを指定するか、ディスクの書き込み禁止のつまみと、フォルダの権限を担当の方に見てもらってください。',
    ],
    en: [
      'The target cannot be written to.',
      'Nobody here may write into the folder, or its disk is write-protected.',
      'Give another folder, or have the write protection and the rights of the folder looked at.',
    ],
  },
  RECOVERY_TARGET_INVALID: {
    ja: [
      'この場所には復元できません。',
      'この機械を動かすためのフォルダか、砦のデータの中です。',
      '別のディスクなどの、空いているフォルダを指定してください。',
    ],
    en: [
      'Nothing can be restored there.',
      'It belongs to the system of this computer or to Toride itself.',
      'Give a free folder, such as one on another disk.',
    ],
  },
  RECOVERY_TARGET_IS_HOME: {
    ja: [
      'この場所には復元できません。',
      '人やプログラムのホームフォルダそのもの（またはその上や、その中の隠しフォルダ）です。隠しファイルが入ると、次にだれかが入ったときに勝手に動いてしまいます。',
      'その中に新しいフォルダの名前を足して、もう一度してください。例: 戻したもの',
    ],
    en: [
      'Nothing is restored into this place.',
      'It is a home folder itself, what holds one, or a hidden folder in one. Hidden files there would be run when somebody signs in.',
      'Add the name of a new folder in it, and try again.',
    ],
  },
  RECOVERY_TARGET_UNSURE: {
    ja: [
      'まだ復元を始めていません。',
      'この場所は、ほかの機械の共有フォルダです。同じ共有に別の名前で届くことがあり、本番の場所でないことを砦は確かめられません。',
      '本番の場所でないことを確かめてから、「本番で使っている場所ではありません」に印を付けて、もう一度押してください（端末では --not-production）。',
    ],
    en: [
      'The restore has not begun.',
      'This place is a share of another machine. One share can be reached by several names, and Toride cannot tell that it is none of production.',
      'Make sure that it is not, tick "Production does not use this place", and try again (at the terminal: --not-production).',
    ],
  },
  RECOVERY_TARGET_IS_PRODUCTION: {
    ja: [
      'この場所には、新しい場所として復元できません。',
      'バックアップしている元のフォルダの中（または上）です。',
      '別のフォルダを指定するか、「元の場所へ戻す」を選んでください。',
    ],
    en: [
      'This is no new place.',
      'It lies in, or above, a folder that is backed up.',
      'Give another folder, or choose "over the old place".',
    ],
  },
  RECOVERY_TARGET_IN_USE: {
    ja: [
      'この場所へは、別の復元が動いています。',
      '二つが同じ場所に書くと、どちらの結果かわからなくなります。',
      '先の復元が終わるのを待つか、別の場所を指定してください。',
    ],
    en: [
      'Another restore is writing there.',
      'Two at one place would leave nobody knowing whose result it is.',
      'Wait for the other, or give another place.',
    ],
  },
  RECOVERY_TOO_MUCH: {
    ja: [
      '一度に取り出すには多すぎます。',
      '画面からまとめて取り出せる数を超えています。',
      '選ぶものを減らすか、バックアップを担当する人に新しい場所への復元を頼んでください。',
    ],
    en: [
      'This is too much to take out at once.',
      'It is more than a screen hands out together.',
      'Choose less, or ask who runs the backups for a restore to a new place.',
    ],
  },
  RECOVERY_LIST_WRONG: {
    ja: [
      '端末の一覧を読めませんでした。何も変えていません。',
      '見出しの行に「名前」が無いか、行の形が違うか、多すぎます。',
      '見本のとおりの CSV（名前,場所,優先度,担当）にして、もう一度送ってください。',
    ],
    en: [
      'The list of terminals could not be read. Nothing was changed.',
      'Its heading has no "name", a row has another form, or there are too many.',
      'Send a CSV as in the example (name,place,priority,who).',
    ],
  },
} as const satisfies Record<string, ErrorEntry>
