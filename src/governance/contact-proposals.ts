/**
 * Whom a Japanese institution may have to tell (reference regulation.md 4.3). Numbers are left to people: a wrong one is
 * worse than none. Each stays marked as unverified until somebody has checked it.
 */
import type { Values } from './registers.ts'

export const CONTACT_PROPOSALS: readonly Values[] = [
  {
    name: '厚生労働省 医政局（医療情報の担当）',
    group: 'ministry',
    when: '診療に支障が出た・出そうなとき、情報が漏れたおそれがあるとき。速やかに。',
  },
  { name: '都道府県（立入検査の担当）・保健所', group: 'prefecture', when: '厚生労働省への連絡とあわせて。' },
  {
    name: '個人情報保護委員会',
    group: 'privacy',
    when: '漏れた・おそれがあると知ったときから、速報は概ね3〜5日以内、確報は30日（不正の目的なら60日）以内。',
  },
  { name: '都道府県警察 サイバー犯罪の相談窓口', group: 'police', when: 'できるだけ早く。被害届の相談。' },
  { name: 'IPA 情報セキュリティの相談窓口', group: 'expert', when: '対応のしかたが分からないとき。' },
  { name: 'JPCERT/CC', group: 'expert', when: '攻撃の技術的な相談をしたいとき。' },
  { name: '地域の医師会', group: 'association', when: '近くの医療機関へ知らせたいとき、助けを頼むとき。' },
  { name: 'サイバー保険の事故受付', group: 'insurer', when: '専門業者を頼む前に。契約で決まっていることがあります。' },
  { name: '顧問弁護士', group: 'lawyer', when: '公表や報告の文を出す前に。' },
  { name: '近くの病院（救急の受け入れ）', group: 'neighbour', offers: '救急', when: '患者さんを受けられないとき。' },
  { name: '近くの病院（透析）', group: 'neighbour', offers: '透析', when: '透析ができないとき。' },
  { name: 'かかりつけ薬局', group: 'pharmacy', when: '処方の内容を教えてもらいたいとき。' },
]
