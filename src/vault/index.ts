export type { BrowsedEntry, BrowsedFile, BrowsedFolder, Browser, ContainedFile } from './browse.ts'
export { standingCanaries } from './canaries.ts'
export { sweepRestoreTests } from './restore-scratch.ts'
export type { RestoreOutcome } from './restore-aside.ts'
export type { Rehearse, Scratch } from './rehearse.ts'
export { looksOf } from './watch.ts'
export { INSIDE, openDataFolder, ownerOnly, peekDataFolder } from './data-folder.ts'
export type { DataFolder, FolderInfo } from './data-folder.ts'
export type { TakenFacts } from './evidence.ts'
export { type Generation, isGood, type Proof, type ProofFailure, type ProofKind } from './generations.ts'
export type { Job, JobHandle, JobKind, JobPhase } from './jobs.ts'
export type { Light, LightName, LightReason, LightState, LightStep, DrillFacts } from './lights.ts'
export {
  AIMS,
  CEILING_REASONS,
  DEFAULT_CALENDAR,
  DEFAULT_POLICY,
  EDITIONS,
  goodDays,
  holidayOf,
  HOLIDAYS_KNOWN_TO_YEAR,
  isBusinessDay,
  LEGAL_FLOOR_GENERATIONS,
  lockHorizon,
  oldestCleanCandidate,
  PROFILES,
  RECORD_KINDS,
  RULES,
} from '#retention'
export type {
  Aim,
  AimFinding,
  BusinessCalendar,
  CandidateReason,
  CeilingReason,
  CleanCandidate,
  Edition,
  KeepRule,
  LockHorizon,
  PlaceDemand,
  PlanRefusal,
  RecordKind,
  Reference,
  RetentionPolicy,
  Rule,
  RuleFinding,
  RuleId,
  RuleState,
  RuleStrength,
  ThreeTwoOne,
  Words,
} from '#retention'
export { IntakeFiles, isIntake } from './intake.ts'
export { Reserve, withReserve } from './reserve.ts'
export { CatalogueReader } from './reader.ts'
export type { GenerationReader, ReadableFile, UnitNotes } from './reader.ts'
export { engineWorkers } from './restorable.ts'
export type { Restorable } from './restorable.ts'
export { mirrorRepository } from './mirror.ts'
export type { MirrorProgress } from './mirror.ts'
export { rebuildCatalogue } from './rebuild-catalogue.ts'
export type { Rebuilt } from './rebuild-catalogue.ts'
export { hiding } from './erasure.ts'
export { Catalogue } from './catalogue.ts'
export { openCatalogue } from './open-catalogue.ts'
export { isSourceId, LOCAL_PLACE } from './repositories.ts'
export type { RepositorySecrets } from './repositories.ts'
export { decide, NIGHTLY, parseSchedule } from './schedule.ts'
export type { Schedule } from './schedule.ts'
export { checkPaths, goesOnAs, isOwnState, numbersOf, ownStateOf, STOP_REASONS, whereItLeads } from './source.ts'
export type { ErasureEntry } from './erasure.ts'
export type { BroughtBack } from './bring-back.ts'
export { tryIntakeFiles } from './intake-trial.ts'
export { mayBeRead, partsFor } from './intake.ts'
export type { IntakePart } from './intake.ts'
export { listSourceFiles, readBeginning } from './source-files.ts'
export type { SourceFile, SourceFiles } from './source-files.ts'
export { holdsCharts } from './source.ts'
export type { Source, SourceInput, SourceKind, SourceOptions, SourceTrial, StopReason } from './source.ts'
export type { CommandRecord } from './prepare/command-log.ts'
export { closureOf } from './record.ts'
export { seal, unseal } from './seal.ts'
export { openKeeperPlace } from './places/keeper.ts'
export { enrolReader, folderPlace, keeperPlace, keeperReader, remotePlace } from './places/reading-place.ts'
export type { KeeperReader, Mark, ReadingPlace } from './places/reading-place.ts'
export { generationCount, Settings } from './settings.ts'
export { keepReceipt, keeperKeySetting, readReceipts } from './receipts.ts'
export { VAULT_MIGRATIONS } from './tables.ts'
export { Vault } from './vault.ts'
export type { VaultOptions } from './vault.ts'
export { ALL_PLACES, CALENDAR_FIELDS, PLAN_FIELDS } from './policy/changes.ts'
export type { Change, ChangeDirection, ChangedField, SourcePlan } from './policy/changes.ts'
export type { LockedGeneration } from './policy/facts.ts'
export type { Judgement, PlanPreview, PlanResult } from './policy/policies.ts'
export { RHYTHM_HOURS } from './policy/rhythm.ts'
export type { RhythmChoice } from './policy/rhythm.ts'
export { folderOnMedium } from './media/copy-job.ts'
export { mediaPlaceFacts } from './media/place-facts.ts'
export type { Exchange } from './media/rotation.ts'
export { parseMediaSet } from './media/set.ts'
export type { Medium, MediumMove } from './media/set.ts'
export type { MediaSettings } from './media/settings.ts'
export { mediaState } from './media/state.ts'
export type { MediaStage, MediaState, MediumState } from './media/state.ts'
export type { Copy, HeldCopy } from './places/book.ts'
export type { PlaceInput } from './places/enrol.ts'
export { locationOf, placeNotesSchema } from './places/kinds.ts'
export type { OtherPlaceKind, Place, PlaceNotes } from './places/kinds.ts'
export type { RoomOfDay } from './places/use.ts'
export { isAmongBackups } from './places/holds-backups.ts'
export type { PlaceView, SourceAtPlace } from './places/view.ts'
export type { Ejected } from '#posix'
export type { Rehearsing } from './runs.ts'
export { openChanges } from './instant/changes.ts'
export { openDisk, warm } from './instant/open-disk.ts'
export type { InstantEnd, InstantSession } from './instant/book.ts'
export { exportsOf } from './instant/exports.ts'
export type { FoundImage, FoundImages } from './instant/images.ts'
export type { InstantStart, InstantStarted, InstantView } from './instant/instants.ts'
export { listenNbd } from './instant/listen.ts'
export { newPsk, pskFile, PSK_NAME } from './instant/psk.ts'
export type { InsideFolder } from './instant/inside.ts'
export type { InsideEntry } from './instant/listing.ts'
export type { FlatForm, Part, Listening } from './instant/wire.ts'
export type { Suspicion } from './signs.ts'
export type { SignKind } from '#signs'
