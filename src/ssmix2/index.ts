export { PROBLEM_SEVERITY } from './types.ts'
export type {
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
  StorageClass,
  StoragePath,
  TransactionRecord,
} from './types.ts'
// Coming: parseStoragePath(path: string): { place?: StoragePath; problems: ProblemCode[] }
//         decodeName(name: Uint8Array): string (NFC; UTF-8 or CP932)
//         DATA_KINDS: Record<kind, { label, messages, cancels }>, kindLabel(kind)
//         patientFolderDepth(segments: readonly string[]): number | undefined; isPatientFolder(segments): boolean
//         observe(relativePath: string, bytes: Uint8Array): Uint8Array (note); readNote(note): Note
//         takeInventory(files: Iterable<{ path: string; note: Note }>): Inventory
//         readTransactionLog(bytes): { records, badLines }; changedSince(records, since17digits): Set<patientId>
//         careDate(message, dataKind): CareDate | undefined; facilityId(rootName)
