/** What a word says about a birth date, as ranges of YYYYMMDD numbers (00 where a date is known to the year or month only). */
export interface DateRange {
  readonly from: number
  readonly to: number
}

export function birthDateRanges(word: string): DateRange[] {
  const plain = /^(\d{4})[-/.年]?(\d{1,2})?[-/.月]?(\d{1,2})?日?$/.exec(word)
  if (!plain) return []
  const [, year, month, day] = plain
  const from = Number(year) * 10000 + Number(month ?? 0) * 100 + Number(day ?? 0)
  return [{ from, to: day ? from : month ? from + 99 : from + 9999 }]
}
