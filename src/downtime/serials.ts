/** Allots serials. The device's number lies in a file that no backup of the state holds, so a restored state takes a new one. */
import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { AppError, codeOf, inTurns } from '#base'
import { writePrivateFile } from '#access'
import type { Kysely } from '#db'
import { sheetCode } from './number.ts'
import type { DowntimeTables } from './tables.ts'

/** The server's; stations have those above. */
const SERVER_DEVICES = 60
const MOST_A_TIME = 200
const MOST_NUMBER = 99_999
const fileSchema = z.strictObject({ mark: z.int().min(0).max(999), device: z.int().min(1).max(99) })

export class Serials {
  readonly #tables: Kysely<DowntimeTables>
  readonly #file: string
  readonly #inTurn = inTurns()

  /** @param file outside of what is backed up as the house's own state */
  constructor(tables: Kysely<DowntimeTables>, file: string) {
    this.#tables = tables
    this.#file = file
  }

  /**
   * Used from now on, whether they get printed or not.
   * @param form 1-99
   * @param mark of the institution, 0-999, the first time
   * @throws BASE_BUG for more than a sheaf at once; RangeError where the numbers of this device are used up
   */
  allot(form: number, count: number, mark: number): Promise<string[]> {
    if (count < 1 || count > MOST_A_TIME) throw new AppError('BASE_BUG', { detail: 'too many sheets' })
    return this.#inTurn(async () => {
      const own = await this.#device(mark)
      const known = await this.#tables
        .selectFrom('sheet_serial')
        .select('last')
        .where('device', '=', own.device)
        .where('form', '=', form)
        .executeTakeFirst()
      const from = (known?.last ?? 0) + 1
      const last = from + count - 1
      if (last > MOST_NUMBER) throw new RangeError('no numbers left')
      await this.#tables
        .insertInto('sheet_serial')
        .values({ device: own.device, form, last })
        .onConflict((conflict) => conflict.columns(['device', 'form']).doUpdateSet({ last }))
        .execute()
      return Array.from({ length: count }, (_, i) => sheetCode({ ...own, form, number: from + i }))
    })
  }

  async #device(mark: number): Promise<z.infer<typeof fileSchema>> {
    const kept = this.#kept()
    if (kept) return kept
    const rows = await this.#tables.selectFrom('sheet_serial').select('device').distinct().execute()
    const used = new Set(rows.map(({ device }) => device))
    const free = Array.from({ length: SERVER_DEVICES }, (_, i) => i + 1).filter((one) => !used.has(one))
    if (free.length === 0) throw new RangeError('no device number left')
    // By chance: what was allotted after the day of the restored state is in no table.
    const made = { mark, device: free[randomInt(free.length)]! }
    writePrivateFile(this.#file, Buffer.from(JSON.stringify(made)))
    return made
  }

  #kept(): z.infer<typeof fileSchema> | undefined {
    try {
      return fileSchema.parse(JSON.parse(readFileSync(this.#file, 'utf8')))
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || error instanceof SyntaxError || error instanceof z.ZodError) return undefined
      throw error
    }
  }
}
