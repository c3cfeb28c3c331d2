/** Names of drugs, tests and diseases that this house uses, offered while somebody types: out of the newest backup. */
import { accessOf } from '#chart'
import { chartItems, ITEM_KINDS, type ItemKind } from '#reconciliation'
import { chartService } from '#reading'
import type { Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { readingHouse } from './reading-house.ts'
import { personOf, readingOf } from './viewers.ts'

/** Charts that are read for it: those with the newest care. */
const MOST_CHARTS = 200
/** A longer list is no help in a browser. */
const MOST_NAMES = 400
/** Backups times professions. */
const MOST_KNOWN = 12

type Names = Readonly<Record<ItemKind, readonly string[]>>
const NONE = Object.fromEntries(ITEM_KINDS.map((kind) => [kind, []])) as unknown as Names

/**
 * Collected in the background, once for each backup and profession (what somebody may not see is offered to nobody of that
 * profession); until it is there, and whenever it cannot be read, the field is plain text.
 */
export function usedNames(
  institution: Institution,
  write: (viewer: Viewer, kind: string, codes: Record<string, string | number>) => Promise<unknown>,
): (viewer: Viewer, kind: ItemKind) => Promise<readonly string[]> {
  const house = readingHouse(institution)
  // That the names were collected is journaled as one act; no chart is shown to anybody.
  const quiet = chartService({
    ...house,
    journal: { append: () => Promise.resolve(undefined as never) },
    mayOpen: () => true,
  })
  const known = new Map<string, Names>()

  async function collect(viewer: Viewer, generationId: string): Promise<Names> {
    const index = await institution.charts.index(generationId, readingOf(viewer))
    const patients = Array.from({ length: index.size }, (_, row) => index.entry(row))
      .toSorted((a, b) => (a.lastCareDate < b.lastCareDate ? 1 : a.lastCareDate > b.lastCareDate ? -1 : 0))
      .slice(0, MOST_CHARTS)
    await write(viewer, 'names.collected', { generation: generationId, patients: patients.length })
    const counts = new Map<ItemKind, Map<string, number>>(ITEM_KINDS.map((kind) => [kind, new Map()]))
    for (const { patientKey, patientId, birthDate, kanji } of patients) {
      const identifiers = [patientId, birthDate || kanji]
      const result = await quiet.open(viewer, patientKey, { generationId, identifiers })
      if (result.kind === 'keys-closed') break
      if (result.kind !== 'ok') continue
      for (const { kind, what } of chartItems(result.chart)) {
        const ofKind = counts.get(kind)!
        if (what !== '') ofKind.set(what, (ofKind.get(what) ?? 0) + 1)
      }
    }
    const most = (found: Map<string, number>) =>
      [...found].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MOST_NAMES)
    return Object.fromEntries(
      [...counts].map(([kind, found]) => [kind, most(found).map(([name]) => name)]),
    ) as unknown as Names
  }

  return async (viewer, kind) => {
    const [newest] = await institution.charts.readable()
    if (!newest) return []
    const key = `${newest.id} ${JSON.stringify(accessOf(personOf(viewer)))}`
    if (!known.has(key)) {
      if (known.size >= MOST_KNOWN) known.clear()
      known.set(key, NONE)
      void collect(viewer, newest.id)
        .then((names) => known.set(key, names))
        // Tried again at the next sheet.
        .catch(() => known.delete(key))
    }
    return known.get(key)![kind]
  }
}
