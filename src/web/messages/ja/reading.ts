/** Words of reading on: documents in place, earlier backups, comparing two of them. */
export const reading = {
  reading: {
    here: 'ここで見る',
    hide: '閉じる',
    picture: (title: string) => `${title}（画像。参照用・診断には使えません）`,
    pdf: (title: string) => `${title}（PDF）`,
    pdfNote: '表示されないときは「開く」を押してください。',
    embedded: (type: string) => `この文書の中身は、別の形式（${type}）で入っています。「開く」で保存して見てください。`,
    noText: '（本文の記録なし）',
    cut: '長いため、途中までを出しています。全部は「開く」で見てください。',
    other: (type: string) =>
      `この形式（${type}）は、この画面では見られません。「開く」で保存し、対応したソフトで見てください。`,
    history: 'この方の、ほかの日の記録',
    historyLead:
      '日を選ぶと、その日のバックアップでこの方のカルテを開くか、いま見ていた日との違いを出します。以前の記録や、いまの記録から消えたものを見るときに使います。',
    openThat: 'この日で開く',
    compareWith: '違いを見る',
    looking: 'いま見ている日',
    notThere: 'その日のバックアップに、この方の記録はありません。',
    compare: '違い',
    compareTitle: (before: string, after: string) => `${before} から ${after} までに変わったこと`,
    compareLead:
      '2つのバックアップに入っている記録を比べたものです。無くなったものは、消された・訂正された・読めなくなったのどれかです。',
    how: { added: '増えた', changed: '変わった', gone: '無くなった' },
    change: '変化',
    was: '前',
    now: '後',
    nothing: '変わりなし',
    same: (count: string) => `同じもの ${count}件`,
    compareGaps: (count: string) =>
      `どちらかの日に読めない記録が ${count}件あり、「無くなった」は読めないだけかもしれません。`,
    notCompared: 'あなたの役割で表示しないものは、比べていません。',
    searchOlder: 'さらに古いバックアップでも探す',
    searchedTo: (when: string) => `${when} のバックアップまで探しましたが、見つかりません。`,
    searchedAll: '残っているどの日のバックアップにも見つかりません。',
    goOn: '続けて、さらに古い日を探す',
    ofOlderDay: '新しい日のバックアップではありません。この後の診療や、いまの所在は、ここに出ません。',
  },
} as const
