export { code128 } from './code128.ts'
export { chartPages, GENERATION_CHARACTERS } from './chart-sheets.ts'
export type { PrintFacts, SheetKind } from './chart-sheets.ts'
export { elsewhereLines } from './elsewhere.ts'
export { type BookPart, bookPages } from './book.ts'
export { documentPages } from './document.ts'
export { coverPages } from './cover.ts'
export type { Cover, CoverPatient } from './cover.ts'
export { reportPages } from './report.ts'
export type { Report } from './report.ts'
export { type TreeBox, treePicture } from './tree.ts'
export { widthOf } from './line-break.ts'
export { NOTICE_Y, PAPER, AREA } from './page.ts'
export type { Line, Mark, Page, Run } from './page.ts'
export { SLIP_KINDS, USUAL_SLIPS } from './paper-words.ts'
export type { Audience, NotPrinted, PaperTexts, PaperView, SlipKind } from './paper-words.ts'
export { labelPage, LABELS_A_NUMBER, slipPages, temporaryPages } from './slips.ts'
export type { SlipFacts, SlipPatient } from './slips.ts'
export {
  amountWords,
  birthOf,
  dateWords,
  doseWords,
  endWords,
  missingWords,
  nameOf,
  shownValue,
  nameWithKana,
  spanWords,
  statementWords,
  statusWords,
  placeWords,
  stayWords,
  toldOnce,
  withoutWords,
} from './texts.ts'
