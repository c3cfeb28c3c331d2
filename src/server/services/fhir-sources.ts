/** FHIR servers as sources: tried for real before anything is kept. */
import { X509Certificate } from 'node:crypto'
import { isAppError } from '#base'
import { type FhirServerSettings, parseBase, parseOrigins, readPrivateKey } from '#fhir-server'
import type { FhirServerForm, FhirServerFound, FhirSourceService, Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { isTime, scheduleOf } from './backup.ts'
import { demand } from './viewers.ts'

/** A person waits for the answer. */
const TRIAL_MS = 60_000

export function fhirSourceService({ vault, ledger }: Institution): FhirSourceService {
  async function attempt(viewer: Viewer, form: FhirServerForm, login: () => FhirServerSettings['login']) {
    demand(viewer, 'manage-backup')
    if (!isTime(form.dailyAt)) return { kind: 'refused', field: 'dailyAt', code: 'not-a-time' } as const
    const pin = fingerprintOf(form.fingerprint)
    if (pin === undefined) return { kind: 'refused', field: 'fingerprint', code: 'not-a-fingerprint' } as const
    const alsoOrigins = originsOf(form.others)
    if (!alsoOrigins) return { kind: 'refused', field: 'others', code: 'not-an-address' } as const
    const caPem = form.ca.trim()
    if (caPem !== '' && !isCertificate(caPem))
      return { kind: 'refused', field: 'ca', code: 'not-a-certificate' } as const
    const group = form.group.trim()
    if (group !== '' && !/^[A-Za-z0-9.-]{1,64}$/.test(group))
      return { kind: 'refused', field: 'group', code: 'not-an-id' } as const
    try {
      if (form.login === 'smart' && form.secret !== '') readPrivateKey(form.secret)
      const settings: FhirServerSettings = {
        base: parseBase(form.base),
        login: login(),
        ...(caPem !== '' && { caPem }),
        ...(pin && { pinnedCertificateSha256: pin }),
        ...(alsoOrigins.length > 0 && { alsoOrigins }),
        ...(group && { group }),
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
      const tried = await attempt(viewer, form, () => loginOf(form))
      return tried.kind === 'ok' ? { kind: 'ok', found: foundIn(tried.trial) } : tried
    },
    async saved(viewer, id) {
      demand(viewer, 'manage-backup')
      const source = await vault.source(id)
      if (source?.kind !== 'fhir-server' || source.replaced) return undefined
      return formOf(source.name, await vault.fhirServer(id))
    },
    async change(viewer, id, form, how) {
      demand(viewer, 'manage-backup')
      const kept = await vault.fhirServer(id)
      const same = formOf(form.name, kept)
      const isSame = WHOM.every((field) => form[field].trim() === same[field].trim())
      if (form.secret === '' && form.login !== 'none' && !isSame)
        return { kind: 'refused', field: 'secret', code: 'secret-again' }
      const asked = { ...form, base: kept.base, group: kept.group ?? '', dailyAt: '' }
      const tried = await attempt(viewer, asked, () => (form.secret === '' && isSame ? kept.login : loginOf(form)))
      if (tried.kind !== 'ok') return tried
      if (how === 'save') {
        await vault.changeFhirServer(id, tried.settings)
        await ledger.append({
          type: 'settings.changed',
          actor: `person:${viewer.personId}`,
          subject: `source:${id}`,
          data: { area: 'sources', changes: ['connection'] },
        })
      }
      return { kind: 'ok', found: foundIn(tried.trial) }
    },
    async addServer(viewer, form) {
      // Its locks last minutes: no place for a clinic's records.
      if (vault.isSample) return { kind: 'refused', field: 'name', code: 'only-a-sample' }
      if ((await vault.sources()).some(({ name }) => name === form.name))
        return { kind: 'refused', field: 'name', code: 'name-taken' }
      const tried = await attempt(viewer, form, () => loginOf(form))
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

/** What decides whom the secret is shown to: with another of these it is asked for again. */
const WHOM = ['login', 'user', 'fingerprint', 'ca', 'others'] as const

type Trial = Awaited<ReturnType<Institution['vault']['tryFhirServer']>>

const foundIn = ({ counts, ...found }: Trial): FhirServerFound => ({
  ...found,
  counts: Object.entries(counts).map(([type, count]) => ({ type, count })),
})

/** Without the secret. */
function formOf(name: string, settings: FhirServerSettings): FhirServerForm {
  const { base, login, pinnedCertificateSha256, caPem, alsoOrigins = [], group } = settings
  return {
    name,
    base,
    login: login.kind,
    user: 'user' in login ? login.user : '',
    secret: '',
    fingerprint: pinnedCertificateSha256 ?? '',
    ca: caPem ?? '',
    others: alsoOrigins.join(' '),
    group: group ?? '',
    dailyAt: '',
  }
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0
  } catch {
    return false
  }
}

function loginOf({ login, user, secret }: FhirServerForm): FhirServerSettings['login'] {
  if (login === 'bearer') return { kind: 'bearer', token: secret.trim() }
  if (login === 'smart') return { kind: 'smart', user: user.trim(), privateKey: secret.trim() }
  return login === 'none' ? { kind: 'none' } : { kind: login, user, password: secret }
}

/** Undefined where one of them is none. */
function originsOf(typed: string): readonly string[] | undefined {
  try {
    return parseOrigins(typed)
  } catch {
    return undefined
  }
}

/** 64 hex digits however they are grouped; '' where none is given, undefined where it is none. */
function fingerprintOf(typed: string): string | undefined {
  const hex = typed
    .normalize('NFKC')
    .replaceAll(/[\s:-]/g, '')
    .toLowerCase()
  return hex === '' || /^[0-9a-f]{64}$/.test(hex) ? hex : undefined
}
