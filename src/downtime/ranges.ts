/**
 * Ranges that production gives to emergency PCs beforehand. A range is bound to who first counts in it; a PC whose counters
 * are behind what was seen of them was put back, one of another name under the same range is a copy: each gets another range.
 */
import { randomInt } from 'node:crypto'
import { z } from 'zod'
import { AppError, type Clock, inTurns } from '#base'
import type { Kysely } from '#db'
import { BLOCK, type NumberRange } from './number-source.ts'
import { SERVER_DEVICES } from './serials.ts'
import type { DowntimeTables } from './tables.ts'

const RANGE = 100 * BLOCK
const DEVICES = 99
/** With fewer blocks left a PC gets its next range: it may be apart for long. */
const FEW_BLOCKS = 25

export const rangeSchema = z.strictObject({
  device: z.int().min(1).max(DEVICES),
  first: z.int().min(1).max(99_999),
  last: z.int().min(1).max(99_999),
})

/** What a PC says of its numbers. No number of a patient is in it. */
export const numbersSaidSchema = z.strictObject({
  range: rangeSchema.optional(),
  /** Who counts: made with the range. */
  instance: z.string().regex(/^[0-9a-f]{32}$/),
  starts: z.int().min(0),
  /** Of this start. */
  nonce: z.string().regex(/^[0-9a-f]{32}$/),
  /** By form: how many are used of this range. */
  used: z.record(z.string().regex(/^\d{1,2}$/), z.int().min(0)),
  blocksLeft: z.int().min(0),
})
export type NumbersSaid = z.infer<typeof numbersSaidSchema>

/** `put-back`: an earlier state of the PC came back, or a copy of it counts in the same range; the two look alike. */
export const RANGE_REASONS = ['first', 'few-left', 'put-back', 'same'] as const
export type RangeReason = (typeof RANGE_REASONS)[number]

export const numbersGivenSchema = z.strictObject({
  mark: z.int().min(0).max(999),
  range: rangeSchema,
  why: z.enum(RANGE_REASONS),
})
export type NumbersGiven = z.infer<typeof numbersGivenSchema>

export interface KnownRange extends NumberRange {
  readonly station: string
  readonly grantedAt: number
  readonly why: RangeReason
  readonly used: ReadonlyMap<number, number>
  readonly reportedAt: number | undefined
}

type Row = DowntimeTables['sheet_range']

export class Ranges {
  readonly #tables: Kysely<DowntimeTables>
  readonly #clock: Clock
  readonly #inTurn = inTurns()

  constructor(tables: Kysely<DowntimeTables>, clock: Clock) {
    this.#tables = tables
    this.#clock = clock
  }

  async list(): Promise<KnownRange[]> {
    return (await this.#rows()).map((row) => ({
      device: row.device,
      first: row.first,
      last: row.last,
      station: row.station,
      grantedAt: row.granted_at,
      why: RANGE_REASONS.find((known) => known === row.why) ?? 'first',
      used: new Map(Object.entries(usedOf(row)).map(([form, count]) => [Number(form), count])),
      reportedAt: row.reported_at ?? undefined,
    }))
  }

  /** For the file of a PC: the same until somebody counts in it. @throws DOWNTIME_NUMBERS_OUT */
  forFile(station: string): Promise<NumberRange> {
    return this.#inTurn(async () => {
      const waiting = (await this.#rows()).find((row) => row.station === station && row.instance === null)
      return waiting ? rangeOf(waiting) : this.#grant(station, 'first', '')
    })
  }

  /** @returns the range to count in from now on, and why it is another. @throws DOWNTIME_NUMBERS_OUT */
  report(station: string, said: NumbersSaid): Promise<{ range: NumberRange; why: RangeReason }> {
    return this.#inTurn(async () => {
      const why = await this.#judge(station, said)
      if (why === 'same') return { range: said.range!, why }
      const again = (await this.#rows()).find((row) => row.station === station && row.asked === said.nonce)
      return { range: again ? rangeOf(again) : await this.#grant(station, why, said.nonce), why }
    })
  }

  async #judge(station: string, said: NumbersSaid): Promise<RangeReason> {
    const { range } = said
    if (!range) return 'first'
    const row = (await this.#rows()).find((one) => one.device === range.device && one.first === range.first)
    if (row && row.station !== station) return 'put-back'
    // One that this server forgot, because it was put back itself: nobody else is to get it.
    if (!row) await this.#insert({ ...range, station, why: 'first', asked: '' })
    else if (row.instance !== null) {
      if (row.instance !== said.instance) return 'put-back'
      const before = usedOf(row)
      const isBehind =
        said.starts < row.starts || Object.keys(before).some((form) => (said.used[form] ?? 0) < before[form]!)
      if (isBehind) return 'put-back'
      if (said.starts === row.starts && said.nonce !== row.nonce) return 'put-back'
    }
    await this.#tables
      .updateTable('sheet_range')
      .set({
        instance: said.instance,
        starts: said.starts,
        nonce: said.nonce,
        used: JSON.stringify(said.used),
        reported_at: this.#clock.now(),
      })
      .where('device', '=', range.device)
      .where('first', '=', range.first)
      .execute()
    return said.blocksLeft < FEW_BLOCKS ? 'few-left' : 'same'
  }

  /** By chance: what was granted after the day that a restored state is of stands in no table. */
  async #grant(station: string, why: RangeReason, asked: string): Promise<NumberRange> {
    const taken = new Set((await this.#rows()).map(({ device, first }) => `${device}/${first}`))
    const free: NumberRange[] = []
    for (let device = SERVER_DEVICES + 1; device <= DEVICES; device++)
      for (let first = 1; first + RANGE - 1 <= 99_999; first += RANGE)
        if (!taken.has(`${device}/${first}`)) free.push({ device, first, last: first + RANGE - 1 })
    const made = free.length > 0 ? free[randomInt(free.length)] : undefined
    if (!made) throw new AppError('DOWNTIME_NUMBERS_OUT')
    await this.#insert({ ...made, station, why, asked })
    return made
  }

  async #insert(row: Pick<Row, 'device' | 'first' | 'last' | 'station' | 'why' | 'asked'>): Promise<void> {
    const empty = { instance: null, starts: 0, nonce: null, used: '{}', reported_at: null }
    await this.#tables
      .insertInto('sheet_range')
      .values({ ...row, ...empty, granted_at: this.#clock.now() })
      .execute()
  }

  async #rows(): Promise<Row[]> {
    return this.#tables.selectFrom('sheet_range').selectAll().orderBy('granted_at', 'desc').execute()
  }
}

const rangeOf = ({ device, first, last }: Row): NumberRange => ({ device, first, last })
const usedOf = (row: Row): Record<string, number> => JSON.parse(row.used) as Record<string, number>
