import type { AlarmCode } from './alarms.ts'
import type { Letters } from './message.ts'

/** [何が起きたか, いまどうするか] */
const alarms: Record<AlarmCode, readonly [string, string]> = {
  'backup-late': ['予定のバックアップが届いていません', 'サーバーの電源と、砦の「今日の備え」を見てください'],
  'backup-failed': ['バックアップに失敗しました', '砦の「今日の備え」で理由を見て、もう一度実行してください'],
  'backup-incomplete': ['読めなかったものがあります', '砦の「読めなかった記録」を見てください'],
  'generation-refused': [
    '受け取れないバックアップが届き、断りました',
    '心当たりがなければ、乗っ取りを疑い、保守の方に電話してください',
  ],
  'generation-suspicious': [
    'いつもと違うバックアップが届きました',
    '心当たりがなければ、乗っ取りを疑い、保守の方に電話してください',
  ],
  'generation-unattested': [
    '届いたバックアップを、まだ誰も確かめていません',
    '確かめる役の機械が動いているか見てください。古いものは消さずに残しています',
  ],
  'lock-lifted': [
    '「消せない」しるしが外されていました',
    '誰かが消そうとした疑いがあります。保守の方に電話してください',
  ],
  'lock-ends-soon': ['消せない期限がもうすぐ切れます', '新しいバックアップが取れているか見てください'],
  'verification-failed': [
    'バックアップの中身が、取ったときと違います',
    '保守の方に電話してください。ほかの保管場所のものは使えます',
  ],
  'verification-overdue': ['中身の確認が、しばらくできていません', '砦の「今日の備え」を見てください'],
  'ledger-contradicted': [
    '改ざん防止の記録が、前と食い違います',
    '記録が書き換えられた疑いがあります。保守の方に電話してください',
  ],
  'clock-frozen': [
    '時計が食い違うため、期限の終わりを止めています',
    'バックアップは続いています。機械の時計を保守の方と確かめてください',
  ],
  'place-unreachable': ['保管場所につながりません', '電源、ケーブル、ネットワークを見てください'],
  'place-nearly-full': ['保管場所の空きが少なくなりました', '容量を増やす相談をしてください'],
  'place-full': ['保管場所がいっぱいで、バックアップできません', '今日のうちに容量を増やしてください'],
  'medium-wrong': ['今日のものと違うディスクが入っています', '当番表を見て、入れ替えてください'],
  'medium-missing': ['今日のディスクが入っていません', '当番表を見て、入れてください'],
  'protection-lowered': [
    '守りを弱める変更が、予約されました',
    '心当たりがなければ、期日までにバックアップ専用機の前で取り消してください',
  ],
  'sign-in-refused': ['間違ったサインインが続いています', '心当たりがなければ、保守の方に電話してください'],
  'alarms-lost': ['警報の控えが壊れ、作り直しました', '前の警報がここに無いことがあります。砦の画面も見てください'],
  'alarms-not-kept': ['警報の控えを書けません', 'ディスクの空きを見てください。同じお知らせが二度届くことがあります'],
}

export const lettersJa: Letters = {
  alarms,
  subject: (worst, more) => (more > 0 ? `${worst}（ほか${more}件）` : worst),
  cleared: (what) => `解消: ${what}`,
  repeated: '続いています。',
  about: (id) => `対象: ${id}`,
  figures: {
    count: (n) => `${n}件`,
    days: (n) => `${n}日`,
    hours: (n) => `${n}時間`,
    percent: (n) => `${n}%使用`,
    sinceMs: (time) => `${time}から`,
    untilMs: (time) => `${time}まで`,
  },
  severity: { urgent: '至急', warning: '要確認', information: 'お知らせ' },
  next: (what) => `すること: ${what}`,
  time: (t) => `${t.month}月${t.day}日 ${t.hour}:${String(t.minute).padStart(2, '0')}`,
  foot: '砦が自動で送っています。患者の情報は含みません。',
  test: ['お知らせの試験です', '届いていれば、することはありません'],
  digest: {
    well: '今週も、すべて問題ありません',
    unwell: (n) => `今週、続いている警報が${n}件あります`,
    unreached: (n) => `お知らせが届かなかった宛先が${n}件あります`,
    nothing: '今週、取れたバックアップがありません',
    lines: (f) => [
      `取れたバックアップ: ${f.generations}`,
      `見ているもの: ${f.sources}`,
      `続いている警報: ${f.openAlarms}`,
      `届かなかった宛先: ${f.troubled}`,
    ],
    silence: 'この便りは毎週月曜に届きます。届かない週は、何かが止まっています。砦の画面を見てください。',
  },
}
