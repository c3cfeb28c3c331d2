/** For staff's paper: that records of this patient's number lie in other sources. What they hold is on another chart. */

export interface ElsewhereTexts {
  readonly sameNumber: {
    readonly comma: string
    readonly differs: string
    readonly onPaper: (sources: string) => string
    readonly onPaperFailed: (sources: string) => string
  }
  readonly search: { readonly otherSource: (name: string, asOf: string) => string }
}

export interface ElsewhereRecord {
  readonly sourceName: string
  readonly asOfMs: number
  readonly match: string
}

/** @param failed sources that could not be asked @param dateTime words of a moment in milliseconds */
export function elsewhereLines(
  t: ElsewhereTexts,
  dateTime: (atMs: number) => string,
  records: readonly ElsewhereRecord[],
  failed: readonly string[] = [],
): string[] {
  const names = [
    ...new Set(records.map(({ sourceName, asOfMs }) => t.search.otherSource(sourceName, dateTime(asOfMs)))),
  ].join(t.sameNumber.comma)
  const differs = records.some(({ match }) => match === 'differs') ? ` ▲ ${t.sameNumber.differs}` : ''
  return [
    ...(records.length > 0 ? [`${t.sameNumber.onPaper(names)}${differs}`] : []),
    ...(failed.length > 0 ? [t.sameNumber.onPaperFailed(failed.join(t.sameNumber.comma))] : []),
  ]
}
