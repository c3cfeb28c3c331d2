/** What the emergency PC's screens need. Its charts are the server's (`ChartService`). */
import type { EMERGENCY_PROFESSIONS, EMERGENCY_REASONS } from '#access'
import type { EpochMs, ErrorCode } from '#base'
import type { Viewer } from './ports.ts'

export interface StationOpening {
  readonly words: string
  readonly name: string
  readonly profession: (typeof EMERGENCY_PROFESSIONS)[number]
  readonly reason: (typeof EMERGENCY_REASONS)[number]
  readonly reasonText: string
}

/** Who vouches for a backup: a Keeper's receipt and a verifier's reading, a receipt alone, production's own record. */
export type StationMark = 'attested' | 'received' | 'ledger'

export interface StationSourceState {
  readonly name: string
  /** What is read first; undefined where nothing is ready yet. */
  readonly shown?: {
    readonly takenAtMs: EpochMs
    readonly mark?: StationMark
    readonly patients: number
    /** Patient folders that are damaged: they are in no search. */
    readonly unreadable: number
  }
  /** A newer one is ready that nobody vouches for. */
  readonly newerMs?: EpochMs
}

export interface StationState {
  /** `package`: production's file is missing; `origin`: it is not said where copies come from. */
  readonly needs: 'package' | 'origin' | undefined
  readonly stationId: string
  readonly name: string
  readonly sources: readonly StationSourceState[]
  /** Everything was compared with where copies come from. */
  readonly copiedAtMs?: EpochMs
  readonly failure?: { readonly code: ErrorCode; readonly atMs: EpochMs }
  readonly work?: { readonly kind: 'copy' | 'prepare'; readonly percent: number }
  /** No card was used since the start: what is newer is copied and not yet made ready. */
  readonly waitsForCard: boolean
  readonly withdrawn: boolean
  readonly test?: StationTest
  readonly reportedAtMs?: EpochMs
}

export interface StationTest {
  readonly atMs: EpochMs
  readonly charts: number
  readonly fields: number
  readonly problems: number
  readonly battery: 'full' | 'low' | 'none' | 'unknown'
  readonly printer: 'ready' | 'none' | 'unknown'
  readonly network: 'reached' | 'not-reached'
  /** Within the last month. */
  readonly printed: boolean
  readonly printedAtMs?: EpochMs
}

export interface StationLogRow {
  readonly index: number
  readonly atMs: EpochMs
  readonly what: string
  /** Of a card that opened nothing. */
  readonly refused?: string
  readonly who?: string
  readonly profession?: string
  /** Of an opening. */
  readonly reasonCode?: string
  readonly reason?: string
  readonly patientId?: string
}

export interface StationOriginForm {
  readonly kind: 'folder' | 'medium' | 'keeper' | 's3' | 'rest'
  readonly values: Readonly<Record<string, string>>
}

export interface StationPaper {
  readonly title: string
  /** Of one that ages: when it was printed. */
  readonly madeAtMs: EpochMs | undefined
}

export interface StationService {
  state(): Promise<StationState>
  /** Production's file. @throws STATION_FILE_DAMAGED */
  takePackage(text: string): Promise<void>
  /** Where copies come from, tried before it is kept. @returns why not */
  takeOrigin(form: StationOriginForm): Promise<ErrorCode | undefined>
  /** Opens with the card; written down. @throws STATION_CARD_WRONG, STATION_CARD_UNREADABLE, STATION_CARD_IS_KIT */
  open(opening: StationOpening): Promise<{ readonly token: string }>
  /** The papers that came with production's file, once the card was used. */
  papers(): Promise<readonly StationPaper[]>
  paper(n: number): Promise<Uint8Array | undefined>
  /** Ends a session; nothing is shown until the card is used again. */
  lock(token: string): Promise<void>
  /** Starts bringing it up to date. */
  refresh(): Promise<void>
  /** Charts opened field by field, battery, printer, network; `printed`: the test page came out. */
  test(viewer: Viewer, printed: boolean): Promise<StationTest>
  log(viewer: Viewer): Promise<readonly StationLogRow[]>
  /** The whole log as a file for production. */
  exportLog(): Promise<Uint8Array>
}
