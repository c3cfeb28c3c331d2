/** A case over time: people's notes, decisions, what was done, and what Toride recorded. The table below says the same. */
import type { EpochMs } from '#base'
import type { Ui } from '../ui.ts'

export const LANES = ['people', 'decision', 'step', 'auto'] as const
export type Lane = (typeof LANES)[number]

export interface Mark {
  readonly atMs: EpochMs
  readonly lane: Lane
}

const ROW = 34
const TOP = 10
const LEFT = 96
const RIGHT = 16
const HOUR = 3_600_000
/** Between marks of the axis. */
const STEPS = [HOUR / 4, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR, 72 * HOUR, 168 * HOUR, 720 * HOUR, 2160 * HOUR]

/** A shape for each lane: nothing is told by colour alone. */
function Shape({ x, y, lane }: { x: number; y: number; lane: Lane }) {
  if (lane === 'people') return <circle class="tl-locked" cx={x} cy={y} r="5" />
  if (lane === 'decision') return <path class="tl-locked" d={`M${x} ${y - 7}l7 7-7 7-7-7z`} />
  if (lane === 'step') return <path class="tl-locked" d={`M${x - 5} ${y - 5}h10v10h-10z`} />
  return <path class="tl-bad" d={`M${x} ${y - 6}v12`} />
}

export function IncidentPicture({ ui, marks }: { ui: Ui; marks: readonly Mark[] }) {
  if (marks.length < 2) return null
  return (
    <>
      <Picture ui={ui} marks={marks} width={720} kind="wide" />
      <Picture ui={ui} marks={marks} width={340} kind="narrow" />
    </>
  )
}

function Picture(props: { ui: Ui; marks: readonly Mark[]; width: number; kind: 'wide' | 'narrow' }) {
  const { ui, marks, width, kind } = props
  const t = ui.t.timelinePage
  const times = marks.map(({ atMs }) => atMs)
  const from = Math.min(...times)
  const span = Math.max(HOUR / 4, Math.max(...times) - from)
  const x = (ms: EpochMs) => LEFT + ((ms - from) / span) * (width - LEFT - RIGHT)
  const step = STEPS.find((one) => span / one <= (kind === 'wide' ? 7 : 3)) ?? span
  const first = Math.ceil(from / step) * step
  const ticks = Array.from({ length: Math.floor((from + span - first) / step) + 1 }, (_, i) => first + i * step)
  const height = TOP + LANES.length * ROW + 26
  const label = (ms: EpochMs) => (step < 24 * HOUR ? ui.f.time(ms) : ui.f.date(ms, ui.nowMs).replace(/（.*）/, ''))
  return (
    <svg
      class={`timeline timeline-${kind}`}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={t.picture(ui.f.count(marks.length))}
    >
      {ticks.map((ms) => (
        <g>
          <path class="tl-grid" d={`M${x(ms)} ${TOP}V${height - 24}`} />
          <text class="tl-text" x={Math.min(width - 24, x(ms))} y={height - 8} text-anchor="middle">
            {label(ms)}
          </text>
        </g>
      ))}
      {LANES.map((lane, i) => {
        const y = TOP + i * ROW + ROW / 2
        return (
          <g>
            <path class="tl-grid" d={`M${LEFT} ${y}H${width - RIGHT}`} />
            <text class="tl-text" x="4" y={y + 4}>
              {t.lane[lane]}
            </text>
            {marks
              .filter((mark) => mark.lane === lane)
              .map(({ atMs }) => (
                <Shape x={x(atMs)} y={y} lane={lane} />
              ))}
          </g>
        )
      })}
    </svg>
  )
}
