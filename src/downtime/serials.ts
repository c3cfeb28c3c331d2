/** The server's own numbers. Its device number lies in a file that no backup of the state holds, so a restored state takes a new one. */
import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { AppError, type Clock, codeOf } from '#base'
import { writePrivateFile } from '#access'
import type { Kysely } from '#db'
import type { SheetNumber } from './number.ts'
import { BLOCK, type NumberRange, NumberSource, type NumberStore } from './number-source.ts'
import type { DowntimeTables } from './tables.ts'

/** The server's; emergency PCs have ranges of those above. */
export const SERVER_DEVICES = 60
const LAST = Math.floor(99_999 / BLOCK) * BLOCK
const fileSchema = z.strictObject({
  /** Numbers in blocks; what counted upwards before is another device. */
  blocks: z.literal(true),
  mark: z.int().min(0).max(999),
  device: z.int().min(1).max(99),
})
type Device = z.infer<typeof fileSchema>

export class Serials implements NumberStore {
  readonly #tables: Kysely<DowntimeTables>
  readonly #file: string
  readonly #source: NumberSource
  readonly #mark: number

  /**
   * @param file outside of what is backed up as the house's own state
   * @param mark of the institution, 0-999, the first time
   */
  constructor(tables: Kysely<DowntimeTables>, file: string, mark: number, clock: Clock, machineMs?: () => number) {
    this.#tables = tables
    this.#file = file
    this.#mark = mark
    this.#source = new NumberSource(this, clock, machineMs)
  }

  /** @see NumberSource.allot */
  allot(form: number, count: number): Promise<SheetNumber[]> {
    return this.#source.allot(form, count)
  }

  /** Of the institution, as it was first printed. */
  async mark(): Promise<number> {
    return (await this.#device()).mark
  }

  /** By form: how many were used here. */
  async used(): Promise<Map<number, number>> {
    const rows = await this.#tables.selectFrom('sheet_block').select(['form', 'used as count']).execute()
    const before = await this.#tables.selectFrom('sheet_serial').select(['form', 'last as count']).execute()
    const sums = new Map<number, number>()
    for (const { form, count } of [...rows, ...before]) sums.set(form, (sums.get(form) ?? 0) + count)
    return sums
  }

  async range(): Promise<NumberRange & { mark: number }> {
    return wholeDevice(await this.#device())
  }

  async begun({ device }: NumberRange, form: number): Promise<Set<number>> {
    const rows = await this.#tables
      .selectFrom('sheet_block')
      .select('first')
      .where('device', '=', device)
      .where('form', '=', form)
      .execute()
    return new Set(rows.map(({ first }) => first))
  }

  async keep({ device }: NumberRange, form: number, first: number, used: number): Promise<void> {
    await this.#tables
      .insertInto('sheet_block')
      .values({ device, form, first, used })
      .onConflict((conflict) => conflict.columns(['device', 'form', 'first']).doUpdateSet({ used }))
      .execute()
  }

  /** A device is used up after some two thousand starts that printed. */
  async next(): Promise<NumberRange & { mark: number }> {
    return wholeDevice(await this.#newDevice())
  }

  async #device(): Promise<Device> {
    return this.#kept() ?? (await this.#newDevice())
  }

  async #newDevice(): Promise<Device> {
    const old = await this.#tables.selectFrom('sheet_serial').select('device').distinct().execute()
    const blocks = await this.#tables.selectFrom('sheet_block').select('device').distinct().execute()
    const used = new Set([...old, ...blocks].map(({ device }) => device))
    const free = Array.from({ length: SERVER_DEVICES }, (_, i) => i + 1).filter((one) => !used.has(one))
    if (free.length === 0) throw new AppError('DOWNTIME_NUMBERS_OUT')
    // By chance: what was allotted after the day of the restored state is in no table.
    const made: Device = { blocks: true, mark: this.#kept()?.mark ?? this.#mark, device: free[randomInt(free.length)]! }
    writePrivateFile(this.#file, Buffer.from(JSON.stringify(made)))
    return made
  }

  #kept(): Device | undefined {
    try {
      return fileSchema.parse(JSON.parse(readFileSync(this.#file, 'utf8')))
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || error instanceof SyntaxError || error instanceof z.ZodError) return undefined
      throw error
    }
  }
}

const wholeDevice = ({ mark, device }: Device) => ({ mark, device, first: 1, last: LAST })
