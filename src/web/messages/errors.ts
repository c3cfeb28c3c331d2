/**
 * Three sentences for every ErrorCode: what happened, why, what to do now. The type makes a code without them fail to
 * compile; colleagues who add a code add its sentences in `errors/`.
 */
import type { ErrorCode } from '#base'
import type { Language } from '../format.ts'
import { keyErrors } from './errors/keys.ts'
import { commandErrors } from './errors/commands.ts'
import { fhirServerErrors } from './errors/fhir.ts'
import { incidentErrors } from './errors/incident.ts'
import { recoveryErrors } from './errors/recovery.ts'
import { diskErrors } from './errors/disk.ts'
import { isolationErrors } from './errors/isolation.ts'
import { rehearsalErrors } from './errors/rehearsal.ts'
import { agentErrors } from './errors/agent.ts'
import { editionErrors } from './errors/edition.ts'
import { stationErrors } from './errors/station.ts'
import { stateErrors } from './errors/state.ts'
import { storageErrors } from './errors/storage.ts'
import { vaultErrors } from './errors/vault.ts'

export interface ErrorSentences {
  readonly what: string
  readonly why: string
  readonly next: string
}
/** [what, why, next] per language. */
export type ErrorEntry = Readonly<Record<Language, readonly [string, string, string]>>

const ERRORS: Readonly<Record<ErrorCode, ErrorEntry>> = {
  ...storageErrors,
  ...vaultErrors,
  ...stateErrors,
  ...keyErrors,
  ...commandErrors,
  ...agentErrors,
  ...stationErrors,
  ...editionErrors,
  ...fhirServerErrors,
  ...diskErrors,
  ...recoveryErrors,
  ...incidentErrors,
  ...isolationErrors,
  ...rehearsalErrors,
}

export function errorSentences(code: ErrorCode, language: Language): ErrorSentences {
  const [what, why, next] = ERRORS[code][language]
  return { what, why, next }
}
