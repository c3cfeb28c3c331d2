export type {
  Booking,
  ByteRange,
  FileSurvey,
  IntakeFile,
  IntakeFormat,
  IntakeKind,
  IntakeProblem,
  IntakeProblemCode,
  IntakeReading,
  IntakeRemark,
  IntakeRequest,
  SharedRecord,
  SurveyedIdentity,
  SurveyedPatient,
  Surveyor,
} from './format.ts'
export { idName, INTAKE_PROBLEM_SEVERITY } from './format.ts'
export { INTAKE_FORMATS } from './formats.ts'
export { COPY_FILE } from './fhir/copy-note.ts'
export { placeOfResource } from './fhir/place.ts'
export { lookAtTable, suggestColumns, suggestKind, wholeRows } from './csv/suggest.ts'
export type { TableLook } from './csv/suggest.ts'
export { mappingFaults, patternOf, placeColumns, ROLES_OF, TABLE_KINDS, tableFor } from './csv/table.ts'
export type { Column, MappingFault, Role, TableKind, TableMapping, TableSettings } from './csv/table.ts'
export { isNamePattern, readName, suggestPatterns } from './documents/names.ts'
export type { NamedDocument, NameSettings, PatternFit } from './documents/names.ts'
export { firstPatient } from './preview.ts'
export type { PatientPreview } from './preview.ts'
export { encodeSurvey, SurveyFile } from './survey-file.ts'
export type { SurveyHead } from './survey-file.ts'
