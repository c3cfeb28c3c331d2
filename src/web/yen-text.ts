const AMOUNT = /^(?:(\d{1,5})億)?(?:(\d{1,8}(?:\.\d{1,4})?)万)?(\d{1,13})?$/

/** Yen as people write them: `1,200,000`, `120万円`, `1億2000万`, full-width too. '' for nothing; undefined for what is no amount. */
export function yenIn(text: string): string | undefined {
  const plain = text.normalize('NFKC').replace(/[,、円約\s]/g, '')
  if (plain === '') return ''
  const [found, oku = '0', man = '0', yen = '0'] = AMOUNT.exec(plain) ?? []
  return found === undefined ? undefined : String(Number(oku) * 1e8 + Math.round(Number(man) * 1e4) + Number(yen))
}
