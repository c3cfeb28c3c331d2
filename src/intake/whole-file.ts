/** For formats that need a whole file at once. */
import type { FileSurvey, IntakeProblemCode, Surveyor } from './format.ts'

/** More in one piece is no file of a clinic's export; it is restored, not shown. */
export const MOST_WHOLE_BYTES = 256 * 1024 * 1024

export function wholeFile(survey: (bytes: Uint8Array) => FileSurvey): Surveyor {
  const parts: Uint8Array[] = []
  let size = 0
  return {
    take(bytes) {
      size += bytes.length
      if (size > MOST_WHOLE_BYTES) parts.length = 0
      // The caller's bytes are only its own during the call.
      else parts.push(bytes.slice())
    },
    end() {
      if (size > MOST_WHOLE_BYTES) return failed('file-too-large')
      if (size === 0) return failed('empty-file')
      return survey(parts.length === 1 ? parts[0]! : Buffer.concat(parts))
    },
  }
}

export function failed(code: IntakeProblemCode): FileSurvey {
  return { records: 0, patients: [], shared: [], problems: [{ code, where: 'file' }] }
}
