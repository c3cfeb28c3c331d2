/** Rotating media as one place of a source, for 3-2-1-1-0. */
import type { PlaceFacts } from '#retention'
import { whereabouts } from './set.ts'
import { awayNumbers, type StateFacts } from './state.ts'

/**
 * All media count as one place, and only once one that holds the source, read back, is away: while it is in the machine it is
 * as much within reach as the machine. `verifiedAt`: the newest reading back of a generation of the source. Off site while one
 * that holds the source is at the place that is said to be in another building.
 */
export function mediaPlaceFacts(
  facts: Pick<StateFacts, 'kept' | 'log' | 'holdings' | 'now'>,
  sourceId: string,
): PlaceFacts | undefined {
  const { kept, log, now } = facts
  const away = awayNumbers(facts)
  const read = facts.holdings.filter((one) => one.sourceId === sourceId && one.verifiedAt !== undefined)
  const held = read.filter((one) => away.has(one.number))
  if (held.length === 0) return undefined
  const isOutside = (number: number): boolean => whereabouts(log, number, now)?.place === 'vault'
  return {
    kind: 'media',
    offsite: kept.settings.vault.isOffsite && held.some((one) => isOutside(one.number)),
    immutable: false,
    verifiedAt: Math.max(...read.map((one) => one.verifiedAt!)),
  }
}
