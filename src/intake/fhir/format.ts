/** FHIR R4 as files: NDJSON of Bulk Data, Bundles, single resources, lists. */
import type { IntakeFormat } from '../format.ts'
import { failed } from '../whole-file.ts'
import { COPY_FILE, copyNoteSurveyor } from './copy-note.ts'
import { EXPORT_ERRORS_FILE, exportErrorsSurveyor } from './export-errors.ts'
import { embeddedDocument, readFhir } from './read.ts'
import { FhirSurveyor } from './survey.ts'

export const fhirFormat: IntakeFormat = {
  kind: 'fhir',
  version: 3,
  parseSettings: () => ({}),
  survey({ path }) {
    if (!/\.(json|ndjson|jsonl|fhir)$/i.test(path)) return failed('file-unknown')
    if (path === COPY_FILE) return copyNoteSurveyor()
    if (path === EXPORT_ERRORS_FILE) return exportErrorsSurveyor()
    return new FhirSurveyor(/\.(ndjson|jsonl)$/i.test(path))
  },
  resources: readFhir,
  embedded: embeddedDocument,
}
