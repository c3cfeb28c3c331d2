/** Charts of one source: taken over from the last build where nothing of them changed, else read and made by the threads. */
import { createHash } from 'node:crypto'
import { gatherChart, localTime, missingIn } from '#chart'
import { ChartCache } from './chart-cache.ts'
import type { ChartMakers } from './chart-makers.ts'
import type { ChartPolicy, MadeChart } from './make-chart.ts'
import type { SourceOrder } from './order.ts'

/** Of everybody else in the index, which is told by the edition's own. */
const NOBODY = { patients: [], total: 0 }

export class SourceCharts {
  readonly #source: SourceOrder
  readonly #policy: ChartPolicy
  readonly #cache: ChartCache | undefined
  readonly #units: ReadonlyMap<string, string> | undefined
  /** Of every chart of this source, as its readers may know it. */
  missing: MadeChart['missing']

  constructor(source: SourceOrder, policy: ChartPolicy) {
    const { reader, index, cache } = source
    this.#source = source
    this.#policy = policy
    this.missing = missingIn(reader, index)
    // Where a source cannot tell what a patient's chart is made of, nothing is taken over.
    if (!cache || reader.intake) return
    const depends = JSON.stringify([cache.tag, policy, this.missing])
    const tag = createHash('sha256').update(depends).digest('hex')
    this.#units = index.signatureOf()
    this.#cache = new ChartCache({ ...cache, tag }, localTime(reader.asOf))
  }

  get reused(): number {
    return this.#cache?.reused ?? 0
  }

  /** @param rows of the source's own index; undefined in the answer: the backup holds it damaged beyond making a chart */
  async make(rows: readonly number[], makers: ChartMakers): Promise<(MadeChart | undefined)[]> {
    const { reader, index } = this.#source
    const known: (MadeChart | undefined)[] = rows.map((row) =>
      this.#cache?.take(index.entry(row).patientKey, this.#signature(row)),
    )
    const toMake = rows.filter((_, i) => !known[i])
    if (toMake.length === 0) return this.#told(known)
    const gathered = await Promise.all(toMake.map((row) => gatherChart(reader, index, row, NOBODY)))
    const made = await makers.make(gathered, this.#policy)
    toMake.forEach((row, i) => {
      if (made[i]) this.#cache?.keep(index.entry(row).patientKey, this.#signature(row), made[i])
    })
    const fresh = new Map(toMake.map((row, i) => [row, made[i]]))
    return this.#told(rows.map((row, i) => known[i] ?? fresh.get(row)))
  }

  #told(made: (MadeChart | undefined)[]): (MadeChart | undefined)[] {
    this.missing = made.find((one) => one)?.missing ?? this.missing
    return made
  }

  /** The build is whole: the next one goes on from here. */
  commit(): void {
    this.#cache?.commit()
  }

  discard(): void {
    this.#cache?.discard()
  }

  #signature(row: number): string {
    const { units } = this.#source.index.entry(row)
    return units.map((unit) => this.#units?.get(unit) ?? '').join()
  }
}
