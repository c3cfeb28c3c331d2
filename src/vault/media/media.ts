/**
 * Rotating media as the rest of the house uses them: the set that people keep, the check of a morning, copying, taking off,
 * where each one is. One per data folder.
 */
import { createHash } from 'node:crypto'
import { AppError, type EpochMs, institutionDate, inTurns, isAppError } from '#base'
import type { Kysely } from '#db'
import { type Actor, newEntry } from '#journal'
import { connectedMedia, type Ejected, type Volume } from '#posix'
import { type BusinessCalendar, isBusinessDay, type PlaceFacts } from '#retention'
import type { Jobs } from '../jobs.ts'
import { checkMorning } from './check.ts'
import { contentsOf, type VolumeContents } from './contents.ts'
import { type CopyParts, copySources, copyToMedium } from './copy-job.ts'
import { mediaPlaceFacts } from './place-facts.ts'
import { type Exchange, exchanges, inTurn, mediumDue } from './rotation.ts'
import { type Medium, mediumOf, type MediumMove, whereabouts } from './set.ts'
import { type MediaSettings, parseMediaSettings } from './settings.ts'
import { checkInstant, isFinished, type MediaState, mediaState, todaysCopy } from './state.ts'
import { MediaStation } from './station.ts'
import { type KeptCheck, type KeptCopy, type KeptSet, MediaStore, SET_ID } from './store.ts'
import type { MediaTables } from './tables.ts'

export interface MediaParts extends Omit<CopyParts, 'store'> {
  readonly tables: Kysely<MediaTables>
  readonly jobs: Jobs
  readonly calendar: () => Promise<BusinessCalendar>
  /** Tells this institution's mount points from another's on the same host. */
  readonly dataFolder: string
}

/** What was tried in vain is tried again after this long, or as soon as something else is connected. */
const AGAIN_MS = 15 * 60_000

export class Media {
  readonly #parts: MediaParts & CopyParts
  readonly #folder: string
  /** One at a time at the machine's only place for media. */
  readonly #inTurn = inTurns()

  constructor(parts: MediaParts) {
    this.#parts = { ...parts, store: new MediaStore(parts.tables) }
    // Never below the data folder: whoever removes that folder must not empty a medium that is mounted there.
    const own = createHash('sha256').update(parts.dataFolder).digest('hex').slice(0, 8)
    this.#folder = `/run/toride-media/${own}`
  }

  get #store(): MediaStore {
    return this.#parts.store
  }

  /** Undefined while nobody has begun a set. */
  async state(): Promise<MediaState | undefined> {
    const kept = await this.#store.set()
    return kept && mediaState(await this.#facts(kept))
  }

  async #facts(kept: KeptSet) {
    const { jobs, calendar, clock } = this.#parts
    return {
      kept,
      log: await this.#store.log(kept),
      copies: await this.#store.copies(),
      holdings: await this.#store.holdings(),
      lastCheck: await this.#store.lastCheck(),
      calendar: await calendar(),
      jobId: jobs.running('media', kept.set.name)?.id,
      now: clock.now(),
    }
  }

  /** Who was where when, newest first. */
  moves(): Promise<MediumMove[]> {
    return this.#store.moves()
  }

  copies(): Promise<KeptCopy[]> {
    return this.#store.copies()
  }

  /** The exchanges from today on, if each is done. */
  async plan(days: number): Promise<Exchange[]> {
    const kept = await this.#kept()
    const { calendar, clock } = this.#parts
    return exchanges(kept.set, await this.#store.log(kept), await calendar(), clock.now(), days)
  }

  /** Media as a place of one source for 3-2-1-1-0; undefined while none that is away holds a generation of it. */
  async placeFacts(sourceId: string): Promise<PlaceFacts | undefined> {
    const kept = await this.#store.set()
    return kept && mediaPlaceFacts(await this.#facts(kept), sourceId)
  }

  async #kept(): Promise<KeptSet> {
    const kept = await this.#store.set()
    if (!kept) throw new AppError('VAULT_MEDIUM_NOT_RIGHT', { context: { why: 'no set' } })
    return kept
  }

  #station({ set }: Pick<KeptSet, 'set'>): MediaStation {
    return new MediaStation(set, this.#folder)
  }

  /** Begins the set or changes what people decide of it. False: nothing was different. @throws BASE_CONFIG_INVALID */
  async saveSettings(input: MediaSettings, by: Actor): Promise<boolean> {
    const settings = parseMediaSettings(input)
    const before = (await this.#store.set())?.settings
    const changes = before ? changedNames(before, settings) : ['begun']
    if (changes.length === 0) return false
    await this.#enter(undefined, by, changes)
    await this.#store.saveSettings(settings, this.#parts.clock.now())
    return true
  }

  async #enter(number: number | undefined, actor: Actor, changes: readonly string[]): Promise<void> {
    const subject = number === undefined ? {} : { subject: `medium:${SET_ID}-${number}` as const }
    await this.#parts.ledger.append(
      newEntry('settings.changed', { actor, ...subject, data: { area: 'media', changes: [...changes] } }),
    )
  }

  /** Volumes that could be registered: none of the set's that take turns, no disk that the system itself works with. */
  async candidates(): Promise<Volume[]> {
    const kept = await this.#kept()
    const turns = inTurn(kept.set, await this.#store.log(kept), this.#parts.clock.now())
    const isOpenable = ({ isRemovable, mounts, fileSystem }: Volume): boolean =>
      isRemovable || (mounts.length === 0 && fileSystem !== undefined)
    return (await connectedMedia()).volumes.filter(
      (volume) => isOpenable(volume) && !turns.some((medium) => medium === mediumOf(kept.set, volume.uuid)),
    )
  }

  /** What lies on a volume that a person chose to look at; it is opened for reading, and closed again. */
  async lookInto(uuid: string): Promise<{ volume: Volume; contents: VolumeContents } | undefined> {
    const volume = (await this.candidates()).find((one) => one.uuid === uuid)
    return volume && { volume, contents: await contentsOf(volume, this.#folder) }
  }

  /**
   * Gives a connected medium its number: writes its mark, formats and removes nothing. The second click of the same form
   * changes nothing.
   * @throws VAULT_MEDIUM_TAKEN, VAULT_MEDIUM_NOT_RIGHT, STORAGE_MEDIUM_NOT_OPENED, STORAGE_READ_ONLY
   */
  register(medium: Medium, by: Actor): Promise<void> {
    return this.#inTurn(async () => {
      const kept = await this.#kept()
      const { set } = kept
      const turns = inTurn(set, await this.#store.log(kept), this.#parts.clock.now())
      const [same, holder] = [mediumOf(set, medium.uuid), set.media.find(({ number }) => number === medium.number)]
      if (same && same.number !== medium.number) throw new AppError('VAULT_MEDIUM_TAKEN')
      if (holder && holder !== same && turns.includes(holder)) throw new AppError('VAULT_MEDIUM_TAKEN')
      const others = set.media.filter(({ number }) => number !== medium.number)
      const station = this.#station({ set: { ...set, media: [...others, medium] } })
      const isNew = await station.register(medium.number)
      // The second click: marked a moment ago, and in turn.
      if (!isNew && same && turns.includes(same)) return
      await this.#enter(medium.number, by, ['registered'])
      const now = this.#parts.clock.now()
      await this.#store.saveMedium(medium, now)
      await this.#store.addMove({ number: medium.number, to: 'machine', at: now, person: personOf(by) })
      await this.#noteTakenOut(others, personOf(by))
    })
  }

  /** Media that were in the machine and are not connected now lie on their shelves. */
  async #noteTakenOut(others: readonly Medium[], person: string): Promise<void> {
    const now = this.#parts.clock.now()
    const log = await this.#store.log(await this.#kept())
    const connected = new Set((await connectedMedia()).volumes.map(({ uuid }) => uuid?.toLowerCase()))
    for (const { number, uuid } of others)
      if (whereabouts(log, number, now)?.place === 'machine' && !connected.has(uuid.toLowerCase()))
        await this.#store.addMove({ number, to: 'shelf', at: now, person })
  }

  /** Somebody took a medium somewhere; the second click of the same form changes nothing. @throws VAULT_MEDIUM_NOT_RIGHT */
  async move({ number, to, at, person }: Omit<MediumMove, 'set'>, by: Actor): Promise<void> {
    const { set } = await this.#kept()
    if (!set.media.some((medium) => medium.number === number)) throw new AppError('VAULT_MEDIUM_NOT_RIGHT')
    const last = (await this.#store.moves()).find((move) => move.number === number)
    if (last?.to === to && last.person === person && Math.abs(last.at - at) < 60_000) return
    const carrier = by === `person:${person}` ? [] : [`carrier:${person}`]
    await this.#enter(number, by, [`to-${to}`, `at:${new Date(at).toISOString()}`, ...carrier])
    await this.#store.addMove({ number, to, at, person })
  }

  /** The check of a morning, now. @throws VAULT_RUN_IN_PROGRESS while something is copied */
  check(): Promise<KeptCheck> {
    return this.#inTurn(async () => {
      const kept = await this.#kept()
      const { jobs, clock } = this.#parts
      const running = jobs.running('media', kept.set.name)
      if (running) throw new AppError('VAULT_RUN_IN_PROGRESS', { context: { jobId: running.id } })
      const log = await this.#store.log(kept)
      const now = clock.now()
      const due = mediumDue(kept.set, log, now)
      const station = this.#station(kept)
      const { seen, hasTapeDrive } = await station.look()
      const isReady = seen.some(
        ({ volume, marker }) => due && mediumOf(kept.set, volume.uuid) === due && isMark(marker),
      )
      const neededBytes = isReady ? await this.#lacking(station, due!.number) : 0
      const facts = { set: kept.set, inTurn: inTurn(kept.set, log, now), due, seen, hasTapeDrive, neededBytes }
      const found = { ...checkMorning(facts), at: now, connected: signature(seen.map(({ volume }) => volume)) }
      if (found.finding !== 'right') await station.letGo()
      await this.#store.saveCheck(found)
      return found
    })
  }

  /** 0 where it cannot be told: the copy itself says what is wrong. */
  async #lacking(station: MediaStation, number: number): Promise<number> {
    try {
      return await station.lacking(number, await copySources(this.#parts))
    } catch (error) {
      if (!isAppError(error)) throw error
      return 0
    }
  }

  /** Checks, and where today's medium is in copies to it. A second click gets the job that is going. */
  async copyNow(): Promise<{ jobId: string; done: Promise<void> } | { check: KeptCheck }> {
    const kept = await this.#kept()
    const check = await this.check()
    return check.finding === 'right' ? this.#startCopy(kept, check.due!) : { check }
  }

  #startCopy(kept: KeptSet, number: number): { jobId: string; done: Promise<void> } {
    const { jobs, clock } = this.#parts
    const { id, done } = jobs.start('media', kept.set.name, async (job) => {
      try {
        await copyToMedium(this.#parts, { station: this.#station(kept), set: kept.set.id, number }, job)
        await this.#store.noteFailure(undefined, clock.now())
      } catch (error) {
        const code = isAppError(error) ? error.code : 'BASE_BUG'
        if (code !== 'BASE_CANCELLED') await this.#store.noteFailure(code, clock.now())
        throw error
      }
    })
    done.catch(() => undefined)
    return { jobId: id, done }
  }

  /** @throws STORAGE_MEDIUM_IN_USE, VAULT_MEDIUM_NOT_RIGHT */
  async eject(number: number): Promise<Ejected> {
    return this.#station(await this.#kept()).eject(number)
  }

  /** Snapshots on a connected medium, by the folder of their repository. @throws as {@link MediaStation.open} */
  async holds(number: number): Promise<{ name: string; snapshots: readonly string[] }[]> {
    return this.#inTurn(async () => this.#station(await this.#kept()).holds(number))
  }

  /** Asked every half minute: on business days, from the time of the check on, until the day's copy is off the machine. */
  async tick(): Promise<void> {
    const { clock, calendar, jobs } = this.#parts
    const kept = await this.#store.set()
    if (!kept || kept.set.media.length === 0 || jobs.running('media', kept.set.name)) return
    const now = clock.now()
    const day = institutionDate(now)
    if (now < checkInstant(kept, day) || !isBusinessDay(await calendar(), day)) return
    const due = mediumDue(kept.set, await this.#store.log(kept), now)
    const copy = todaysCopy(await this.#store.copies(), due, day)
    if (isFinished(copy)) return this.#takeOff(kept, copy!)
    if (await this.#isLookDue(kept, day)) await this.copyNow().catch(refuseUnlessGoing)
  }

  /** What a kill left between the reading back and the taking off. */
  async #takeOff(kept: KeptSet, copy: KeptCopy): Promise<void> {
    const now = this.#parts.clock.now()
    if (copy.ejected !== undefined || isRecent(kept.lastFailure?.at, now)) return
    try {
      await this.#store.changeCopy(copy, { ejected: await this.#station(kept).eject(copy.number) })
    } catch (error) {
      if (!isAppError(error)) throw error
      // Nobody's hand is needed where it is gone already.
      if (error.code === 'VAULT_MEDIUM_NOT_RIGHT') await this.#store.changeCopy(copy, { ejected: 'unmounted' })
      else await this.#store.noteFailure(error.code, now)
    }
  }

  /** The first of the day, whenever something else is connected, and after a while. */
  async #isLookDue(kept: KeptSet, day: string): Promise<boolean> {
    const now = this.#parts.clock.now()
    const last = await this.#store.lastCheck()
    if (!last || last.at > now || last.at < checkInstant(kept, day)) return true
    if (!isRecent(Math.max(last.at, kept.lastFailure?.at ?? 0), now)) return true
    const { volumes } = await connectedMedia()
    return signature(volumes.filter((one) => one.isRemovable || mediumOf(kept.set, one.uuid))) !== last.connected
  }
}

/** Somebody's click was faster. */
function refuseUnlessGoing(error: unknown): void {
  if (!isAppError(error, 'VAULT_RUN_IN_PROGRESS')) throw error
}

const isMark = (marker: unknown): boolean => typeof marker === 'object'
const isRecent = (at: EpochMs | undefined, now: EpochMs): boolean =>
  at !== undefined && at <= now && now - at < AGAIN_MS
const personOf = (actor: Actor): string => actor.slice(actor.indexOf(':') + 1)

function signature(volumes: readonly Volume[]): string {
  return volumes
    .map(({ device, uuid }) => `${device}=${uuid ?? ''}`)
    .toSorted()
    .join(' ')
}

function changedNames(before: MediaSettings, after: MediaSettings): string[] {
  const names = Object.keys(after) as (keyof MediaSettings)[]
  return names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
}
