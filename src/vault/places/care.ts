/**
 * What places need day by day, each as a job that a screen can follow: the newest generation of every source copied, a part
 * of what lies there read each night and all of it each month, what was let go taken away, a bucket's lock tried each
 * month, and room measured. One piece of work for a place at a time.
 */
import { AppError, type Clock, type EpochMs, isAppError } from '#base'
import { type ManifestObject, objectKey } from '#attest'
import type { Kysely } from '#db'
import type { Ledger } from '#journal'
import { tokyoDay } from '#retention'
import { isPast } from '#storage'
import type { Generation, Generations } from '../generations.ts'
import type { JobHandle, Jobs } from '../jobs.ts'
import { LOCAL_PLACE, type Repositories } from '../repositories.ts'
import type { Freeze } from '../freeze.ts'
import type { Settings } from '../settings.ts'
import type { Source } from '../source.ts'
import type { InspectionRow, VaultTables } from '../tables.ts'
import { manifestOf } from './copy.ts'
import type { PlaceInput } from './enrol.ts'
import { inspect, newRound, type Round } from './inspect.ts'
import type { Place } from './kinds.ts'
import type { Places } from './places.ts'
import { sweep } from './sweep.ts'
import { hasUse, roomOf, saveUse } from './use.ts'
import { localRoom, NO_NOTES } from './view.ts'

export interface CareParts {
  readonly places: Places
  readonly jobs: Jobs
  readonly sources: () => Promise<Source[]>
  readonly repositories: Repositories
  readonly generations: Generations
  readonly ledger: Ledger
  readonly settings: Settings
  readonly freeze: Freeze
  readonly tables: Kysely<VaultTables>
  readonly clock: Clock
  readonly dataFolder: string
}

const DAY_MS = 86_400_000
/** Once a night, whenever in it. */
const LOOK_EVERY_MS = 20 * 3_600_000
const SAMPLE_MS = 10 * 60_000
/** A round that is not through by then is read to its end, so that nothing is older than a month. */
const ROUND_MS = 24 * DAY_MS
const PROBE_EVERY_MS = 28 * DAY_MS

export class PlaceCare {
  readonly #parts: CareParts

  constructor(parts: CareParts) {
    this.#parts = parts
  }

  /** Copies a generation to a place. @throws VAULT_PLACE_INVALID, VAULT_RUN_IN_PROGRESS */
  async startCopy(placeId: string, generation: Generation): Promise<Started> {
    const { places, jobs } = this.#parts
    const place = await this.#place(placeId)
    const subject = `${await this.#nameOf(generation.sourceId)} → ${place.name}`
    return started(jobs.start('copy', subject, (job) => places.copy(place, generation, job)))
  }

  /** By a click: the first generation that the place lacks; the others follow by themselves. */
  async copyNow(placeId: string): Promise<{ jobId: string } | undefined> {
    const place = await this.#place(placeId)
    for (const source of await this.#parts.sources()) {
      const generation = await this.#parts.places.due({ ...place, lastFailure: undefined }, source.id)
      if (!generation) continue
      const { jobId, done } = await this.startCopy(placeId, generation)
      // Nobody waits for it, and the day's look measures again: whatever goes wrong here may not end the server.
      done.then(() => this.#measure(place)).catch(() => undefined)
      return { jobId }
    }
    return undefined
  }

  /** Tries a place and takes it up where it is what it says. @throws as {@link Places.add} */
  enrol(input: PlaceInput, { name, offsite }: About): Promise<Place> {
    return this.#parts.places.add(input, { name, notes: { ...NO_NOTES, offsite } })
  }

  /** The same as a job, for what takes longer than a person likes to wait. @throws VAULT_RUN_IN_PROGRESS */
  startEnrolment(input: PlaceInput, about: About): Started<Place> {
    const begin = (job: JobHandle) => {
      job.report({ phase: 'check' })
      return this.enrol(input, about)
    }
    return started(this.#parts.jobs.start('place-test', about.name, begin))
  }

  /** By a click: reads all that lies at a place, one source after the other; the first one's job. */
  async readNow(placeId: string): Promise<{ jobId: string } | undefined> {
    const begun: Started[] = []
    // What the clinic would miss comes first, and is the job that the person sees.
    const sources = (await this.#parts.sources()).toSorted((a, b) => Number(isOwn(a)) - Number(isOwn(b)))
    for (const source of sources)
      if ((await this.#generationsAt(placeId, source.id)).length > 0)
        begun.push(await this.startInspection(placeId, source))
    return begun[0]
  }

  /** Reads everything of a source at a place (`local` too), however long it takes. */
  async startInspection(placeId: string, source: Source, budgetMs = Infinity): Promise<Started> {
    const place = placeId === LOCAL_PLACE ? undefined : await this.#place(placeId)
    const subject = place ? `${source.name} → ${place.name}` : source.name
    return started(this.#parts.jobs.start('verify', subject, (job) => this.#inspect(place, source, budgetMs, job)))
  }

  /** All that is due, one after the other; what fails stands at its place and is tried again later. */
  async tick(): Promise<void> {
    const { places, jobs, sources } = this.#parts
    const isBusy = jobs.list().some(({ kind, state }) => state === 'running' && (kind === 'copy' || kind === 'verify'))
    if (isBusy) return
    await this.#measureHere()
    for (const { id } of await places.list()) {
      await quietly(this.#tellFreeze(id))
      let isGrown = false
      for (const source of await sources()) {
        // Asked for anew each time: after a failure the place rests.
        const place = await places.get(id)
        const generation = place && (await places.due(place, source.id))
        if (!generation) continue
        await quietly((await this.startCopy(id, generation)).done)
        isGrown = true
      }
      await quietly(this.#dailyAt(id, isGrown))
    }
    await this.#inspectDue()
  }

  /** A Keeper lets go by itself: it hears of a freeze once, or as soon as it answers. */
  async #tellFreeze(id: string): Promise<void> {
    const { places, freeze } = this.#parts
    const place = await places.get(id)
    if (place?.kind !== 'keeper' || places.isResting(place) || !(await freeze.isNewTo(id))) return
    await places.noting(place, async () => {
      const keeper = places.keeper(place)
      try {
        await keeper.freezeExpiry()
      } finally {
        keeper.close()
      }
    })
    await freeze.told(id)
  }

  async #dailyAt(id: string, isGrown: boolean): Promise<void> {
    const { places, tables, clock } = this.#parts
    const place = await places.get(id)
    if (!place || places.isResting(place)) return
    const day = tokyoDay(clock.now())
    const isDone = await hasUse(tables, id, day)
    if (isDone && !isGrown) return
    await places.noting(place, async () => {
      if (!isDone) await this.#probeDue(place)
      if (!isDone && (await this.#parts.freeze.until()) === undefined) await sweep(this.#parts, place)
      await this.#measure(place)
    })
  }

  /** Once a day, and again after a copy: a place that was enrolled today would stand as empty until tomorrow. */
  async #measure(place: Place): Promise<void> {
    const { tables, clock } = this.#parts
    await saveUse(tables, place.id, tokyoDay(clock.now()), await roomOf(this.#parts, place))
  }

  async #measureHere(): Promise<void> {
    const { tables, clock, dataFolder, repositories, sources } = this.#parts
    const day = tokyoDay(clock.now())
    if (!(await hasUse(tables, LOCAL_PLACE, day)))
      await saveUse(tables, LOCAL_PLACE, day, await localRoom(dataFolder, repositories, await sources()))
  }

  /** A bucket is asked each month whether it still refuses to give up what it holds. */
  async #probeDue(place: Place): Promise<void> {
    const { places, settings, ledger, clock } = this.#parts
    if (place.kind !== 's3') return
    const name = `probe:${place.id}`
    const last = Number((await settings.setting(name)) ?? place.createdAt)
    if (clock.now() - last < PROBE_EVERY_MS) return
    const enter = (result: 'holds' | 'refused', code?: string) =>
      ledger.append({
        type: 'place.tested',
        actor: 'system:vault',
        subject: `place:${place.id}`,
        data: { place: place.id, result, ...(code ? { code } : {}) },
      })
    try {
      await places.probe(place)
      await enter('holds')
      await settings.saveSetting(name, String(clock.now()))
    } catch (error) {
      if (isAppError(error) && error.code.startsWith('STORAGE_S3_')) await enter('refused', error.code)
      throw error
    }
  }

  async #inspectDue(): Promise<void> {
    const { places, sources, clock } = this.#parts
    const now = clock.now()
    for (const source of await sources())
      for (const place of [undefined, ...(await places.list())]) {
        if (place && places.isResting(place)) continue
        const id = place?.id ?? LOCAL_PLACE
        const row = await this.#inspection(id, source.id)
        if (row?.looked_at != null && now - row.looked_at < LOOK_EVERY_MS) continue
        if ((await this.#generationsAt(id, source.id)).length === 0) continue
        if (place?.kind === 'keeper') {
          await quietly(places.noting(place, () => this.#askVerifier(place, source)))
          continue
        }
        const isLate = now - (row?.round_ended_at ?? row?.began_at ?? now) > ROUND_MS
        await quietly((await this.startInspection(id, source, isLate ? Infinity : SAMPLE_MS)).done)
      }
  }

  async #inspect(place: Place | undefined, source: Source, budgetMs: number, job: JobHandle): Promise<void> {
    const { places, repositories } = this.#parts
    if (!place) {
      const { backend } = await repositories.open(source.id)
      return this.#read(undefined, source, backend, budgetMs, job)
    }
    if (place.kind === 'keeper') return places.noting(place, () => this.#askVerifier(place, source))
    return places.noting(place, () =>
      places.use(place, source.id, ({ repository }) => this.#read(place, source, repository, budgetMs, job)),
    )
  }

  async #read(
    place: Place | undefined,
    source: Source,
    backend: Parameters<typeof inspect>[0],
    budgetMs: number,
    job: JobHandle,
  ): Promise<void> {
    const { places, clock } = this.#parts
    const id = place?.id ?? LOCAL_PLACE
    const wanted = await this.#wanted(id, source)
    const row = await this.#inspection(id, source.id)
    const begin = row && row.cursor !== '' ? roundOf(row) : newRound(clock.now())
    job.report({ phase: 'check', filesDone: begin.files, filesTotal: wanted.size, bytesDone: begin.bytes })
    const found = await inspect(backend, [...wanted.values()], begin, {
      budgetMs,
      clock,
      signal: job.signal,
      onFile: ({ files, bytes }) => job.report({ filesDone: files, bytesDone: bytes }),
    })
    const left = await places.heal(id, { sourceId: source.id, repository: source.repository }, backend, found.damaged)
    // What was brought back whole is sound now; the round counts what is not.
    const healed = found.damaged.length - left.length
    const round = { ...found.round, damaged: found.round.damaged - healed }
    await this.#saveRound(id, source.id, round, found.isWhole)
    await this.#enter(id, source, { ...found, round, left: left.length })
    if (left.length > 0) throw new AppError(place ? 'VAULT_PLACE_DAMAGED' : 'RESTIC_DAMAGED')
    if (place && found.isWhole && round.damaged === 0) await places.note(id, undefined)
  }

  /** The ledger's entries and the proofs: of all that lay there when a whole round began, else of the newest. */
  async #enter(
    id: string,
    source: Source,
    found: { round: Round; isWhole: boolean; files: number; bytes: number; left: number },
  ): Promise<void> {
    const { generations, ledger, clock, tables } = this.#parts
    const { round, isWhole, left } = found
    const isSound = round.damaged === 0 && left === 0
    const there = await this.#generationsAt(id, source.id)
    const seen = isWhole ? there.filter(({ since }) => since <= round.beganAt) : there.slice(0, 1)
    for (const { generation } of seen) {
      const files = isWhole ? round.files : found.files
      const bytes = isWhole ? round.bytes : found.bytes
      await ledger.append({
        type: 'generation.verified',
        actor: 'system:vault',
        subject: `generation:${generation.id}`,
        data: {
          repository: generation.repository,
          snapshot: generation.id,
          place: id,
          scope: isWhole ? 'all-data' : 'sample',
          result: isSound ? 'ok' : 'damaged',
          bytesRead: bytes,
          problems: left,
        },
      })
      if (isWhole && id === LOCAL_PLACE) {
        const durationMs = clock.now() - round.beganAt
        const proof = { kind: 'all-data', at: clock.now(), passed: isSound, files, bytes, durationMs } as const
        await generations.addProof(generation.id, proof)
      }
      if (isWhole && isSound && id !== LOCAL_PLACE)
        await tables
          .updateTable('copy')
          .set({ proved_at: clock.now(), proof: 'all-data' })
          .where('place_id', '=', id)
          .where('generation_id', '=', generation.id)
          .execute()
    }
  }

  /** A Keeper does not let us read in bulk (SECURITY.md 10): its verifier does, and it tells us what was attested. */
  async #askVerifier(place: Extract<Place, { kind: 'keeper' }>, source: Source): Promise<void> {
    const { places, tables, clock } = this.#parts
    const keeper = places.keeper(place)
    try {
      const attested = await keeper.attested(source.id)
      const now = clock.now()
      for (const { snapshot, at, isSound } of attested)
        if (isSound && isPast(at, now))
          await tables
            .updateTable('copy')
            .set({ proved_at: at, proof: 'attested' })
            .where('place_id', '=', place.id)
            .where('generation_id', '=', snapshot)
            .execute()
      await this.#saveRound(place.id, source.id, newRound(now), false)
      if (attested.some(({ isSound }) => !isSound)) throw new AppError('VAULT_PLACE_DAMAGED')
      await places.note(place.id, undefined)
    } finally {
      keeper.close()
    }
  }

  /** The generations of a source at a place, newest first, and since when they lie there. */
  async #generationsAt(id: string, sourceId: string): Promise<{ generation: Generation; since: EpochMs }[]> {
    const { generations, places } = this.#parts
    const all = await generations.list({ sourceId })
    if (id === LOCAL_PLACE) return all.map((generation) => ({ generation, since: generation.finishedAt }))
    const copies = new Map((await places.copies(id)).map((copy) => [copy.generationId, copy.copiedAt]))
    return all.flatMap((generation) => {
      const since = copies.get(generation.id)
      return since === undefined ? [] : [{ generation, since }]
    })
  }

  async #wanted(id: string, source: Source): Promise<ReadonlyMap<string, ManifestObject>> {
    const wanted = new Map<string, ManifestObject>()
    for (const { generation } of await this.#generationsAt(id, source.id)) {
      if (generation.closure !== 'complete') continue
      for (const object of await manifestOf(this.#parts.generations, generation.id))
        wanted.set(objectKey(object), object)
    }
    return wanted
  }

  #inspection(placeId: string, sourceId: string): Promise<InspectionRow | undefined> {
    return this.#parts.tables
      .selectFrom('inspection')
      .selectAll()
      .where('place_id', '=', placeId)
      .where('source_id', '=', sourceId)
      .executeTakeFirst()
  }

  async #saveRound(place_id: string, source_id: string, round: Round, isWhole: boolean): Promise<void> {
    const now = this.#parts.clock.now()
    const { cursor, beganAt: began_at, files, bytes, damaged } = round
    const position = isWhole
      ? { cursor: '', began_at: now, files: 0, bytes: 0, damaged: 0 }
      : { cursor, began_at, files, bytes, damaged }
    const ended = { round_began_at: began_at, round_ended_at: now, round_damaged: damaged }
    const change = { ...position, looked_at: now, ...(isWhole ? ended : {}) }
    const fresh = { round_began_at: null, round_ended_at: null, round_damaged: null }
    await this.#parts.tables
      .insertInto('inspection')
      .values({ place_id, source_id, ...fresh, ...change })
      .onConflict((conflict) => conflict.columns(['place_id', 'source_id']).doUpdateSet(change))
      .execute()
  }

  async #place(id: string): Promise<Place> {
    const place = await this.#parts.places.get(id)
    if (!place) throw new AppError('VAULT_PLACE_INVALID', { context: { field: 'place' } })
    return place
  }

  async #nameOf(sourceId: string): Promise<string> {
    return (await this.#parts.sources()).find(({ id }) => id === sourceId)?.name ?? sourceId
  }
}

const isOwn = ({ kind }: Source): boolean => kind === 'own-state'

interface About {
  readonly name: string
  readonly offsite: boolean
}

export interface Started<T = unknown> {
  readonly jobId: string
  readonly done: Promise<T>
}

/** A failure is in the job and at the place; nobody has to wait for it. */
function started<T>({ id, done }: { id: string; done: Promise<T> }): Started<T> {
  done.catch(() => undefined)
  return { jobId: id, done }
}

/** What went wrong stands where it belongs already; bugs too are in the job. */
async function quietly(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!isAppError(error)) throw error
  })
}

function roundOf({ cursor, began_at, files, bytes, damaged }: InspectionRow): Round {
  return { cursor, beganAt: began_at, files, bytes, damaged }
}
