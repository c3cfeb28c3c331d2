export { careDate } from './care-date.ts'
export { parseDocumentType } from './document-type.ts'
export { takeInventory } from './inventory.ts'
export type { NotedFile } from './inventory.ts'
export { DATA_KINDS, kindLabel, STAY_KINDS } from './kinds.ts'
export type { DataKind } from './kinds.ts'
export { pathText } from './name-bytes.ts'
export { isOldNote, OLDEST_NOTE_VERSION, readNote } from './note.ts'
export { identify, observe } from './observe.ts'
export { checkPatient } from './patient-check.ts'
export { facilityId, isPatientFolder, parseStoragePath, patientFolderDepth } from './path.ts'
export type { PathReading } from './path.ts'
export { readRecord } from './record.ts'
export type { ReadRecord } from './record.ts'
export { changedSince, readTransactionLog } from './transaction-log.ts'
export type { TransactionLog } from './transaction-log.ts'
export { walkStorage } from './walk.ts'
export type { StorageTree, WalkedFile } from './walk.ts'
export { PROBLEM_SEVERITY, STAY_EVENTS } from './types.ts'
export type {
  BookingNote,
  CareDate,
  ClassifiedFile,
  ConditionFlag,
  DocumentType,
  FileState,
  Identity,
  Inventory,
  Note,
  PatientCheck,
  Problem,
  ProblemCode,
  StayEvent,
  StayNote,
  StorageClass,
  StoragePath,
  TransactionRecord,
} from './types.ts'
