/** The as-of banner: how old the records are, in words and shape before colour. */
import type { EpochMs } from '#base'
import type { Ui } from '../ui.ts'

const HOUR = 3_600_000
/** A clock that lags by less than this is not worth a warning. */
const CLOCK_TOLERANCE_MS = 5 * 60_000

export type AgeClass = 'fresh' | 'aging' | 'old' | 'future'

/** What the records are looked at for: each has a limit of its own (USERS.md, clinical safety). */
export type AsOfUse = { readonly for: 'inpatients' } | { readonly for: 'outpatients'; readonly businessDaysOld: number }

/**
 * Inpatients 6 hours, outpatients one business day. Without knowing which patient is looked at, the stricter limit starts
 * the warning (▲) and a day, with its weekend, the strong one (×).
 */
function ageClass(asOfMs: EpochMs, nowMs: EpochMs, use: AsOfUse | undefined): AgeClass {
  const age = nowMs - asOfMs
  if (age < -CLOCK_TOLERANCE_MS) return 'future'
  if (use?.for === 'outpatients') {
    if (use.businessDaysOld <= 1) return 'fresh'
    return use.businessDaysOld === 2 ? 'aging' : 'old'
  }
  if (age < 6 * HOUR) return 'fresh'
  return age < (use ? 24 : 72) * HOUR ? 'aging' : 'old'
}

const SHAPES: Record<AgeClass, string> = { fresh: '●', aging: '▲', old: '×', future: '×' }

export function AsOfBanner(props: { ui: Pick<Ui, 't' | 'f' | 'nowMs'>; asOfMs: EpochMs; use?: AsOfUse }) {
  const { ui, asOfMs, use } = props
  const age = ageClass(asOfMs, ui.nowMs, use)
  const when = `${ui.f.fullDate(asOfMs)}${ui.f.language === 'ja' ? '' : ' '}${ui.f.time(asOfMs)}`
  return (
    <div class={`as-of as-of-${age}`}>
      <p class="as-of-main">
        <span class="mark" aria-hidden="true">
          {SHAPES[age]}
        </span>
        <span>
          <strong>{ui.t.asOf[age](when)}</strong>
          {age === 'future' ? null : <span class="as-of-ago">{ui.t.asOf.ago(ui.f.ago(asOfMs, ui.nowMs))}</span>}
        </span>
      </p>
      <p class="as-of-after">
        {ui.t.asOf.after}
        {age === 'fresh' || use ? '' : ui.t.asOf.newAdmissions}
        {age !== 'fresh' && use ? ui.t.lists.limit[use.for] : ''}
      </p>
    </div>
  )
}
