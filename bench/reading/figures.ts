/** Many times as few numbers. */
export interface Spread {
  readonly count: number
  readonly median: number
  readonly p95: number
  readonly worst: number
}

/** Of milliseconds. */
export function spreadOf(times: readonly number[]): Spread {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (part: number): number =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0) * 10) / 10
  return { count: sorted.length, median: at(0.5), p95: at(0.95), worst: at(1) }
}
