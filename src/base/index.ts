export { AppError, ERROR_KINDS, isAppError } from './error.ts'
export type { AppErrorOptions, ErrorCode, ErrorKind } from './error.ts'
export { manualClock, systemClock } from './clock.ts'
export type { Clock, EpochMs, EpochNs } from './clock.ts'
export type {
  Backend,
  ByteString,
  FileKind,
  FileRef,
  ListedFile,
  LockStrength,
  Retention,
  SourceFs,
  SourceStat,
  SyncBackend,
} from './ports.ts'
export type { MetadataLoss, SpecialKind, TargetFs, TargetMetadata, TargetStat } from './target-fs.ts'
export { systemError } from './system-error.ts'
