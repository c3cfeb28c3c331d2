/** When the plan or its printed binder is rung for. */
import type { EpochMs } from '#base'
import type { AlarmInput } from '#notify'
import type { PlanState } from './state.ts'

const DAY_MS = 86_400_000
/** So long a new plan may lie unprinted. */
const PRINT_DAYS = 7

/** Nothing before the first approval: until then the first hour asks for it. */
export function planAlarms(
  { versions, stale, reviewDue, binder }: Pick<PlanState, 'versions' | 'stale' | 'reviewDue' | 'binder'>,
  now: EpochMs,
): AlarmInput[] {
  const [newest] = versions
  if (!newest || !binder) return []
  const sinceMs = newest.approvedAt
  const { printing, isOld, changed } = binder
  const isLate = !printing && now - sinceMs > PRINT_DAYS * DAY_MS
  return [
    ...(reviewDue ? [{ code: 'bcp-review-due', figures: { sinceMs } } as const] : []),
    ...(stale.length > 0 ? [{ code: 'bcp-stale', figures: { count: stale.length, sinceMs } } as const] : []),
    ...(isOld || isLate
      ? [{ code: 'binder-old', figures: { sinceMs: printing?.printedAtMs ?? sinceMs } } as const]
      : []),
    ...(printing && changed.length > 0
      ? [{ code: 'binder-changed', figures: { count: changed.length, sinceMs: printing.printedAtMs } } as const]
      : []),
  ]
}
