/** For staff's paper: that records of this patient's number lie in other sources. What they hold is on another chart. */

export interface ElsewhereTexts {
  readonly sameNumber: {
    readonly comma: string
    readonly differs: string
    readonly onPaper: (sources: string) => string
    readonly onPaperFailed: (sources: string) => string
  }
}

export interface ElsewhereRecord {
  /** Its name and day, in words. */
  readonly source: string
  readonly match: string
}

/** @param failed sources that could not be asked */
export function elsewhereLines(
  { sameNumber: t }: ElsewhereTexts,
  records: readonly ElsewhereRecord[],
  failed: readonly string[] = [],
): string[] {
  const names = [...new Set(records.map(({ source }) => source))].join(t.comma)
  const differs = records.some(({ match }) => match === 'differs') ? ` ▲ ${t.differs}` : ''
  return [
    ...(records.length > 0 ? [`${t.onPaper(names)}${differs}`] : []),
    ...(failed.length > 0 ? [t.onPaperFailed(failed.join(t.comma))] : []),
  ]
}
