/**
 * What was written down in an emergency goes home and comes back, when the PC reports: its own entries to production, and
 * production's (with those of other PCs) here. The request is signed with the key of the PC's log, which vouches for the key
 * of its books; the answer with the ledger's key. Entries are signed one by one, names and text in them stay sealed.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { AppError, type EpochMs, isAppError } from '#base'
import { type Casebook, isFingerprint, type MergeOptions } from '#casebook'
import { type NumbersGiven, numbersGivenSchema, type NumbersSaid, numbersSaidSchema } from '#downtime'
import type { Incidents } from '#incident'
import { type NoteSigner, openNote, parseVerifierKey, signNote } from '#tlog'
import type { Stations } from './book.ts'
import { keepRegisters, type OpenRegisters, registersSchema } from './open-registers.ts'
import { incidentsOf } from './incident-service.ts'
import { numbersOf } from './numbers.ts'
import { post, reportKey } from './report.ts'
import type { Station } from './station.ts'
import { logSigner } from './vouch.ts'

const HEAD = 'toride station books v1\n'
const ANSWER_HEAD = 'toride station books answer v1\n'
const BOOKS_PATH = '/stations/books'
/** Of one exchange; the rest comes with the next. */
const MOST_FILE_BYTES = 8 << 20
const MOST_BOOKS_BYTES = 3 * MOST_FILE_BYTES
const hash = z.string().regex(/^[0-9a-f]{64}$/)

const askSchema = z.strictObject({
  station: z.string().regex(/^[0-9a-f]{4}$/),
  /** Of its books: 32 bytes in base64url. */
  bookKey: z.string().max(60),
  /** By the PC's clock, when it asked; absent: an older program. */
  at: z.int().optional(),
  /** Hashes of the last entries that it holds. */
  heads: z.array(hash).max(10_000),
  /** SHA-256 of the file that comes with it. */
  file: hash,
  numbers: numbersSaidSchema.optional(),
})
const sentSchema = z.strictObject({
  note: z.string().max(1_000_000),
  key: z.string().max(500),
  enrolment: z.string().max(100),
  file: z.string().max(MOST_BOOKS_BYTES),
})
const answerSchema = z.strictObject({
  station: z.string(),
  heads: z.array(hash).max(10_000),
  file: hash,
  registers: registersSchema,
  numbers: numbersGivenSchema.optional(),
})
const answeredSchema = z.strictObject({ note: z.string().max(1_000_000), file: z.string().max(MOST_BOOKS_BYTES) })

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

async function headsOf(casebook: Casebook): Promise<string[]> {
  const books = await casebook.books()
  return (await Promise.all(books.map((book) => casebook.heads(book)))).flat().map((head) => head.hash)
}

/** What production knew when it answered last, by this process: what follows is what it lacks. */
const known = new WeakMap<Casebook, ReadonlySet<string>>()

/** Whether something was written here that production has not got. */
export async function booksWait(station: Station): Promise<boolean> {
  if (station.package.server === '') return false
  const there = known.get(station.casebook)
  const heads = await headsOf(station.casebook)
  return heads.length > 0 && !(there && heads.every((head) => there.has(head)))
}

/** @throws STORAGE_UNREACHABLE, and where the answer is not production's */
export async function exchangeBooks(station: Station): Promise<void> {
  const { folder, log, casebook } = station
  const { server, station: id, ledgerKey, enrolment } = station.package
  if (server === '') return
  const since = known.get(casebook) ?? new Set<string>()
  const file = (await casebook.export({ since, mostBytes: MOST_FILE_BYTES })).toString('base64')
  const numbers = numbersOf(station)
  const said = await numbers.said()
  const ask = {
    station: id,
    bookKey: casebook.publicKey,
    at: station.clock.now(),
    heads: await headsOf(casebook),
    file: sha256(file),
    numbers: said,
  }
  const note = signNote(`${HEAD}${JSON.stringify(ask)}\n`, [logSigner(station)])
  const text = JSON.stringify({ note, ...reportKey(log, enrolment), file } satisfies z.infer<typeof sentSchema>)
  const answer = opened(await post(new URL(BOOKS_PATH, server), text), ledgerKey, id)
  const incidents = incidentsOf(station)
  const before = await incidents.heads()
  // Production's signature vouches for whose keys are in it.
  await casebook.merge(Buffer.from(answer.file, 'base64'), { trust: () => true })
  await incidents.cameIn(before)
  keepRegisters(folder, answer.registers)
  if (answer.numbers) await numbers.take(answer.numbers, said.nonce)
  known.set(casebook, new Set(answer.heads))
}

function opened(text: string, ledgerKey: string, station: string) {
  return orMalformed(() => {
    const { note, file } = answeredSchema.parse(JSON.parse(text))
    const { text: body, signedBy } = openNote(note, [parseVerifierKey(ledgerKey)])
    if (signedBy.length === 0) throw new AppError('TLOG_SIGNATURE_INVALID')
    if (!body.startsWith(ANSWER_HEAD)) throw new Error('no answer')
    const answer = answerSchema.parse(JSON.parse(body.slice(ANSWER_HEAD.length)))
    if (answer.station !== station || answer.file !== sha256(file)) throw new Error('of another')
    return { ...answer, file }
  })
}

interface Home {
  readonly stations: Stations
  readonly casebook: Casebook
  readonly incidents: Incidents
  readonly signer: NoteSigner
  /** Nothing private: the PC shows it without the card. */
  readonly registers: OpenRegisters
  /** Serials that this PC is to use from now on. */
  readonly numbers: (station: string, said: NumbersSaid) => Promise<NumbersGiven>
  readonly now: EpochMs
}

/** Production's side. @returns the answer @throws TLOG_MALFORMED, TLOG_SIGNATURE_INVALID */
export async function takeBooks(text: string, home: Home): Promise<string> {
  const { stations, casebook, incidents, signer, registers } = home
  const { note, key, enrolment, file } = orMalformed(() => sentSchema.parse(JSON.parse(text)))
  const ask = orMalformed(() => {
    const { text: body, signedBy } = openNote(note, [parseVerifierKey(key)])
    if (signedBy.length === 0) throw new AppError('TLOG_SIGNATURE_INVALID')
    if (!body.startsWith(HEAD)) throw new Error('no books')
    return askSchema.parse(JSON.parse(body.slice(HEAD.length)))
  })
  const row = await stations.row(ask.station)
  // One that was lost or stolen gets nothing and brings nothing.
  if (!row || row.withdrawn_at !== null) throw new AppError('TLOG_SIGNATURE_INVALID', { detail: 'unknown station' })
  await stations.pin(row, key, enrolment)
  if (ask.file !== sha256(file)) throw new AppError('TLOG_SIGNATURE_INVALID', { detail: 'another file' })
  const before = await incidents.heads()
  const trust = await trustOf(stations, { station: ask.station, bookKey: ask.bookKey })
  await casebook.merge(Buffer.from(file, 'base64'), { trust })
  await incidents.cameIn(before, ask.at === undefined ? undefined : { of: ask.station, off: home.now - ask.at })
  const back = await casebook.export({ since: new Set(ask.heads), mostBytes: MOST_FILE_BYTES })
  const answer = back.toString('base64')
  const numbers = ask.numbers && (await home.numbers(ask.station, ask.numbers))
  const body = { station: ask.station, heads: await headsOf(casebook), file: sha256(answer), registers, numbers }
  return JSON.stringify({
    note: signNote(`${ANSWER_HEAD}${JSON.stringify(body)}\n`, [signer]),
    file: answer,
  } satisfies z.infer<typeof answeredSchema>)
}

/** What was taken before stays ours, except of a PC that was withdrawn since: nothing new of it comes in, whoever brings it. */
export async function trustOf(
  stations: Stations,
  shown: { readonly station: string; readonly bookKey: string } | undefined,
  typed = '',
): Promise<MergeOptions['trust']> {
  const known = new Set((await stations.list()).map(({ id }) => id))
  const inUse = new Set((await stations.inUse()).map(({ id }) => id))
  return (device, key, isKnown) => {
    if (known.has(device) && !inUse.has(device)) return false
    if (isKnown) return true
    return inUse.has(device) && ((device === shown?.station && key === shown.bookKey) || isFingerprint(typed, key))
  }
}

function orMalformed<T>(parse: () => T): T {
  try {
    return parse()
  } catch (cause) {
    if (isAppError(cause)) throw cause
    throw new AppError('TLOG_MALFORMED', { detail: 'books', cause })
  }
}
