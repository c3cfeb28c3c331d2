/** What reading needs of whoever keeps the generations: the server over its vault, an emergency PC over its copies. */
import type { Roles } from '#access'
import type { Clock, EpochMs } from '#base'
import type { GenerationReader, PatientIndex } from '#chart'
import type { Ledger } from '#journal'
import type { GenerationSummary, Viewer, WardMinimum } from '#web'

export interface ReadingHouse {
  readonly clock: Clock
  readonly journal: Pick<Ledger, 'append'>
  /** The institution's own fonts (外字), for sheets. */
  readonly fontsFolder?: string
  /** Generations that hold charts, the one to be read first at the front. */
  readable(): Promise<readonly GenerationSummary[]>
  /** @throws VAULT_KEY_MISSING */
  index(viewer: Viewer, generationId: string): Promise<PatientIndex>
  reader(generationId: string): Promise<GenerationReader>
  /** Id of the repository that a generation lies in; undefined for an unknown one. */
  repositoryOf(generationId: string): Promise<string | undefined>
  rolesOf(viewer: Viewer): Roles
  /** Hashes and seals what the journal says of patients. @throws VAULT_KEY_MISSING */
  subjectKey(viewer: Viewer): Uint8Array
  protection(viewer: Viewer, subject: `patient:${string}`): Promise<{ protectedStaff: boolean; ownChart: boolean }>
  /** What each ward cannot do without; absent where nobody keeps such lists (an emergency PC). */
  readonly minimums?: WardMinimums
  /** How many business days old something of this instant is: outpatients' records have their limit in them. */
  businessDaysOld(at: EpochMs): Promise<number>
  /** What somebody with an emergency account gave at the door: the reason of every look. Absent where there are none. */
  breakGlass?(viewer: Viewer): string | undefined
  /** False where this reader opened too many different patients (`Openings`); absent where nobody counts. */
  mayOpen?(viewer: Viewer, subject: `patient:${string}`): boolean
  /** A chart was read whole out of the generation: evidence. */
  opened(generationId: string, proof: { files: number; bytes: number; durationMs: number }): Promise<void>
}

export interface WardMinimums {
  list(): Promise<readonly WardMinimum[]>
  /** Replaces that of its ward. */
  save(viewer: Viewer, minimum: WardMinimum): Promise<void>
}
