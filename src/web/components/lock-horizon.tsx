/**
 * The generations of a source on an axis of time, each with the ends of its locks: below at this computer, above at other
 * places (thicker, its administrator has no power there). Drawn on the server; the same facts stand in the table beside it.
 */
import type { EpochMs } from '#base'
import type { LockedGeneration } from '#vault'
import type { Ui } from '../ui.ts'
import { dateTicks, shortDate } from './timeline.tsx'

const ROW = 12
const TOP = 30
const SIDE = 10
const DAY = 86_400_000

const endAway = ({ copies }: LockedGeneration): EpochMs | undefined => {
  const ends = copies.flatMap((copy) => copy.lockedUntil ?? [])
  return ends.length === 0 ? undefined : Math.max(...ends)
}

function Lines(props: { row: LockedGeneration; y: number; nowMs: EpochMs; x: (ms: EpochMs) => number }) {
  const { row, y, nowMs, x } = props
  const away = endAway(row)
  const from = x(row.takenAt)
  const isAway = away !== undefined && away > nowMs
  return (
    <g>
      {isAway ? <path class="tl-lock-away" d={`M${from} ${y - 2}H${x(away)}m0-3v6`} /> : null}
      {row.lockedHere === undefined ? null : (
        <path
          class={row.lockedHere > nowMs ? 'tl-lock' : 'tl-lock-ended'}
          d={`M${from} ${isAway ? y + 2.5 : y}H${x(row.lockedHere)}m0-2.500v5`}
        />
      )}
      <circle class={row.isGood ? 'tl-locked' : 'tl-open'} cx={from} cy={y} r="3.500" />
    </g>
  )
}

function Picture(props: { ui: Ui; rows: readonly LockedGeneration[]; width: number; kind: 'wide' | 'narrow' }) {
  const { ui, rows, width } = props
  const { nowMs } = ui
  const ends = rows.flatMap((row) => [row.lockedHere, endAway(row)]).filter((end) => end !== undefined)
  const scale = {
    fromMs: Math.min(nowMs, ...rows.map((row) => row.takenAt)) - DAY,
    toMs: Math.max(nowMs, ...ends) + DAY,
  }
  const x = (ms: EpochMs) => SIDE + ((ms - scale.fromMs) / (scale.toMs - scale.fromMs)) * (width - 2 * SIDE)
  const height = TOP + rows.length * ROW + 26
  const bottom = height - 22
  return (
    <svg
      class={`timeline timeline-${props.kind}`}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={ui.t.horizon.chart(ui.f.count(rows.length), ui.f.date(Math.max(nowMs, ...ends), nowMs))}
    >
      {dateTicks(scale, width > 500 ? 8 : 3).map((ms) => (
        <g>
          <path class="tl-grid" d={`M${x(ms)} ${TOP - 6}V${bottom}`} />
          <text class="tl-text" x={Math.min(width - 34, Math.max(34, x(ms)))} y={height - 6} text-anchor="middle">
            {shortDate(ui, ms)}
          </text>
        </g>
      ))}
      {rows.map((row, i) => (
        <Lines row={row} y={TOP + i * ROW + ROW / 2} nowMs={nowMs} x={x} />
      ))}
      <path class="tl-today" d={`M${x(nowMs)} ${TOP - 10}V${bottom}`} />
      <text class="tl-text tl-strong" x={Math.max(20, x(nowMs))} y={TOP - 15} text-anchor="middle">
        {ui.t.horizon.today}
      </text>
    </svg>
  )
}

export function LockHorizonPicture(props: { ui: Ui; rows: readonly LockedGeneration[] }) {
  const { ui, rows } = props
  if (rows.length === 0) return null
  const t = ui.t.horizon
  const isAway = rows.some((row) => row.copies.length > 0)
  return (
    <figure class="timeline-figure">
      <Picture ui={ui} rows={rows} width={900} kind="wide" />
      <Picture ui={ui} rows={rows} width={350} kind="narrow" />
      <p class="legend" aria-hidden="true">
        {isAway ? <Key class="tl-lock-away" word={t.chartAway} /> : null}
        <Key class="tl-lock" word={t.chartHere} />
      </p>
    </figure>
  )
}

function Key(props: { class: string; word: string }) {
  return (
    <span>
      <svg viewBox="0 0 28 14" width="28" height="14">
        <path class={props.class} d="M2 7H26m0-3v6" />
      </svg>
      {props.word}
    </span>
  )
}
