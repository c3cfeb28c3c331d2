/** Places in a generation as they stand in forms and addresses: `0.3.2`, positions from the top. */
export const POSITIONS = /^\d{1,9}(\.\d{1,9}){0,99}$/

const MOST_PICKS = 1000

/** Those that are places; more than a page shows are left out. */
export function picksIn(texts: readonly string[]): number[][] {
  return texts
    .filter((text) => POSITIONS.test(text))
    .slice(0, MOST_PICKS)
    .map((text) => text.split('.').map(Number))
}
