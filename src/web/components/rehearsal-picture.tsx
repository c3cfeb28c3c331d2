/** How long it took until everything was back, rehearsal by rehearsal, with the aim. The table beside it says the same. */
import type { Rehearsal } from '#rehearsal'
import { figureOf } from '../rehearsal-words.ts'
import type { Ui } from '../ui.ts'

const MINUTE = 60_000
const HEIGHT = 180
const LEFT = 84
const BOTTOM = 24
const TOP = 12
const MOST = 24

/** @param rehearsals of one source, newest first */
export function RehearsalPicture(props: { ui: Ui; rehearsals: readonly Rehearsal[]; aimMinutes: number | undefined }) {
  const { ui, aimMinutes } = props
  const bars = props.rehearsals
    .flatMap((one) => {
      const ms = figureOf(one.steps, 'wholeFullMs') ?? figureOf(one.steps, 'fullMs')
      return ms === undefined || one.result === undefined ? [] : [{ one, minutes: ms / MINUTE }]
    })
    .slice(0, MOST)
    .toReversed()
  if (bars.length < 2) return null
  return (
    <>
      {(['wide', 'narrow'] as const).map((kind) => (
        <Picture ui={ui} bars={bars} aimMinutes={aimMinutes} kind={kind} />
      ))}
    </>
  )
}

function Picture(props: {
  ui: Ui
  bars: readonly { readonly one: Rehearsal; readonly minutes: number }[]
  aimMinutes: number | undefined
  kind: 'wide' | 'narrow'
}) {
  const { ui, bars, aimMinutes, kind } = props
  const t = ui.t.rehearsal
  const width = kind === 'wide' ? 640 : 330
  const top = Math.max(...bars.map(({ minutes }) => minutes), aimMinutes ?? 0) * 1.1
  const y = (minutes: number) => HEIGHT - BOTTOM - (minutes / top) * (HEIGHT - BOTTOM - TOP)
  const step = (width - LEFT - 8) / bars.length
  return (
    <svg
      class={`timeline timeline-${kind}`}
      viewBox={`0 0 ${width} ${HEIGHT}`}
      role="img"
      aria-label={t.chartTitle(ui.f.count(bars.length))}
    >
      {[0, top / 2.2, top / 1.1].map((minutes) => (
        <g>
          <path class="tl-grid" d={`M${LEFT} ${y(minutes)}H${width}`} />
          <text class="tl-text" x={LEFT - 6} y={y(minutes) + 4} text-anchor="end">
            {ui.f.duration(minutes * MINUTE)}
          </text>
        </g>
      ))}
      {bars.map(({ one, minutes }, i) => (
        <path
          class={one.result === 'failed' ? 'rh-bar rh-bar-bad' : 'rh-bar'}
          stroke-width={Math.min(18, step * 0.6)}
          d={`M${LEFT + step * (i + 0.5)} ${HEIGHT - BOTTOM}V${Math.min(y(minutes), HEIGHT - BOTTOM - 2)}`}
        />
      ))}
      {[0, bars.length - 1].map((i) => (
        <text
          class="tl-text"
          x={Math.min(width - 40, Math.max(LEFT + 30, LEFT + step * (i + 0.5)))}
          y={HEIGHT - 6}
          text-anchor="middle"
        >
          {ui.f.date(bars[i]!.one.startedAt, ui.nowMs)}
        </text>
      ))}
      {aimMinutes === undefined ? null : (
        <g>
          <path class="tl-today" d={`M${LEFT} ${y(aimMinutes)}H${width}`} />
          <text class="tl-text" x={width - 4} y={y(aimMinutes) - 4} text-anchor="end">
            {t.chartAim}
          </text>
        </g>
      )}
    </svg>
  )
}
