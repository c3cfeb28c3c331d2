/**
 * The log of a disc's reader comes home: opened with the edition's own key, what is there already passed over, and each look
 * becomes an entry of the ledger, marked as from the disc. A log has no chain: who holds the passphrase could write one; who
 * does not can neither read nor alter it, and a session that came once can only grow.
 */
import { createHash } from 'node:crypto'
import { AppError } from '#base'
import { detailSealer, type Ledger, type NewEntry, newEntry, patientSubject, type StoredEntry } from '#journal'
import { type LogLine, openLog, type ReaderLog } from './format/index.ts'
import { DID, LOOK_REASONS } from './format/index.ts'
import type { EditionRecord, EditionRegister } from './register.ts'

export interface LogHomeParts {
  readonly register: EditionRegister
  readonly ledger: Pick<Ledger, 'append'>
  readonly subjectKey: Uint8Array
  /** Of the edition's sources, in their order. */
  readonly repositories: readonly string[]
  /** Account id of who brings it. */
  readonly personId: string
  readonly now: number
  /** What the ledger has of these actors already: a kill may have come between the entries and the register's row. */
  readonly entriesOf: (actors: readonly string[]) => Promise<readonly StoredEntry[]>
}

/** Lines of one page that stood open for weeks. */
const MOST_LINES = 100_000

/**
 * @param text of the saved file; `logKey` as the build gave it
 * @returns how many looks are new; @throws EDITION_LOG_FOREIGN, nothing is taken in then
 */
export async function bringLogHome(
  parts: LogHomeParts,
  edition: EditionRecord,
  logKey: Uint8Array,
  text: string,
): Promise<{ readonly looks: number }> {
  const { register, ledger, personId, now } = parts
  const { number, bundle } = edition
  const log = await opened(logKey, bundle, text)
  const before = await register.log(number, log.session)
  const from = before?.lines ?? 0
  if (before && (log.lines.length < from ? undefined : digestOf(log.lines.slice(0, from))) !== before.digest) {
    // A shorter copy of what came already brings nothing; other lines under the same session are no copy.
    if (log.lines.length >= from) throw foreign('lines differ')
    return { looks: 0 }
  }
  const fresh = log.lines.slice(from).flatMap((line, i) => entryOf(parts, edition, log, line, from + i) ?? [])
  const looks = fresh.filter(({ type }) => type !== 'edition.opened').length
  const actors = [...new Set(fresh.map(({ actor }) => actor))]
  const there = new Set((actors.length > 0 ? await parts.entriesOf(actors) : []).map(lineOf))
  for (const entry of fresh) if (!there.has(lineOf(entry))) await ledger.append(entry)
  if (log.lines.length === from) return { looks: 0 }
  await register.keepLog({
    number,
    session: log.session,
    lines: log.lines.length,
    digest: digestOf(log.lines),
    looks: (before?.looks ?? 0) + looks,
    merged_at: now,
    reviewed_looks: before?.reviewed_looks ?? null,
  })
  await ledger.append(
    newEntry('edition.log-merged', {
      actor: `person:${personId}`,
      subject: `edition:${number}`,
      data: { edition: number, session: log.session, from, to: log.lines.length, looks },
    }),
  )
  return { looks }
}

/** Which line of which session an entry is: the same one is never entered twice. */
function lineOf({ data }: Pick<StoredEntry, 'data'>): string {
  const { session, index } = (data['edition'] ?? {}) as { session?: string; index?: number }
  return `${session} ${index}`
}

const foreign = (detail: string): AppError => new AppError('EDITION_LOG_FOREIGN', { detail })
const digestOf = (lines: readonly LogLine[]) => createHash('sha256').update(JSON.stringify(lines)).digest('hex')

async function opened(logKey: Uint8Array, bundle: string, text: string): Promise<ReaderLog> {
  const raw = new Uint8Array(logKey)
  const key = await globalThis.crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['decrypt'])
  const log = await openLog(key, bundle, text).catch(() => undefined)
  if (!log || !isLog(log)) throw foreign('does not open')
  return log
}

/** Sealed, and still written by a page that somebody may have changed. */
function isLog({ session, lines }: ReaderLog): boolean {
  return (
    /^[0-9a-f]{32}$/.test(session) &&
    Array.isArray(lines) &&
    lines.length <= MOST_LINES &&
    lines.every(
      (line) =>
        Number.isSafeInteger(line.at) &&
        Math.abs(line.at) < 8.64e15 &&
        DID.includes(line.did) &&
        LOOK_REASONS.includes(line.reason) &&
        (line.source === undefined || (Number.isSafeInteger(line.source) && line.source >= 0)) &&
        [line.who, line.patientKey, line.patientId, line.why].every((s) => typeof s === 'string' && s.length <= 1000),
    )
  )
}

/** What was done with a chart, and that somebody opened the disc; undefined: nothing that the ledger keeps. */
function entryOf(
  { subjectKey, repositories }: LogHomeParts,
  { number, sources }: EditionRecord,
  { session }: ReaderLog,
  line: LogLine,
  index: number,
): NewEntry | undefined {
  const edition = { number, session, index, at: new Date(line.at).toISOString() }
  const person = createHash('sha256')
    .update(JSON.stringify([session, line.who]))
    .digest('hex')
    .slice(0, 12)
  const actor = `person:edition-${number}-${person}` as const
  const sealer = detailSealer(subjectKey)
  if (line.did === 'unlocked') {
    const subject = `edition:${number}` as const
    const sealed = sealer.seal(JSON.stringify({ name: line.who, reason: line.why }), subject)
    return newEntry('edition.opened', { actor, subject, sealed, data: { edition, reason: line.reason } })
  }
  if (line.patientKey === '' || line.did === 'refused') return undefined
  const subject = patientSubject(subjectKey, line.patientKey)
  const sealed = sealer.seal(JSON.stringify({ patientId: line.patientId, reason: line.why }), subject)
  const of = { actor, subject, sealed }
  const from = line.source !== undefined && line.source < sources.length ? line.source : 0
  const place = { edition, repository: repositories[from]!, snapshot: sources[from]!.generation }
  if (line.did === 'printed') return newEntry('chart.printed', { ...of, data: { ...place, audience: 'staff' } })
  const parts = [line.did === 'opened' ? 'chart' : 'documents']
  return newEntry('chart.opened', { ...of, data: { ...place, parts, reason: line.reason, flags: ['break-glass'] } })
}

/** When and on which edition a look happened that came home. */
export function lookedOnEdition(entry: StoredEntry): { readonly number: number; readonly at: number } | undefined {
  const look = entry.data['edition']
  if (typeof look !== 'object' || look === null || !('number' in look) || !('at' in look)) return undefined
  const at = Date.parse(String(look.at))
  return Number.isNaN(at) ? undefined : { number: Number(look.number), at }
}
