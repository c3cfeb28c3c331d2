/**
 * Numbers out of a range, in blocks. Every start (and every clock that jumped: a machine that was put back while it ran)
 * begins a block by chance among those that were never begun. So a disk, a virtual machine or a copy of it that was put back
 * does not go on where its counters stand: what was printed since then lies in blocks that it has forgotten.
 */
import { randomInt } from 'node:crypto'
import { AppError, type Clock, inTurns } from '#base'
import type { SheetNumber } from './number.ts'

export const BLOCK = 50
const MOST_A_TIME = 200
/** Between the wall's clock and the machine's own, since the last look. */
const JUMP_MS = 60_000

/** Running numbers of one device, both ends included, whole blocks from the first; of every form. */
export interface NumberRange {
  /** 1-99 */
  readonly device: number
  readonly first: number
  readonly last: number
}

export interface NumberStore {
  range(): Promise<NumberRange & { readonly mark: number }>
  /** First numbers of the blocks of this range that were ever begun for a form. */
  begun(range: NumberRange, form: number): Promise<ReadonlySet<number>>
  /** On disk when it answers: how many of a block are used. */
  keep(range: NumberRange, form: number, first: number, used: number): Promise<void>
  /** Every block of the range was begun. @throws DOWNTIME_NUMBERS_OUT where there is no other range */
  next(range: NumberRange): Promise<NumberRange & { readonly mark: number }>
}

interface OpenBlock {
  readonly range: NumberRange & { readonly mark: number }
  readonly first: number
  used: number
}

export const blocksOf = ({ first, last }: NumberRange): number[] =>
  Array.from({ length: Math.floor((last - first + 1) / BLOCK) }, (_, i) => first + i * BLOCK)

export class NumberSource {
  readonly #store: NumberStore
  readonly #clock: Clock
  readonly #machineMs: () => number
  readonly #inTurn = inTurns()
  readonly #open = new Map<number, OpenBlock>()
  #offset: number | undefined

  /** @param machineMs a clock that nobody sets */
  constructor(store: NumberStore, clock: Clock, machineMs: () => number = () => performance.now()) {
    this.#store = store
    this.#clock = clock
    this.#machineMs = machineMs
  }

  /**
   * Used from now on, whether they get printed or not.
   * @param form 0-99; 0: temporary numbers of patients
   * @throws BASE_BUG for more than a sheaf at once; DOWNTIME_NUMBERS_OUT
   */
  allot(form: number, count: number): Promise<SheetNumber[]> {
    if (count < 1 || count > MOST_A_TIME) throw new AppError('BASE_BUG', { detail: 'too many sheets' })
    return this.#inTurn(async () => {
      this.#lookAtClock()
      const given: SheetNumber[] = []
      while (given.length < count) {
        const block = await this.#blockOf(form)
        const { mark, device } = block.range
        const take = Math.min(BLOCK - block.used, count - given.length)
        await this.#store.keep(block.range, form, block.first, block.used + take)
        for (let i = 0; i < take; i++) given.push({ mark, form, device, number: block.first + block.used + i })
        block.used += take
      }
      return given
    })
  }

  /** Whatever was open is not gone on with: the range was changed. */
  forget(): void {
    this.#open.clear()
  }

  #lookAtClock(): void {
    const offset = this.#clock.now() - this.#machineMs()
    if (this.#offset !== undefined && Math.abs(offset - this.#offset) > JUMP_MS) this.#open.clear()
    this.#offset = offset
  }

  async #blockOf(form: number): Promise<OpenBlock> {
    const known = this.#open.get(form)
    if (known && known.used < BLOCK) return known
    let range = await this.#store.range()
    let free = await this.#free(range, form)
    if (free.length === 0) {
      range = await this.#store.next(range)
      free = await this.#free(range, form)
    }
    if (free.length === 0) throw new AppError('DOWNTIME_NUMBERS_OUT')
    const made = { range, first: free[randomInt(free.length)]!, used: 0 }
    this.#open.set(form, made)
    return made
  }

  async #free(range: NumberRange, form: number): Promise<number[]> {
    const begun = await this.#store.begun(range, form)
    return blocksOf(range).filter((first) => !begun.has(first))
  }
}
