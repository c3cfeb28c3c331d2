/** Serials of sheets that this PC prints while it is apart: out of a range that production gave beforehand, never given twice. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { writePrivateFile } from '#access'
import { AppError, codeOf } from '#base'
import {
  blocksOf,
  type NumberRange,
  type NumbersGiven,
  numbersGivenSchema,
  type NumbersSaid,
  NumberSource,
  type NumberStore,
  type SheetNumber,
  sheetCode,
  temporaryCode,
} from '#downtime'
import { newEntry } from '#journal'
import { SLIP_KINDS } from '#sheets'
import type { SlipService } from '#web'
import type { Station } from './station.ts'

const fileSchema = z.strictObject({
  given: numbersGivenSchema,
  instance: z.string().regex(/^[0-9a-f]{32}$/),
  /** Of this program, with this range. */
  starts: z.int().min(0),
  /** By form, by the block's first number: how many are used. */
  blocks: z.record(z.string(), z.record(z.string(), z.int().min(0))),
  /** When the range was changed for one of the reasons that somebody has to hear of. */
  changedAt: z.int().optional(),
})
type Kept = z.infer<typeof fileSchema>
type Range = NumberRange & { readonly mark: number }

const newId = (): string => randomBytes(16).toString('hex')

class StationNumbers implements NumberStore {
  readonly #station: Station
  readonly #source: NumberSource
  readonly #nonce = newId()
  #hasStarted = false

  constructor(station: Station) {
    this.#station = station
    this.#source = new NumberSource(this, station.clock)
  }

  allot(form: number, count: number): Promise<SheetNumber[]> {
    return this.#source.allot(form, count)
  }

  async said(): Promise<NumbersSaid> {
    const kept = this.#kept()
    if (!kept) return { instance: newId(), starts: 0, nonce: this.#nonce, used: {}, blocksLeft: 0 }
    const { given, instance, starts, blocks } = kept
    const begun = Object.values(blocks).map((form) => Object.keys(form).length)
    const sum = (form: Record<string, number>) => Object.values(form).reduce((all, one) => all + one, 0)
    return {
      range: given.range,
      instance,
      starts,
      nonce: this.#nonce,
      used: Object.fromEntries(Object.entries(blocks).map(([form, used]) => [form, sum(used)])),
      blocksLeft: blocksOf(given.range).length - Math.max(0, ...begun),
    }
  }

  /** What production gave. Nothing is to be printed between what was said and this: another range begins anew. */
  async take(given: NumbersGiven, nonce: string): Promise<void> {
    if (given.why === 'same' || nonce !== this.#nonce) return
    const isOdd = given.why === 'put-back'
    this.#write({
      given,
      instance: newId(),
      starts: 1,
      blocks: {},
      ...(isOdd && { changedAt: this.#station.clock.now() }),
    })
    this.#source.forget()
  }

  state(): { isReady: boolean; changed?: { why: NumbersGiven['why']; atMs: number } } {
    const kept = this.#kept()
    return {
      isReady: kept !== undefined,
      ...(kept?.changedAt !== undefined && { changed: { why: kept.given.why, atMs: kept.changedAt } }),
    }
  }

  async range(): Promise<Range> {
    const kept = this.#kept()
    if (!kept) throw new AppError('DOWNTIME_NUMBERS_OUT')
    return { mark: kept.given.mark, ...kept.given.range }
  }

  async begun(_range: NumberRange, form: number): Promise<Set<number>> {
    return new Set(Object.keys(this.#kept()?.blocks[form] ?? {}).map(Number))
  }

  async keep(_range: NumberRange, form: number, first: number, used: number): Promise<void> {
    const kept = this.#kept()!
    this.#write({ ...kept, blocks: { ...kept.blocks, [form]: { ...kept.blocks[form], [first]: used } } })
  }

  next(): Promise<Range> {
    throw new AppError('DOWNTIME_NUMBERS_OUT')
  }

  /** Of the file, or begun with what came in the package. What a power cut left in pieces counts as somebody new. */
  #kept(): Kept | undefined {
    const found = this.#read() ?? this.#begin()
    if (!found || this.#hasStarted) return found
    const started = { ...found, starts: found.starts + 1 }
    this.#write(started)
    return started
  }

  #begin(): Kept | undefined {
    const given = this.#station.folder.package()?.numbers
    return given && { given, instance: newId(), starts: 0, blocks: {} }
  }

  #read(): Kept | undefined {
    try {
      return fileSchema.parse(JSON.parse(readFileSync(this.#station.folder.in('numbers'), 'utf8')))
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || error instanceof SyntaxError || error instanceof z.ZodError) return undefined
      throw error
    }
  }

  #write(kept: Kept): void {
    writePrivateFile(this.#station.folder.in('numbers'), Buffer.from(JSON.stringify(kept)))
    this.#hasStarted = true
  }
}

const ALL = new WeakMap<Station, StationNumbers>()

/** One for each running PC: two would not know which blocks the other has open. */
export function numbersOf(station: Station): StationNumbers {
  const known = ALL.get(station) ?? new StationNumbers(station)
  ALL.set(station, known)
  return known
}

export function slipService(station: Station): SlipService {
  const given = async (viewer: { personId: string }, form: string, number: number, count: number) => {
    const numbers = await station.reserve.spend(() => numbersOf(station).allot(number, count))
    const codes = numbers.map(number === 0 ? temporaryCode : sheetCode)
    const data = { form, from: codes[0]!, to: codes.at(-1)! }
    await station.log.append(newEntry('sheet.allotted', { actor: `person:${viewer.personId}`, data }))
    return codes
  }
  return {
    serials: (viewer, kind, count) => given(viewer, kind, SLIP_KINDS.indexOf(kind) + 1, count),
    temporary: (viewer, count) => given(viewer, 'temporary', 0, count),
    state: async () => numbersOf(station).state(),
  }
}
