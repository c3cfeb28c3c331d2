/** What Toride writes beside the records of a FHIR server: which kinds it could not have. */
import type { FileSurvey, Surveyor } from '../format.ts'
import { wholeFile } from '../whole-file.ts'
import { childrenOf, object, text } from './json.ts'

export const COPY_FILE = 'toride-copy.json'

export const copyNoteSurveyor = (): Surveyor => wholeFile(surveyOf)

function surveyOf(bytes: Uint8Array): FileSurvey {
  const empty = { records: 0, patients: [], shared: [] }
  try {
    const note = object(JSON.parse(Buffer.from(bytes).toString('utf8'))) ?? {}
    const types = childrenOf(note, 'missing').flatMap(({ type }) => text(type) ?? [])
    return { ...empty, problems: types.map((where) => ({ code: 'type-missing', where })) }
  } catch {
    return { ...empty, problems: [{ code: 'json-broken', where: 'file' }] }
  }
}
