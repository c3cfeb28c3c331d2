/** 非常用ディスク1枚に取得元がいくつか入るとき。 */
export const editionSources = {
  editionSources: {
    lead: 'いくつでも1枚に入ります。ディスクの中では、どの取得元の記録かがいつも出ます。まとめることはしません。',
    none: '少なくとも1つ選んでください。',
    retired: '（使い終わった電子カルテ）',
    suspected: '（攻撃の疑い）',
    leaveOut: '入れない',
    head: '出典',
    source: (name: string, when: string) => `${name}（${when} 時点）`,
    ofList: (title: string, source: string) => `${title}（${source}）`,
    elsewhereOpen: (source: string) => `${source}の記録を開く`,
    period: (source: string, period: string) => `${source}：${period}`,
    oldest:
      '取得元ごとに時刻が違います。上は、いま使っている取得元のうち、いちばん古いものです。カルテを開くと、そのカルテの時刻が出ます。',
  },
} as const
