/** この画面に無いもの of a whole generation: what its sort of source never carries, and what this one has not a single record of. */
import { missingFromIntake } from './intake/missing.ts'
import type { Missing } from './model.ts'
import type { PatientIndex } from './patient-index/patient-index.ts'
import type { GenerationReader } from './ports.ts'
import { missingFrom } from './ssmix2/kinds.ts'

export function missingIn(reader: Pick<GenerationReader, 'intake'>, index: PatientIndex): Missing[] {
  return reader.intake ? missingFromIntake(index.kindTotals()) : missingFrom(index.kindTotals())
}
