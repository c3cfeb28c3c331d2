/**
 * The generations as a picture: one line per generation, from the moment it was taken to the end of its own lock, with
 * today as a vertical line. Drawn on the server (prints, needs no script). The same facts stand in the table beside it.
 */
import type { EpochMs } from '#base'
import type { GenerationState, GenerationSummary } from '../read-models.ts'
import type { Ui } from '../ui.ts'

const DAY = 86_400_000
const ROW = 11
const TOP = 30
const SIDE = 10

interface Scale {
  readonly width: number
  x(ms: EpochMs): number
  readonly fromMs: EpochMs
  readonly toMs: EpochMs
}

function scaleOf(rows: readonly GenerationSummary[], nowMs: EpochMs, width: number): Scale {
  const fromMs = Math.min(nowMs, ...rows.map((row) => row.takenAtMs)) - DAY
  const toMs = Math.max(nowMs, ...rows.map((row) => row.lockedUntilMs ?? row.takenAtMs)) + DAY
  return { width, fromMs, toMs, x: (ms) => SIDE + ((ms - fromMs) / (toMs - fromMs)) * (width - 2 * SIDE) }
}

/** The mark at the moment of taking, a shape per state: ● locked ○ open ▲ incomplete × doubtful, suspected or damaged. */
function Mark(props: { x: number; y: number; state: GenerationState }) {
  const { x, y, state } = props
  if (state === 'locked') return <circle class="tl-locked" cx={x} cy={y} r="4" />
  if (state === 'open') return <circle class="tl-open" cx={x} cy={y} r="3.4" />
  if (state === 'incomplete') return <path class="tl-incomplete" d={`M${x} ${y - 5}l5 9h-10z`} />
  return <path class="tl-bad" d={`M${x - 4} ${y - 4}l8 8m0-8l-8 8`} />
}

/** Labels stay inside the picture. */
const labelX = (scale: Scale, ms: EpochMs) => Math.min(scale.width - 30, Math.max(30, scale.x(ms)))

/** At most `count` round dates on the axis, at least a day apart. */
export function dateTicks(scale: Pick<Scale, 'fromMs' | 'toMs'>, count: number): EpochMs[] {
  const step = Math.max(1, Math.ceil((scale.toMs - scale.fromMs) / DAY / count)) * DAY
  const first = Math.ceil((scale.fromMs + 9 * 3_600_000) / DAY) * DAY - 9 * 3_600_000
  const found: EpochMs[] = []
  for (let ms = first; ms < scale.toMs; ms += step) found.push(ms)
  return found
}

/** 11/22; 2025/11/22 where it is not this year. */
export function shortDate(ui: Ui, ms: EpochMs): string {
  const day = new Date(ms + 9 * 3_600_000)
  const year = day.getUTCFullYear()
  const isThisYear = year === new Date(ui.nowMs + 9 * 3_600_000).getUTCFullYear()
  return ui.f.language === 'ja'
    ? `${isThisYear ? '' : `${year}/`}${day.getUTCMonth() + 1}/${day.getUTCDate()}`
    : `${day.getUTCDate()}.${day.getUTCMonth() + 1}.${isThisYear ? '' : year}`
}

function Picture(props: { ui: Ui; rows: readonly GenerationSummary[]; width: number; kind: 'wide' | 'narrow' }) {
  const { ui, rows, width } = props
  const scale = scaleOf(rows, ui.nowMs, width)
  const height = TOP + rows.length * ROW + 26
  const bottom = height - 22
  const today = scale.x(ui.nowMs)
  return (
    <svg
      class={`timeline timeline-${props.kind}`}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={ui.t.generation.chartTitle(ui.f.count(rows.length))}
    >
      {dateTicks(scale, width > 500 ? 8 : 4).map((ms) => (
        <g>
          <path class="tl-grid" d={`M${scale.x(ms)} ${TOP - 6}V${bottom}`} />
          <text class="tl-text" x={labelX(scale, ms)} y={height - 6} text-anchor="middle">
            {shortDate(ui, ms)}
          </text>
        </g>
      ))}
      {rows.map((row, index) => {
        const y = TOP + index * ROW + ROW / 2
        const x = scale.x(row.takenAtMs)
        const end = row.lockedUntilMs
        return (
          <g>
            <title>
              {ui.f.dateTime(row.takenAtMs, ui.nowMs)} {ui.t.generation.state[row.state]}
            </title>
            {end === undefined ? null : (
              <path class={end > ui.nowMs ? 'tl-lock' : 'tl-lock-ended'} d={`M${x} ${y}H${scale.x(end)}m0-3.500v7`} />
            )}
            <Mark x={x} y={y} state={row.state} />
          </g>
        )
      })}
      <path class="tl-today" d={`M${today} ${TOP - 10}V${bottom}`} />
      <text class="tl-text tl-strong" x={today} y={TOP - 15} text-anchor="middle">
        {ui.t.generation.today}
      </text>
    </svg>
  )
}

/** Legend words stand in the text, so that the picture can be read in black and white. */
export function GenerationTimeline(props: { ui: Ui; rows: readonly GenerationSummary[] }) {
  const { ui, rows } = props
  if (rows.length === 0) return null
  const seen = [...new Set(rows.map((row) => row.state))]
  return (
    <figure class="timeline-figure">
      <figcaption class="quiet">{ui.t.generation.listLead}</figcaption>
      <Picture ui={ui} rows={rows} width={900} kind="wide" />
      <Picture ui={ui} rows={rows} width={350} kind="narrow" />
      <p class="legend" aria-hidden="true">
        {seen.map((state) => (
          <span>
            <svg viewBox="0 0 14 14" width="14" height="14">
              <Mark x={7} y={7} state={state} />
            </svg>
            {ui.t.generation.state[state]}
          </span>
        ))}
      </p>
    </figure>
  )
}
