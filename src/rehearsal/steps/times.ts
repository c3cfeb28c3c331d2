/** How long it took beside what the institution promised itself. */
import type { EpochMs } from '#base'
import type { Declared, StepResult } from '../model.ts'
import { type Found, not, passed } from './context.ts'

const MINUTE_MS = 60_000

/** @param newestAt when the newest whole backup of the source began: what came after it is lost if all goes now */
export function times(
  steps: readonly StepResult[],
  { share, declared, newestAt, now }: { share: number; declared: Declared; newestAt: EpochMs; now: EpochMs },
): Found {
  const took = (step: StepResult['step']): number => steps.find((one) => one.step === step)?.durationMs ?? 0
  const fullMs = took('restore') + took('databases')
  const wholeFullMs = share > 0 ? Math.round(fullMs / share) : 0
  const minimumMs = steps.find(({ step }) => step === 'records')?.figures.minimumMs
  const lossMs = Math.max(0, now - newestAt)
  const figures = { fullMs, ...(share < 1 && { wholeFullMs }), ...(minimumMs && { minimumMs }), lossMs }
  const isOver = (ms: number | undefined, minutes: number | undefined): boolean =>
    ms !== undefined && minutes !== undefined && ms > minutes * MINUTE_MS
  const isTooSlow =
    isOver(wholeFullMs, declared.fullMinutes) ||
    isOver(minimumMs, declared.minimumMinutes) ||
    isOver(lossMs, declared.lossMinutes)
  return isTooSlow ? not('partly', 'REHEARSAL_TOO_SLOW', figures) : passed(figures)
}
