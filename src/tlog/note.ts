/**
 * C2SP signed-note with Ed25519: a text, an empty line, and one line `— <name> <base64(key id ‖ signature)>` per signer.
 * Verifier keys are written `<name>+<key id, 8 hex>+<base64(0x01 ‖ public key)>`. https://c2sp.org/signed-note
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign, verify } from 'node:crypto'
import { AppError } from '#base'

/** Signature type byte of plain Ed25519. */
const ED25519 = 1
/** DER in front of a raw Ed25519 key (RFC 8410), which node:crypto takes in no other binary form. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')
export const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')
/** More signatures than anybody has witnesses for; the specification allows a limit. */
const MAX_SIGNATURES = 100

export interface NoteVerifier {
  readonly name: string
  /** First 4 bytes of SHA-256(name ‖ LF ‖ 0x01 ‖ public key). */
  readonly keyId: Uint8Array
  /** 32 bytes. */
  readonly publicKey: Uint8Array
}

export interface NoteSigner extends NoteVerifier {
  /** 32 bytes: the secret. */
  readonly seed: Uint8Array
}

export interface OpenedNote {
  /** Everything before the empty line, ending in LF. */
  readonly text: string
  /** The verifiers among the given ones whose signature holds. */
  readonly signedBy: readonly NoteVerifier[]
  /** Signature lines by keys that were not given. */
  readonly unknown: number
}

export function generateSigner(name: string): NoteSigner {
  return signerFromSeed(name, randomBytes(32))
}

export function signerFromSeed(name: string, seed: Uint8Array): NoteSigner {
  const spki = createPublicKey(privateKey(seed)).export({ format: 'der', type: 'spki' })
  return { ...verifierOf(name, spki.subarray(SPKI_PREFIX.length)), seed }
}

/** The public half as one line of text: what is pinned, printed and handed to witnesses. */
export function verifierKeyText({ name, keyId, publicKey }: NoteVerifier): string {
  const key = Buffer.concat([Uint8Array.of(ED25519), publicKey]).toString('base64')
  return `${name}+${Buffer.from(keyId).toString('hex')}+${key}`
}

/** Reads a verifier key. Throws TLOG_MALFORMED where its parts do not fit together. */
export function parseVerifierKey(text: string): NoteVerifier {
  const match = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text.trim())
  const key = Buffer.from(match?.[3] ?? '', 'base64')
  if (!match || key.length !== 33 || key[0] !== ED25519) throw malformed('not an Ed25519 verifier key')
  const verifier = verifierOf(match[1]!, key.subarray(1))
  if (Buffer.from(verifier.keyId).toString('hex') !== match[2]) throw malformed('key id does not fit the key')
  return verifier
}

/** The text with the signatures of all signers. `text` ends in LF and holds no other control character. */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  checkText(text)
  const lines = signers.map((signer) => {
    const signature = sign(null, Buffer.from(text), privateKey(signer.seed))
    return `— ${signer.name} ${Buffer.concat([signer.keyId, signature]).toString('base64')}\n`
  })
  return `${text}\n${lines.join('')}`
}

/**
 * Takes a signed note apart and checks the signatures of the given verifiers. A signature by an unknown key is counted
 * and passed over, so that witnesses can be added. Throws TLOG_MALFORMED, and TLOG_SIGNATURE_INVALID where a line of a
 * given verifier does not hold. Whether `signedBy` is enough is the caller's decision.
 */
export function openNote(note: string, verifiers: readonly NoteVerifier[]): OpenedNote {
  const split = note.lastIndexOf('\n\n')
  if (split < 0 || !note.endsWith('\n')) throw malformed('no signatures')
  const text = note.slice(0, split + 1)
  checkText(text)
  const lines = note.slice(split + 2, -1).split('\n')
  if (lines.length > MAX_SIGNATURES) throw malformed('too many signatures')
  const signedBy = new Set<NoteVerifier>()
  let unknown = 0
  for (const line of lines) {
    const verifier = checkLine(line, text, verifiers)
    if (verifier) signedBy.add(verifier)
    else unknown++
  }
  return { text, signedBy: [...signedBy], unknown }
}

/** The verifier whose good signature the line is, or undefined for a key that was not given. */
function checkLine(line: string, text: string, verifiers: readonly NoteVerifier[]): NoteVerifier | undefined {
  const match = /^— ([^+\s]+) ([A-Za-z0-9+/]+=*)$/.exec(line)
  const bytes = Buffer.from(match?.[2] ?? '', 'base64')
  if (!match || bytes.length <= 4) throw malformed('signature line')
  const keyId = bytes.subarray(0, 4)
  const verifier = verifiers.find((v) => v.name === match[1] && keyId.equals(v.keyId))
  if (!verifier) return undefined
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, verifier.publicKey]), format: 'der', type: 'spki' })
  if (!verify(null, Buffer.from(text), key, bytes.subarray(4)))
    throw new AppError('TLOG_SIGNATURE_INVALID', { context: { key: verifier.name } })
  return verifier
}

function verifierOf(name: string, publicKey: Uint8Array): NoteVerifier {
  if (!/^[^+\s]+$/u.test(name)) throw malformed('key name is empty or holds a space or plus')
  const keyId = createHash('sha256')
    .update(`${name}\n`)
    .update(Uint8Array.of(ED25519))
    .update(publicKey)
    .digest()
    .subarray(0, 4)
  return { name, keyId, publicKey }
}

export function privateKey(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' })
}

function checkText(text: string): void {
  // oxlint-disable-next-line no-control-regex -- the specification forbids exactly these
  if (!text.endsWith('\n') || /[\u0000-\u0009\u000b-\u001f]/.test(text)) throw malformed('text of the note')
}

const malformed = (detail: string): AppError => new AppError('TLOG_MALFORMED', { detail: `signed note: ${detail}` })
