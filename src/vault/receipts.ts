/**
 * What Keepers signed for generations, as it came: `receipts/<place>/<snapshot>` in the data folder, part of Toride's own
 * state. A generation counts as locked there only with it (SECURITY.md 4); the ledger names its hash.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { AppError, isAppError } from '#base'
import { folderFiles, type KeptReceipt, type Ledger, type Receipts } from '#journal'
import { type NoteVerifier, parseVerifierKey } from '#tlog'
import { INSIDE } from './data-folder.ts'

const SNAPSHOT = /^[0-9a-f]{64}$/
/** Nothing that leaves its folder; files being written end in `.tmp`. */
const PLACE = /^[A-Za-z0-9][\w-]{0,99}$/

/** Name of the setting that holds a place's pinned key, as a verifier key's text. */
export const keeperKeySetting = (place: string): string => `keeper-key:${place}`

/**
 * Durable when it resolves; the same again is fine. What is kept comes before its entry in the ledger: a note whose entry
 * was never made (a crash, a full disk) promised nothing yet, and a newer one takes its place.
 * @param folder the data folder
 * @param note as the Keeper signed it, checked by the caller
 * @param isNamed whether the ledger names this hash; absent: what is kept stays
 * @returns SHA-256 of the note: what `generation.receipt` names
 * @throws VAULT_RECEIPT_DIFFERS where another note is kept and named for that generation, STORAGE_FULL, STORAGE_DENIED
 */
export async function keepReceipt(
  folder: string,
  place: string,
  snapshot: string,
  note: string,
  isNamed: (hash: string) => Promise<boolean> = () => Promise.resolve(true),
): Promise<string> {
  if (!PLACE.test(place) || !SNAPSHOT.test(snapshot)) throw new AppError('BASE_BUG', { detail: 'name of a receipt' })
  const files = folderFiles(join(folder, INSIDE.receipts))
  const path = `${place}/${snapshot}`
  const bytes = Buffer.from(note)
  const kept = await files.read(path)
  const isSame = kept !== undefined && bytes.equals(kept)
  if (kept && !isSame && (await isNamed(hashOf(kept))))
    throw new AppError('VAULT_RECEIPT_DIFFERS', { context: { place } })
  if (!isSame) await files.write(path, bytes)
  return hashOf(bytes)
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** @param folder the data folder. Files of other names are passed over. */
export async function readReceipts(folder: string): Promise<KeptReceipt[]> {
  const files = folderFiles(join(folder, INSIDE.receipts))
  const receipts: KeptReceipt[] = []
  for (const place of (await files.list('')).filter((name) => PLACE.test(name)))
    for (const snapshot of (await files.list(place)).filter((name) => SNAPSHOT.test(name))) {
      const note = await files.read(`${place}/${snapshot}`)
      if (note) receipts.push({ place, snapshot, note: Buffer.from(note).toString() })
    }
  return receipts
}

/** Reads the whole ledger: asked only where two notes differ. */
export async function namesReceipt(ledger: Ledger, place: string, hash: string): Promise<boolean> {
  for await (const { entry } of (await ledger.reader()).entries())
    if (entry.type === 'generation.receipt' && entry.data['place'] === place && entry.data['receipt'] === hash)
      return true
  return false
}

/** What is kept, with the keys that were pinned. A key that is spoilt counts as none: the check says so. */
export async function pinnedReceipts(
  folder: string,
  setting: (name: string) => Promise<string | undefined>,
): Promise<Receipts> {
  const kept = await readReceipts(folder)
  const keys = new Map<string, NoteVerifier>()
  for (const place of new Set(kept.map((one) => one.place))) {
    const key = verifierOf(await setting(keeperKeySetting(place)))
    if (key) keys.set(place, key)
  }
  return { kept, keys }
}

function verifierOf(text: string | undefined): NoteVerifier | undefined {
  try {
    return text === undefined ? undefined : parseVerifierKey(text)
  } catch (error) {
    if (!isAppError(error)) throw error
    return undefined
  }
}
