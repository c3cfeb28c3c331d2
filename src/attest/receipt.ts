/**
 * What Keeper, production and verifier promise each other, as signed notes (C2SP signed-note) that anybody can check years
 * later with a public key and nothing of Toride. A generation counts as locked by a Keeper only with its receipt
 * (SECURITY.md 4). Text: a first line that names the format, then one `word value` per line.
 */
import { AppError, type EpochMs, systemClock } from '#base'
import { type NoteSigner, type NoteVerifier, openNote, signNote } from '#tlog'

const RECEIPT = 'toride receipt v1'
const ATTESTATION = 'toride attestation v1'

export interface Receipt {
  /** `<client>/<repository>` as the Keeper names it. */
  readonly repository: string
  /** SHA-256 of the repository's config file: a new repository under an old name is another one. */
  readonly config: string
  readonly snapshot: string
  /** SHA-256 of the manifest's text. */
  readonly manifest: string
  readonly objects: number
  readonly bytes: number
  /** By the Keeper's clock. */
  readonly receivedAt: EpochMs
  readonly lockedUntil: EpochMs
  /** Which rule keeps it; `extra`: a further one of the same day, which never counts. */
  readonly rule: string
}

export interface Attestation {
  readonly repository: string
  readonly snapshot: string
  readonly manifest: string
  readonly at: EpochMs
  readonly result: 'complete' | 'damaged'
  /** structure = every object there and every tree readable; all-data = every byte read and compared, none longer ago than a week. */
  readonly scope: 'structure' | 'all-data'
}

export function signReceipt(receipt: Receipt, signer: NoteSigner): string {
  return signNote(
    text(RECEIPT, {
      repository: receipt.repository,
      config: receipt.config,
      snapshot: receipt.snapshot,
      manifest: receipt.manifest,
      objects: receipt.objects,
      bytes: receipt.bytes,
      received: instant(receipt.receivedAt),
      'locked-until': instant(receipt.lockedUntil),
      rule: receipt.rule,
    }),
    [signer],
  )
}

/** No rule holds for so long: who says so is not to be believed. */
const LONGEST_LOCK_MS = 100 * 366 * 86_400_000

/**
 * @throws TLOG_MALFORMED also where it speaks of a time more than 100 years from now, TLOG_SIGNATURE_INVALID where it is
 *   not signed by `keeper`
 */
export function openReceipt(note: string, keeper: NoteVerifier): Receipt {
  const of = fields(note, RECEIPT, keeper)
  return {
    repository: of('repository'),
    config: hash(of('config')),
    snapshot: hash(of('snapshot')),
    manifest: hash(of('manifest')),
    objects: count(of('objects')),
    bytes: count(of('bytes')),
    receivedAt: believable(of('received')),
    lockedUntil: believable(of('locked-until')),
    rule: of('rule'),
  }
}

export function signAttestation(attestation: Attestation, signer: NoteSigner): string {
  const { repository, snapshot, manifest, at, result, scope } = attestation
  return signNote(text(ATTESTATION, { repository, snapshot, manifest, at: instant(at), result, scope }), [signer])
}

/**
 * @param verifier absent: the signature was checked before and the note has lain where nobody else writes
 * @throws TLOG_MALFORMED, TLOG_SIGNATURE_INVALID where it is not signed by `verifier`
 */
export function openAttestation(note: string, verifier: NoteVerifier | undefined): Attestation {
  const of = fields(note, ATTESTATION, verifier)
  return {
    repository: of('repository'),
    snapshot: hash(of('snapshot')),
    manifest: hash(of('manifest')),
    at: moment(of('at')),
    result: oneOf(of('result'), ['complete', 'damaged']),
    scope: oneOf(of('scope'), ['structure', 'all-data']),
  }
}

const instant = (at: EpochMs): string => new Date(at).toISOString()

function text(kind: string, values: Readonly<Record<string, string | number>>): string {
  return `${kind}\n${Object.entries(values)
    .map(([word, value]) => `${word} ${value}\n`)
    .join('')}`
}

function fields(note: string, kind: string, signer: NoteVerifier | undefined): (word: string) => string {
  const opened = openNote(note, signer ? [signer] : [])
  if (signer && opened.signedBy.length === 0)
    throw new AppError('TLOG_SIGNATURE_INVALID', { detail: 'not signed by the one who was pinned' })
  const [first, ...lines] = opened.text.split('\n')
  if (first !== kind) throw malformed(kind)
  const values = new Map(lines.map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]))
  return (word) => {
    const value = values.get(word)
    if (value === undefined || value === '') throw malformed(word)
    return value
  }
}

function hash(value: string): string {
  if (!/^[0-9a-f]{64}$/.test(value)) throw malformed('hash')
  return value
}

function count(value: string): number {
  if (!/^\d{1,15}$/.test(value)) throw malformed('number')
  return Number(value)
}

function moment(value: string): EpochMs {
  const at = Date.parse(value)
  if (Number.isNaN(at) || instant(at) !== value) throw malformed('moment')
  return at
}

function believable(value: string): EpochMs {
  const at = moment(value)
  if (at > systemClock.now() + LONGEST_LOCK_MS) throw malformed('moment far away')
  return at
}

function oneOf<T extends string>(value: string, all: readonly T[]): T {
  if (!all.includes(value as T)) throw malformed('word')
  return value as T
}

const malformed = (what: string): AppError => new AppError('TLOG_MALFORMED', { detail: `receipt: ${what}` })
