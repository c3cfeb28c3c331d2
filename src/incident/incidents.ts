/**
 * Cases as they are written down: on the server and on emergency PCs alike. What is written is durable and never changed;
 * the hash of each entry goes into the signed log of the device that wrote it. What stands is the fold of `case.ts`.
 */
import { createHash, randomBytes } from 'node:crypto'
import { AppError, type Clock, type EpochMs, institutionDate, inTurns, isAppError } from '#base'
import type { BookEntry, BookWriter, Casebook, NewEntry } from '#casebook'
import { type Ledger, newEntry } from '#journal'
import { MOST_OFF_MS } from './came-in.ts'
import { caseOf, type IncidentCase } from './case.ts'
import { DECIDED_BY } from './kinds.ts'
import { supersededBy, supersedes } from './topics.ts'

const HOUR_MS = 3_600_000
const MOST_REPORTS_AN_HOUR = 200
/** From one machine without a sign-in: more than any ward says in an hour. */
const MOST_OF_ONE = 30
const MOST_ADDRESSES = 10_000
const KIND = 'incident'
const bookOf = (id: string): string => `${KIND}:${id}`
const isBook = (book: string): boolean => book.startsWith(`${KIND}:`)
const idOf = (book: string): string => book.slice(KIND.length + 1)

/** What each entry is: the rest of its meaning is its topic and value. */
export const CASE_ENTRIES = [
  'report',
  'decision',
  'step',
  'clock',
  'deadline',
  'role',
  'count',
  'damage',
  'note',
  'evidence',
  'custody',
  'joined',
  'review',
  'came-in',
] as const
export type CaseEntry = (typeof CASE_ENTRIES)[number]

export interface CaseInput {
  readonly kind: CaseEntry
  /** What it settles, and as what. */
  readonly topic?: string
  readonly value?: string
  /** Ids that its writer saw standing, which it takes the place of. */
  readonly seen?: readonly string[]
  readonly happenedAt?: EpochMs | undefined
  /** It was written on paper first, then. */
  readonly paperAt?: EpochMs | undefined
  /** More codes: never a name or free text. */
  readonly codes?: NewEntry['codes']
  /** Names and free text. */
  readonly detail?: Readonly<Record<string, unknown>>
  readonly files?: readonly string[]
  /** Of the form: a second click is the same entry. */
  readonly once: string
}

interface IncidentsParts {
  readonly casebook: Casebook
  readonly ledger: Pick<Ledger, 'append'>
  readonly clock: Clock
  readonly device: string
}

export class Incidents {
  readonly #parts: IncidentsParts
  readonly #inTurn = inTurns()
  /** By address, when somebody who was not signed in pressed: in memory, within an hour. */
  readonly #pressed = new Map<string, EpochMs[]>()
  /** What stands without any key, as long as nothing was added: every page asks. */
  #open: { readonly of: string; readonly cases: IncidentCase[] } | undefined

  constructor(parts: IncidentsParts) {
    this.#parts = parts
  }

  /** Newest first; those that were joined to another are inside it. */
  async list(readingKey?: Uint8Array): Promise<IncidentCase[]> {
    const { casebook } = this.#parts
    const books = (await casebook.books()).filter(isBook)
    const all = new Map<string, BookEntry[]>()
    for (const book of books) all.set(idOf(book), await casebook.entries(book, readingKey))
    const into = joinedInto(all)
    const groups = new Map<string, string[]>()
    for (const id of all.keys()) {
      const home = into.get(id) ?? id
      groups.set(home, [...(groups.get(home) ?? []), id])
    }
    return [...groups]
      .map(([id, ids]) =>
        caseOf(
          id,
          ids.flatMap((one) => all.get(one) ?? []),
          ids.filter((one) => one !== id),
        ),
      )
      .filter(({ entries }) => entries.length > 0)
      .toSorted((a, b) => b.openedAt - a.openedAt)
  }

  async get(id: string, readingKey?: Uint8Array): Promise<IncidentCase | undefined> {
    return (await this.list(readingKey)).find((one) => one.id === id || one.joined.includes(id))
  }

  /** The one that goes on: what is reported belongs to it. Several may, after devices were apart. */
  async open(): Promise<IncidentCase[]> {
    const of = JSON.stringify([...(await this.heads())])
    if (this.#open?.of !== of) this.#open = { of, cases: await this.#openNow() }
    return this.#open.cases
  }

  async #openNow(): Promise<IncidentCase[]> {
    return (await this.list()).filter(({ emergency }) => emergency === undefined || emergency === 'active')
  }

  /** What every page has to say: the newest emergency that is declared, otherwise the newest report that nobody judged. */
  async mark(): Promise<
    { state: 'reported' | 'active'; id: string; sinceMs: EpochMs; phase: IncidentCase['phase'] } | undefined
  > {
    const open = await this.open()
    const [first] = [...open.filter(({ emergency }) => emergency === 'active'), ...open]
    if (!first) return undefined
    const { id, activeSince, openedAt, phase } = first
    const state = first.emergency === 'active' ? 'active' : 'reported'
    return { id, state, sinceMs: activeSince ?? openedAt, phase }
  }

  /**
   * Somebody says that something is wrong. Belongs to the case that goes on, or begins one. Where nobody has ever signed in
   * names cannot be sealed: what is said then is that it was said, and `isKept` is false.
   * @param from the machine's address, where nobody is signed in
   * @throws STORAGE_FULL, INCIDENT_TOO_MANY where nobody is signed in
   */
  report(
    input: Omit<CaseInput, 'kind'>,
    who: BookWriter,
    from = '',
  ): Promise<{ id: string; entry: BookEntry; isKept: boolean }> {
    return this.#inTurn(async () => {
      const [going] = await this.open()
      if (who.id === '') this.#refuseFlood(going, from)
      const id = going?.id ?? this.#newId()
      const report = { ...input, kind: 'report' as const }
      try {
        return { id, entry: await this.#append(id, report, who), isKept: true }
      } catch (error) {
        if (!isAppError(error, 'VAULT_KEY_MISSING')) throw error
        const { detail: _lost, files: _none, ...bare } = report
        return { id, entry: await this.#append(id, bare, undefined), isKept: false }
      }
    })
  }

  /** @throws INCIDENT_UNKNOWN, VAULT_KEY_MISSING, STORAGE_FULL */
  write(id: string, input: CaseInput, who: BookWriter): Promise<BookEntry> {
    return this.#inTurn(async () => {
      const known = await this.get(id)
      if (!known) throw new AppError('INCIDENT_UNKNOWN')
      return this.#append(known.id, input, who)
    })
  }

  /** Into the book itself, wherever it was joined to. @throws INCIDENT_UNKNOWN */
  part(id: string, input: CaseInput, who: BookWriter): Promise<BookEntry> {
    return this.#inTurn(async () => {
      if (!(await this.#parts.casebook.books()).includes(bookOf(id))) throw new AppError('INCIDENT_UNKNOWN')
      const seen = standingJoins(await this.#parts.casebook.entries(bookOf(id))).map((join) => join.id)
      return this.#append(id, { ...input, kind: 'joined', codes: { into: id }, seen }, who)
    })
  }

  /** Books of another device came: what of each is new here has now come in. @param before {@link heads} from before it @param clock how far a machine's clock is off: to be added to its times */
  async cameIn(
    before: ReadonlyMap<string, number>,
    clock?: { readonly of: string; readonly off: number },
  ): Promise<number> {
    let entries = 0
    for (const book of (await this.#parts.casebook.books()).filter(isBook)) {
      const fresh = (await this.#parts.casebook.entries(book)).filter(
        // That another device saw something come in is no news.
        ({ device, n, kind }) => kind !== 'came-in' && n > (before.get(`${book} ${device}`) ?? 0),
      )
      for (const from of new Set(fresh.map(({ device }) => device))) {
        if (from === this.#parts.device) continue
        const own = fresh.filter(({ device }) => device === from)
        const upTo = Math.max(...own.map(({ n }) => n))
        entries += own.length
        const isOff = clock?.of === from && Math.abs(clock.off) > MOST_OFF_MS
        const codes = { from, upTo, ...(isOff && { clockOff: clock.off }) }
        const input = { kind: 'came-in', codes, once: `${from}.${upTo}` } as const
        await this.#inTurn(() => this.#append(idOf(book), input, undefined))
      }
    }
    return entries
  }

  /** Somebody brought a file of a device whose key was not known here: who, and which key. */
  async keyTaken(device: string, key: string, who: BookWriter): Promise<void> {
    const hash = createHash('sha256').update(key).digest('hex')
    await this.#parts.ledger.append(
      newEntry('incident.recorded', {
        actor: `person:${who.id}`,
        data: { incident: 'books', kind: 'key', device, n: 0, hash },
      }),
    )
  }

  /** How far each line of each case goes: `book device` to its last number. */
  async heads(): Promise<Map<string, number>> {
    const { casebook } = this.#parts
    const found = new Map<string, number>()
    for (const book of (await casebook.books()).filter(isBook))
      for (const { device, n } of await casebook.heads(book)) found.set(`${book} ${device}`, n)
    return found
  }

  /**
   * Anybody who reaches the page may write: a disk is not to be filled by it, nor a whole house locked out by one machine.
   * Own reports of this device alone, by time that has come: a clock that was ahead locks nobody out.
   */
  #refuseFlood(going: IncidentCase | undefined, from: string): void {
    const now = this.#parts.clock.now()
    const isRecent = (at: EpochMs): boolean => at > now - HOUR_MS && at <= now
    const reports = going?.entries.filter(
      ({ kind, at, device }) => kind === 'report' && device === this.#parts.device && isRecent(at),
    )
    const own = (this.#pressed.get(from) ?? []).filter(isRecent)
    if ((reports?.length ?? 0) >= MOST_REPORTS_AN_HOUR || own.length >= MOST_OF_ONE)
      throw new AppError('INCIDENT_TOO_MANY')
    if (this.#pressed.size > MOST_ADDRESSES) this.#pressed.clear()
    this.#pressed.set(from, [...own, now])
  }

  #newId(): string {
    const { clock, device } = this.#parts
    return `${institutionDate(clock.now())}-${device}-${randomBytes(2).toString('hex')}`
  }

  async #append(id: string, input: CaseInput, who: BookWriter | undefined): Promise<BookEntry> {
    const { casebook, device } = this.#parts
    const own = (await casebook.entries(bookOf(id))).filter((entry) => entry.device === device)
    const there = own.find(({ codes }) => codes['once'] === input.once)
    if (there) return there
    const entry = await casebook.append(bookOf(id), {
      kind: input.kind,
      codes: codesOf(input),
      ...(input.detail && { detail: input.detail }),
      ...(input.files && { files: input.files }),
      ...(who && { who }),
    })
    await this.#anchor(id, entry, who)
    return entry
  }

  /** Its hash, and by the chain all before it, into the signed log. */
  async #anchor(id: string, entry: BookEntry, who: BookWriter | undefined): Promise<void> {
    const { topic, value } = entry.codes
    const by = DECIDED_BY.find((known) => known === entry.codes['decidedBy'])
    await this.#parts.ledger.append(
      newEntry('incident.recorded', {
        actor: who && who.id !== '' ? `person:${who.id}` : 'system:incident',
        data: {
          incident: id,
          kind: entry.kind,
          device: entry.device,
          n: entry.n,
          hash: entry.hash,
          ...(typeof topic === 'string' && typeof value === 'string' && { topic, value }),
          ...(by && { by }),
        },
      }),
    )
  }
}

function codesOf({
  topic,
  value,
  seen = [],
  happenedAt,
  paperAt,
  codes,
  once,
}: CaseInput): NonNullable<NewEntry['codes']> {
  return {
    ...codes,
    ...(topic !== undefined && { topic, value: value ?? '' }),
    ...supersedes(seen),
    ...(happenedAt !== undefined && { happenedAt }),
    ...(paperAt !== undefined && { paperAt }),
    once,
  }
}

/** What was undone is named by what undid it, and not by its time: clocks of two machines differ. */
function standingJoins(entries: readonly BookEntry[]): BookEntry[] {
  const joins = entries.filter(({ kind }) => kind === 'joined')
  const gone = new Set(joins.flatMap(supersededBy))
  return joins.filter(({ id }) => !gone.has(id))
}

/** Where each case belongs in the end; a ring (two were joined to each other while apart) belongs to its smallest id. */
function joinedInto(all: ReadonlyMap<string, readonly BookEntry[]>): ReadonlyMap<string, string> {
  const next = new Map<string, string>()
  for (const [id, entries] of all) {
    const into = standingJoins(entries).findLast(({ codes }) => codes['into'] !== id)?.codes['into']
    if (typeof into === 'string' && all.has(into)) next.set(id, into)
  }
  const homes = new Map<string, string>()
  for (const id of all.keys()) {
    const way = [id]
    for (let at = next.get(id); at !== undefined; at = next.get(at)) {
      if (way.includes(at)) {
        homes.set(id, way.slice(way.indexOf(at)).toSorted()[0]!)
        break
      }
      way.push(at)
      homes.set(id, at)
    }
  }
  return homes
}
