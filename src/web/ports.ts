/**
 * What the web needs from the rest of the house. The roots bind these to vault, chart, journal and access; `fixtures/`
 * binds them to synthetic values for the pattern page and the tests. Expected alternatives are return values; anything
 * else is an AppError and becomes its three sentences on screen.
 *
 * Every call that touches a patient takes the {@link Viewer}: what a viewer may not see is left out by the service (the
 * web never hides what it was given), and the service writes the journal.
 */
import type { Duty, Profession } from '#access'
import type { EpochMs, ErrorCode } from '#base'
import type { LookReason } from '#journal'
import type { PolicyService } from './policy-port.ts'
import type { Acceptance, DeviceInput, EhrKind, RecordContent, SpareInput, SystemInput, SystemKind } from '#governance'
import type { Page } from '#sheets'
import type { PlaceNotes } from '#vault'
import type { EmergencyService } from './emergency-ports.ts'
import type { FhirService } from './fhir-port.ts'
import type { MediaService } from './media-ports.ts'
import type { PaperService } from './paper-ports.ts'
import type { EditionService } from './edition-ports.ts'
import type { BcpService } from './bcp-ports.ts'
import type { CardService } from './card-ports.ts'
import type { DrillService } from './drill-ports.ts'
import type { MondayService } from './monday-ports.ts'
import type { PaperEntryService } from './paper-entry-ports.ts'
import type { PapersService } from './papers-ports.ts'
import type { RegisterService } from './register-ports.ts'
import type { SlipService } from './slip-ports.ts'
import type { SourceReadingService } from './source-reading-ports.ts'
import type { ErasureService } from './erasure-ports.ts'
import type { ReportService } from './report-ports.ts'
import type { YearService } from './year-ports.ts'
import type { EmergencyMark, ImprovementService, IncidentService } from './incident-ports.ts'
import type { RestoreService, TerminalsService, WayBackService } from './recovery-ports.ts'
import type { SignsService } from './signs-ports.ts'
import type { RehearsalService } from './rehearsal-ports.ts'
import type { InstantService } from './instant-ports.ts'
import type { KitService } from './kit-ports.ts'
import type { FhirSourceService } from './source-fhir-ports.ts'
import type { StationsService } from './stations-ports.ts'
import type { ReadTokenService } from './read-token-ports.ts'
import type { RecoverService } from './recover-ports.ts'
import type { MissingTopic } from '#chart'
import type { ExpectedList, WardList, WardMinimum } from './list-models.ts'
import type { SameNumbers } from './same-number-models.ts'
import type * as model from './read-models.ts'

/** What a signed-in person may do here. Which parts of a chart they see is decided by `access` and `chart`, not here. */
export type Capability =
  | 'see-patients'
  | 'see-problem-paths'
  /** Whole files of sources without charts. */
  | 'see-documents'
  | 'manage-backup'
  /** Backups back, and disks of them started: whoever does it reads all that is in them. */
  | 'restore'
  /** Put rotating disks in, take them off, say where one is. */
  | 'carry-media'
  | 'see-journal'
  | 'manage-people'
  /** Colleagues who are patients. */
  | 'protect-patients'
  | 'manage-settings'
  /** The recovery kit: its pages, its checks, the second person's word. */
  | 'confirm-kit'

export interface Viewer {
  readonly personId: string
  readonly displayName: string
  readonly profession: Profession
  readonly duties: readonly Duty[]
  readonly can: ReadonlySet<Capability>
  /** Names this session in the opening list and in the anti-forgery token; not the cookie's value. */
  readonly sessionId: string
  /** Must set a password of their own before anything else. */
  readonly mustChangePassword: boolean
  /** May see patients, but the server restarted since the sign-in: the password opens the keys again (`auth.unlock`). */
  readonly keysClosed?: boolean
}

export type SignInResult =
  | { readonly kind: 'ok'; readonly token: string; readonly expiresAtMs: EpochMs }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'wait'; readonly untilMs: EpochMs }
  /** The right one-time code in the place of a password: on to the first sign-in. */
  | { readonly kind: 'first' }
/** `short`: under the minimum; `common`: on the list of common passwords; `same`: contains the sign-in name. */
export type PasswordResult = { readonly kind: 'ok' } | { readonly kind: 'wrong' | 'short' | 'common' | 'same' }
/** `no-keys`: the right password, but no reading key is kept for this person; an administrator resets the password. */
export type UnlockResult =
  | { readonly kind: 'ok' }
  | { readonly kind: 'wrong' | 'no-keys' }
  | { readonly kind: 'wait'; readonly untilMs: EpochMs }
export type FirstSignInResult = SignInResult | { readonly kind: 'short' | 'common' | 'same' }

export interface AuthService {
  /** True until the first administrator has set a password. */
  firstSignInOpen(): Promise<boolean>
  /** `address` is the peer's address, for the lock-out. */
  signIn(loginName: string, password: string, address: string): Promise<SignInResult>
  /** One-time code from the terminal or from an administrator, and the password that the person chose. */
  firstSignIn(input: { loginName: string; code: string; password: string }, address: string): Promise<FirstSignInResult>
  /** The person behind a cookie, or undefined when it has ended. */
  session(token: string): Promise<Viewer | undefined>
  /** Whether a session still runs, for what goes on by itself (event streams): asking does not prolong it. */
  sessionRuns(token: string): Promise<boolean>
  /** After a restart of the server: the same session, the keys of charts open again. */
  unlock(viewer: Viewer, password: string, address: string): Promise<UnlockResult>
  signOut(token: string): Promise<void>
  changePassword(viewer: Viewer, current: string, next: string): Promise<PasswordResult>
}

export interface SourceInput {
  readonly name: string
  readonly kind: model.SourceKind
  readonly paths: readonly string[]
  /** "02:00" or '' */
  readonly dailyAt: string
  /** Ids of the definitions file; '' for none. */
  readonly definition: string
  readonly hook: string
  /** Of a folder of dumps: how often one is written. */
  readonly everyHours: number
  /** Of folders and files: also when something changed. */
  readonly onChange: boolean
}
/** Field-level refusal: `code` has its words in `messages.field`. */
export type Refused<Field extends string> = {
  readonly kind: 'refused'
  readonly field: Field
  readonly code: FieldCode
}
export const FIELD_CODES = [
  'required',
  'not-a-folder',
  'share-not-defined',
  'not-readable',
  'empty-folder',
  'inside-data-folder',
  'system-folder',
  'already-there',
  'not-a-time',
  'name-taken',
  'last-administrator',
  'no-such-patient',
  'no-patients-in-csv',
  'too-long',
  'no-day',
  'not-a-date',
  'day-to-come',
  'no-such-source',
  'no-such-generation',
  'not-an-address',
  'not-an-id',
  'not-a-fingerprint',
  'not-a-certificate',
  'secret-again',
  'only-a-sample',
  'nothing-to-keep',
] as const
export type FieldCode = (typeof FIELD_CODES)[number]

export interface BackupService {
  sources(): Promise<readonly model.Source[]>
  outsideChoices(): Promise<model.OutsideChoices>
  /** `failed`: what stands in the way of a database, in the three sentences of its code. */
  trySource(
    input: SourceInput,
  ): Promise<
    | { kind: 'ok'; trial: model.SourceTrial }
    | { kind: 'failed'; errorCode: ErrorCode }
    | Refused<'paths' | 'definition' | 'dailyAt'>
  >
  /** What outside commands printed, newest first. @throws VAULT_KEY_MISSING */
  commandRecords(viewer: Viewer, sourceId: string): Promise<readonly model.CommandRecord[]>
  impact(sourceId: string): Promise<model.Impact | undefined>
  addSource(
    viewer: Viewer,
    input: SourceInput,
  ): Promise<
    | { kind: 'ok'; id: string }
    /** On a sample: a server of one's own was started beside it, with its own folder and first sign-in. */
    | { kind: 'moved'; url: string; firstSignIn?: { loginName: string; code: string } }
    | Refused<'name' | 'paths' | 'dailyAt' | 'definition'>
  >
  /** Another name or time. @throws VAULT_RUN_IN_PROGRESS */
  changeSource(
    viewer: Viewer,
    id: string,
    input: Pick<SourceInput, 'name' | 'dailyAt' | 'hook' | 'onChange'>,
  ): Promise<{ kind: 'ok' } | Refused<'name' | 'dailyAt'>>
  /** Whether its patient numbers are the house's. @throws VAULT_SOURCE_INVALID for kinds without charts */
  shareNumbers(viewer: Viewer, id: string, shared: boolean): Promise<void>
  /** Files that watch for an attack. @throws VAULT_SOURCE_INVALID for kinds that have none, VAULT_RUN_IN_PROGRESS, STORAGE_DENIED and others where Toride may not write */
  plantCanaries(viewer: Viewer, id: string, on: boolean): Promise<void>
  /** No more runs; what was taken stays. */
  /** `retired` also holds the last generation, for so many years; false: there is none yet, and nothing was stopped. */
  stopSource(viewer: Viewer, id: string, reason: model.StopReason, years?: number): Promise<boolean>
  resumeSource(viewer: Viewer, id: string): Promise<void>
  /** Starts a run, or names the one that is going. */
  run(viewer: Viewer, sourceId: string): Promise<{ jobId: string }>
  generations(filter: { sourceId?: string; page: number }): Promise<model.Page<model.GenerationSummary>>
  generation(id: string, viewer: Viewer): Promise<model.GenerationDetail | undefined>
  verify(viewer: Viewer, generationId: string): Promise<{ jobId: string }>
  /** Every place, this computer (`local`) first. */
  places(): Promise<readonly model.Place[]>
  /** Without looking at what lies there. */
  hasPlace(id: string): Promise<boolean>
  /** 3-2-1-1-0 for every source. */
  placeRules(): Promise<readonly model.SourceRule[]>
  addPlace(viewer: Viewer, form: PlaceForm): Promise<AddedPlace>
  /** What people say of a place; without a change nothing is written down. */
  savePlaceNotes(viewer: Viewer, placeId: string, notes: PlaceNotes): Promise<void>
  /** Starts reading all that lies at a place; undefined where nothing does. */
  readPlace(viewer: Viewer, placeId: string): Promise<{ jobId: string } | undefined>
  /** Copies nothing there any more; what it holds stays until its end. The second time changes nothing. */
  removePlace(viewer: Viewer, placeId: string): Promise<void>
  /** Starts copying what a place lacks; undefined where it lacks nothing. */
  copyNow(viewer: Viewer, placeId: string): Promise<{ jobId: string } | undefined>
}

/** Words of the screen's language for the first list. */
export interface ProposalWords {
  readonly nameOf: (kind: SystemKind) => string
  readonly noData: string
  readonly noProgram: string
}

/** もれの確認: systems, who backs up what of each, and what nobody does. */
export interface CoverageService {
  map(): Promise<model.CoverageMap>
  /** Makes the first list; where there is one, nothing. */
  propose(viewer: Viewer, ehr: EhrKind, words: ProposalWords): Promise<void>
  add(viewer: Viewer, input: SystemInput): Promise<{ kind: 'ok'; id: string } | Refused<'name'>>
  change(viewer: Viewer, id: string, input: SystemInput): Promise<{ kind: 'ok' } | Refused<string>>
  /** The second time changes nothing. */
  remove(viewer: Viewer, id: string): Promise<void>
  /** A second click of the same changes nothing. */
  accept(viewer: Viewer, id: string, acceptance: Acceptance): Promise<{ kind: 'ok' } | Refused<keyof Acceptance>>
}

/** Settings of devices as records, and spare hardware. @throws VAULT_KEY_MISSING where no person's password opened the keys */
export interface DeviceService {
  list(): Promise<model.DeviceList>
  add(viewer: Viewer, input: DeviceInput): Promise<{ kind: 'ok'; id: string } | Refused<'name'>>
  change(viewer: Viewer, id: string, input: DeviceInput): Promise<{ kind: 'ok' } | Refused<'name'>>
  remove(viewer: Viewer, id: string): Promise<void>
  /** False where it is what the newest version says; undefined for an unknown device. @throws VAULT_FILE_TOO_LARGE */
  addRecord(viewer: Viewer, id: string, content: RecordContent): Promise<boolean | undefined>
  /** Journaled. */
  record(viewer: Viewer, id: string, recordId: string): Promise<model.DeviceRecord | undefined>
  addSpare(viewer: Viewer, input: SpareInput): Promise<void>
  /** Seen today. */
  checkSpare(viewer: Viewer, id: string): Promise<void>
  removeSpare(viewer: Viewer, id: string): Promise<void>
}

/** Computers that back themselves up. @throws VAULT_KEY_MISSING where no person's password opened the reading keys */
export interface MachineService {
  list(): Promise<readonly model.Machine[]>
  prepare(viewer: Viewer): Promise<model.MachinePreparation>
  /** The second time of the same card changes nothing. */
  add(
    viewer: Viewer,
    input: { readonly card: string; readonly code: string },
  ): Promise<{ kind: 'ok' } | { kind: 'refused'; field: 'card' | 'code'; code: ErrorCode }>
  ask(viewer: Viewer, id: string): Promise<void>
  remove(viewer: Viewer, id: string): Promise<void>
  /** What restores it; written down. Undefined for an unknown one. */
  openKey(viewer: Viewer, id: string): Promise<model.MachineKey | undefined>
}

export const MAIL_SECURITIES = ['starttls', 'tls', 'none'] as const
export type MailSecurity = (typeof MAIL_SECURITIES)[number]

export interface MailServerInput {
  readonly host: string
  /** Digits as typed; '' for the usual one. */
  readonly port: string
  readonly security: MailSecurity
  readonly user: string
  /** '': the one that is kept stays. */
  readonly password: string
  readonly from: string
  /** PEM; '' where the system's authorities vouch for it. */
  readonly certificate: string
}
export interface RecipientInput {
  readonly name: string
  readonly address: string
  readonly language: 'ja' | 'en'
}
/** `again`: the password has to be typed anew where another server would get it. */
export type NoticeResult =
  | { readonly kind: 'ok' }
  | { readonly kind: 'refused'; readonly field: string; readonly code: 'required' | 'wrong' | 'again' | 'too-many' }

/** 知らせ方: whom Toride tells by itself, and how. Second clicks change nothing and write nothing down. */
export interface NoticeService {
  get(viewer: Viewer): Promise<model.Notices>
  saveServer(viewer: Viewer, input: MailServerInput): Promise<NoticeResult>
  removeServer(viewer: Viewer): Promise<void>
  addRecipient(viewer: Viewer, input: RecipientInput): Promise<NoticeResult>
  removeRecipient(viewer: Viewer, address: string): Promise<void>
  saveWebhook(viewer: Viewer, input: { readonly url: string; readonly secret: string }): Promise<NoticeResult>
  removeWebhook(viewer: Viewer): Promise<void>
  /** Really sends to all; what came of it stands in {@link get}. */
  test(viewer: Viewer): Promise<void>
  /** The ledger's checkpoint to all, with the next letter. */
  sendCheckpoint(viewer: Viewer): Promise<void>
}

/** What is asked of each kind of place, in the order of the form; names are the vault's. */
export const PLACE_FIELDS = {
  keeper: ['address', 'pin', 'code'],
  s3: ['endpoint', 'bucket', 'accessKeyId', 'secretAccessKey', 'region', 'prefix'],
  folder: ['folder'],
  rest: ['url', 'user', 'password', 'pin'],
} as const
export type PlaceKind = keyof typeof PLACE_FIELDS
export type PlaceField = (typeof PLACE_FIELDS)[PlaceKind][number]

export interface PlaceForm {
  readonly kind: PlaceKind
  readonly name: string
  readonly offsite: boolean
  readonly values: Readonly<Partial<Record<PlaceField, string>>>
}

export type AddedPlace =
  | { readonly kind: 'ok' }
  /** It is being tried, which takes a while. */
  | { readonly kind: 'started'; readonly jobId: string }
  /** `code`: why not, and at which field it shows. */
  | { readonly kind: 'refused'; readonly field: string; readonly code: ErrorCode | 'name-taken' }

/**
 * Folders and files of a generation whose source has no charts; every look is journaled. `positions` lead from the top of
 * the source (0 = first entry). Undefined where they lead nowhere. @throws ACCESS_DENIED, VAULT_KEY_MISSING
 */
export interface BrowseService {
  /**
   * @param why asked for where the source's records have charts: there the roles decide part by part, and a raw file tells
   *   everything
   */
  folder(
    viewer: Viewer,
    generationId: string,
    positions: readonly number[],
    why?: LookReason,
  ): Promise<model.FolderView | undefined>
  file(
    viewer: Viewer,
    generationId: string,
    positions: readonly number[],
    why?: LookReason,
  ): Promise<{ name: string; bytes: Uint8Array; sourceName: string; takenAtMs: EpochMs } | undefined>
  /** Chosen entries with all below them, streamed; journaled before the first byte. @throws RECOVERY_TOO_MUCH */
  zip(
    viewer: Viewer,
    generationId: string,
    picks: readonly (readonly number[])[],
    why: LookReason,
  ): Promise<
    { readonly bytes: AsyncIterable<Uint8Array>; readonly sourceName: string; readonly takenAtMs: EpochMs } | undefined
  >
}

export interface JobService {
  list(): Promise<readonly model.Job[]>
  get(id: string): Promise<model.Job | undefined>
  cancel(viewer: Viewer, id: string): Promise<void>
  /** The job now and at each change (at most a few a second) until it ends or `signal` aborts. */
  watch(id: string, signal: AbortSignal): AsyncIterable<model.Job>
}

/** Why a chart needs a reason before it opens; the words are `messages.opening.why`. */
export type OpeningReason = 'not-in-care' | 'protected-person' | 'infections' | 'outside-job'
export type OpenResult<Chart> =
  | { readonly kind: 'ok'; readonly chart: Chart }
  | { readonly kind: 'not-found' }
  /** May not see patients at all, or not this one. */
  | { readonly kind: 'denied' }
  /** A reason or a second identifier is missing: back to the opening page. */
  | { readonly kind: 'ask-again' }
  /** The keys are closed until a person who may open them signs in again. */
  | { readonly kind: 'keys-closed' }

export interface OpenOptions {
  readonly generationId: string
  readonly reason?: string
  /** What the reader confirmed: the name, and the birth date as typed where others could be mistaken for this patient. */
  readonly identifiers: readonly string[]
  /** The chart is made for paper, for whom: the journal keeps it as a print. */
  readonly print?: 'staff' | 'patient'
}

/** `key` is the patient key of the index (patient data): addresses carry a token of the session instead. */
export interface ChartService<Chart> {
  /** Generations that charts can be read from, newest first. */
  readableGenerations(): Promise<readonly model.GenerationSummary[]>
  search(
    viewer: Viewer,
    query: string,
    options: { generationId?: string; page: number; pageSize: number },
  ): Promise<model.SearchResult>
  /** Searches the generations older than `before`, newest first, for a few seconds or until somebody is found. */
  searchOlder(
    viewer: Viewer,
    query: string,
    before: string,
  ): Promise<{
    /** The generation that holds hits. */
    foundIn?: string
    /** The oldest that was searched without one; undefined where there is no older one. */
    searchedTo?: { readonly id: string; readonly takenAtMs: EpochMs }
    more: boolean
  }>
  /**
   * Which generations hold this patient at all, newest first from `from` on, for a few seconds; of one that is not in the
   * answer nobody looked yet.
   */
  daysWith(viewer: Viewer, key: string, from?: string): Promise<ReadonlyMap<string, boolean>>
  /** Who else has the numbers of these patients of a generation, in other sources whose numbers are the house's. */
  sameNumber(viewer: Viewer, generationId: string, keys: readonly string[]): Promise<SameNumbers>
  /** Who is in hospital by the newest backup of each source that knows, or by this generation; undefined without any. */
  inpatients(viewer: Viewer, generationId?: string): Promise<readonly WardList[] | undefined>
  /** What each ward cannot do without (R13). */
  wardMinimums(viewer: Viewer): Promise<readonly WardMinimum[]>
  /** @throws ACCESS_DENIED unless the viewer answers for the nursing of the house */
  saveWardMinimum(viewer: Viewer, ward: string, topics: readonly MissingTopic[]): Promise<void>
  /** Who is expected on a day (`YYYY-MM-DD`), over the newest backup of each source; undefined without any. */
  expected(viewer: Viewer, day: string): Promise<ExpectedList | undefined>
  /** One patient's identity for the page that asks for two identifiers, with those who could be mistaken for them. */
  identify(
    viewer: Viewer,
    key: string,
    generationId?: string,
  ): Promise<
    | {
        patient: model.PatientHit
        similar: readonly model.PatientHit[]
        asOfMs: EpochMs
        generationId: string
        why: readonly OpeningReason[]
      }
    | undefined
  >
  /** Reads the chart out of the generation, every byte checked, and writes the journal. */
  open(viewer: Viewer, key: string, options: OpenOptions): Promise<OpenResult<Chart>>
  /** Bytes of a document that this reader's chart names by this path; undefined where it names none. */
  document(
    viewer: Viewer,
    key: string,
    options: OpenOptions & { path: string },
  ): Promise<{ contentType: string; fileName: string; bytes: Uint8Array } | undefined>
  /** Pages as a PDF file, drawn without a browser. */
  pdf(pages: readonly Page[], words: PdfWords): Promise<Uint8Array>
  /** The pages for the browser's printer: what no font has (`U+E000`) is named on its page as in the PDF. */
  noted(pages: readonly Page[], words: PdfWords): Promise<NotedPages>
}

export interface NotedPages {
  readonly pages: readonly Page[]
  readonly missing: readonly string[]
}

export interface PdfWords {
  readonly title: string
  readonly language: 'ja' | 'en'
  /** Stands on pages of which characters could not be printed. */
  readonly missingNotice: (characters: string) => string
}

export interface JournalService {
  /**
   * `unknown`: nobody is called so, or has this number.
   * @throws ACCESS_DENIED and VAULT_KEY_MISSING where a patient is asked for by who may not see patients
   */
  rows(
    viewer: Viewer,
    filter: model.JournalFilter,
  ): Promise<model.Page<model.JournalRow> & { readonly unknown?: 'who' | 'patientId' }>
}

/** Patients whose chart opens with a reason only: colleagues. Who keeps the list may see patients too: it names them. */
export interface ProtectionService {
  /** @throws ACCESS_DENIED, VAULT_KEY_MISSING */
  list(viewer: Viewer): Promise<readonly model.ProtectedPatient[]>
  /** By patient id, as the newest backup knows it. */
  protect(viewer: Viewer, patientId: string): Promise<{ kind: 'ok' } | Refused<'patientId'>>
  lift(viewer: Viewer, id: string): Promise<void>
}

export interface PersonInput {
  readonly loginName: string
  readonly displayName: string
  readonly profession: Profession
  readonly duties: readonly Duty[]
}
export interface PeopleService {
  list(): Promise<readonly model.Person[]>
  /** Answers the one-time code that the person types at their first sign-in; shown once. */
  add(
    viewer: Viewer,
    input: PersonInput,
  ): Promise<{ kind: 'ok'; code: string } | Refused<'loginName' | 'displayName' | 'profession' | 'duties'>>
  change(
    viewer: Viewer,
    personId: string,
    input: Omit<PersonInput, 'loginName'>,
  ): Promise<{ kind: 'ok' } | Refused<'displayName' | 'profession' | 'duties'>>
  setActive(viewer: Viewer, personId: string, active: boolean): Promise<{ kind: 'ok' } | Refused<'duties'>>
  /** A new one-time code; the old password and all sessions of that person end. */
  resetPassword(viewer: Viewer, personId: string): Promise<{ code: string }>
}

export interface Services<Chart = unknown> {
  /** Shown on every page; `sample` prints 見本 everywhere, `diskFull` says that only the room kept back is left. */
  institution(): Promise<{
    name: string
    sample: boolean
    diskFull?: boolean
    station?: string
    supportName?: string
    supportPhone?: string
    /** An emergency is declared and not ended. */
    emergency?: EmergencyMark
  }>
  readonly auth: AuthService
  home(viewer: Viewer): Promise<model.Home>
  readonly backup: BackupService
  readonly coverage: CoverageService
  readonly devices: DeviceService
  readonly registers: RegisterService
  readonly bcp: BcpService
  readonly cards: CardService
  readonly paperEntry: PaperEntryService
  readonly slips: SlipService
  readonly papers: PapersService
  readonly drills: DrillService
  readonly monday: MondayService
  readonly editions: EditionService
  readonly machines: MachineService
  readonly sourceReading: SourceReadingService
  readonly media: MediaService
  readonly browse: BrowseService
  readonly jobs: JobService
  problems(
    viewer: Viewer,
    filter: { group?: model.Problem['group']; page: number },
  ): Promise<model.Page<model.Problem> & { counts: model.ProblemCounts }>
  readonly charts: ChartService<Chart>
  /** The same generations for programs. */
  readonly fhir: FhirService
  readonly paper: PaperService
  readonly readTokens: ReadTokenService
  readonly emergency: EmergencyService
  readonly journal: JournalService
  readonly people: PeopleService
  readonly protection: ProtectionService
  readonly policy: PolicyService
  readonly notices: NoticeService
  readonly kit: KitService
  readonly erasure: ErasureService
  readonly signs: SignsService
  readonly rehearsals: RehearsalService
  readonly instant: InstantService
  readonly restores: RestoreService
  readonly wayBack: WayBackService
  readonly incidents: IncidentService
  readonly reports: ReportService
  readonly year: YearService
  readonly improvements: ImprovementService
  readonly terminals: TerminalsService
  readonly recover: RecoverService
  readonly stations: StationsService
  readonly fhirSources: FhirSourceService
  settings(): Promise<model.Settings>
  saveSettings(
    viewer: Viewer,
    input: { institutionName: string; supportName: string; supportPhone: string },
  ): Promise<{ kind: 'ok' } | Refused<'institutionName' | 'supportName' | 'supportPhone'>>
}
