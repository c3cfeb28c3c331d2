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
export { encodeSurvey, SurveyFile } from './survey-file.ts'
export type { SurveyHead } from './survey-file.ts'
