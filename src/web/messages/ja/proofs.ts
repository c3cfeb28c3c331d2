/** 加算の証拠。要件は一般に知られている事実だけを書き、原文は写さない。 */
export const proofs = {
  proofs: {
    title: '加算の証拠',
    lead: '診療録管理体制加算などで求められることに、砦が何を見せられるかを1枚にしました。届け出てよいかどうかは、砦は決めません。',
    unverified:
      '令和8年の改定（電子的診療情報連携体制整備加算など）の入院の細かい要件は未確認です。ここの項目は令和6年の診療録管理体制加算1によります。届け出る前に、厚生局の最新の資料を見てください。',
    sources: '200床以上では専任の安全管理責任者が要ります。診療所での加算が、この証拠を求めるかどうかは未確認です。',
    head: { what: '求められること', state: '砦にあるか', shows: '見せられるもの' },
    there: '✓ あります',
    partly: '▲ まだ足りません',
    missing: '× ありません',
    outside: '人が確かめます',
    none: 'まだありません',
    what: {
      officer: '専任の安全管理責任者（200床以上）',
      copies: '複数の方法でのバックアップ',
      detached: '一部はネットワークから切り離して',
      plan: '業務継続計画（BCP）',
      drill: '年1回以上の訓練',
      improvements: '訓練を受けた改善',
      rules: '職員の決まりと、読んだ人',
      training: '職員の研修（年1回以上）',
    },
    officer: '専任かどうかは砦では分かりません。役割は台帳にあります',
    copies: (copies: string, locked: string) => `写しのある場所 ${copies}、そのうち消せない期限つき ${locked}`,
    media: '交代で使うディスクを登録しています',
    lockedOnly: '消せない期限つきの写しがあります。切り離しにあたるかは確かめてください',
    noDetached: '交代で使うディスクも、消せない写しもありません',
    plan: (version: string, day: string) => `第${version}版（${day} 承認）`,
    drill: (day: string, people: string) => `${day}、${people}人`,
    improvements: (all: string, open: string) => `${all}件、終わっていないもの ${open}件`,
    rules: (version: string, people: string, staff: string) => `第${version}版を読んだ人 ${people}/${staff}人`,
    training: (staff: string, done: string, lessons: string) =>
      `この1年に、${lessons}つの研修をすべて受けた人: ${staff}人中${done}人。`,
    behind: (name: string, had: string, lessons: string) => `${name}（${lessons}つのうち${had}）`,
    stillMissing: (names: readonly string[], more: string | undefined) =>
      `まだの人: ${names.join('、')}${more ? `、ほか${more}人` : ''}`,
  },
} as const
