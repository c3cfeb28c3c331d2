export { looksEmpty } from './empty-picture.ts'
export { EHR_ORIGINS, FIELDS, ITEM_KINDS } from './items.ts'
export type { EhrItem, EhrOrigin, FieldName, Item, ItemKind, PaperItem } from './items.ts'
export { matchAll, OUTCOMES } from './match/match.ts'
export type { Match, Outcome, Period } from './match/match.ts'
export type { Difference, Reason } from './match/compare.ts'
export { sheetsBundle } from './fhir-export.ts'
export { chartItems } from './chart-items.ts'
export { type Unpaid, unpaidOf } from './unpaid.ts'
export {
  compareAll,
  leftOver,
  type Rest,
  REST_ENDS,
  type RestEnd,
  type RestFound,
  restKey,
  type RestOutcome,
  type Rests,
  restsOf,
  type WholeRun,
} from './rest.ts'
export {
  type BurnDown,
  burnDown,
  type Choice,
  CHOICES,
  isOther,
  itemsOf,
  openCount,
  openSheets,
  type PaperLeft,
  paperLeft,
  type PatientJoin,
  SETTLINGS,
  type Settling,
  type Sheet,
  sheetNumber,
  SHEET_STATES,
  SHEETS_BOOK,
  sheetsOf,
  type SheetState,
  USUAL_CHOICES,
} from './sheets.ts'
