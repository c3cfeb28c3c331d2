import { csvFormat } from './csv/format.ts'
import { documentsFormat } from './documents/format.ts'
import { fhirFormat } from './fhir/format.ts'
import type { FileSurvey, IntakeFormat, IntakeKind, Surveyor } from './format.ts'
import { ukeFormat } from './uke/format.ts'
import { failed } from './whole-file.ts'

export const INTAKE_FORMATS: Readonly<Record<IntakeKind, IntakeFormat>> = {
  fhir: guarded(fhirFormat),
  csv: guarded(csvFormat as IntakeFormat),
  uke: guarded(ukeFormat),
  documents: guarded(documentsFormat as IntakeFormat),
}

/** A file that our own reading does not stand (nesting that ends the stack) costs itself, not every chart of its source. */
export function guarded(format: IntakeFormat): IntakeFormat {
  return {
    ...format,
    survey(file, settings) {
      const begun = format.survey(file, settings)
      return 'take' in begun ? guardedSurveyor(begun) : begun
    },
    resources(request) {
      try {
        return format.resources(request)
      } catch {
        return { resources: [], remarks: [{ code: 'shape-wrong', where: 'file' }] }
      }
    },
  }
}

function guardedSurveyor(surveyor: Surveyor): Surveyor {
  let isLost = false
  const or = <T>(look: () => T): T | FileSurvey => {
    try {
      if (!isLost) return look()
    } catch {
      isLost = true
    }
    return failed('shape-wrong')
  }
  return { take: (bytes) => void or(() => surveyor.take(bytes)), end: () => or(() => surveyor.end()) }
}
