/**
 * C2SP tlog-checkpoint: the signed statement "the log <origin> has <size> entries and this root".
 * Text: origin LF size (decimal) LF base64(root) LF, then extension lines that are passed over. https://c2sp.org/tlog-checkpoint
 */
import { AppError } from '#base'
import { HASH_SIZE } from './hash.ts'
import { type NoteSigner, type NoteVerifier, openNote, signNote } from './note.ts'

export interface Checkpoint {
  /** Name of the log, unique in the world, without scheme: `toride.example.jp/ledger`. */
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
}

/** The checkpoint as a signed note. */
export function formatCheckpoint({ origin, size, root }: Checkpoint, signers: readonly NoteSigner[]): string {
  return signNote(`${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`, signers)
}

/**
 * Reads a checkpoint and demands a good signature of at least one of `verifiers`.
 * Throws TLOG_MALFORMED, TLOG_SIGNATURE_INVALID.
 */
export function openCheckpoint(note: string, verifiers: readonly NoteVerifier[]): Checkpoint {
  const { text, signedBy } = openNote(note, verifiers)
  if (signedBy.length === 0)
    throw new AppError('TLOG_SIGNATURE_INVALID', { detail: 'signed by none of the keys that are trusted' })
  return parseCheckpointBody(text)
}

/** The body without regard to signatures. Throws TLOG_MALFORMED. */
export function parseCheckpointBody(text: string): Checkpoint {
  const [origin, sizeText, rootText] = text.split('\n')
  const size = Number(sizeText)
  const root = Buffer.from(rootText ?? '', 'base64')
  const whole =
    origin &&
    /^(0|[1-9]\d*)$/.test(sizeText ?? '') &&
    Number.isSafeInteger(size) &&
    root.length === HASH_SIZE &&
    root.toString('base64') === rootText
  if (!whole) throw new AppError('TLOG_MALFORMED', { detail: 'checkpoint text' })
  return { origin, size, root }
}
