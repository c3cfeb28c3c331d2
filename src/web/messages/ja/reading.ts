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
  },
} as const
