/** 同じ患者番号の記録が、ほかの取得元にもあるとき。 */
export const sameNumber = {
  sameNumber: {
    title: 'ほかの取得元にも同じ番号の記録があります',
    lead: '番号が同じというだけで、まとめてはいません。1つずつ、本人を確かめて開いてください。',
    asOf: (when: string) => `${when} 時点`,
    counts: (records: string, documents: string) => `記録 ${records}件・文書 ${documents}件`,
    differs: '名前か生年月日が違います。同じ方か確かめてください',
    unknown: '名前と生年月日の両方は比べられません。同じ方か確かめてください',
    agrees: '名前と生年月日は同じです',
    writtenOtherwise: '番号の書き方（先頭の0や記号）が違います',
    failed: (sources: string) => `調べられなかった取得元: ${sources}。記録がないとは限りません。`,
    sourceHead: '取得元',
    comma: '、',
    onPaper: (sources: string) => `ほかの取得元にも同じ番号の記録があります（この紙にはありません）: ${sources}`,
    onPaperFailed: (sources: string) => `同じ番号の記録を調べられなかった取得元: ${sources}`,
    setting: {
      title: '患者番号',
      label: 'ほかの取得元との関係',
      choose: '患者番号は院内で共通',
      hint: 'この取得元の患者番号が、同じく印を付けたほかの取得元でも同じ方を指すときに選びます。カルテと検索で、ほかの取得元の同じ番号の記録を並べて示します。記録はまとめません。番号の先頭の0と記号の違いは、検索と同じく無視します。',
    },
  },
} as const
