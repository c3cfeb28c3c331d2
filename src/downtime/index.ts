export { type ReadCode, readSheetCode } from './number.ts'
export { Serials } from './serials.ts'
export { DOWNTIME_MIGRATIONS, type DowntimeTables } from './tables.ts'
