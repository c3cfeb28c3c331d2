/**
 * What production answers to a report: signed with its ledger's key, which the package pins. The list of backups that the
 * ledger records, and a new load. Nothing in it closes or removes anything here: who holds production must not be able to
 * take the emergency PCs away.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Box } from '#access'
import { AppError, isAppError } from '#base'
import { type NoteSigner, openNote, parseVerifierKey, signNote } from '#tlog'
import type { StationFolder } from './folder.ts'
import { boxSchema, copySchema } from './load.ts'

const HEAD = 'toride station reply v1\n'

const replySchema = z.strictObject({
  station: z.string(),
  at: z.int(),
  /** SHA-256 of the load that comes with it. */
  load: z.string().regex(/^[0-9a-f]{64}$/),
  copies: z.array(copySchema).max(200),
  generations: z.array(z.string().regex(/^[0-9a-f]{64}$/)).max(10_000),
  withdrawn: z.boolean(),
})
export type Reply = Omit<z.infer<typeof replySchema>, 'load'>

const sentSchema = z.strictObject({ note: z.string(), load: boxSchema })

const hashOf = (load: Box): string => createHash('sha256').update(`${load.ephemeral}\n${load.sealed}`).digest('hex')

export function signReply(reply: Reply, load: Box, signer: NoteSigner): string {
  const body = JSON.stringify({ ...reply, load: hashOf(load) } satisfies z.infer<typeof replySchema>)
  return JSON.stringify({ note: signNote(`${HEAD}${body}\n`, [signer]), load } satisfies z.infer<typeof sentSchema>)
}

interface OpenedReply extends Reply {
  readonly note: string
  readonly box: Box
}

/** @throws TLOG_SIGNATURE_INVALID, TLOG_MALFORMED, STATION_FILE_DAMAGED */
export function openReply(text: string, ledgerKey: string, station: string): OpenedReply {
  try {
    const { note, load: box } = sentSchema.parse(JSON.parse(text))
    const { load, ...reply } = readNote(note, ledgerKey, station)
    if (load !== hashOf(box)) throw new Error('another load')
    return { ...reply, note, box }
  } catch (error) {
    if (isAppError(error)) throw error
    throw new AppError('STATION_FILE_DAMAGED', { detail: 'reply', cause: error })
  }
}

function readNote(note: string, ledgerKey: string, station: string): z.infer<typeof replySchema> {
  const opened = openNote(note, [parseVerifierKey(ledgerKey)])
  if (opened.signedBy.length === 0) throw new AppError('TLOG_SIGNATURE_INVALID')
  if (!opened.text.startsWith(HEAD)) throw new AppError('TLOG_MALFORMED', { detail: 'no reply' })
  const reply = replySchema.parse(JSON.parse(opened.text.slice(HEAD.length)))
  if (reply.station !== station) throw new AppError('TLOG_MALFORMED', { detail: 'reply to another' })
  return reply
}

/** Backups that production's ledger records, by the newest reply; what does not verify says nothing. */
export function attestedBy(folder: StationFolder): readonly string[] {
  const known = folder.package()
  const note = folder.attested()
  if (!known || note === undefined) return []
  try {
    return readNote(note, known.ledgerKey, known.station).generations
  } catch {
    return []
  }
}
