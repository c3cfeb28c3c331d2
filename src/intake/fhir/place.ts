/** Where a resource belongs when many are laid into files: whose it is, and of which year. */
import { patientNames } from './patient-names.ts'
import { careDateOf } from './record.ts'
import { object } from './json.ts'

/** @param line one resource as JSON. `year` is `0000` where it has no date. Throws nothing: a line that is none is nobody's. */
export function placeOfResource(line: string): { patient: string | undefined; year: string } {
  const resource = parsed(line)
  if (!resource) return { patient: undefined, year: '0000' }
  return { patient: patientNames(resource)[0], year: careDateOf(resource).slice(0, 4) || '0000' }
}

function parsed(line: string) {
  try {
    return object(JSON.parse(line))
  } catch {
    return undefined
  }
}
