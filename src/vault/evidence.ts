/** The facts behind the lights and the table of places: what lies here, and what was proved of it. */
import type { EpochMs } from '#base'
import { fileSystemFacts } from '#posix'
import type { Generations } from './generations.ts'
import type { BusinessCalendar } from '#retention'
import {
  type HouseFacts,
  type Light,
  lights,
  type LightState,
  newestGood,
  type SourceFacts,
  type TakenCode,
  takenReason,
} from './lights.ts'
import type { Place, Places } from './places/places.ts'
import { rhythmOf } from './policy/rhythm.ts'
import { LOCAL_PLACE, type Repositories } from './repositories.ts'
import type { Source } from './source.ts'
import type { Sources } from './sources.ts'

export interface PlaceFacts {
  readonly id: string
  /** As people named it; the local one is named by the screens. */
  readonly name: string
  readonly location: string
  readonly usedBytes: number
  /** Undefined where another machine keeps that to itself. */
  readonly freeBytes?: number
  /** Of places that hold copies: how many, their newest receipt, the latest end, and what went wrong last. */
  readonly copies?: {
    readonly count: number
    readonly newestAt: EpochMs | undefined
    readonly lockedUntil: EpochMs | undefined
    readonly failure: Place['lastFailure']
  }
}

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
}

interface House {
  readonly isSample: boolean
  readonly now: EpochMs
  readonly calendar: BusinessCalendar
  readonly stations: number
}

export async function lightsOf(parts: Parts, house: House): Promise<readonly Light[]> {
  const sources = (await parts.sources.list()).filter((source) => source.kind !== 'own-state' && !source.replaced)
  const facts: HouseFacts = {
    ...house,
    sources: await Promise.all(sources.map((source) => sourceFacts(parts, source, house.now))),
    places: 1 + (await fullPlaces(parts, sources, house.now)),
  }
  return lights(facts)
}

/** Of every source of the clinic's. */
export async function takenOf(
  parts: Parts,
  { now, calendar }: Pick<House, 'now' | 'calendar'>,
): Promise<readonly TakenFacts[]> {
  const sources = (await parts.sources.list()).filter((source) => source.kind !== 'own-state')
  return Promise.all(
    sources.map(async (source) => {
      const facts = await sourceFacts(parts, source, now)
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
  return {
    name: source.name,
    rhythm: rhythmOf(source, now),
    stoppedAt: source.stopped?.at,
    addedAt: source.createdAt,
    holdsCharts: source.kind === 'ssmix2',
    lastRunFailed: !isThere || source.lastFailure !== undefined,
    // What cannot be opened protects nobody: not taken, not locked, no proof of it holds.
    generations: (isThere ? all : []).map((g) => ({
      ...g,
      takenAt: g.dueAt,
      isGood: g.closure === 'complete',
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

export async function localPlace(
  path: string,
  { sources, repositories }: Pick<Parts, 'sources' | 'repositories'>,
): Promise<PlaceFacts> {
  const sizes = await Promise.all((await sources.list()).map((source) => usedBytes(repositories, source.id)))
  const { freeBytes } = fileSystemFacts(path)
  return { id: LOCAL_PLACE, name: '', location: path, usedBytes: sizes.reduce((a, b) => a + b, 0), freeBytes }
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
      (await otherPlaces.copies(place.id)).filter((copy) => copy.lockedUntil > now).map((copy) => copy.generationId),
    )
    if (wanted.length > 0 && wanted.every((own) => own.some((id) => held.has(id)))) full++
  }
  return full
}

export async function otherPlaceFacts(places: Places, now: EpochMs): Promise<PlaceFacts[]> {
  return Promise.all(
    (await places.list()).map(async ({ id, name, config, lastFailure: failure }) => {
      const held = (await places.copies(id)).filter((copy) => copy.lockedUntil > now)
      const latest = (times: number[]): EpochMs | undefined => (times.length === 0 ? undefined : Math.max(...times))
      return {
        id,
        name,
        location: config.url,
        usedBytes: held.reduce((sum, copy) => sum + copy.sentBytes, 0),
        copies: {
          count: held.length,
          newestAt: latest(held.map((copy) => copy.copiedAt)),
          lockedUntil: latest(held.map((copy) => copy.lockedUntil)),
          failure,
        },
      }
    }),
  )
}

async function usedBytes(repositories: Repositories, sourceId: string): Promise<number> {
  try {
    const { backend } = await repositories.open(sourceId)
    return (await backend.list('data')).reduce((sum, file) => sum + file.sizeBytes, 0)
  } catch {
    return 0
  }
}
