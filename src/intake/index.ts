export type {
  Booking,
  ByteRange,
  CalledRecord,
  FileSurvey,
  IntakeFile,
  IntakeFormat,
  IntakeKind,
  IntakeProblem,
  IntakeProblemCode,
  IntakeReading,
  IntakeRemark,
  IntakeRequest,
  RecordVersion,
  SharedRecord,
  SurveyedIdentity,
  SurveyedPatient,
  SurveyedStay,
  Surveyor,
} from './format.ts'
export { idName, INTAKE_PROBLEM_SEVERITY } from './format.ts'
export { INTAKE_FORMATS } from './formats.ts'
export { COPY_FILE } from './fhir/copy-note.ts'
export { EXPORT_ERRORS_FILE } from './fhir/export-errors.ts'
export { placeOfResource } from './fhir/place.ts'
export { tableRows, lookAtTable, suggestColumns, suggestKind, wholeRows } from './csv/suggest.ts'
export type { TableLook } from './csv/suggest.ts'
export { mappingFaults, patternOf, placeColumns, ROLES_OF, TABLE_KINDS, tableFor } from './csv/table.ts'
export type { Column, MappingFault, Role, TableKind, TableMapping, TableSettings } from './csv/table.ts'
export { isNamePattern, readName, suggestPatterns } from './documents/names.ts'
export type { NamedDocument, NameSettings, PatternFit } from './documents/names.ts'
export { kindsIn, parseFolderSettings, readerFor } from './mixed.ts'
export type { FileReader, FolderFormat, MixedSettings } from './mixed.ts'
export { suggestExports } from './csv/suggest-exports.ts'
export type { ExportsLook } from './csv/suggest-exports.ts'
export { exportOf } from './csv/exports.ts'
export type { TableExport } from './csv/exports.ts'
export { firstPatient } from './preview.ts'
export type { PatientPreview } from './preview.ts'
export { encodeSurvey, SurveyFile } from './survey-file.ts'
export type { SurveyHead } from './survey-file.ts'
