/**
 * A checkpoint on paper. Whoever rewrites the ledger cannot rewrite the sheet in the director's drawer: typed in a year
 * later, it shows whether the log still begins as it did. The code is 54 characters in nine groups: the root (256 bits) and
 * 14 check bits over origin, size and root, so that a slip of the finger is told from a forged log.
 */
import { createHash } from 'node:crypto'
import { type Checkpoint, HASH_SIZE, openCheckpoint, parseVerifierKey, rootAt, type StoredLog } from '#tlog'

/** Crockford's base 32: no I, L, O, U. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const ROOT_BITS = 256n
const CHECK_BITS = 14n
const CODE_LENGTH = 54

export interface PrintedCheckpoint {
  readonly origin: string
  readonly size: number
  /** Nine groups of six characters. */
  readonly code: string
}

export function printCheckpoint(checkpoint: Checkpoint): PrintedCheckpoint {
  const root = BigInt(`0x${Buffer.from(checkpoint.root).toString('hex')}`)
  let value = (root << CHECK_BITS) | checkBits(checkpoint)
  let code = ''
  for (let i = 0; i < CODE_LENGTH; i++) {
    code = DIGITS[Number(value & 31n)]! + code
    value >>= 5n
  }
  return { origin: checkpoint.origin, size: checkpoint.size, code: code.match(/.{6}/g)!.join(' ') }
}

/**
 * A checkpoint that was kept as a file, out of a mail for instance: mail programs and editors of Windows end lines their own way.
 * @throws TLOG_SIGNATURE_INVALID where the key of this ledger did not sign it, TLOG_MALFORMED
 */
export function openKept(note: string, verifierKey: string): Checkpoint {
  return openCheckpoint(note.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'), [parseVerifierKey(verifierKey)])
}

export type PrintedComparison =
  /** The log held exactly this when it had that many entries. */
  | { readonly result: 'same' }
  /** Not what was printed: the characters or the number do not fit together. Look again at the paper. */
  | { readonly result: 'mistyped' }
  /** The log is shorter than it was: entries were cut off, or an old copy was put in place. */
  | { readonly result: 'log-is-shorter'; readonly size: number }
  /** The log had another root at that size: it was rewritten. */
  | { readonly result: 'differs' }

/** Compares what somebody typed from paper (any case, width, spaces; O for 0, I and L for 1) with the log. */
export async function comparePrinted(
  log: StoredLog,
  origin: string,
  typed: { readonly size: number; readonly code: string },
): Promise<PrintedComparison> {
  const root = decodeCode(origin, typed)
  if (!root) return { result: 'mistyped' }
  if (typed.size > log.size) return { result: 'log-is-shorter', size: log.size }
  const actual = await rootAt(log, typed.size)
  return Buffer.compare(actual, root) === 0 ? { result: 'same' } : { result: 'differs' }
}

/** The root in a typed code, or undefined where its check bits do not fit. */
function decodeCode(origin: string, typed: { size: number; code: string }): Uint8Array | undefined {
  if (!Number.isSafeInteger(typed.size) || typed.size < 0) return undefined
  const code = typed.code
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')
  const digits = Array.from(code, (character) => DIGITS.indexOf(character))
  if (digits.length !== CODE_LENGTH || digits.includes(-1)) return undefined
  const value = digits.reduce((sum, digit) => (sum << 5n) | BigInt(digit), 0n)
  const hex = (value >> CHECK_BITS).toString(16).padStart(HASH_SIZE * 2, '0')
  const root = Buffer.from(hex, 'hex')
  const check = value & ((1n << CHECK_BITS) - 1n)
  return value >> (ROOT_BITS + CHECK_BITS) === 0n && checkBits({ origin, size: typed.size, root }) === check
    ? root
    : undefined
}

function checkBits({ origin, size, root }: Checkpoint): bigint {
  const digest = createHash('sha256').update(`toride printed checkpoint\n${origin}\n${size}\n`).update(root).digest()
  return BigInt(digest.readUInt16BE(0)) >> (16n - CHECK_BITS)
}
