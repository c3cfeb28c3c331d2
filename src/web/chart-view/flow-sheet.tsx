/* oxlint-disable jsx-a11y/no-noninteractive-tabindex, jsx-a11y/prefer-tag-over-role -- a picture that scrolls sideways must take the focus (WCAG 2.1.1) and a name */
/**
 * The vitals flow sheet (熱型表): fourteen days a picture, one lane per kind, drawn on the server. It shows what was
 * recorded and judges nothing: no fever line, no colour for a value. The table beside it holds every value as written.
 */
import type { EpochMs } from '#base'
import type { LabColumn, Vitals } from '#chart'
import { DAY_MINUTES, dayStart, minuteOf, pathThrough, type Point, pointsOf, runsOf, scale, shortDay } from './plot.ts'
import { type ChartView, dateWords } from './view.ts'

type Row = Vitals['rows'][number]
export type VitalKind = 'temperature' | 'pulse' | 'systolic' | 'diastolic' | 'respiration' | 'saturation'

/** By the words of the source, or by LOINC. What fits none stands in the table only. */
const KINDS: readonly (readonly [VitalKind, RegExp, readonly string[]])[] = [
  ['temperature', /体温|temperature/i, ['8310-5']],
  ['systolic', /収縮期|最高血圧|systolic/i, ['8480-6']],
  ['diastolic', /拡張期|最低血圧|diastolic/i, ['8462-4']],
  ['pulse', /脈拍|心拍|pulse|heart rate/i, ['8867-4']],
  ['respiration', /呼吸(回)?数|respirat/i, ['9279-1']],
  ['saturation', /spo2|酸素飽和|saturation/i, ['2708-6', '59408-5']],
]

export function vitalKind({ name, code }: Pick<Row, 'name' | 'code'>): VitalKind | undefined {
  const words = name.normalize('NFKC')
  return KINDS.find(([, pattern, loinc]) => loinc.includes(code?.code ?? '') || pattern.test(words))?.[0]
}

interface Lane {
  readonly id: 'temperature' | 'pulse' | 'pressure' | 'respiration' | 'saturation'
  readonly kinds: readonly VitalKind[]
  /** The usual span of the axis; values outside widen it. */
  readonly from: number
  readonly to: number
  readonly step: number
  readonly height: number
}
const LANES: readonly Lane[] = [
  { id: 'temperature', kinds: ['temperature'], from: 35, to: 40, step: 1, height: 120 },
  { id: 'pulse', kinds: ['pulse'], from: 40, to: 140, step: 20, height: 100 },
  { id: 'pressure', kinds: ['systolic', 'diastolic'], from: 60, to: 180, step: 40, height: 90 },
  { id: 'respiration', kinds: ['respiration'], from: 0, to: 40, step: 10, height: 70 },
  { id: 'saturation', kinds: ['saturation'], from: 80, to: 100, step: 10, height: 60 },
]

const DAYS = 14
const HEADS = 88
const DAY_WIDTH = 46
const WIDTH = DAYS * DAY_WIDTH + 2
const HEAD = 22
const GAP = 20

interface Series {
  readonly kind: VitalKind
  readonly name: string
  readonly unit: string
  readonly points: readonly Point[]
  /** Values of this window that are no number, or in another unit: only the table shows them. */
  readonly undrawn: number
}

/** What the backup holds was measured before it; two days leave room for clocks and time zones. */
const MARGIN = 2 * DAY_MINUTES

/** The last minute in which a value of this backup can have been measured. */
export const plausibleUntil = (asOf: EpochMs): number => asOf / 60_000 + MARGIN

/**
 * The windows of fourteen days that hold something, newest first. Each ends with the day of a measurement.
 * @param until later days (a year 9999 that somebody mistyped) make no window: the true newest would not be seen for them
 */
export function windowsOf(columns: readonly LabColumn[], until: number): number[] {
  const days = columns
    .flatMap(({ at }) => minuteOf(at) ?? [])
    .filter((minute) => minute <= until)
    .map(dayStart)
  const starts: number[] = []
  for (const day of days.toSorted((a, b) => b - a))
    if (starts.length === 0 || day < starts.at(-1)!) starts.push(day - (DAYS - 1) * DAY_MINUTES)
  return starts
}

function seriesOf({ columns, rows }: Vitals, start: number): Series[] {
  const end = start + DAYS * DAY_MINUTES
  const inside = (minute: number | undefined) => minute !== undefined && minute >= start && minute < end
  return rows.flatMap((row): Series[] => {
    const kind = vitalKind(row)
    if (!kind) return []
    const points = pointsOf(row, columns).filter(({ minute }) => inside(minute))
    const written = row.cells.reduce((sum, cell, i) => sum + (inside(minuteOf(columns[i]!.at)) ? cell.length : 0), 0)
    const unit = row.cells.flat().find((value) => value.unit)?.unit ?? ''
    return written === 0 ? [] : [{ kind, name: row.name, unit, points, undrawn: written - points.length }]
  })
}

/** Round limits that hold every value. */
function limits({ from, to, step }: Lane, series: readonly Series[]): { from: number; to: number } {
  const values = series.flatMap(({ points }) => points.map(({ value }) => value))
  return {
    from: Math.floor(Math.min(from, ...values) / step) * step,
    to: Math.ceil(Math.max(to, ...values) / step) * step,
  }
}

/** A value that somebody mistyped widens the axis a millionfold: never more lines than fit. */
const MOST_STEPS = 12
function gridOf({ from, to }: { from: number; to: number }, usual: number): number[] {
  const step = usual * Math.max(1, Math.ceil((to - from) / usual / MOST_STEPS))
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, n) => from + n * step)
}

function Mark(props: { kind: VitalKind; x: number; y: number; hollow: boolean }) {
  const { kind, x, y } = props
  const look = props.hollow ? 'flow-hollow' : 'flow-mark'
  if (kind === 'temperature') return <circle class={look} cx={x} cy={y} r="3.2" />
  if (kind === 'pulse') return <path class={look} d={`M${x} ${y - 4}l4 7.5h-8z`} />
  if (kind === 'respiration') return <path class={look} d={`M${x} ${y - 4}l4 4-4 4-4-4z`} />
  if (kind === 'saturation') return <path class={look} d={`M${x - 3} ${y - 3}h6v6h-6z`} />
  return (
    <path class="flow-tick" d={kind === 'systolic' ? `M${x - 4} ${y - 4}l4 4 4-4` : `M${x - 4} ${y + 4}l4-4 4 4`} />
  )
}

interface Placed {
  readonly lane: Lane
  readonly series: readonly Series[]
  readonly top: number
}

function axisOf({ lane, series, top }: Placed) {
  const span = limits(lane, series)
  return { y: scale(span.from, span.to, top + lane.height, top), grid: gridOf(span, lane.step) }
}

/** Name, unit and numbers of a lane: they stay where the days are moved. */
function LaneHead(props: { view: ChartView; placed: Placed }) {
  const { view, placed } = props
  const { lane, series, top } = placed
  const { y, grid } = axisOf(placed)
  return (
    <g>
      <text class="flow-title" x="2" y={top + 10}>
        {view.words.pictures.vital[lane.id]}
      </text>
      <text class="flow-unit" x="2" y={top + 24}>
        {[...new Set(series.map(({ unit }) => unit))].filter(Boolean).join(' ')}
      </text>
      {grid.map((value) => (
        <text class="flow-axis" x={HEADS - 4} y={y(value) + 4} text-anchor="end">
          {value}
        </text>
      ))}
    </g>
  )
}

function LanePicture(props: { placed: Placed; start: number }) {
  const { placed, start } = props
  const { lane, series } = placed
  const x = scale(start, start + DAYS * DAY_MINUTES, 0, DAYS * DAY_WIDTH)
  const { y, grid } = axisOf(placed)
  const drawn = series.map((one) => ({
    ...one,
    points: one.points.map((p) => ({ ...p, x: x(p.minute), y: y(p.value) })),
  }))
  const systolic = drawn.filter(({ kind }) => kind === 'systolic').flatMap(({ points }) => points)
  const lower = drawn.filter(({ kind }) => kind === 'diastolic').flatMap(({ points }) => points)
  return (
    <g>
      {grid.map((value) => (
        <path class="flow-grid" d={`M0 ${y(value).toFixed(1)}H${DAYS * DAY_WIDTH}`} />
      ))}
      {lane.id === 'pressure'
        ? systolic.map((high) => {
            const low = lower.find(({ minute }) => minute === high.minute)
            return low ? (
              <path class="flow-bar" d={`M${high.x.toFixed(1)} ${high.y.toFixed(1)}V${low.y.toFixed(1)}`} />
            ) : null
          })
        : drawn.flatMap(({ points }) => runsOf(points).map((run) => <path class="flow-line" d={pathThrough(run)} />))}
      {drawn.map(({ kind, points }, nth) =>
        points.map((point) => (
          <Mark
            kind={kind}
            x={Number(point.x.toFixed(1))}
            y={Number(point.y.toFixed(1))}
            hollow={drawn.slice(0, nth).some((before) => before.kind === kind)}
          />
        )),
      )}
    </g>
  )
}

function Sheet(props: { view: ChartView; vitals: Vitals; start: number }) {
  const { view, vitals, start } = props
  const { pictures } = view.words
  const series = seriesOf(vitals, start)
  const lanes = LANES.map((lane) => ({ lane, series: series.filter(({ kind }) => lane.kinds.includes(kind)) })).filter(
    (one) => one.series.some(({ points }) => points.length > 0),
  )
  if (lanes.length === 0) return null
  const tops = lanes.map((_, i) => HEAD + lanes.slice(0, i).reduce((sum, { lane }) => sum + lane.height + GAP, 0))
  const placed = lanes.map((one, i) => ({ ...one, top: tops[i]! }))
  const height = tops.at(-1)! + lanes.at(-1)!.lane.height + 8
  const days = Array.from({ length: DAYS + 1 }, (_, n) => start + n * DAY_MINUTES)
  const last = start + (DAYS - 1) * DAY_MINUTES
  const undrawn = series.reduce((sum, one) => sum + one.undrawn, 0)
  const count = (one: Series) => pictures.measured(one.name, view.f.count(one.points.length))
  const label = pictures.flowLabel(shortDay(start), shortDay(last), series.map(count).join('、'))
  return (
    <figure class="flow-sheet">
      <figcaption>{pictures.flowCaption(shortDay(start), shortDay(last))}</figcaption>
      <div class="flow-picture">
        <svg viewBox={`0 0 ${HEADS} ${height}`} width={HEADS} height={height} aria-hidden="true">
          {placed.map((one) => (
            <LaneHead view={view} placed={one} />
          ))}
        </svg>
        <div class="wide-picture" role="group" aria-label={pictures.flow} tabindex={0}>
          <svg viewBox={`0 0 ${WIDTH} ${height}`} width={WIDTH} height={height} role="img" aria-label={label}>
            {days.map((minute, n) => {
              const x = n * DAY_WIDTH + 0.5
              return (
                <>
                  <path class="flow-day" d={`M${x} ${HEAD - 4}V${height - 6}`} />
                  {n < DAYS ? (
                    <text class="flow-axis" x={x + DAY_WIDTH / 2} y="12" text-anchor="middle">
                      {shortDay(minute)}
                    </text>
                  ) : null}
                </>
              )
            })}
            {placed.map((one) => (
              <LanePicture placed={one} start={start} />
            ))}
          </svg>
        </div>
      </div>
      {undrawn > 0 ? <p class="part-gap">▲ {pictures.undrawn(view.f.count(undrawn))}</p> : null}
    </figure>
  )
}

const MOST_LISTED = 10

/** Values that are dated after the backup: in no picture, and not dropped. */
function Undatable(props: { view: ChartView; vitals: Vitals; until: number }) {
  const { view, vitals, until } = props
  const { pictures } = view.words
  const values = vitals.columns.flatMap(({ at }, column) =>
    (minuteOf(at) ?? 0) <= until
      ? []
      : vitals.rows.flatMap(({ name, cells }) =>
          (cells[column] ?? []).map(({ text, unit }) => `${dateWords(at)} ${name} ${text}${unit ? ` ${unit}` : ''}`),
        ),
  )
  if (values.length === 0) return null
  const more = values.length - MOST_LISTED
  return (
    <div class="part-gap">
      <p>▲ {pictures.afterBackup(view.f.count(values.length))}</p>
      <ul>
        {values.slice(0, MOST_LISTED).map((words) => (
          <li class="source-text">{words}</li>
        ))}
      </ul>
      {more > 0 ? <p>{pictures.afterBackupMore(view.f.count(more))}</p> : null}
    </div>
  )
}

/** The newest fourteen days, or all windows where all dates are asked for. */
export function FlowSheet(props: { view: ChartView; vitals: Vitals; asOf: EpochMs }) {
  const { view, vitals } = props
  const until = plausibleUntil(props.asOf)
  const windows = windowsOf(vitals.columns, until)
  return (
    <>
      <Undatable view={view} vitals={vitals} until={until} />
      {(view.allColumns ? windows : windows.slice(0, 1)).map((start) => (
        <Sheet view={view} vitals={vitals} start={start} />
      ))}
      <p class="part-note">{view.words.pictures.flowNote}</p>
    </>
  )
}
