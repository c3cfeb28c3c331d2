export type * from './model.ts'
export type * from './model-clinical.ts'
export type {
  AccessRule,
  ChartAccess,
  ChartLook,
  FileNote,
  GenerationReader,
  JournalLook,
  OpeningReason,
  UnitFile,
  UnitNotes,
} from './ports.ts'
