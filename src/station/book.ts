/** Production's list of emergency PCs: making one, what they report, taking one off. */
import { randomBytes } from 'node:crypto'
import { makeBoxKey, newStationCard, type StationCard } from '#access'
import { AppError, type Clock, type EpochMs } from '#base'
import type { StationReason } from '#journal'
import type { Kysely } from '#db'
import type { NumbersGiven } from '#downtime'
import type { NoteSigner } from '#tlog'
import type { CopiedSource, StationLoad } from './load.ts'
import { sealLoad } from './load.ts'
import { parsePackage, sealKeys, type StationPackage } from './package.ts'
import { signReply } from './reply.ts'
import { enrolmentOf, openReport, parseSent, type Report } from './report.ts'
import type { StationRow, StationTables } from './tables.ts'

export interface KnownStation {
  readonly id: string
  readonly name: string
  readonly madeAt: EpochMs
  readonly withdrawnAt: EpochMs | undefined
  readonly report: Report | undefined
  readonly reportedAt: EpochMs | undefined
  readonly mergedEntries: number
  readonly seenEntries: number
  /** It was given an address to report to. */
  readonly reports: boolean
}

export interface NewStation {
  readonly name: string
  /** Address at which the PC reaches production; '' where it never does. */
  readonly server: string
}

/** What every package and answer is made of; the server gives it. */
export interface StationFacts {
  readonly institution: string
  readonly sample: boolean
  readonly ledgerKey: string
  readonly load: StationLoad
  /** Since when each source is there, by its id. */
  readonly since: ReadonlyMap<string, EpochMs>
  /** Serials for sheets of one PC. */
  readonly numbersFor?: (station: string) => Promise<NumbersGiven>
}

export class Stations {
  readonly #tables: Kysely<StationTables>
  readonly #clock: Clock

  constructor(tables: Kysely<StationTables>, clock: Clock) {
    this.#tables = tables
    this.#clock = clock
  }

  /** The newest first; those that were withdrawn too. */
  async list(): Promise<KnownStation[]> {
    const rows = await this.#tables.selectFrom('station').selectAll().orderBy('made_at', 'desc').execute()
    return rows.map(toKnown)
  }

  /** In use. */
  async inUse(): Promise<KnownStation[]> {
    return (await this.list()).filter(({ withdrawnAt }) => withdrawnAt === undefined)
  }

  async row(id: string): Promise<StationRow | undefined> {
    return this.#tables.selectFrom('station').selectAll().where('id', '=', id).executeTakeFirst()
  }

  /**
   * A new one. The card is in what is returned and nowhere else.
   * @param subject production's key of patients' names in the journal
   */
  async make(input: NewStation, facts: StationFacts, subject: Uint8Array): Promise<StationCard> {
    const taken = new Set((await this.list()).map(({ id }) => id))
    const card = newStationCard((id) => taken.has(id))
    const box = makeBoxKey()
    const { ledgerKey, institution, sample, load } = facts
    const known = { station: card.station, box: box.publicKey, ledgerKey }
    const made: StationPackage = {
      version: 1,
      ...known,
      name: input.name,
      institution,
      sample,
      madeAt: load.at,
      server: input.server,
      enrolment: randomBytes(32).toString('base64url'),
      keys: sealKeys(card, known, { box, index: randomBytes(32), subject }),
      copies: copiesOf(load),
      load: sealLoad(load, card.station, box.publicKey),
      ...(await numbersOf(card.station, facts)),
    }
    const row: StationRow = {
      id: card.station,
      name: input.name,
      package: JSON.stringify(made),
      made_at: this.#clock.now(),
      withdrawn_at: null,
      withdrawn_reason: null,
      key: null,
      report: null,
      reported_at: null,
      seen_size: 0,
      seen_root: null,
      merged_size: 0,
      merged_root: null,
    }
    await this.#tables.insertInto('station').values(row).execute()
    return card
  }

  /** The file for the PC, with what is known of sources today. Undefined for an unknown one. */
  async file(id: string, facts: StationFacts): Promise<string | undefined> {
    const row = await this.row(id)
    if (!row) return undefined
    const { institution } = facts
    const load = loadFor(row, facts)
    const known = parsePackage(row.package)
    const fresh = {
      ...known,
      institution,
      madeAt: load.at,
      copies: copiesOf(load),
      load: sealLoad(load, id, known.box),
      ...(await numbersOf(id, facts)),
    }
    return JSON.stringify(fresh satisfies StationPackage)
  }

  /** The second time changes nothing. @returns whether it did */
  async withdraw(id: string, reason: StationReason): Promise<boolean> {
    const { numUpdatedRows } = await this.#tables
      .updateTable('station')
      .set({ withdrawn_at: this.#clock.now(), withdrawn_reason: reason })
      .where('id', '=', id)
      .where('withdrawn_at', 'is', null)
      .executeTakeFirst()
    return Number(numUpdatedRows) > 0
  }

  /**
   * What a PC sent. Its key is pinned with the first that only the package's holder could make.
   * @returns the answer @throws TLOG_MALFORMED, TLOG_SIGNATURE_INVALID
   */
  async report(
    text: string,
    answer: { facts: StationFacts; generations: readonly string[]; signer: NoteSigner },
  ): Promise<string> {
    const { note, key, enrolment } = parseSent(text)
    const report = openReport(note, key)
    const row = await this.row(report.station)
    if (!row) throw new AppError('TLOG_SIGNATURE_INVALID', { detail: 'unknown station' })
    await this.pin(row, key, enrolment)
    const before = row.report === null ? undefined : (JSON.parse(row.report) as Report)
    if (!before || isNews(report, before, this.#clock.now())) await this.#keep(row, report)
    const { facts, generations, signer } = answer
    const { box } = parsePackage(row.package)
    const given = loadFor(row, facts)
    const load = sealLoad(given, row.id, box)
    const reply = {
      station: row.id,
      at: given.at,
      copies: copiesOf(given),
      generations: [...generations],
      withdrawn: row.withdrawn_at !== null,
    }
    return signReply(reply, load, signer)
  }

  /** @throws TLOG_SIGNATURE_INVALID where the key is not the PC's */
  async pin(row: StationRow, key: string, enrolment: string): Promise<void> {
    if (row.key === key) return
    const { enrolment: secret } = parsePackage(row.package)
    if (row.key !== null || enrolmentOf(secret, key) !== enrolment)
      throw new AppError('TLOG_SIGNATURE_INVALID', { detail: 'not the key of this station' })
    await this.#tables.updateTable('station').set({ key }).where('id', '=', row.id).execute()
  }

  async #keep(row: StationRow, report: Report): Promise<void> {
    const { size, root } = report.log
    await this.#tables
      .updateTable('station')
      .set({
        report: JSON.stringify(report),
        reported_at: this.#clock.now(),
        ...(size > row.seen_size ? { seen_size: size, seen_root: root } : {}),
      })
      .where('id', '=', row.id)
      .execute()
  }

  async merged(id: string, size: number, root: string): Promise<void> {
    const row = await this.row(id)
    if (!row) return
    await this.#tables
      .updateTable('station')
      .set({
        merged_size: size,
        merged_root: root,
        ...(size > row.seen_size ? { seen_size: size, seen_root: root } : {}),
      })
      .where('id', '=', id)
      .execute()
  }
}

/**
 * An old one that somebody sends again says nothing: it would keep a PC alive that is gone. A clock goes back only where it
 * stood before this server's: it was put right.
 */
const isNews = (report: Report, before: Report, now: EpochMs): boolean =>
  report.at > before.at || (before.at > now && report.at < before.at - CLOCK_BACK_MS)
const CLOCK_BACK_MS = 12 * 3_600_000

/** What a withdrawn PC has it keeps; passwords of sources that came later are not sent after a stolen one. */
const loadFor = (row: StationRow, { load, since }: StationFacts): StationLoad => {
  const { withdrawn_at: end } = row
  if (end === null) return load
  return { ...load, sources: load.sources.filter(({ id }) => (since.get(id) ?? Infinity) < end) }
}

const numbersOf = async (station: string, { numbersFor }: StationFacts) =>
  numbersFor ? { numbers: await numbersFor(station) } : {}

const copiesOf = (load: StationLoad): CopiedSource[] =>
  load.sources.map(({ id, name, repository }) => ({ id, name, repository }))

function toKnown(row: StationRow): KnownStation {
  return {
    id: row.id,
    name: row.name,
    madeAt: row.made_at,
    withdrawnAt: row.withdrawn_at ?? undefined,
    report: row.report === null ? undefined : (JSON.parse(row.report) as Report),
    reportedAt: row.reported_at ?? undefined,
    mergedEntries: row.merged_size,
    seenEntries: row.seen_size,
    reports: parsePackage(row.package).server !== '',
  }
}
