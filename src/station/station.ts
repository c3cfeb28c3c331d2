/** One emergency PC, running: its folder, its log, its sessions, and what is being brought up to date. */
import { readStationCard } from '#access'
import { AppError, type Clock, type EpochMs, type ErrorCode, isAppError } from '#base'
import { type Casebook, openCasebook } from '#casebook'
import { type Ledger, newEntry } from '#journal'
import { Openings } from '#reading'
import { Reserve, withReserve } from '#vault'
import { type Origin, type Ready, StationFolder } from './folder.ts'
import { openLoad, type StationLoad } from './load.ts'
import { openLog } from './log.ts'
import { openKeys, parsePackage, type StationKeys, type StationPackage } from './package.ts'
import { marksOf, prepareNewest, refreshCopies, sweepCopies, type Work } from './refresh.ts'
import { type Opening, Sessions } from './sessions.ts'
import { Shelf } from './shelf.ts'
import { isShortOfSpace } from './sweep.ts'

export interface StationOptions {
  readonly folder: string
  readonly clock: Clock
  readonly version: string
  /** Told about what failed beside the screens; codes, never patient data. */
  readonly onError: (error: unknown) => void
  /** Whether a disk runs short of space. */
  readonly isShort?: (folder: string) => boolean
}

/** After a failure the next try by itself comes after this long. */
const AGAIN_MS = 15 * 60_000

export class Station {
  readonly folder: StationFolder
  readonly clock: Clock
  readonly version: string
  readonly log: Ledger
  /** Looks are written down on a full disk too; copies would fill it. */
  readonly reserve: Reserve
  /** How many different charts whoever has opened it reads (SECURITY.md, 18). */
  readonly openings: Openings
  readonly #onError: (error: unknown) => void
  readonly #isShort: (folder: string) => boolean
  readonly #stop = new AbortController()
  #sessions: Sessions | undefined
  #casebook: Casebook | undefined
  #shelf: Shelf | undefined
  #work: Work | undefined
  #refreshing: Promise<void> | undefined

  private constructor(options: StationOptions, folder: StationFolder, log: Ledger, reserve: Reserve) {
    this.folder = folder
    this.clock = options.clock
    this.version = options.version
    this.openings = new Openings(options.clock)
    this.#onError = options.onError
    this.#isShort = options.isShort ?? isShortOfSpace
    this.log = log
    this.reserve = reserve
  }

  /** @throws STATION_FILE_DAMAGED, JOURNAL_… */
  static async open(options: StationOptions): Promise<Station> {
    const folder = new StationFolder(options.folder)
    folder.make()
    folder.package()
    const reserve = new Reserve(folder.path)
    reserve.keep()
    return new Station(options, folder, withReserve(await openLog(folder, options.clock), reserve), reserve)
  }

  /** @throws STATION_NOT_SET_UP */
  get package(): StationPackage {
    const known = this.folder.package()
    if (!known) throw new AppError('STATION_NOT_SET_UP')
    return known
  }

  get sessions(): Sessions {
    this.#sessions ??= new Sessions(this.clock, this.log, this.package.station)
    return this.#sessions
  }

  /** What is written here in an emergency; nobody needs the card to say that something is wrong. */
  get casebook(): Casebook {
    const { station: device } = this.package
    this.#casebook ??= openCasebook({ folder: this.folder.in('books'), device, clock: this.clock })
    return this.#casebook
  }

  /** What goes on now; nothing counted yet at its very beginning. */
  get work(): Work | undefined {
    return this.#work ?? (this.#refreshing && { kind: 'prepare', done: 0, total: 1 })
  }

  /** Open from the first card after the start: until then copies come, and nothing is made of them. */
  get shelf(): Shelf | undefined {
    return this.#shelf
  }

  /** Takes the file of production. The same station may be given a newer one; another one only into an empty folder. */
  takePackage(text: string): void {
    const given = parsePackage(text)
    const known = this.folder.package()
    if (known && (known.station !== given.station || known.ledgerKey !== given.ledgerKey))
      throw new AppError('STATION_FILE_DAMAGED', { detail: 'of another station' })
    this.folder.keepPackage(given)
    this.#sessions = undefined
    this.#casebook = undefined
  }

  takeOrigin(origin: Origin): void {
    this.folder.keepOrigin(origin)
  }

  /**
   * The card, and who uses it why. @returns the session's token
   * @throws STATION_CARD_UNREADABLE, STATION_CARD_IS_KIT, STATION_CARD_WRONG, each written down
   */
  async openWith(words: string, opening: Opening): Promise<string> {
    const read = readStationCard(words)
    if (read.kind === 'unreadable') return this.#refuse('card-unreadable', 'STATION_CARD_UNREADABLE')
    if (read.kind === 'kit') return this.#refuse('card-is-kit', 'STATION_CARD_IS_KIT')
    const known = this.package
    const keys = openKeys({ station: known.station, secret: read.secret }, known)
    if (!keys) return this.#refuse('card-wrong', 'STATION_CARD_WRONG')
    const token = await this.sessions.open(opening, keys.subject)
    this.casebook.admit(keys.subject)
    if (!this.#shelf) {
      this.#shelf = new Shelf(this.folder, this.clock, keys, this.#loadWith(keys, known))
    }
    this.refreshSoon()
    return token
  }

  /** Whatever came later and cannot be read must not keep the card from opening what came with the package. */
  #loadWith({ box }: StationKeys, { station, load }: StationPackage): StationLoad {
    try {
      return openLoad(this.folder.load()!.box, station, box)
    } catch {
      return openLoad(load, station, box)
    }
  }

  async #refuse(why: 'card-wrong' | 'card-unreadable' | 'card-is-kit', code: ErrorCode): Promise<never> {
    await this.log.append(newEntry('station.refused', { actor: 'system:station', data: { why } }))
    throw new AppError(code)
  }

  /** Backups that can be read, of each source those first that somebody vouches for, then the newest. */
  ready(): (Ready & { readonly mark: 'attested' | 'received' | 'ledger' | undefined })[] {
    const marks = marksOf(this.folder)
    const all = this.folder.state().ready.map((one) => ({ ...one, mark: marks.get(one.snapshot) }))
    return all.toSorted((a, b) => Number(b.mark !== undefined) - Number(a.mark !== undefined) || b.takenAt - a.takenAt)
  }

  /** Starts bringing everything up to date, unless that goes on already. */
  refreshSoon(): void {
    this.refresh().catch(this.#onError)
  }

  /** @returns when it is done; failures are kept for whoever asks, not thrown */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refreshNow().finally(() => {
      this.#refreshing = undefined
      this.#work = undefined
    })
    return this.#refreshing
  }

  async #refreshNow(): Promise<void> {
    if (!this.folder.package() || !this.folder.origin()) return
    const steps = {
      folder: this.folder,
      clock: this.clock,
      signal: this.#stop.signal,
      onWork: (work: Work) => {
        this.#work = work
      },
    }
    // What lies here already is made ready first: whoever opened it with the card waits for no network.
    await this.#step(() => this.#prepare(steps))
    this.reserve.keep()
    await this.#step(() => {
      if (!this.reserve.isKept) throw new AppError('STORAGE_FULL')
      return refreshCopies(steps)
    })
    await this.#step(() => this.#prepare(steps))
    await this.#step(() => this.#sweep(steps))
  }

  /** Only where the place answered, and while nobody reads: what somebody has open stays whole. */
  async #sweep(steps: Parameters<typeof refreshCopies>[0]): Promise<void> {
    const shelf = this.#shelf
    const { failure } = this.folder.state()
    const answered = failure === undefined || failure.code === 'STORAGE_FULL'
    if (!shelf || !answered || this.#sessions?.isAnyOpen) return
    if (this.#isShort(this.folder.path)) await sweepCopies(shelf, steps)
  }

  async #prepare(steps: Parameters<typeof refreshCopies>[0]): Promise<void> {
    if (this.#shelf && !this.#stop.signal.aborted) await prepareNewest(this.#shelf, steps)
  }

  async #step(step: () => Promise<void> | void): Promise<void> {
    try {
      await step()
    } catch (error) {
      if (this.#stop.signal.aborted) return
      if (!isAppError(error)) this.#onError(error)
      // A place that is not there is the ordinary case in an emergency: told on screen, with the time of the last good one.
      const failure = { code: isAppError(error) ? error.code : 'BASE_BUG', at: this.clock.now() }
      try {
        this.folder.fail(failure)
      } catch (notNoted) {
        this.#onError(notNoted)
      }
    }
  }

  /** Whether it is time by itself: every few hours, after a failure sooner, after a clock that moved at once. */
  isDue(everyMs: number): boolean {
    const { copiedAt, failure } = this.folder.state()
    const now = this.clock.now()
    const since = (at: EpochMs | undefined): number => (at === undefined || at > now ? Infinity : now - at)
    if (failure && since(failure.at) < AGAIN_MS) return false
    return failure !== undefined || since(copiedAt) >= everyMs
  }

  /** Whether production should hear of it; after a failure as soon as after any other. */
  reportIsDue(everyMs: number): boolean {
    const { reportedAt, reportFailure } = this.folder.state()
    const now = this.clock.now()
    const last = Math.max(reportedAt ?? 0, reportFailure?.at ?? 0)
    return last > now || now - last >= (reportFailure && reportFailure.at === last ? AGAIN_MS : everyMs)
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#refreshing?.catch(() => undefined)
    await this.#shelf?.close()
    await this.log.close()
  }
}
