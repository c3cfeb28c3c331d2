export { type Fact, type FactGround, type Facts, factsOf, type FactSource, type Part, type WordGroup } from './facts.ts'
export { FIELD_CODES, type FieldCode, FORM_CODES, type FormCode, type ReportForm } from './forms.ts'
export { Notifications, type OverruleInput, type SendInput, type TemplateFile } from './notifications.ts'
export {
  type FieldNow,
  FILE_KINDS,
  type FileKind,
  type Overrule,
  type ReportNow,
  reportsOf,
  type SentVersion,
  written,
} from './reports.ts'
