/**
 * Whose keys are in a file of books that a person carries. A PC shows it by the key of its log, which production pinned (or
 * pins now: only who has the PC's package can make the proof); production by the ledger's key, which the package pins. What
 * neither shows is asked of a person, who compares a fingerprint.
 */
import { z } from 'zod'
import { fileKeyStore } from '#access'
import type { Casebook, Keys } from '#casebook'
import { AppError, isAppError } from '#base'
import { SIGNING_KEY } from '#journal'
import { type NoteSigner, openNote, parseVerifierKey, signNote, signerFromSeed } from '#tlog'
import type { Stations } from './book.ts'
import { reportKey } from './report.ts'
import type { Station } from './station.ts'

const PC_HEAD = 'toride station book key v1\n'
const HOUSE_HEAD = 'toride book keys v1\n'
const bookKey = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
const pcSchema = z.strictObject({ station: z.string().regex(/^[0-9a-f]{4}$/), bookKey })
const pcSentSchema = z.strictObject({
  note: z.string().max(5000),
  key: z.string().max(500),
  enrolment: z.string().max(100),
})
const houseSchema = z.record(z.string().max(64), z.array(bookKey).max(20))

/** Signs with the key of the PC's log. @throws JOURNAL_KEY_MISSING */
export function logSigner({ folder, log }: Station): NoteSigner {
  const seed = fileKeyStore(folder.in('keys')).load(SIGNING_KEY)
  if (!seed) throw new AppError('JOURNAL_KEY_MISSING')
  return signerFromSeed(log.origin, seed)
}

export function vouchOfPc(station: Station): string {
  const { station: id, enrolment } = station.package
  const body = JSON.stringify({ station: id, bookKey: station.casebook.publicKey } satisfies z.infer<typeof pcSchema>)
  const note = signNote(`${PC_HEAD}${body}\n`, [logSigner(station)])
  return JSON.stringify({ note, ...reportKey(station.log, enrolment) } satisfies z.infer<typeof pcSentSchema>)
}

/** @returns undefined where it shows nothing: no PC of ours, withdrawn, another key than the pinned one, no such text */
export async function openVouchOfPc(
  text: string | undefined,
  stations: Stations,
): Promise<z.infer<typeof pcSchema> | undefined> {
  try {
    const { note, key, enrolment } = pcSentSchema.parse(JSON.parse(text ?? ''))
    const said = pcSchema.parse(signedIn(note, key, PC_HEAD))
    const row = await stations.row(said.station)
    if (!row || row.withdrawn_at !== null) return undefined
    await stations.pin(row, key, enrolment)
    return said
  } catch (error) {
    return nothing(error)
  }
}

export const vouchOfHouse = (casebook: Casebook, signer: NoteSigner): string =>
  signNote(`${HOUSE_HEAD}${JSON.stringify(casebook.keys())}\n`, [signer])

/** @returns no keys where it shows nothing */
export function openVouchOfHouse(note: string | undefined, ledgerKey: string): Keys {
  try {
    return houseSchema.parse(signedIn(note ?? '', ledgerKey, HOUSE_HEAD))
  } catch (error) {
    return nothing(error) ?? {}
  }
}

/** @throws TLOG_SIGNATURE_INVALID, TLOG_MALFORMED, SyntaxError */
function signedIn(note: string, key: string, head: string): unknown {
  const { text, signedBy } = openNote(note, [parseVerifierKey(key)])
  if (signedBy.length === 0 || !text.startsWith(head)) throw new AppError('TLOG_SIGNATURE_INVALID')
  return JSON.parse(text.slice(head.length))
}

/** What somebody sent may be anything; what is wrong here is not. */
function nothing(error: unknown): undefined {
  if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined
  if (isAppError(error, 'TLOG_SIGNATURE_INVALID') || isAppError(error, 'TLOG_MALFORMED')) return undefined
  throw error
}
