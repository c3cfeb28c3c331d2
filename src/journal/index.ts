export { openLedger, createLedger } from './ledger.ts'
export type { Ledger, LedgerOptions } from './ledger.ts'
export { CHECKPOINT, SIGNING_KEY, VERIFIER_KEY } from './writer.ts'
export type { AppendedEntry } from './writer.ts'
export { diskError, folderFiles, ledgerTiles, liveTiles } from './files.ts'
export type { LedgerFiles } from './files.ts'
export type { KeyStore } from './key-store.ts'
export { acquireFolderLock } from './folder-lock.ts'
export type { FolderLock, LockHolder } from './folder-lock.ts'
export {
  ALARM_REASONS,
  ENTRY_TYPES,
  ERASE_REASONS,
  CLEAR_REASONS,
  EVIDENCE_KINDS,
  LOOK_REASONS,
  MISHAP_REASONS,
  INSTANT_REASONS,
  EMERGENCY_ENDS,
  KIT_REASONS,
  EDITION_MOVES,
  LIFT_REASONS,
  MAX_INDEX_NAMES,
  STATION_REASONS,
  newEntry,
} from './entry.ts'
export type {
  EmergencyEnd,
  EvidenceKind,
  LookReason,
  MishapReason,
  Actor,
  AlarmReason,
  EntryData,
  EntryType,
  EditionMove,
  ClearReason,
  InstantReason,
  EraseReason,
  KitReason,
  LiftReason,
  LedgerEntry,
  StationReason,
  NewEntry,
} from './entry.ts'
export { parseEntry } from './codec.ts'
export type { StoredEntry } from './codec.ts'
export { openLedgerReader } from './reader.ts'
export type { LedgerReader } from './reader.ts'
export { detailSealer, patientSubject } from './seal.ts'
export type { DetailSealer } from './seal.ts'
export { JOURNAL_MIGRATIONS, openJournalIndex } from './journal-index.ts'
export type { JournalIndex, JournalPage, JournalQuery } from './journal-index.ts'
export { verifyLedger } from './verify-ledger.ts'
export type { LedgerReport, LedgerToVerify } from './verify-ledger.ts'
export { finding, FINDING_CODES } from './finding.ts'
export type { LedgerGeneration } from './generation-history.ts'
export type { KeptReceipt, Receipts } from './compare-receipts.ts'
export type { Finding, FindingCode, FindingSeverity } from './finding.ts'
export type { GenerationsView, SeenObjects, SeenRepository, SeenSnapshot } from './compare-generations.ts'
export { comparePrinted, openKept, printCheckpoint } from './printed.ts'
export type { PrintedCheckpoint, PrintedComparison } from './printed.ts'
