/**
 * What the pages show: plain values, made by the roots out of the areas. No sentences (those are in `messages/`), no
 * behaviour. Instants are {@link EpochMs} in UTC; sizes are bytes; a missing value is `undefined`, never 0 or ''.
 */
import type { EntryType } from '#journal'
import type { Duty, Profession } from '#access'
import type { EpochMs, ErrorCode, LockStrength } from '#base'
import type { MediaView } from './media-ports.ts'
import type { CoveredSystem, Device, RecordContent, RecordState, Spare } from '#governance'
import type { Change, Job, PlaceNotes, StopReason, ThreeTwoOne } from '#vault'
import type { KitCondition } from './kit-ports.ts'

/** Running work is shown as the vault keeps it. */
export type { Job, JobKind, JobPhase, PlaceNotes, StopReason } from '#vault'

/** The five lights in their fixed order: バックアップ済み・消されない・復元テスト済み・停止時も見られる・訓練済み. */
export const LIGHT_NAMES = ['taken', 'locked', 'proven', 'readable', 'drilled'] as const
export type LightName = (typeof LIGHT_NAMES)[number]

/** good ✓ できています, soon ▲ そろそろ, bad × できていません, unlit = no evidence can count (sample data, not built in yet). */
export type LightState = 'good' | 'soon' | 'bad' | 'unlit'

/** One dated piece of evidence (or its absence) behind a light. The words are `messages.reason[code]`. */
export interface Reason {
  readonly code: ReasonCode
  readonly state: LightState
  /** When the evidence was made, not when it was looked at. */
  readonly atMs?: EpochMs
  readonly untilMs?: EpochMs
  /** Name of the source, place or PC that it speaks of. */
  readonly subject?: string
  readonly count?: number
  /** Days that hold one, several of one day as one. */
  readonly days?: number
  readonly durationMs?: number
  /** Page on which the evidence can be seen. */
  readonly href?: string
}
export const REASON_CODES = [
  'source-taken',
  'source-unchanged',
  'source-changed',
  'source-not-looked',
  'source-late',
  'source-stopped',
  'source-retired',
  'source-never',
  'source-failed',
  'source-incomplete',
  'source-dump-late',
  'no-source',
  'lock-holds',
  'lock-logical',
  'lock-ends-soon',
  'lock-none',
  'floor-kept',
  'floor-missed',
  'policy-lowered',
  'one-place-only',
  'place-failed',
  'closure-checked',
  'verified-all',
  'verified-failed',
  'restore-tested',
  'restore-never',
  'kit-checked',
  'kit-never',
  'chart-opened',
  'chart-never-opened',
  'file-opened',
  'file-never-opened',
  'records-unread',
  'no-station',
  'drill-held',
  'drill-never',
  'drill-old',
  'drill-soon',
  'drill-missed',
  'drill-unmended',
  'drill-done',
  'vendor-letter',
  'sample-data',
] as const
export type ReasonCode = (typeof REASON_CODES)[number]

/** What to do next for a light or for the whole house; the words are `messages.step[code]`. */
export const STEP_CODES = [
  'judge-report',
  'lead-emergency',
  'see-signs',
  'add-source',
  'look-at-sources',
  'first-hour',
  'run-backup',
  'look-at-problems',
  'look-at-generation',
  'open-a-chart',
  'open-a-file',
  'free-space',
  'plan-restore-test',
  'plan-drill',
  'mend-what-drill-found',
  'see-recovery-kit',
  'prepare-station',
  'prepare-second-place',
  'look-at-places',
  'nothing',
] as const
export type StepCode = (typeof STEP_CODES)[number]
export interface Step {
  readonly code: StepCode
  readonly href?: string
  readonly subject?: string
}

export interface Light {
  readonly name: LightName
  readonly state: LightState
  /** The one fact printed large on the card; the first reason of the same state when left out. */
  readonly reasons: readonly Reason[]
  readonly next: Step
  /** A vendor holds it in writing: drawn differently, never fully green (USERS.md, the first hour). */
  readonly vendor?: { readonly name: string; readonly writtenAtMs: EpochMs; readonly nextCheckMs: EpochMs }
}

export interface Home {
  readonly lights: readonly Light[]
  /** Newest generation of the source with most charts; absent when there is none. */
  readonly readable?: {
    readonly asOfMs: EpochMs
    readonly generationId: string
    readonly patients: number
    readonly stations: number
  }
  /** Sources without charts: the newest generation, and of each source the newest; as of the oldest of these. */
  readonly documents?: {
    readonly asOfMs: EpochMs
    readonly generationId: string
    readonly sources: readonly { readonly name: string; readonly files: number }[]
  }
  readonly main: Step
  readonly running: readonly Job[]
  readonly generations: readonly GenerationSummary[]
  readonly places: readonly Place[]
  readonly problems: ProblemCounts
  /** Rotating disks, where there is a set. */
  readonly media?: MediaView
  /** An earlier check found the ledger cut off, swapped or gone, and nobody has cleared it. */
  /** Nobody is told of what goes wrong, or somebody is not reached. */
  readonly notices?: 'nobody' | 'troubled'
  readonly ledgerAlarm?: { readonly atMs: EpochMs }
  /** The newest backup that looks as after an attack, and that nobody has cleared. */
  readonly suspected?: { readonly sourceName: string; readonly takenAtMs: EpochMs }
  /** What the recovery kit waits for, for those who may do it. */
  readonly kit?: Exclude<KitCondition, 'good'>
  /** What the continuity plan waits for, for those who keep it. `count`: days, or sections. */
  readonly plan?: { readonly code: 'review' | 'stale' | 'never' | 'binder'; readonly count: number }
}

export interface ProblemCounts {
  /** 読めなかった記録 */
  readonly unread: number
  /** 表示を止めた記録: patient mismatch. */
  readonly withheld: number
}

export interface Place {
  /** `local`: the computer on which Toride runs; named by the web. */
  readonly id: string
  readonly kind: 'local' | 'keeper' | 's3' | 'rest' | 'folder'
  readonly name: string
  readonly location: string
  readonly notes: PlaceNotes
  /** Of all sources but Toride's own state. */
  readonly generations: number
  readonly usedBytes: number
  readonly freeBytes?: number
  /** When it is full if it grows as it did. */
  readonly fullAtMs?: EpochMs
  /** When all of a generation there was last found sound. */
  readonly checkedAtMs?: EpochMs
  readonly lockedUntilMs?: EpochMs
  readonly lockStrength?: LockStrength
  /** Of its newest generation. */
  readonly newestAtMs?: EpochMs
  /** Of a place that holds copies: why the last try failed. */
  readonly failure?: { readonly code: ErrorCode; readonly atMs: EpochMs }
  /** The job that works there now. */
  readonly running?: string
  readonly sources: readonly SourceAtPlace[]
  /** Room day by day, oldest first. */
  readonly uses: readonly { readonly day: number; readonly usedBytes: number; readonly freeBytes?: number }[]
}

/** What of one source lies at a place. */
export interface SourceAtPlace {
  readonly sourceId: string
  readonly name: string
  readonly generations: number
  readonly oldestAtMs?: EpochMs
  readonly newestAtMs?: EpochMs
  readonly lockedUntilMs?: EpochMs
  readonly lockStrength?: LockStrength
  readonly newestProvedAtMs?: EpochMs
  readonly provedAtMs?: EpochMs
  /** Of how many generations every byte was ever found sound there. */
  readonly proved: number
}

/** 3 copies, 2 kinds of medium, 1 elsewhere, 1 out of reach, 0 errors; production is a copy too. */
export type SourceRule = ThreeTwoOne & { readonly sourceId: string; readonly name: string }

/** locked: held now; open: taken, its lock has ended or never was; incomplete: something was skipped; doubtful: the record and the files disagree; suspect: looks as after an attack; damaged. */
export type GenerationState = 'locked' | 'open' | 'incomplete' | 'doubtful' | 'suspect' | 'damaged'

export interface GenerationSummary {
  readonly id: string
  readonly sourceId: string
  readonly sourceName: string
  /** Of a source whose patient numbers are the house's: the source, by the id that it goes on under once re-keyed. */
  readonly numbersOf?: string
  readonly takenAtMs: EpochMs
  readonly state: GenerationState
  /** The end of this generation's own lock. */
  readonly lockedUntilMs?: EpochMs
  readonly lockStrength?: LockStrength
  readonly verifiedAtMs?: EpochMs
  readonly files: number
  readonly sizeBytes: number
  readonly addedBytes: number
  readonly patients?: number
  readonly skipped: number
  /** Where it is held, this computer included. */
  readonly placeCount: number
  /** Charts can be opened from it. */
  readonly readable: boolean
  /** On an emergency PC: nobody vouches for it. */
  readonly unattested?: boolean
  /** A newer one of the source is suspected of an attack: when that was taken. This one is read in its place. */
  readonly insteadOfMs?: EpochMs
  /** Can be looked into as folders and files (a source without charts). */
  readonly browsable: boolean
}

/** Why a restore test failed. `files` only for those who may see paths. */
export interface RestoreFailure {
  readonly code: ErrorCode
  readonly count: number
  readonly files: readonly { readonly path: string; readonly code: ErrorCode; readonly detail: string }[]
}

/** A backup that looks as after an attack. */
export interface UnderSuspicion {
  /** The newest of the same source before it that nothing speaks against; undefined: there is none. */
  readonly lastClean: { readonly generationId: string; readonly takenAtMs: EpochMs } | undefined
}

export interface GenerationDetail extends GenerationSummary {
  readonly finishedAtMs: EpochMs
  readonly snapshotId: string
  /** Position in the ledger (改ざん防止の記録). */
  readonly ledgerIndex?: number
  readonly newFiles: number
  readonly changedFiles: number
  readonly unchangedFiles: number
  readonly goneFiles: number
  /** Every folder was listed, or unchanged ones were taken over by their times. */
  readonly walk: 'full' | 'shortcut'
  readonly kinds: readonly { readonly name: string; readonly files: number }[]
  readonly skippedFiles: readonly Problem[]
  readonly checks: readonly {
    readonly atMs: EpochMs
    readonly kind: 'closure' | 'all-data' | 'restore'
    readonly passed: boolean
  }[]
  readonly restoreFailure?: RestoreFailure | undefined
  readonly suspected?: UnderSuspicion | undefined
  readonly places: readonly {
    readonly id: string
    readonly name: string
    readonly lockedUntilMs?: EpochMs
    readonly strength?: LockStrength
    /** Was taken off the list; it still holds this. */
    readonly removed?: boolean
  }[]
  /** Undefined: for whoever may not see the journal. */
  readonly lookedAt: readonly JournalRow[] | undefined
}

export type SourceKind = 'ssmix2' | 'intake' | 'fhir-server' | 'folder' | 'csv' | 'database' | 'dumps' | 'own-state'
export interface Source {
  readonly id: string
  readonly name: string
  readonly kind: SourceKind
  /** Folders; several for an SS-MIX2 storage split over volumes; none for a database. */
  readonly paths: readonly string[]
  /** Time of day of the daily run in Asia/Tokyo, "02:00"; absent = by hand only. */
  readonly dailyAt?: string
  /** Address of a FHIR server. */
  readonly server?: string
  readonly nextRunMs?: EpochMs
  /** Taken on change: the last look, and since when a change waits. */
  readonly watch?: { readonly lookedAtMs?: EpochMs; readonly waitingSinceMs?: EpochMs; readonly failed?: boolean }
  readonly last?: {
    readonly atMs: EpochMs
    readonly outcome: 'done' | 'incomplete' | 'failed'
    readonly files: number
    readonly skipped: number
    readonly generationId?: string
    readonly errorCode?: ErrorCode
  }
  readonly running?: string
  /** As the definitions file names them; undefined where it has none. */
  readonly database?: string
  readonly hook?: string
  /** `keptUntilMs`: of a retired system, until when its last generation is kept. */
  /** Its patient numbers are the house's; undefined for kinds without charts. */
  readonly sharedNumbers?: boolean
  /** Files planted to see an attack, and how many of them stand unchanged; undefined for kinds that have none. */
  readonly canaries?: { readonly planted: number; readonly standing: number }
  readonly stopped?: { readonly atMs: EpochMs; readonly reason: StopReason; readonly keptUntilMs?: EpochMs }
}

/** What a try of a source found, before anything is saved. */
export interface SourceTrial {
  readonly kind: SourceKind
  readonly files: number
  readonly sizeBytes: number
  /** Stopped counting here; there is more. */
  readonly more: boolean
  readonly patients?: number
  readonly newestMs?: EpochMs
  readonly kinds: readonly { readonly name: string; readonly files: number }[]
  /** Of files that are read as charts: records by kind, and what cannot be read, of the first files. */
  readonly records?: readonly { readonly kind: string; readonly count: number }[]
  readonly problems?: readonly { readonly code: string; readonly count: number }[]
  /** On a defined share of another machine; `canWrite` is undefined where it could not be tried. */
  readonly share?: { readonly name: string; readonly canWrite?: boolean }
  /** Of a database, which has no files to count. */
  readonly tables?: number
  /** Of those, tables that a change during the dump may tear. */
  readonly unsafeTables?: number
}

/** What root defined on this machine, to choose from by name. */
export interface OutsideChoices {
  readonly databases: readonly Choice[]
  readonly hooks: readonly Choice[]
  /** Why the definitions are not used. */
  readonly problem?: ErrorCode
}
export interface Choice {
  readonly id: string
  readonly name: string
}
export type { CommandRecord } from '#vault'

/** What the vendor is asked to agree to: facts of one source. */
export interface Impact {
  readonly source: Source
  readonly accountName?: string
  readonly host?: string
  readonly port?: number
  readonly timeoutMinutes?: number
  /** Of the last run. */
  readonly seconds?: number
  readonly sizeBytes?: number
}

/** unread: 読めなかった; withheld: 表示を止めた; skipped: not even in the backup; remark: shown, but look at the original. */
export const PROBLEM_GROUPS = ['unread', 'withheld', 'skipped', 'remark'] as const
export type ProblemGroup = (typeof PROBLEM_GROUPS)[number]

/** A record that is not shown, with its reason. `path` is patient data: only people who may see patients get it. */
export interface Problem {
  readonly id: string
  readonly group: ProblemGroup
  /** Stable code of the room that found it; the words are `messages.problem[code]` with a general sentence for new codes. */
  readonly code: string
  readonly path: string
  readonly sourceName: string
  readonly foundAtMs: EpochMs
  readonly sizeBytes?: number
}

export type Sex = 'male' | 'female' | 'other' | 'unknown'
export type SameAs = 'name' | 'reading' | 'birth-date'
export interface PatientHit {
  /** Patient key of the index; on its way to a page it becomes a token of the session. */
  readonly key: string
  readonly patientId: string
  readonly kanji?: string
  readonly kana?: string
  /** YYYY-MM-DD or a part of it, as the source has it. */
  readonly birthDate?: string
  readonly sex: Sex
  /** YYYY-MM-DD of the newest record. */
  readonly lastRecordOn?: string
  /** The source says that another record is the same person's. */
  readonly linked?: boolean
  /** Over the whole index, not only over these hits. */
  readonly sameAs: readonly SameAs[]
}
export interface SearchResult {
  readonly generationId: string
  readonly asOfMs: EpochMs
  readonly total: number
  readonly hits: readonly PatientHit[]
}

/** A folder inside a generation. Entries are named by their positions in addresses: names may be patient data. */
export interface FolderView {
  readonly generationId: string
  readonly sourceName: string
  readonly takenAtMs: EpochMs
  /** Names of the folders from the source's top to here; [] at the top. */
  readonly trail: readonly string[]
  readonly entries: readonly {
    readonly position: number
    readonly name: string
    readonly kind: 'folder' | 'file' | 'other'
    readonly sizeBytes: number
    readonly mtimeMs: EpochMs
  }[]
}

export type JournalKind = 'chart' | 'generation' | 'sign-in' | 'people' | 'settings' | 'service'
/** `looked`: at its files as they lie there, to set up how they are read; `reading`: that was set up; `folder`: one more folder. */
export const SOURCE_ACTS = [
  'added',
  'changed',
  'stopped',
  'resumed',
  'looked',
  'reading',
  'folder',
  'numbers-shared',
  'numbers-own',
  'canaries-on',
  'canaries-off',
] as const
export type SourceAct = (typeof SOURCE_ACTS)[number]

export interface ProtectedPatient {
  /** Stands for the patient in forms; says nothing of the patient. */
  readonly id: string
  /** Absent where it was sealed with keys that are gone. */
  readonly patientId?: string
}

export interface JournalFilter {
  readonly kind?: JournalKind
  /** Part of a person's name. */
  readonly who?: string
  readonly patientId?: string
  /** `2026-11-28` */
  readonly day?: string
  readonly page: number
}

export interface JournalRow {
  readonly id: string
  readonly atMs: EpochMs
  readonly kind: JournalKind
  readonly type: EntryType
  /** Of `generation.restored`: somebody only looked at a folder or file inside. */
  readonly looked?: 'folder' | 'file'
  /** '' where the house worked by itself. */
  readonly who: string
  /** Patient (only for those who may see it), generation or person. */
  readonly subject?: string
  /** Number of the emergency edition that it is about. */
  readonly edition?: number
  readonly reason?: string
  /** Of `settings.changed` about a source. */
  readonly source?: { readonly act: SourceAct; readonly reason?: StopReason }
  /** Of `policy.changed`: from what to what. */
  readonly changes?: readonly Change[]
  /** A protected patient’s chart was opened: to be looked at by who answers for privacy. */
  readonly protectedPatient?: boolean
  /** When the generation that it is about was taken: its name on screen. */
  readonly generationTakenMs?: EpochMs
  readonly href?: string
}

export interface Page<T> {
  readonly rows: readonly T[]
  readonly total: number
  /** From 1. */
  readonly page: number
  readonly pageSize: number
}

/** 職種 and 担当 in the order in which people read them; the types come from `access`. */
export const PROFESSIONS = [
  'doctor',
  'nurse',
  'pharmacist',
  'technologist',
  'clerk',
  'vendor',
] as const satisfies readonly Profession[]
export const DUTIES = ['administrator', 'director', 'inspector'] as const satisfies readonly Duty[]

export interface Person {
  readonly id: string
  readonly loginName: string
  readonly displayName: string
  readonly profession: Profession
  readonly duties: readonly Duty[]
  readonly active: boolean
  readonly lastSignInMs?: EpochMs
  /** Has not yet set a password of their own. */
  readonly waiting: boolean
}

export interface Settings {
  readonly institutionName: string
  readonly supportName: string
  readonly supportPhone: string
  readonly dataFolder: string
  readonly version: string
  readonly retention: {
    readonly daily: number
    readonly weekly: number
    readonly monthly: number
    readonly lockDays: number
    /** On a sample, whose generations are held for minutes only. */
    readonly sampleLockMs?: number
  }
  readonly keyKept: 'systemd-credential' | 'file' | 'person'
  /** Short text of the newest ledger checkpoint, to print and compare later. */
  readonly checkpoint?: { readonly size: number; readonly lines: readonly string[] }
}

export interface CoverageMap {
  readonly systems: readonly CoveredSystem[]
  /** What may be chosen. */
  readonly sources: readonly { readonly id: string; readonly name: string }[]
  /** Newest first; those that an acceptance names are among them as long as they are there. */
  readonly generations: readonly { readonly id: string; readonly sourceName: string; readonly takenAtMs: EpochMs }[]
}

/** Another computer that backs itself up to a Keeper. */
export interface Machine {
  readonly id: string
  readonly name: string
  /** At the Keeper. */
  readonly client: string
  /** "01:30" */
  readonly dailyAt: string
  /** By the Keeper's last word; `spoilt`: what was kept of it cannot be read, only taken off. */
  readonly state: 'good' | 'late' | 'never' | 'unasked' | 'spoilt'
  readonly generations?: number
  readonly newestAtMs?: EpochMs
  readonly lockedUntilMs?: EpochMs
  /** Why the Keeper could not be asked last. */
  readonly failure?: { readonly code: ErrorCode; readonly atMs: EpochMs }
}

/** What stands in the command that enrols one. */
export interface MachinePreparation {
  readonly escrowKey: string
  readonly keeper?: { readonly address: string; readonly pin: string }
}

export interface MachineKey {
  readonly name: string
  readonly repositories: readonly string[]
  readonly password: string
}

export interface DeviceList {
  readonly devices: readonly (Device & { readonly state: RecordState })[]
  readonly spares: readonly (Spare & { readonly state: RecordState })[]
  /** To which a device may belong. */
  readonly systems: readonly { readonly id: string; readonly name: string }[]
}

/** One version of a device's settings, opened. */
export interface DeviceRecord extends RecordContent {
  readonly device: Device
  readonly at: EpochMs
}

/** Why a notice did not arrive. */
export type NoticeReason =
  | 'unreachable'
  | 'timeout'
  | 'tls'
  | 'sign-in'
  | 'busy'
  | 'refused'
  | 'redirect'
  | 'own-address'
  | 'failed'

type Texts = Readonly<Record<'ja' | 'en', string>>

export interface OpenNotice {
  /** What the mail calls it: an id of a source or place. */
  readonly about?: string
  /** What people call it. */
  readonly name?: string
  readonly isUrgent: boolean
  readonly what: Texts
  readonly next: Texts
  readonly sinceMs?: EpochMs
}

export interface Notices {
  /** The password is never read back. */
  readonly mail?: {
    readonly host: string
    readonly port: number
    readonly security: 'starttls' | 'tls' | 'none'
    readonly user?: string
    readonly hasPassword: boolean
    readonly from: string
    readonly certificate?: string
  }
  readonly recipients: readonly { readonly name: string; readonly address: string; readonly language: 'ja' | 'en' }[]
  /** Host of the webhook. */
  readonly webhook?: string
  readonly open: readonly OpenNotice[]
  readonly troubled: readonly { readonly to: string; readonly reason: NoticeReason; readonly atMs: EpochMs }[]
  readonly test?: {
    readonly atMs: EpochMs
    readonly results: readonly { readonly to: string; readonly reason?: NoticeReason }[]
  }
}
