/**
 * C2SP tlog-cosignature (cosignature/v1): a witness's signature with the time, over a checkpoint that it saw grow.
 * Signature type byte 4; signed is "cosignature/v1" LF "time <seconds>" LF and the note's text.
 * https://c2sp.org/tlog-cosignature
 */
import { createHash, createPublicKey, sign, verify } from 'node:crypto'
import { AppError } from '#base'
import { type NoteSigner, type NoteVerifier, privateKey, SPKI_PREFIX } from './note.ts'

const COSIGNATURE = 4

/** The line that is added to the note. @param atMs when, epoch milliseconds */
export function cosign(note: string, witness: NoteSigner, atMs: number): string {
  const seconds = BigInt(Math.floor(atMs / 1000))
  const time = Buffer.alloc(8)
  time.writeBigUInt64BE(seconds)
  const signature = sign(null, message(textOf(note), seconds), privateKey(witness.seed))
  return `— ${witness.name} ${Buffer.concat([keyId(witness), time, signature]).toString('base64')}\n`
}

/** When `witness` signed the note, or undefined where no line of it holds. @throws TLOG_MALFORMED */
export function cosignedAt(note: string, witness: NoteVerifier): number | undefined {
  const text = textOf(note)
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, witness.publicKey]), format: 'der', type: 'spki' })
  for (const line of note.slice(text.length + 1).split('\n')) {
    const match = /^— ([^+\s]+) ([A-Za-z0-9+/]+=*)$/.exec(line)
    const bytes = Buffer.from(match?.[2] ?? '', 'base64')
    if (match?.[1] !== witness.name || bytes.length !== 76 || !bytes.subarray(0, 4).equals(keyId(witness))) continue
    const seconds = bytes.readBigUInt64BE(4)
    if (verify(null, message(text, seconds), key, bytes.subarray(12))) return Number(seconds) * 1000
  }
  return undefined
}

const message = (text: string, seconds: bigint): Buffer => Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`)

function textOf(note: string): string {
  const split = note.lastIndexOf('\n\n')
  if (split < 0 || !note.endsWith('\n')) throw new AppError('TLOG_MALFORMED', { detail: 'signed note: no signatures' })
  return note.slice(0, split + 1)
}

const keyId = ({ name, publicKey }: NoteVerifier): Buffer =>
  createHash('sha256').update(`${name}\n`).update(Uint8Array.of(COSIGNATURE)).update(publicKey).digest().subarray(0, 4)
