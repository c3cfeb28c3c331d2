/** What is backed up: kinds, rules for their folders, and how one is tried before it is saved. */
import type { FhirLogin } from '#fhir-server'
import { type Dirent, existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { AppError, type ByteString, type EpochMs } from '#base'
import type { RecordKind, RetentionPolicy } from '#retention'
import { isPatientFolder } from '#ssmix2'
import type { IntakePart } from './intake.ts'
import type { Schedule } from './schedule.ts'
import type { WatchState } from './watch.ts'

/** `own-state` is Toride's own folder: every institution has it (SECURITY.md 19). */
export type SourceKind = 'ssmix2' | 'intake' | 'fhir-server' | 'folder' | 'csv' | 'database' | 'dumps' | 'own-state'

/** What its kind needs to know besides the folders. Names are those of the definitions file (`#commands`). */
export interface SourceOptions {
  /** Of `database`. */
  readonly definition?: string
  /** The share that the folders lie in. */
  readonly share?: string
  /** Commands before and after each run. */
  readonly hook?: string
  /** Of `dumps`: how often the other program writes one. */
  readonly everyHours?: number
  /** Of `intake`: how each of the paths is read, in their order. */
  readonly intake?: readonly IntakePart[]
  readonly fhir?: FhirServerOptions
  /** Of a retired system: until when its last generation is kept. */
  readonly keptUntil?: EpochMs
  /** Of folders and files: also when something changed (watch.ts). */
  readonly onChange?: boolean
  /** Of folders: files that were planted there (canaries.ts). */
  readonly canaries?: readonly string[]
  /** Of charts: its patient numbers are the house's, the same in each source that says so. */
  readonly sharedNumbers?: boolean
}

/** Of `fhir-server`: how it is reached; its token or password is a key of the ring. */
export interface FhirServerOptions {
  readonly base: string
  readonly login: FhirLogin['kind']
  /** Name of the key; absent where it asks for none. */
  readonly secret?: string
  readonly user?: string
  readonly pinnedCertificateSha256?: string
  readonly caPem?: string
  readonly alsoOrigins?: readonly string[]
  readonly group?: string
}

/** Why a source is stopped: codes, because the ledger keeps them and holds no free text. */
export const STOP_REASONS = ['retired', 'not-used', 'moved', 'trouble', 'other'] as const
export type StopReason = (typeof STOP_REASONS)[number]

/** With inpatients every day counts. */
export type DayRhythm = 'business-day' | 'day'

const OWN_STATE = 'own-state'

export interface Source {
  readonly id: string
  readonly kind: SourceKind
  readonly name: string
  /** Absolute and without links; several for an SS-MIX2 storage split over volumes; one file for `csv`. */
  readonly paths: readonly string[]
  readonly schedule: Schedule | undefined
  readonly policy: RetentionPolicy
  /** Which days are expected of a source that is taken once a day. */
  readonly dayRhythm: DayRhythm
  /** Ids of the places that it is copied to; undefined: all, also those to come. */
  readonly places: readonly string[] | undefined
  /** Kinds of record whose legal original it is declared to be. */
  readonly originals: readonly RecordKind[]
  /** Generations that are there still wait for the later ends of a raised policy. */
  readonly raisePending: boolean
  /** When its plan was last weakened. */
  readonly loweredAt: EpochMs | undefined
  /** Id in the repository's config. */
  readonly repository: string
  readonly createdAt: EpochMs
  readonly lastDueAt: EpochMs | undefined
  readonly lastFailure: { readonly code: string; readonly at: EpochMs } | undefined
  readonly options: SourceOptions
  /** Begun outside by a run that was killed; see prepare/around.ts. */
  readonly unfinished: string | undefined
  /** Of `dumps`: when the newest file was written, as the last run saw it. */
  readonly newestFileAt: EpochMs | undefined
  /** What the looks found, where it is taken on change. */
  readonly watch: WatchState | undefined
  /** No more runs; what was taken stays. */
  readonly stopped: { readonly at: EpochMs; readonly reason: StopReason } | undefined
  /** Re-keyed: another source goes on with the same folders in a new repository. What was taken stays to its end. */
  readonly replaced: { readonly at: EpochMs; readonly by: string } | undefined
}

/** Toride's own state, today's or one that was re-keyed. */
export function isOwnState(sourceId: string): boolean {
  return sourceId === OWN_STATE || sourceId.startsWith(`${OWN_STATE}-`)
}

/** The source that goes on for this one: itself, or what it was re-keyed to in the end. */
export function goesOnAs(sources: readonly Pick<Source, 'id' | 'replaced'>[], id: string): string {
  const by = sources.find((source) => source.id === id)?.replaced?.by
  return by === undefined ? id : goesOnAs(sources, by)
}

/** Under which source its patient numbers stand beside others'; undefined where nobody said that they are shared. */
export function numbersOf(
  sources: readonly Pick<Source, 'id' | 'replaced' | 'options'>[],
  id: string,
): string | undefined {
  const last = goesOnAs(sources, id)
  return sources.find((source) => source.id === last)?.options.sharedNumbers ? last : undefined
}

/** The repository that a recovery kit opens: told by the kit's number alone, as a bare machine knows no more. */
export const ownStateOf = (kit: string): string => `${OWN_STATE}-${kit}`

export interface SourceInput {
  readonly kind: SourceKind
  readonly name: string
  readonly paths: readonly string[]
  /** Undefined: by hand only. */
  readonly schedule?: Schedule | undefined
  readonly policy?: RetentionPolicy
  readonly options?: SourceOptions
}

export interface SourceTrial {
  readonly kind: SourceKind
  readonly files: number
  readonly sizeBytes: number
  /** Counting stopped here; there is more. */
  readonly more: boolean
  /** Patient folders seen; undefined for kinds without. */
  readonly patients: number | undefined
  readonly newestMs: EpochMs | undefined
}

/** A trial answers a person who waits: it stops counting here. */
const MOST_COUNTED = 20_000

/** Lies in Toride's own folder, which laid it there. */
export const isOwnFolder = (kind: SourceKind): boolean => kind === 'own-state' || isDumped(kind)

/** For signs of an attack: copies of other programs and of ourselves are packed and renamed each night. */
export const isLookedAt = ({ id, kind }: Pick<Source, 'id' | 'kind'>): boolean => !isOwnState(id) && kind !== 'dumps'

/** Laid there by a run, in the clear, and gone when it ends. */
export const isDumped = (kind: SourceKind): boolean => kind === 'database' || kind === 'fhir-server'

/** Kinds whose generations open as charts. */
export const holdsCharts = ({ kind }: Pick<Source, 'kind'>): boolean =>
  kind === 'ssmix2' || kind === 'intake' || kind === 'fhir-server'

/** Where a source may not lie. */
export interface PathRules {
  /** Toride's own folder: a source may neither hold it nor lie in it (a backup of itself never ends). */
  readonly dataFolder: string
  /** What root allows of the system's own folders; absent: root itself names the paths. @throws COMMANDS_FILE_* */
  readonly allowedFolders?: () => readonly string[]
}

/**
 * Passwords, keys and the memory of every program: with Toride's rights its administrator would read them all.
 * `/` holds Toride's own folder.
 */
const SYSTEM_FOLDERS = ['/etc', '/root', '/proc', '/sys', '/dev', '/boot', '/run']
/** Memory for whoever likes, and where desktops mount disks: nothing of the system's own. */
const NOT_THE_SYSTEMS = ['/dev/shm', '/run/media']

/**
 * Refuses paths that cannot be a source.
 * @returns where they really lead: the archiver follows no link, on the way to a source neither
 * @throws VAULT_SOURCE_INVALID, VAULT_SOURCE_UNREADABLE, VAULT_SOURCE_HOLDS_VAULT, VAULT_SOURCE_SYSTEM_FOLDER
 */
export function checkPaths(input: SourceInput, { dataFolder, allowedFolders }: PathRules): string[] {
  if (input.paths.length === 0) throw new AppError('VAULT_SOURCE_INVALID', { context: { why: 'no path' } })
  const own = realpathSync(dataFolder)
  return input.paths.map((given) => {
    const real = readable(() => realpathSync(given))
    // The sample's storages lie in the sample's own data folder, beside what Toride writes.
    if (!within(real, join(own, 'sample'))) {
      if (within(own, real) || within(real, own)) throw new AppError('VAULT_SOURCE_HOLDS_VAULT')
      if (allowedFolders && !isAllowed(real, allowedFolders)) throw new AppError('VAULT_SOURCE_SYSTEM_FOLDER')
    }
    const stat = readable(() => statSync(real))
    const wanted = stat.isDirectory() || ((input.kind === 'csv' || input.kind === 'intake') && stat.isFile())
    if (!wanted)
      throw new AppError('VAULT_SOURCE_INVALID', {
        context: { why: 'not a folder' },
      })
    if (stat.isDirectory()) readable(() => readdirSync(real))
    return real
  })
}

function isAllowed(path: string, allowedFolders: () => readonly string[]): boolean {
  const inAny = (folders: readonly string[]): boolean => folders.some((folder) => within(path, folder))
  return !inAny(SYSTEM_FOLDERS) || inAny(NOT_THE_SYSTEMS) || inAny(allowedFolders())
}

/** Where a path leads, as a source keeps it; where nothing is there, as it was given. */
export function whereItLeads(path: string): string {
  return existsSync(path) ? realpathSync(path) : resolve(path)
}

function within(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

function readable<T>(look: () => T): T {
  try {
    return look()
  } catch (cause) {
    throw new AppError('VAULT_SOURCE_UNREADABLE', {
      cause,
      context: { system: (cause as NodeJS.ErrnoException).code ?? '' },
    })
  }
}

/** Looks at a source without saving anything: how much is there, and whether it looks like an SS-MIX2 storage. */
export function trySource(input: SourceInput, rules: PathRules): SourceTrial {
  const paths = checkPaths(input, rules)
  const found = { files: 0, sizeBytes: 0, more: false, patients: new Set<string>(), newestMs: 0 }
  for (const path of paths) {
    if (statSync(path).isFile()) countFile(path, found)
    else count(path, [], found)
  }
  const kind = input.kind === 'folder' && found.patients.size > 0 ? 'ssmix2' : input.kind
  return {
    kind,
    files: found.files,
    sizeBytes: found.sizeBytes,
    more: found.more,
    patients: kind === 'ssmix2' ? found.patients.size : undefined,
    newestMs: found.newestMs || undefined,
  }
}

interface Found {
  files: number
  sizeBytes: number
  more: boolean
  /** Ids: a patient has a folder in each volume, and one in the extended storage. */
  patients: Set<string>
  newestMs: number
}

function count(folder: string, segments: string[], found: Found): void {
  let entries: Dirent[]
  try {
    entries = readdirSync(folder, { withFileTypes: true })
  } catch {
    return
  }
  if (segments.length > 0 && isPatientFolder(segments)) found.patients.add(segments.at(-1)!)
  for (const entry of entries) {
    if (found.files >= MOST_COUNTED) {
      found.more = true
      return
    }
    const path = join(folder, entry.name)
    if (entry.isDirectory()) count(path, [...segments, entry.name], found)
    else if (entry.isFile()) countFile(path, found)
  }
}

function countFile(path: string, found: Found): void {
  try {
    const { size, mtimeMs } = statSync(path)
    found.files++
    found.sizeBytes += size
    found.newestMs = Math.max(found.newestMs, Math.floor(mtimeMs))
  } catch {
    // Vanished between listing and looking: not there.
  }
}

/** Which folders are units: patient folders where the source has them, else the archiver's own choice. */
export function unitRule(
  source: Pick<Source, 'kind' | 'paths'>,
): ((path: ByteString, depth: number) => boolean) | undefined {
  if (source.kind !== 'ssmix2') return undefined
  const roots = source.paths.map((path) => Buffer.from(path).toString('latin1'))
  return (path) => {
    const root = roots.find((r) => path.startsWith(`${r}/`))
    return root !== undefined && isPatientFolder(path.slice(root.length + 1).split('/'))
  }
}
