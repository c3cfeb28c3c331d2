/** The erasure register, as the web keeps it: by who may protect patients and see them. */
import { idKey, inTurns } from '#base'
import { searchPatients } from '#chart'
import { type ErasureEntry, goesOnAs } from '#vault'
import type { ErasureInput, ErasureService, ErasureView, Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { readingKey } from '../keys.ts'
import { withoutUndefined } from './read-model.ts'
import { demand, readingOf } from './viewers.ts'

/** More patients than share one id among the hospitals of a storage. */
const MOST_SAME_ID = 50

export function erasureService(institution: Institution): ErasureService {
  const { vault, charts, access, ledger } = institution
  const demandKeeper = (viewer: Viewer): void => {
    demand(viewer, 'protect-patients')
    // The register names patients: without sight of patients, or with closed keys, it is closed.
    demand(viewer, 'see-patients')
    readingKey(readingOf(viewer), 'patientSubject')
  }

  async function unitsOf(viewer: Viewer, patientId: string): Promise<Map<string, string[]>> {
    const found = new Map<string, string[]>()
    for (const { id, sourceId } of await charts.readable()) {
      if (found.has(sourceId)) continue
      const index = await charts.index(id, readingOf(viewer))
      const { hits } = searchPatients(index, patientId, MOST_SAME_ID, 0)
      const same = hits.filter(({ patient }) => idKey(patient.patientId) === idKey(patientId))
      if (same.length > 0)
        found.set(
          sourceId,
          same.flatMap(({ patient }) => patient.units),
        )
    }
    return found
  }

  /** The source whose folders hold the path. */
  async function sourceOf(path: string): Promise<string | undefined> {
    const sources = (await vault.sources()).filter((source) => source.kind !== 'own-state' && !source.replaced)
    return sources.find((source) => source.paths.some((root) => path.startsWith(`${root}/`)))?.id
  }

  async function targets(viewer: Viewer, { kind, what }: ErasureInput): Promise<Map<string, string[]>> {
    if (kind === 'patient') return unitsOf(viewer, what)
    const path = what.replace(/\/+$/, '')
    // Hidden already: like a patient, it is found no more.
    const isHidden = (await vault.erasures.hidden()).covers(path)
    const source = isHidden || path.split('/').includes('..') ? undefined : await sourceOf(path)
    return new Map(source === undefined ? [] : [[source, [path]]])
  }

  const inTurn = inTurns()
  return {
    async list(viewer) {
      demandKeeper(viewer)
      const [entries, people, sources] = await Promise.all([
        vault.erasures.list(),
        access.people.list(),
        vault.sources(),
      ])
      const names = new Map(people.map((person) => [`person:${person.id}`, person.displayName]))
      return entries.map((entry) => {
        const sourceId = goesOnAs(sources, entry.sourceId)
        const sourceName = sources.find((source) => source.id === sourceId)?.name ?? ''
        return viewOf(entry, { sourceId, sourceName, enteredBy: names.get(entry.enteredBy) ?? '' })
      })
    },
    async enter(viewer, input) {
      demandKeeper(viewer)
      const newlyHidden = await inTurn(async () => {
        const found = await targets(viewer, input)
        let entered = 0
        for (const [sourceId, paths] of found) {
          const { holding, free } = await vault.erasures.seek(sourceId, paths)
          // A path that no backup holds is a slip of the pen: it would hide nothing for ever.
          if (holding.length === 0) continue
          const content = { label: input.what, paths, free }
          await vault.erasures.enter({ ...input, sourceId }, content, `person:${viewer.personId}`)
          entered++
        }
        return entered
      })
      // The second click finds nothing left to hide.
      if (newlyHidden > 0) return { kind: 'ok' }
      return { kind: 'refused', field: 'what', code: input.kind === 'patient' ? 'no-such-patient' : 'not-a-folder' }
    },
    async lift(viewer, id, reason) {
      demandKeeper(viewer)
      await vault.erasures.lift(id, reason, `person:${viewer.personId}`)
    },
    async renew(viewer, sourceId) {
      demandKeeper(viewer)
      const source = await vault.source(sourceId)
      if (!source || source.replaced) return
      const { id } = await vault.rekeySource(sourceId)
      await ledger.append({
        type: 'source.rekeyed',
        actor: `person:${viewer.personId}`,
        subject: `source:${sourceId}`,
        data: { source: sourceId, by: id },
      })
    },
  }
}

function viewOf(
  { id, kind, reason, enteredAt, liftedAt, doneAt, content, held, endsAt }: ErasureEntry,
  more: Pick<ErasureView, 'sourceId' | 'sourceName' | 'enteredBy'>,
): ErasureView {
  return withoutUndefined({
    id,
    kind,
    label: content.label,
    ...more,
    reason,
    enteredAtMs: enteredAt,
    state:
      liftedAt !== undefined ? ('lifted' as const) : doneAt !== undefined ? ('done' as const) : ('waiting' as const),
    stateAtMs: liftedAt ?? doneAt ?? enteredAt,
    held,
    endsAtMs: endsAt,
  })
}
