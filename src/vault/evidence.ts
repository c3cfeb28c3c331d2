/** The facts behind the lights: what lies here, and what was proved of it. */
import type { EpochMs, ErrorCode } from '#base'
import { type Generations, isGood } from './generations.ts'
import type { BusinessCalendar } from '#retention'
import {
  type DrillFacts,
  type HouseFacts,
  type KitFacts,
  type Light,
  lights,
  type LightState,
  newestGood,
  type SourceFacts,
  type TakenCode,
  takenReason,
} from './lights.ts'
import type { Media } from './media/media.ts'
import type { Places } from './places/places.ts'
import { rhythmOf } from './policy/rhythm.ts'
import type { Repositories } from './repositories.ts'
import { goesOnAs, holdsCharts, type Source } from './source.ts'
import type { Sources } from './sources.ts'
import { looksOf } from './watch.ts'

/** How well one source is taken, by the same judgement as the light. */
export interface TakenFacts {
  readonly sourceId: string
  readonly name: string
  readonly code: TakenCode
  readonly state: LightState
  /** Its newest whole generation. */
  readonly newest: { readonly id: string; readonly takenAt: EpochMs } | undefined
}

interface Parts {
  readonly sources: Sources
  readonly repositories: Repositories
  readonly generations: Generations
  readonly otherPlaces: Places
  readonly media: Pick<Media, 'placeFacts'>
}

/** Not a cable: something is damaged, forged or not what it promised. */
const GRAVE = new Set<ErrorCode>([
  'VAULT_PLACE_DAMAGED',
  'VAULT_PLACE_LOG_REFUSED',
  'VAULT_PLACE_UNTRUSTED',
  'STORAGE_S3_LOCK_IGNORED',
  'STORAGE_S3_LOCK_MISSING',
])

interface House {
  readonly isSample: boolean
  readonly now: EpochMs
  readonly calendar: BusinessCalendar
  readonly stations: number
  readonly kit?: KitFacts | undefined
  readonly drill?: DrillFacts | undefined
}

export async function lightsOf(parts: Parts, house: House): Promise<readonly Light[]> {
  const sources = (await parts.sources.list()).filter((source) => source.kind !== 'own-state' && !source.replaced)
  const facts: HouseFacts = {
    ...house,
    sources: await Promise.all(sources.map((source) => sourceFacts(parts, source, house.now))),
    failedPlaces: (await parts.otherPlaces.list()).flatMap(({ name, lastFailure }) =>
      lastFailure ? [{ name, at: lastFailure.at, isGrave: GRAVE.has(lastFailure.code) }] : [],
    ),
    places: 1 + (await fullPlaces(parts, sources, house.now)) + ((await areAway(parts, sources)) ? 1 : 0),
  }
  return lights(facts)
}

/** Of every source of the clinic's, those that were re-keyed too. */
export async function takenOf(
  parts: Parts,
  { now, calendar }: Pick<House, 'now' | 'calendar'>,
): Promise<readonly TakenFacts[]> {
  const all = (await parts.sources.list()).filter((source) => source.kind !== 'own-state')
  return Promise.all(
    all.map(async (source) => {
      // What points at a source that was re-keyed (the coverage map) means the one that goes on.
      const id = goesOnAs(all, source.id)
      const facts = await sourceFacts(parts, all.find((one) => one.id === id) ?? source, now)
      const { code, state } = takenReason(facts, calendar, now)
      const newest = newestGood(facts)
      return {
        sourceId: source.id,
        name: source.name,
        code,
        state,
        newest: newest && { id: newest.id, takenAt: newest.takenAt },
      }
    }),
  )
}

async function sourceFacts({ generations, repositories }: Parts, source: Source, now: EpochMs): Promise<SourceFacts> {
  const all = await generations.list({ sourceId: source.id })
  const test = await generations.newestProof(source.id, 'restore')
  const chart = await generations.newestProof(source.id, 'chart')
  const isThere = await repositories.isThere(source.id)
  const verdict = looksOf(source, now)
  return {
    name: source.name,
    rhythm: rhythmOf(source, now),
    // One that is taken each day as well is late by its day.
    watch: verdict && { verdict, lookedAt: source.watch?.lookedAt ?? 0 },
    stoppedAt: source.stopped?.at,
    retired: source.stopped?.reason === 'retired' ? { keptUntil: source.options.keptUntil ?? 0 } : undefined,
    addedAt: source.createdAt,
    loweredAt: source.loweredAt,
    holdsCharts: holdsCharts(source),
    dumps:
      source.newestFileAt === undefined
        ? undefined
        : { newestAt: source.newestFileAt, everyHours: source.options.everyHours ?? 24 },
    lastRunFailed: !isThere || source.lastFailure !== undefined,
    // What cannot be opened protects nobody: not taken, not locked, no proof of it holds.
    generations: (isThere ? all : []).map((g) => ({
      ...g,
      takenAt: g.dueAt,
      isGood: isGood(g),
    })),
    lastRestoreTest: test && {
      at: test.at,
      passed: isThere && test.passed,
      durationMs: test.durationMs,
      files: test.files,
    },
    lastOpened: chart && isThere ? { at: chart.at, asOf: chart.asOf } : undefined,
  }
}

/** Places that hold, under a lock, a generation of every source that has any. */
async function fullPlaces(
  { otherPlaces, generations }: Parts,
  sources: readonly Source[],
  now: EpochMs,
): Promise<number> {
  const ids = await Promise.all(
    sources.map(async ({ id }) => (await generations.list({ sourceId: id })).map((g) => g.id)),
  )
  const wanted = ids.filter((own) => own.length > 0)
  let full = 0
  for (const place of await otherPlaces.list()) {
    const held = new Set(
      (await otherPlaces.copies(place.id))
        .filter((copy) => (copy.lockedUntil ?? 0) > now)
        .map((copy) => copy.generationId),
    )
    if (wanted.length > 0 && wanted.every((own) => own.some((id) => held.has(id)))) full++
  }
  return full
}

/** Whether rotating media that are away hold, read back, something of every source that has any generation. */
async function areAway({ media, generations }: Parts, sources: readonly Source[]): Promise<boolean> {
  let held = 0
  for (const { id } of sources) {
    if ((await generations.count(id)) === 0) continue
    if ((await media.placeFacts(id)) === undefined) return false
    held++
  }
  return held > 0
}
