/** What a FHIR server could not export, by its own list: a line of OperationOutcome each, told with the code of its first issue. */
import type { FileSurvey, IntakeProblem, Surveyor } from '../format.ts'
import { boundProblems } from '../format.ts'
import { wholeFile } from '../whole-file.ts'
import { childrenOf, type Json, object, text } from './json.ts'

export const EXPORT_ERRORS_FILE = 'toride-export-errors.ndjson'

export const exportErrorsSurveyor = (): Surveyor => wholeFile(surveyOf)

function surveyOf(bytes: Uint8Array): FileSurvey {
  const lines = Buffer.from(bytes).toString('utf8').split('\n')
  const problems = lines.flatMap((line, at) => problemOf(line, at + 1) ?? [])
  return { records: 0, patients: [], shared: [], problems: boundProblems(problems) }
}

/** Its words may name a patient, and a list of problems is read by many: the code alone. */
function problemOf(line: string, number: number): IntakeProblem | undefined {
  if (line.trim() === '') return undefined
  const issue = childrenOf(parsed(line), 'issue').find(({ severity }) => severity === 'error' || severity === 'fatal')
  const code = /^[a-z-]{1,40}$/.exec(text(issue?.['code']) ?? '')?.[0]
  const isRemark = issue === undefined && childrenOf(parsed(line), 'issue').length > 0
  return isRemark ? undefined : { code: 'export-error', where: [`line ${number}`, code].filter(Boolean).join(' ') }
}

function parsed(line: string): Json {
  try {
    return object(JSON.parse(line)) ?? {}
  } catch {
    return {}
  }
}
