/** Thread that makes charts: what was read comes in, packed charts go out. Holds no key and reads nothing. */
import { parentPort } from 'node:worker_threads'
import { isAppError, toPlain, type PlainError } from '#base'
import { chartOf, type GatheredChart } from '#chart'
import { type ChartPolicy, makeChart, type MadeChart } from './make-chart.ts'

/** `undefined`: the backup holds it damaged beyond making a chart of it. */
export type WorkerAnswer =
  | { readonly batch: number; readonly made: readonly (MadeChart | undefined)[] }
  | { readonly batch: number; readonly failed: PlainError }

export interface WorkerTask {
  readonly batch: number
  readonly charts: readonly GatheredChart[]
  readonly policy: ChartPolicy
}

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
const answer = (said: WorkerAnswer): void => parentPort!.postMessage(said)

parentPort!.on('message', ({ batch, charts, policy }: WorkerTask) => {
  try {
    const made = charts.map((gathered) => makeOne(gathered, policy))
    answer({ batch, made })
  } catch (error) {
    answer({ batch, failed: toPlain(error) })
  }
})

function makeOne(gathered: GatheredChart, policy: ChartPolicy): MadeChart | undefined {
  try {
    return makeChart(chartOf(gathered), policy)
  } catch (error) {
    if (!isAppError(error) || error.kind !== 'damaged') throw error
    return undefined
  }
}
