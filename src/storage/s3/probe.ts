import { randomBytes } from 'node:crypto'
import { AppError, isAppError, type ErrorCode } from '#base'
import { Bucket, type ObjectLock, type S3Config } from './bucket.ts'
import { tryCredentials } from './probe-credentials.ts'

/** What was tried. Each is a finding; `pass` is always the good answer. */
export type ProbeStep =
  | 'write'
  | 'versions'
  | 'lock-kept'
  | 'delete-refused'
  | 'bypass-refused'
  | 'shorten-refused'
  | 'governance-refused'
  | 'overwrite-keeps'
  | 'hide-keeps'
  | 'versioning-off-refused'
  | 'bytes-kept'
  | 'clock'
  | 'may-not-lifecycle'
  | 'may-not-policy'
  | 'may-not-versioning'
  | 'may-not-object-lock'
  | 'may-not-bypass'

export interface ProbeFinding {
  readonly step: ProbeStep
  /** `unproven`: the server refused, but it would have refused without a lock too. */
  readonly outcome: 'pass' | 'fail' | 'unproven'
  /** In English, for experts; no names, no keys. */
  readonly detail?: string
}

export interface ProbeResult {
  readonly verdict: 'holds' | 'unproven' | 'refused'
  readonly findings: readonly ProbeFinding[]
  /** Where refused: the reason to show. */
  readonly refusal?: ErrorCode
  /** Server's clock minus ours. */
  readonly offsetMs: number | undefined
}

export interface ProbeOptions {
  /** How long the test objects are held; afterwards they are removed. Long enough for all the tries. */
  readonly holdMs?: number
  readonly sleep?: (ms: number) => Promise<void>
}

/** Further apart, "locked until" no longer means what the calendar says; S3 itself refuses from 15 minutes on. */
const CLOCK_LIMIT_MS = 2 * 60_000
const BYTES = Buffer.from('Toride tests whether this place holds what it promised to hold.\n')

/**
 * Enrolment and monthly test: puts a small object, locks it for seconds and really tries to get rid of it, with the very
 * credentials that the backup uses. Its files lie under `toride-lock-test/` beside the repository's, where restic never
 * looks. What cannot be done at all (unreachable, denied) throws.
 */
export async function probeObjectLock(config: S3Config, options: ProbeOptions = {}): Promise<ProbeResult> {
  const { holdMs = 30_000, sleep = pause } = options
  const bucket = new Bucket(config)
  const path = `toride-lock-test/${randomBytes(16).toString('hex')}`
  const findings: ProbeFinding[] = []
  try {
    const held = await putLocked(bucket, path, holdMs, findings)
    if (held !== undefined) {
      await attack(bucket, held, findings)
      findings.push(...(await tryCredentials(bucket, path)))
    }
    const off = Math.abs(bucket.offsetMs ?? 0) > CLOCK_LIMIT_MS
    findings.push({ step: 'clock', outcome: off ? 'fail' : 'pass', detail: `${bucket.offsetMs} ms` })
    await cleanUp(bucket, held === undefined ? 0 : held.untilMs - bucket.serverNow(), sleep)
    return conclude(findings, bucket.offsetMs)
  } finally {
    await bucket.close()
  }
}

interface Held {
  readonly path: string
  readonly versionId: string
  readonly untilMs: number
  /** These credentials may delete a version that is not locked: only then a refusal proves the lock. */
  readonly mayDelete: boolean
}

/** Undefined where there is nothing to attack: no versions, or no lock that could be read back. */
async function putLocked(
  bucket: Bucket,
  path: string,
  holdMs: number,
  findings: ProbeFinding[],
): Promise<Held | undefined> {
  const control = `${path}-control`
  const controlVersion = await bucket.put(control, BYTES)
  const mayDelete = (await attempt(() => bucket.remove(control, controlVersion))) === undefined
  const versionId = await bucket.put(path, BYTES)
  findings.push({ step: 'write', outcome: 'pass' })
  // Lock first, then look whether there are versions: a server that knows neither shall say so in its own words.
  const untilMs = Math.ceil((bucket.serverNow() + holdMs) / 1000) * 1000
  const refusal = await attempt(() => bucket.setLock(path, versionId, { mode: 'COMPLIANCE', untilMs }))
  const lock = refusal ? undefined : await unlessRefused(() => bucket.lock(path, versionId))
  const kept = lock?.mode === 'COMPLIANCE' && lock.untilMs >= untilMs
  const why = refusal ? describe(refusal) : lock ? `${lock.mode} until ${lock.untilMs}, asked ${untilMs}` : 'no lock'
  findings.push(kept ? { step: 'lock-kept', outcome: 'pass' } : { step: 'lock-kept', outcome: 'fail', detail: why })
  const versioned = versionId !== 'null'
  findings.push({ step: 'versions', outcome: versioned ? 'pass' : 'fail' })
  if (kept && versioned) return { path, versionId, untilMs, mayDelete }
  await attempt(() => bucket.remove(path, versionId))
  return undefined
}

/** All that an attacker with these credentials would try, then whether the version is still what it was. */
async function attack(bucket: Bucket, held: Held, findings: ProbeFinding[]): Promise<void> {
  const { path, versionId, untilMs, mayDelete } = held
  const at = { Bucket: bucket.name, Key: bucket.key(path), VersionId: versionId }
  const refused = async (step: ProbeStep, run: () => Promise<unknown>, proves = true): Promise<void> => {
    const error = await attempt(run)
    // Once the lock has ended on a slow line, a success says nothing.
    const late = error === undefined && bucket.serverNow() >= untilMs - 1000
    const outcome = error === undefined ? (late ? 'unproven' : 'fail') : proves ? 'pass' : 'unproven'
    findings.push({ step, outcome, detail: error ? describe(error) : 'the server did it' })
  }
  await refused('delete-refused', () => bucket.remove(path, versionId), mayDelete)
  await refused(
    'bypass-refused',
    () => bucket.call('remove past the lock', (s3) => s3.deleteObject({ ...at, BypassGovernanceRetention: true })),
    mayDelete,
  )
  const setLock = (lock: ObjectLock) => () => bucket.setLock(path, versionId, lock)
  await refused('shorten-refused', setLock({ mode: 'COMPLIANCE', untilMs: bucket.serverNow() + 2000 }))
  await refused('governance-refused', setLock({ mode: 'GOVERNANCE', untilMs }))
  await refused('versioning-off-refused', () => setVersioning(bucket, 'Suspended'))
  const intact = async (step: ProbeStep, run: () => Promise<unknown>): Promise<void> => {
    await attempt(run)
    const bytes = await unlessRefused(() => bucket.read(path, { VersionId: versionId }))
    findings.push({ step, outcome: bytes?.equals(BYTES) ? 'pass' : 'fail' })
  }
  await intact('overwrite-keeps', () => bucket.put(path, Buffer.from('overwritten')))
  await intact('hide-keeps', () => bucket.remove(path))
  const lock = await unlessRefused(() => bucket.lock(path, versionId))
  const same = lock?.mode === 'COMPLIANCE' && lock.untilMs >= untilMs
  await intact('bytes-kept', async () => undefined)
  if (!same) findings.push({ step: 'lock-kept', outcome: 'fail', detail: 'the lock changed under attack' })
}

/** Switches it on again where the server really did switch it off. */
async function setVersioning(bucket: Bucket, Status: 'Enabled' | 'Suspended'): Promise<void> {
  const set = (status: typeof Status) =>
    bucket.call('switch versioning', (s3) =>
      s3.putBucketVersioning({ Bucket: bucket.name, VersioningConfiguration: { Status: status } }),
    )
  await set(Status)
  await set('Enabled')
}

/** What an earlier run left behind goes too. What cannot be removed is a few hundred bytes. */
async function cleanUp(bucket: Bucket, waitMs: number, sleep: (ms: number) => Promise<void>): Promise<void> {
  if (waitMs > 0) await sleep(waitMs + 1500)
  const left = await unlessRefused(() => bucket.histories('toride-lock-test/'))
  for (const [key, { versions, markers }] of left ?? []) {
    const path = key.slice(bucket.key('').length)
    for (const version of versions) await attempt(() => bucket.remove(path, version.versionId))
    for (const marker of markers) await attempt(() => bucket.remove(path, marker))
  }
}

function conclude(findings: readonly ProbeFinding[], offsetMs: number | undefined): ProbeResult {
  const failed = findings.filter((finding) => finding.outcome === 'fail')
  if (failed.length > 0) return { verdict: 'refused', findings, refusal: reason(failed), offsetMs }
  const holds = findings.every((finding) => finding.outcome === 'pass')
  return { verdict: holds ? 'holds' : 'unproven', findings, offsetMs }
}

/** The one thing to say first: with a wrong clock the others may be mistaken; then the server; then the credentials. */
function reason(failed: readonly ProbeFinding[]): ErrorCode {
  if (failed.some(({ step }) => step === 'clock')) return 'STORAGE_S3_CLOCK_OFF'
  if (failed.every(({ step }) => step.startsWith('may-not-'))) return 'STORAGE_S3_CREDENTIALS_TOO_STRONG'
  return saysItHasNone(failed) ? 'STORAGE_S3_LOCK_MISSING' : 'STORAGE_S3_LOCK_IGNORED'
}

/** A bucket without Object Lock says so when asked for a lock; it promised nothing. */
function saysItHasNone(failed: readonly ProbeFinding[]): boolean {
  const kept = failed.find(({ step }) => step === 'lock-kept')
  return /InvalidRequest|ObjectLockConfigurationNotFoundError|InvalidBucketState/.test(kept?.detail ?? '')
}

/** The refusal, or undefined where it was done. What was never answered is no refusal: it throws. */
async function attempt(run: () => Promise<unknown>): Promise<AppError | undefined> {
  try {
    await run()
    return undefined
  } catch (error) {
    if (isAppError(error) && error.context['status'] !== undefined && error.retry === 'permanent') return error
    throw error
  }
}

async function unlessRefused<T>(run: () => Promise<T>): Promise<T | undefined> {
  let value: T | undefined
  await attempt(async () => (value = await run()))
  return value
}

function describe({ context }: AppError): string {
  return `${context['s3']} (${context['status']})`
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
