export { AppError, ERROR_KINDS, isAppError, isErrorCode } from './error.ts'
export type { AppErrorOptions, ErrorCode, ErrorKind } from './error.ts'
export { detailOf, fromPlain, toPlain } from './plain-error.ts'
export type { PlainError } from './plain-error.ts'
export { manualClock, systemClock } from './clock.ts'
export { inTurns } from './in-turn.ts'
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
export { codeOf, systemError } from './system-error.ts'
export { foldWidth, hasWords, idKey, looseKey, searchKey, stripVariationSelectors, toKatakana } from './text/fold.ts'
export { foldKanji } from './text/kanji-variants.ts'
export {
  addDays,
  businessDate,
  businessDayStart,
  institutionDate,
  institutionInstant,
  institutionTime,
  isDate,
} from './text/institution-time.ts'
export type { InstitutionTime } from './text/institution-time.ts'
export { percentDecoded } from './text/percent.ts'
export { formatWareki, isoDate, matchesBirth, parseBirthQuery, parseWareki } from './text/wareki.ts'
export type { CalendarDate, PartialDate } from './text/wareki.ts'
