/**
 * The heartbeat: the PC reports to production by itself, so no port is open here. Signed with the key of its log; nothing of a
 * patient is in it. The answer brings production's list of recorded backups and what changed in its sources.
 */
import { createHmac } from 'node:crypto'
import { request as askPlain } from 'node:http'
import { request as askEncrypted } from 'node:https'
import { z } from 'zod'
import { fileKeyStore } from '#access'
import { AppError, isAppError } from '#base'
import { type Ledger, SIGNING_KEY } from '#journal'
import { openNote, parseVerifierKey, signNote, signerFromSeed } from '#tlog'
import { bulkOf } from './bulk.ts'
import { MOST_CHARACTERS, openLoad } from './load.ts'
import { openReply } from './reply.ts'
import type { Station } from './station.ts'

const HEAD = 'toride station report v1\n'
export const REPORT_PATH = '/stations/report'
const hash = z.string().regex(/^[0-9a-f]{64}$/)

const reportSchema = z.strictObject({
  station: z.string().regex(/^[0-9a-f]{4}$/),
  /** By the PC's clock. */
  at: z.int().nonnegative(),
  version: z.string().max(50),
  copiedAt: z.int().optional(),
  failure: z.string().max(60).optional(),
  waitsForCard: z.boolean(),
  ready: z
    .array(z.strictObject({ source: z.string().max(100), snapshot: hash, takenAt: z.int(), patients: z.int() }))
    .max(200),
  test: z
    .strictObject({
      at: z.int(),
      charts: z.int(),
      problems: z.int(),
      battery: z.string().max(20),
      printer: z.string().max(20),
      printed: z.boolean(),
    })
    .optional(),
  /** What no ordinary work explains, within a day: since when many different charts were opened and how many; patients printed in stacks. */
  bulk: z.strictObject({ since: z.int().optional(), opened: z.int(), printed: z.int() }).optional(),
  /** Of its log: production sees later whether it was cut. */
  log: z.strictObject({ size: z.int(), root: hash }),
})
export type Report = z.infer<typeof reportSchema>

const sentSchema = z.strictObject({
  note: z.string().max(200_000),
  key: z.string().max(500),
  enrolment: z.string().max(100),
})

/** Whose key it is: the public key, and what only who has production's file could make of it. */
export function reportKey(log: Pick<Ledger, 'verifierKey'>, enrolment: string): { key: string; enrolment: string } {
  return { key: log.verifierKey, enrolment: enrolmentOf(enrolment, log.verifierKey) }
}

export const enrolmentOf = (secret: string, key: string): string =>
  createHmac('sha256', Buffer.from(secret, 'base64url')).update(`toride station key\n${key}`).digest('base64url')

/** @throws TLOG_MALFORMED where it is no report */
export function parseSent(text: string): z.infer<typeof sentSchema> {
  return orMalformed(() => sentSchema.parse(JSON.parse(text)))
}

/** @throws TLOG_SIGNATURE_INVALID, TLOG_MALFORMED */
export function openReport(note: string, key: string): Report {
  const opened = openNote(note, [parseVerifierKey(key)])
  if (opened.signedBy.length === 0) throw new AppError('TLOG_SIGNATURE_INVALID')
  if (!opened.text.startsWith(HEAD)) throw new AppError('TLOG_MALFORMED', { detail: 'no report' })
  return orMalformed(() => reportSchema.parse(JSON.parse(opened.text.slice(HEAD.length))))
}

function orMalformed<T>(parse: () => T): T {
  try {
    return parse()
  } catch (cause) {
    throw new AppError('TLOG_MALFORMED', { detail: 'report', cause })
  }
}

async function reportText(station: Station, checkpoint: Report['log']): Promise<string> {
  const { folder, log, clock, version } = station
  const { copiedAt, failure, test, reportedSize } = folder.state()
  const bulk = await bulkOf(log, clock.now(), reportedSize ?? 0)
  const report: Report = {
    station: station.package.station,
    at: clock.now(),
    version,
    ...(copiedAt === undefined ? {} : { copiedAt }),
    ...(failure ? { failure: failure.code } : {}),
    waitsForCard: station.shelf === undefined,
    ready: station.ready().map(({ source, snapshot, takenAt, patients }) => ({ source, snapshot, takenAt, patients })),
    ...(test
      ? {
          test: {
            at: test.at,
            charts: test.charts,
            problems: test.problems,
            battery: test.battery,
            printer: test.printer,
            printed: test.printed,
          },
        }
      : {}),
    ...(bulk.since !== undefined || bulk.printed > 0 ? { bulk } : {}),
    log: checkpoint,
  }
  const seed = fileKeyStore(folder.in('keys')).load(SIGNING_KEY)
  if (!seed) throw new AppError('JOURNAL_KEY_MISSING')
  const note = signNote(`${HEAD}${JSON.stringify(report)}\n`, [signerFromSeed(log.origin, seed)])
  return JSON.stringify({ note, ...reportKey(log, station.package.enrolment) })
}

const ANSWER_MS = 20_000

/** Reports once, and takes what the answer brings. @throws STORAGE_UNREACHABLE, and where the answer is not production's */
export async function sendReport(station: Station): Promise<void> {
  const { server } = station.package
  if (server === '') return
  const { folder, clock, log } = station
  try {
    const { checkpoint } = await log.reader()
    const { size } = checkpoint
    const told = { size, root: Buffer.from(checkpoint.root).toString('hex') }
    const answer = await post(new URL(REPORT_PATH, server), await reportText(station, told))
    take(station, answer)
    const reported = { reportedAt: clock.now(), reportedSize: size }
    folder.change(({ reportFailure: _over, ...state }) => ({ ...state, ...reported }))
  } catch (error) {
    const code = isAppError(error) ? error.code : 'BASE_BUG'
    folder.change((state) => ({ ...state, reportFailure: { code, at: clock.now() } }))
    throw error
  }
}

const CLOCK_AHEAD_MS = 24 * 3_600_000

/**
 * Over http or https. The server's certificate is not judged: production makes its own, and what proves the answer is the
 * signature of the key that the package pins. Nothing secret is sent that is not sealed.
 */
export function post(url: URL, body: string): Promise<string> {
  const ask = url.protocol === 'https:' ? askEncrypted : askPlain
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => reject(isAppError(cause) ? cause : new AppError('STORAGE_UNREACHABLE', { cause }))
    const headers = { 'Content-Type': 'text/plain;charset=UTF-8', 'Content-Length': Buffer.byteLength(body) }
    const signal = AbortSignal.timeout(ANSWER_MS)
    const asked = ask(url, { method: 'POST', headers, signal, rejectUnauthorized: false }, (answer) => {
      const { statusCode: status = 0 } = answer
      if (status !== 200) {
        answer.resume()
        return fail(new AppError('STORAGE_UNREACHABLE', { context: { status } }))
      }
      const parts: Buffer[] = []
      let size = 0
      answer.on('data', (part: Buffer) => {
        parts.push(part)
        size += part.length
        if (size > MOST_CHARACTERS) asked.destroy(new AppError('STATION_FILE_DAMAGED', { detail: 'reply' }))
      })
      answer.once('end', () => resolve(Buffer.concat(parts).toString()))
      answer.once('error', fail)
    })
    asked.once('error', fail)
    asked.end(body)
  })
}

/**
 * An answer that is older than what is known (a replay) changes nothing, unless what is known lies ahead of this PC's clock
 * too: production's clock was put right. Neither does one whose load cannot be read.
 */
function take(station: Station, text: string): void {
  const { folder, clock, shelf } = station
  const { ledgerKey, station: id } = station.package
  const reply = openReply(text, ledgerKey, id)
  const known = folder.load()?.at ?? 0
  if (reply.at < known && known < clock.now() + CLOCK_AHEAD_MS) return
  const load = shelf && openLoad(reply.box, id, shelf.keys.box)
  folder.keepAttested(reply.note)
  folder.keepLoad({ at: reply.at, copies: reply.copies, box: reply.box })
  folder.change((state) => ({ ...state, withdrawn: reply.withdrawn }))
  if (!shelf || !load) return
  const hiddenBefore = shelf.load.hidden.join('\n')
  shelf.load = load
  if (load.hidden.join('\n') !== hiddenBefore) shelf.forgetIndexes()
}
