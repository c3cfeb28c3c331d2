/** The vault as the rest of the house uses it: sources, runs, generations, proofs, readers. One per data folder. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { AppError, type Backend, type Clock, type EpochMs, isAppError } from '#base'
import { accountCanWrite, CommandBook, type DumpTrial, tryDatabase } from '#commands'
import type { Database } from '#db'
import { type Ledger, type LedgerReport, ledgerTiles, verifyLedger } from '#journal'
import type { RestoreProblem, SourceProblem } from '#restic'
import type { Example } from '#signs'
import { pathText } from '#ssmix2'
import { type Checkpoint, parseVerifierKey } from '#tlog'
import { bringBack, type BringBackSteps, type BroughtBack } from './bring-back.ts'
import { Browser } from './browse.ts'
import { type DataFolder, INSIDE } from './data-folder.ts'
import { Erasures } from './erasure.ts'
import { Generations } from './generations.ts'
import { generationsView } from './generations-view.ts'
import { Jobs } from './jobs.ts'
import { lightsOf, type TakenFacts, takenOf } from './evidence.ts'
import type { DrillFacts, KitFacts, Light } from './lights.ts'
import { Media } from './media/media.ts'
import { PlaceCare } from './places/care.ts'
import { type PlaceNotes, placeNotesSchema } from './places/kinds.ts'
import { Places } from './places/places.ts'
import { NO_NOTES, type PlaceView, placeViews } from './places/view.ts'
import { Policies } from './policy/policies.ts'
import { fhirSettings, type FhirTrial, tryFhir } from './prepare/fhir-pull.ts'
import type { FhirLogin, FhirServerSettings } from '#fhir-server'
import { demandMounted, shareFor } from './prepare/share.ts'
import { checkParts, IntakeFiles, type IntakePart, isIntake, partsFor } from './intake.ts'
import { plantCanaries, removeCanaries } from './canaries.ts'
import type { Restorable } from './restorable.ts'
import { CatalogueReader, type GenerationReader } from './reader.ts'
import { keepReceipt, namesReceipt, pinnedReceipts } from './receipts.ts'
import { LOCAL_PLACE, type OpenRepository, Repositories, type RepositorySecrets } from './repositories.ts'
import { holdLast, MOST_RETIRED_YEARS, sameDayYearsLater } from './retire.ts'
import { openProblems } from './restore-aside.ts'
import { Rehearse } from './rehearse.ts'
import { Runs } from './runs.ts'
import { nextDue } from './schedule.ts'
import { unseal } from './seal.ts'
import { Freeze } from './freeze.ts'
import { Instants } from './instant/instants.ts'
import { Signs } from './signs.ts'
import { Settings } from './settings.ts'
import {
  type FhirServerOptions,
  checkPaths,
  holdsCharts,
  ownStateOf,
  type PathRules,
  type Source,
  type SourceInput,
  type SourceTrial,
  type StopReason,
  trySource,
} from './source.ts'
import { Sources } from './sources.ts'
import type { VaultTables } from './tables.ts'

export interface VaultOptions {
  readonly folder: DataFolder
  readonly database: Database
  readonly ledger: Ledger
  readonly secrets: RepositorySecrets
  readonly clock: Clock
  readonly version: string
  /** What root lets this machine start; absent: the usual file. */
  readonly commands?: CommandBook
}

/** The setting that holds what people say of this computer as a place. */
const LOCAL_NOTES = 'place-notes:local'

export class Vault {
  readonly jobs: Jobs
  readonly generations: Generations
  readonly otherPlaces: Places
  readonly policies: Policies
  readonly media: Media
  readonly erasures: Erasures
  readonly placeCare: PlaceCare
  readonly freeze: Freeze
  readonly signs: Signs
  readonly instants: Instants
  /** Taking generations and proving them. */
  readonly runs: Runs
  /** For the room `rehearsal`. */
  readonly rehearse: Rehearse
  readonly #options: VaultOptions
  readonly #repositories: Repositories
  readonly #sources: Sources
  readonly #pathRules: PathRules
  readonly #readers = new Map<string, CatalogueReader>()
  /** What was hidden when they were opened. */
  #readersTag = ''
  /** What root lets this machine start, to choose from by name. */
  readonly commands: CommandBook

  constructor(options: VaultOptions) {
    this.#options = options
    this.commands = options.commands ?? new CommandBook(undefined)
    this.#pathRules = { dataFolder: options.folder.path, allowedFolders: () => this.commands.allowedFolders() }
    const tables = options.database.tables<VaultTables>()
    this.generations = new Generations(tables)
    this.jobs = new Jobs(options.clock)
    this.#repositories = new Repositories({
      dataFolder: options.folder.path,
      secrets: options.secrets,
      clock: options.clock,
    })
    this.#sources = new Sources({
      tables,
      repositories: this.#repositories,
      pathRules: this.#pathRules,
      clock: options.clock,
    })
    const { secrets, ledger, clock, folder } = options
    const settings = new Settings(options.database)
    this.freeze = new Freeze({ settings, ledger, clock })
    const shared = { tables, repositories: this.#repositories, generations: this.generations, ledger, clock, settings }
    const dataFolder = folder.path
    this.otherPlaces = new Places({
      ...shared,
      secrets,
      dataFolder,
      ledgerCheckpoint: async () => {
        const note = await ledgerTiles(join(folder.path, INSIDE.ledger)).read('checkpoint')
        return note && Buffer.from(note).toString()
      },
      keepReceipt: (place, snapshot, note) =>
        keepReceipt(folder.path, place, snapshot, note, (hash) => namesReceipt(ledger, place, hash)),
    })
    const sources = () => this.sources()
    this.policies = new Policies({
      sources: this.#sources,
      repositories: this.#repositories,
      generations: this.generations,
      otherPlaces: this.otherPlaces,
      settings,
      ledger,
      clock,
      isSample: this.isSample,
      mediaFacts: (sourceId) => this.media.placeFacts(sourceId),
      localNotes: this.#localNotes,
    })
    this.erasures = new Erasures({
      tables,
      ledger,
      clock,
      sources,
      secrets: options.secrets,
      generations: this.generations,
      repositories: this.#repositories,
      otherPlaces: this.otherPlaces,
    })
    this.media = new Media({
      tables,
      ledger,
      clock,
      jobs: this.jobs,
      generations: this.generations,
      sources,
      backend: async (id) => (await this.#repositories.open(id)).backend,
      calendar: () => this.policies.calendar(),
      dataFolder,
    })
    this.signs = new Signs({ tables, generations: this.generations, ledger, clock, freeze: this.freeze })
    this.instants = new Instants({
      ...shared,
      jobs: this.jobs,
      hidden: () => this.erasures.hidden(),
      dataFolder,
    })
    this.rehearse = new Rehearse({ ...shared, secrets })
    this.runs = new Runs({
      ...options,
      signs: this.signs,
      sources: this.#sources,
      repositories: this.#repositories,
      generations: this.generations,
      jobs: this.jobs,
      policies: this.policies,
      erasures: this.erasures,
      freeze: this.freeze,
      instants: this.instants,
      commands: this.commands,
      pathRules: this.#pathRules,
      isSample: this.isSample,
    })
    this.placeCare = new PlaceCare({
      ...shared,
      freeze: this.freeze,
      places: this.otherPlaces,
      jobs: this.jobs,
      sources,
      dataFolder,
    })
  }

  get isSample(): boolean {
    return this.#options.folder.info.kind === 'sample'
  }

  /** The sources of the institution, in the order they were added; Toride's own state last. */
  sources(): Promise<Source[]> {
    return this.#sources.list()
  }

  source(id: string): Promise<Source | undefined> {
    return this.#sources.get(id)
  }

  /** A look at a FHIR server, nothing kept. @throws FHIR_SERVER_* */
  tryFhirServer(settings: FhirServerSettings, signal: AbortSignal): Promise<FhirTrial> {
    return tryFhir(settings, signal)
  }

  /** Saves a FHIR server as a source; its token or password becomes a key of the ring. @throws VAULT_KEY_MISSING */
  addFhirServer(
    input: Pick<SourceInput, 'name' | 'schedule' | 'options'>,
    { login, ...server }: FhirServerSettings,
  ): Promise<Source> {
    const fhir = this.#keepLogin(login)
    return this.#sources.add({
      ...input,
      kind: 'fhir-server',
      paths: [],
      options: { ...input.options, fhir: { ...server, ...fhir } },
    })
  }

  /** How a saved FHIR server is reached, its secret with it: for a try before it is changed, never for a screen. @throws VAULT_SOURCE_INVALID, VAULT_KEY_MISSING */
  async fhirServer(id: string): Promise<FhirServerSettings> {
    return fhirSettings(await this.#sources.ofClinic(id), this.#options.secrets)
  }

  /** Another token or password, or another certificate: the next run uses it. @throws VAULT_SOURCE_INVALID */
  async changeFhirServer(id: string, { login, ...server }: FhirServerSettings): Promise<void> {
    const source = await this.#sources.ofClinic(id)
    if (source.kind !== 'fhir-server') throw new AppError('VAULT_SOURCE_INVALID', { context: { why: 'kind' } })
    const options = { ...source.options, fhir: { ...server, ...this.#keepLogin(login) } }
    await this.#sources.note(id, { options: JSON.stringify(options) })
  }

  /** The key first: a source without one could never run, a key without a source harms nobody. */
  #keepLogin(login: FhirLogin): Pick<FhirServerOptions, 'login' | 'secret' | 'user'> {
    if (login.kind === 'none') return { login: 'none' }
    const secret = `fhir-server-${randomUUID().slice(0, 8)}`
    const text = secretOf(login)
    this.#options.secrets.keep(secret, Buffer.from(text).toString('base64'))
    return { login: login.kind, secret, ...(login.kind !== 'bearer' && { user: login.user }) }
  }

  /** Looks at a source that is not saved yet. @throws VAULT_SOURCE_INVALID, _UNREADABLE, _HOLDS_VAULT, _SYSTEM_FOLDER */
  trySource(input: SourceInput): SourceTrial {
    const found = shareFor(this.commands, input.paths)
    if (found) demandMounted(found.share)
    return trySource(input, this.#pathRules)
  }

  /** Saves a source and makes its repository. @throws as {@link trySource}, and what making a repository throws */
  addSource(input: SourceInput): Promise<Source> {
    const share = shareFor(this.commands, input.paths)?.id
    return this.#sources.add({ ...input, options: { ...input.options, ...(share ? { share } : {}) } })
  }

  /**
   * Another name, time, command around it or watch (`options`, none where it is empty); what was taken stays as it is. Running work goes by its name: it is waited for.
   * @throws VAULT_SOURCE_INVALID for an unknown id and Toride's own state, VAULT_RUN_IN_PROGRESS
   */
  async changeSource(id: string, change: Pick<SourceInput, 'name' | 'schedule' | 'options'>): Promise<void> {
    const source = await this.#changeable(id)
    const { hook: _hook, onChange: _watch, ...kept } = source.options
    // Perhaps root has defined the share meanwhile.
    const share = shareFor(this.commands, source.paths)?.id
    const options = JSON.stringify({ ...kept, ...(share ? { share } : {}), ...change.options })
    await this.#sources.note(id, { name: change.name, cron: change.schedule?.cron ?? null, options })
  }

  /**
   * Whether its patient numbers are the house's, the same in each source that says so; false, and nothing changed, where
   * it was so. @throws VAULT_SOURCE_INVALID for kinds without charts, VAULT_RUN_IN_PROGRESS
   */
  async shareNumbers(id: string, sharedNumbers: boolean): Promise<boolean> {
    const source = await this.#changeable(id)
    if (!holdsCharts(source)) throw new AppError('VAULT_SOURCE_INVALID', { context: { why: 'kind' } })
    if ((source.options.sharedNumbers ?? false) === sharedNumbers) return false
    await this.#sources.note(id, { options: JSON.stringify({ ...source.options, sharedNumbers }) })
    return true
  }

  /**
   * Plants files that watch for an attack in each folder of a source, or takes them away. `again`: what is missing of them,
   * after a person cleared the sign of it; before that their going must stay seen. False, and nothing changed, where it was so.
   * @throws VAULT_SOURCE_INVALID for other kinds than folders, VAULT_RUN_IN_PROGRESS, STORAGE_DENIED and others where Toride may not write: `again` is then switched off
   */
  async plantCanaries(id: string, wish: 'on' | 'again' | 'off'): Promise<boolean> {
    // Planting again takes nothing away that a run which is going could miss.
    const source = await (wish === 'again' ? this.#sources.ofClinic(id) : this.#changeable(id))
    if (source.kind !== 'folder') throw new AppError('VAULT_SOURCE_INVALID', { context: { why: 'kind' } })
    const { canaries, ...options } = source.options
    if ((canaries !== undefined) === (wish === 'on') || (!canaries && wish === 'again')) return false
    const noteStanding = (standing: readonly string[]): Promise<void> =>
      // After an attack that changed them all none is left to watch: switched off, and a person may switch it on again.
      this.#sources.note(id, {
        options: JSON.stringify(standing.length > 0 ? { ...options, canaries: standing } : options),
      })
    let planted: string[]
    try {
      planted = wish === 'off' ? [] : plantCanaries(source.paths)
    } catch (error) {
      // Switched off, else the next run would miss what is gone as if it had been taken a second time.
      if (wish === 'again') await noteStanding([])
      throw error
    }
    if (planted.length === 0 && wish === 'on')
      throw new AppError('STORAGE_EXISTS', { detail: 'other files have the names of planted ones' })
    // Forgotten before they go: no run may take their going for an attack.
    await noteStanding(planted)
    if (wish === 'off') removeCanaries(canaries ?? [])
    return true
  }

  /**
   * How the folders of a source are read as charts, one part per path. Backups that are there are read so too: the way of
   * reading is no part of them.
   * @throws VAULT_SOURCE_INVALID for kinds that are read otherwise, INTAKE_SETTINGS_INVALID, VAULT_RUN_IN_PROGRESS
   */
  async setReading(id: string, parts: readonly IntakePart[]): Promise<void> {
    const source = await this.#changeable(id)
    checkParts(source, parts)
    await this.#sources.note(id, { kind: 'intake', options: JSON.stringify({ ...source.options, intake: parts }) })
    this.#readers.clear()
  }

  /**
   * One more folder (or file) of the same patients, so that one chart holds all.
   * @throws as `trySource`, {@link setReading}
   */
  async addFolder(id: string, path: string): Promise<void> {
    const source = await this.#changeable(id)
    const [real] = checkPaths({ kind: 'intake', name: source.name, paths: [path] }, this.#pathRules)
    const paths = [...source.paths, real!]
    const parts: IntakePart[] = [...partsFor(source), { format: 'none', settings: {} }]
    checkParts({ ...source, paths }, parts)
    const options = JSON.stringify({ ...source.options, intake: parts })
    await this.#sources.note(id, { kind: 'intake', paths: JSON.stringify(paths), options })
    this.#readers.clear()
  }

  async #changeable(id: string): Promise<Source> {
    const source = await this.#sources.ofClinic(id)
    const running = this.jobs.running('backup', source.name)
    if (running) throw new AppError('VAULT_RUN_IN_PROGRESS', { context: { jobId: running.id } })
    return source
  }

  /** No more runs until {@link resumeSource}; a run that is going ends by itself. No generation goes. False: it was so before. */
  stopSource(id: string, reason: StopReason): Promise<boolean> {
    return this.#sources.stop(id, reason)
  }

  /**
   * Its system is no longer used: stopped, and its last whole generation is held for `years` from now (retire.ts). False: it
   * was stopped before. @throws VAULT_GENERATION_UNKNOWN, VAULT_SOURCE_INVALID, VAULT_RUN_IN_PROGRESS
   */
  async retireSource(id: string, years: number): Promise<boolean> {
    const source = await this.#sources.ofClinic(id)
    const running = this.jobs.running('backup', source.name)
    if (running) throw new AppError('VAULT_RUN_IN_PROGRESS', { context: { jobId: running.id } })
    if (source.stopped) return false
    const { ledger, clock } = this.#options
    const keptUntil = sameDayYearsLater(clock.now(), Math.min(Math.max(1, years), MOST_RETIRED_YEARS))
    const opened = await this.#repositories.open(id)
    // Held first: a stop without it would promise what nothing keeps.
    await holdLast({ source, opened, generations: this.generations, ledger, clock }, keptUntil)
    await this.#sources.note(id, { options: JSON.stringify({ ...source.options, keptUntil }) })
    return this.#sources.stop(id, 'retired')
  }

  async resumeSource(id: string): Promise<boolean> {
    const { keptUntil: _over, ...options } = (await this.#sources.ofClinic(id)).options
    await this.#sources.note(id, { options: JSON.stringify(options) })
    return this.#sources.resume(id)
  }

  /**
   * From now on Toride's own state goes into a new repository, whose password is derived from this kit. A new one, and no
   * second key slot of the old: a Keeper takes no further key files (SECURITY.md 5), and the earlier kit must not open it.
   */
  async renewOwnState(kit: string, password: string): Promise<void> {
    await this.ensureOwnState()
    this.#options.secrets.keep(ownStateOf(kit), password)
    await this.#sources.replace((await this.#sources.ownState())!.id, ownStateOf(kit))
  }

  /** The generations of a source out of another place, on a machine that has nothing but Toride's own state. */
  async bringBack(source: Source, from: Backend, steps: BringBackSteps = {}): Promise<BroughtBack> {
    const { generations } = this
    const { ledger, clock } = this.#options
    const parts = { source, repositories: this.#repositories, generations, ledger, now: clock.now() }
    return bringBack(parts, from, steps)
  }

  /**
   * The source goes on in a new repository with a new key; the old one stays readable to its last lock and is then let go
   * whole (SECURITY.md 12). The next run reads everything once. @throws VAULT_SOURCE_INVALID, VAULT_RUN_IN_PROGRESS
   */
  async rekeySource(id: string): Promise<Source> {
    const source = await this.#sources.ofClinic(id)
    const running = this.jobs.running('backup', source.name)
    if (running) throw new AppError('VAULT_RUN_IN_PROGRESS', { context: { jobId: running.id } })
    return this.#sources.replace(id, `${source.kind}-${randomUUID().slice(0, 8)}`)
  }

  /** Makes the source of Toride's own state where it is not there yet. */
  ensureOwnState(): Promise<void> {
    return this.#sources.ensureOwnState()
  }

  /** What is to be said of a share that a source would lie in. @throws COMMANDS_PASSWORD_EXPOSED */
  async tryShare(paths: readonly string[]): Promise<{ name: string; canWrite: boolean | undefined } | undefined> {
    const found = shareFor(this.commands, paths)
    return found && { name: found.share.name, canWrite: await accountCanWrite(found.share, found.way) }
  }

  /** Connects to a defined database with the tool that will dump it. @throws COMMANDS_* */
  tryDatabase(definition: string): Promise<DumpTrial> {
    return tryDatabase(this.commands.database(definition))
  }

  /** @throws VAULT_GENERATION_UNKNOWN, VAULT_KEY_MISSING */
  async openGeneration(id: string): Promise<GenerationReader> {
    const { tag } = await this.erasures.hidden()
    if (tag !== this.#readersTag) this.#readers.clear()
    this.#readersTag = tag
    const known = this.#readers.get(id)
    if (known) return known
    const generation = await this.generations.demand(id)
    const hidden = await this.erasures.hidden()
    const opened = await this.#repositories.open(generation.sourceId)
    const source = await this.#sources.get(generation.sourceId)
    const intake = source && isIntake(source) ? new IntakeFiles(opened, generation.tree, source, hidden) : undefined
    const reader = new CatalogueReader(opened, generation, hidden, intake)
    this.#readers.set(id, reader)
    return reader
  }

  /** Folders and files of a generation of a source without charts. @throws VAULT_GENERATION_UNKNOWN, VAULT_KEY_MISSING */
  async browse(id: string): Promise<Browser> {
    const generation = await this.generations.demand(id)
    return new Browser(await this.#repositories.open(generation.sourceId), generation, await this.erasures.hidden())
  }

  /** A generation to be written back. @throws VAULT_GENERATION_UNKNOWN, VAULT_KEY_MISSING */
  async restorable(id: string): Promise<Restorable> {
    const generation = await this.generations.demand(id)
    const opened = await this.#repositories.open(generation.sourceId)
    const hidden = await this.erasures.hidden()
    return { generation, source: await this.#sources.get(generation.sourceId), opened, hidden }
  }

  /** Where the repository of a source lies in the local place. */
  repositoryFolder(sourceId: string): string {
    return this.#repositories.folder(sourceId)
  }

  /** Says that a chart was opened out of a generation and every byte matched: the evidence of the fourth light. */
  async chartOpened(generationId: string, opened: { files: number; bytes: number; durationMs: number }): Promise<void> {
    await this.generations.addProof(generationId, {
      kind: 'chart',
      at: this.#options.clock.now(),
      passed: true,
      ...opened,
    })
  }

  /** Files that the signs of a generation rest on. Patient data. @throws VAULT_GENERATION_UNKNOWN */
  async signExamples(generationId: string): Promise<Example[]> {
    const { sourceId } = await this.generations.demand(generationId)
    const examples = await this.signs.examples(generationId, (await this.#repositories.open(sourceId)).keys)
    const hidden = await this.erasures.hidden()
    return examples.filter(({ path }) => !hidden.covers(path))
  }

  /** The first problems of a generation's newest restore test, where it failed. Paths are patient data. */
  async restoreProblems(generationId: string): Promise<RestoreProblem[]> {
    const sealed = await this.generations.restoreProblemsSealed(generationId)
    if (!sealed) return []
    const { sourceId } = await this.generations.demand(generationId)
    const { keys } = await this.#repositories.open(sourceId)
    const hidden = await this.erasures.hidden()
    return openProblems(sealed, keys, generationId).filter(({ path }) => !hidden.covers(pathText(path)))
  }

  /** What a generation could not read of its source. Paths are patient data. */
  async skipped(generationId: string): Promise<SourceProblem[]> {
    const sealed = await this.generations.skippedSealed(generationId)
    if (!sealed) return []
    const generation = await this.generations.demand(generationId)
    const { keys } = await this.#repositories.open(generation.sourceId)
    const problems = JSON.parse(unseal(keys.seal, sealed, Buffer.from(generationId)).toString()) as SourceProblem[]
    const hidden = await this.erasures.hidden()
    return problems.filter(({ path }) => !hidden.covers(pathText(path)))
  }

  /**
   * Checks the ledger, and the generations that lie here against it. Reads only, also while a server works on the folder.
   * Every file that a generation needs is looked for; its bytes are read where `readData` asks for it.
   * @param known checkpoints kept elsewhere: the state database's last sight of the log, a printed sheet
   */
  async verifyLedger(
    known: readonly Pick<Checkpoint, 'size' | 'root'>[] = [],
    { readData = false } = {},
  ): Promise<LedgerReport> {
    const { folder, ledger, clock } = this.#options
    const opened: OpenRepository[] = []
    for (const source of await this.sources()) {
      // One that does not open (damaged, keys closed) is not looked at, and the report says so (REPOSITORY_NOT_SEEN).
      try {
        opened.push(await this.#repositories.open(source.id))
      } catch (error) {
        if (!isAppError(error)) throw error
      }
    }
    const tiles = ledgerTiles(join(folder.path, INSIDE.ledger))
    const verifier = parseVerifierKey(ledger.verifierKey)
    const parts = { generations: this.generations, clock, readData }
    const receipts = () => pinnedReceipts(folder.path, (name) => this.setting(name))
    return verifyLedger({ tiles, verifier, known, receipts }, generationsView(opened, parts))
  }

  async lights(more: { stations: number; kit?: KitFacts; drill?: DrillFacts | undefined }): Promise<readonly Light[]> {
    return lightsOf(this.#evidence(), { isSample: this.isSample, ...(await this.#today()), ...more })
  }

  /** How well each source of the clinic's is taken. */
  async taken(): Promise<readonly TakenFacts[]> {
    return takenOf(this.#evidence(), await this.#today())
  }

  async #today() {
    return { now: this.#options.clock.now(), calendar: await this.policies.calendar() }
  }

  #evidence() {
    const { generations, otherPlaces, media } = this
    return { sources: this.#sources, repositories: this.#repositories, generations, otherPlaces, media }
  }

  /** Every place, the local one first. */
  places(): Promise<PlaceView[]> {
    return placeViews({
      places: this.otherPlaces,
      sources: () => this.sources(),
      generations: this.generations,
      repositories: this.#repositories,
      tables: this.#options.database.tables<VaultTables>(),
      dataFolder: this.#options.folder.path,
      localNotes: this.#localNotes,
    })
  }

  /** What people say of a place (`local` is this computer), without looking at what lies there; undefined: no place. */
  async placeNotes(id: string): Promise<PlaceNotes | undefined> {
    if (id !== LOCAL_PLACE) return (await this.otherPlaces.get(id))?.notes
    const kept = await this.setting(LOCAL_NOTES)
    return kept === undefined ? NO_NOTES : placeNotesSchema.parse(JSON.parse(kept))
  }

  readonly #localNotes = async (): Promise<PlaceNotes> => (await this.placeNotes(LOCAL_PLACE)) ?? NO_NOTES

  async savePlaceNotes(id: string, notes: PlaceNotes): Promise<void> {
    if (id === LOCAL_PLACE) await this.saveSetting(LOCAL_NOTES, JSON.stringify(notes))
    else await this.otherPlaces.saveNotes(id, notes)
  }

  nextRun(source: Source): EpochMs | undefined {
    if (source.stopped || source.replaced) return undefined
    return source.schedule && nextDue(source.schedule, this.#options.clock.now())
  }

  /** All that is due at this moment, to its end. A server asks for the two parts apart: a slow line delays no backup. */
  async tick(): Promise<void> {
    await this.runs.runDue()
    await this.placeCare.tick()
  }

  async setting(name: string): Promise<string | undefined> {
    return new Settings(this.#options.database).setting(name)
  }

  async saveSetting(name: string, value: string): Promise<void> {
    await new Settings(this.#options.database).saveSetting(name, value)
  }

  /** Stops running work (it leaves only what the next run uses) and closes the repositories. */
  async close(): Promise<void> {
    this.jobs.cancelAll()
    // The commands after a run still do their work.
    await this.runs.ended()
    await this.instants.close()
    await this.#repositories.close()
  }
}

function secretOf(login: Exclude<FhirLogin, { kind: 'none' }>): string {
  if (login.kind === 'bearer') return login.token
  return login.kind === 'smart' ? login.privateKey : login.password
}
