export {
  type Department,
  DEPARTMENTS,
  departmentsOf,
  isClinic,
  Manuals,
  type ManualVersion,
  MOST_MANUAL,
} from './manuals.ts'
export { type ReadCode, readSheetCode, type SheetNumber, sheetCode, temporaryCode } from './number.ts'
export { blocksOf, type NumberRange, NumberSource, type NumberStore } from './number-source.ts'
export {
  type KnownRange,
  type NumbersGiven,
  numbersGivenSchema,
  type NumbersSaid,
  numbersSaidSchema,
  RANGE_REASONS,
  type RangeReason,
  Ranges,
} from './ranges.ts'
export { Serials } from './serials.ts'
export { type SheetStock, Stock } from './stock.ts'
export { DOWNTIME_MIGRATIONS, type DowntimeTables } from './tables.ts'
