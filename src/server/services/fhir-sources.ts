/** FHIR servers as sources: tried for real before anything is kept. */
import { isAppError } from '#base'
import { type FhirServerSettings, parseBase } from '#fhir-server'
import type { FhirServerForm, FhirSourceService, Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { isTime, scheduleOf } from './backup.ts'
import { demand } from './viewers.ts'

/** A person waits for the answer. */
const TRIAL_MS = 60_000

export function fhirSourceService({ vault, ledger }: Institution): FhirSourceService {
  async function attempt(viewer: Viewer, form: FhirServerForm) {
    demand(viewer, 'manage-backup')
    if (!isTime(form.dailyAt)) return { kind: 'refused', field: 'dailyAt', code: 'not-a-time' } as const
    const pin = fingerprintOf(form.fingerprint)
    if (pin === undefined) return { kind: 'refused', field: 'fingerprint', code: 'not-a-fingerprint' } as const
    try {
      const settings: FhirServerSettings = {
        base: parseBase(form.base),
        login: loginOf(form),
        ...(pin && { pinnedCertificateSha256: pin }),
      }
      const trial = await vault.tryFhirServer(settings, AbortSignal.timeout(TRIAL_MS))
      return { kind: 'ok', settings, trial } as const
    } catch (error) {
      if (!isAppError(error)) throw error
      if (error.code === 'FHIR_SERVER_ADDRESS_INVALID')
        return { kind: 'refused', field: 'base', code: 'not-an-address' } as const
      // The time of the trial is over: nobody answered in it.
      return {
        kind: 'failed',
        errorCode: error.code === 'BASE_CANCELLED' ? 'FHIR_SERVER_UNREACHABLE' : error.code,
      } as const
    }
  }
  return {
    async tryServer(viewer, form) {
      const tried = await attempt(viewer, form)
      if (tried.kind !== 'ok') return tried
      const { counts, ...found } = tried.trial
      return {
        kind: 'ok',
        found: { ...found, counts: Object.entries(counts).map(([type, count]) => ({ type, count })) },
      }
    },
    async addServer(viewer, form) {
      // Its locks last minutes: no place for a clinic's records.
      if (vault.isSample) return { kind: 'refused', field: 'name', code: 'only-a-sample' }
      if ((await vault.sources()).some(({ name }) => name === form.name))
        return { kind: 'refused', field: 'name', code: 'name-taken' }
      const tried = await attempt(viewer, form)
      if (tried.kind !== 'ok') return tried
      const source = { name: form.name, schedule: scheduleOf(form.dailyAt), options: {} }
      const { id } = await vault.addFhirServer(source, tried.settings)
      await ledger.append({
        type: 'settings.changed',
        actor: `person:${viewer.personId}`,
        subject: `source:${id}`,
        data: { area: 'sources', changes: ['added'] },
      })
      return { kind: 'ok' }
    },
  }
}

function loginOf({ login, user, secret }: FhirServerForm): FhirServerSettings['login'] {
  if (login === 'bearer') return { kind: 'bearer', token: secret.trim() }
  return login === 'basic' ? { kind: 'basic', user, password: secret } : { kind: 'none' }
}

/** 64 hex digits however they are grouped; '' where none is given, undefined where it is none. */
function fingerprintOf(typed: string): string | undefined {
  const hex = typed
    .normalize('NFKC')
    .replaceAll(/[\s:-]/g, '')
    .toLowerCase()
  return hex === '' || /^[0-9a-f]{64}$/.test(hex) ? hex : undefined
}
