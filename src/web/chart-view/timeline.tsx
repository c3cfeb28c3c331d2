/* oxlint-disable jsx-a11y/no-noninteractive-tabindex, jsx-a11y/prefer-tag-over-role -- a picture that scrolls sideways must take the focus (WCAG 2.1.1) and a name */
/**
 * The course over time: stays, visits, drugs, tests and documents in lanes, six months or all of it. What is known only by
 * arithmetic, or has no recorded end, is dashed. The table holds the same.
 */
import { institutionDate } from '#base'
import type { Chart } from '#chart'
import { DAY_MINUTES, dayOf, minuteOf, scale, shortDay } from './plot.ts'
import { endWords, type LaneName, LANES, type TimelineItem, timelineItems } from './timeline-items.ts'
import { dateWords, type ChartView } from './view.ts'

const WIDTH = 760
const LEFT = 92
const RIGHT = 14
const HEAD = 20
const ROW = 9
/** More rows would make a lane of drugs higher than a sheet: further spans share the last one. */
const MOST_ROWS = 8
const RECENT_DAYS = 183
/** A span is drawn at least this wide. */
const LEAST_WIDTH = 3

interface Placed {
  readonly item: TimelineItem
  readonly row: number
  readonly x: number
  readonly end: number
}

/** Spans that overlap go into rows of their own; points of a lane may lie on each other. */
function placed(items: readonly TimelineItem[], x: (minute: number) => number, now: number): Placed[] {
  const free: number[] = []
  return items.map((item) => {
    const from = x(minuteOf(item.from)!)
    if (item.end === undefined) return { item, row: 0, x: from, end: from }
    const last = item.end === 'open' ? now : (minuteOf(item.until) ?? minuteOf(item.from)!)
    const end = Math.max(x(last), from + LEAST_WIDTH)
    const found = free.findIndex((until) => until <= from)
    const row = Math.min(found === -1 ? free.length : found, MOST_ROWS - 1)
    free[row] = Math.max(end + 1, row === MOST_ROWS - 1 ? (free[row] ?? 0) : 0)
    return { item, row, x: from, end }
  })
}

function Lane(props: { name: string; items: readonly Placed[]; top: number; left: number }) {
  const { name, items, top, left } = props
  return (
    <g>
      <text class="flow-title" x="2" y={top + 9}>
        {name}
      </text>
      {items.map(({ item, row, x, end }) => {
        const y = top + 3 + row * ROW
        const hidden = item.offPhone ? ' off-phone' : ''
        const start = Math.max(x, left)
        if (item.end === undefined) return <circle class={`course-point${hidden}`} cx={x.toFixed(1)} cy={y + 2} r="3" />
        return (
          <path
            class={`course-span ${item.end === 'recorded' ? 'is-recorded' : 'is-open'}${hidden}`}
            d={`M${start.toFixed(1)} ${y + 2}H${Math.max(end, start + LEAST_WIDTH).toFixed(1)}`}
          />
        )
      })}
    </g>
  )
}

/** First days of months, thinned so that the words do not touch. */
function months(from: number, to: number): number[] {
  const found: number[] = []
  const [year, month] = dayOf(from).split('-').map(Number) as [number, number]
  for (let n = 1; ; n++) {
    const minute = Date.UTC(year, month - 1 + n, 1) / 60_000
    if (minute >= to) break
    found.push(minute)
  }
  const step = Math.ceil(found.length / 12)
  return found.filter((_, i) => i % step === 0)
}

function Picture(props: { view: ChartView; items: readonly TimelineItem[]; from: number; now: number }) {
  const { view, items, from, now } = props
  const { pictures } = view.words
  // Drugs may last beyond the as-of; the picture ends a week after it.
  const to = now + 7 * DAY_MINUTES
  const wide = scale(from, to, LEFT, WIDTH - RIGHT)
  const x = (minute: number) => Math.min(Math.max(wide(minute), LEFT), WIDTH - RIGHT)
  const lanes = LANES.flatMap((lane) => {
    const own = placed(
      items.filter((item) => item.lane === lane),
      x,
      now,
    )
    return own.length > 0 ? [{ lane, items: own, rows: Math.max(...own.map(({ row }) => row)) + 1 }] : []
  })
  const tops = lanes.map((_, i) => HEAD + lanes.slice(0, i).reduce((sum, { rows }) => sum + rows * ROW + 14, 0))
  const height = lanes.length === 0 ? HEAD : tops.at(-1)! + lanes.at(-1)!.rows * ROW + 12
  const what = lanes.map(({ lane, items: own }) => `${pictures.lane[lane]} ${view.f.count(own.length)}`).join('、')
  const label = pictures.timelineLabel(what)
  return (
    <div class="wide-picture" role="group" aria-label={pictures.timeline} tabindex={0}>
      <svg viewBox={`0 0 ${WIDTH} ${height}`} width={WIDTH} height={height} role="img" aria-label={label}>
        {months(from, to).map((minute) => (
          <>
            <path class="flow-day" d={`M${x(minute).toFixed(1)} ${HEAD - 6}V${height - 4}`} />
            <text class="flow-axis" x={x(minute).toFixed(1)} y="11" text-anchor="middle">
              {dayOf(minute).slice(5, 7) === '01' ? dayOf(minute).slice(0, 4) : shortDay(minute)}
            </text>
          </>
        ))}
        <path class="course-now" d={`M${x(now).toFixed(1)} ${HEAD - 6}V${height - 4}`} />
        {lanes.map(({ lane, items: own }, i) => (
          <Lane name={pictures.lane[lane]} items={own} top={tops[i]!} left={LEFT} />
        ))}
      </svg>
    </div>
  )
}

function Table(props: { view: ChartView; items: readonly TimelineItem[] }) {
  const { view, items } = props
  const { pictures } = view.words
  return (
    <details class="older">
      <summary>{pictures.timelineTable(view.f.count(items.length))}</summary>
      <table class="table compact">
        <caption class="visually-hidden">{pictures.timeline}</caption>
        <thead>
          <tr>
            <th scope="col">{pictures.date}</th>
            <th scope="col">{pictures.until}</th>
            <th scope="col">{pictures.laneHead}</th>
            <th scope="col">{pictures.what}</th>
          </tr>
        </thead>
        <tbody>
          {items.toReversed().map((item) => (
            <tr class={item.offPhone ? 'off-phone' : undefined}>
              <th scope="row">{dateWords(item.from)}</th>
              <td>{endWords(view, item)}</td>
              <td>{pictures.lane[item.lane satisfies LaneName]}</td>
              <td>{item.text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}

/** Nothing where the chart holds nothing dated for this reader. */
export function Timeline(props: { view: ChartView; chart: Chart; href?: string | undefined }) {
  const { view, chart, href } = props
  const { pictures } = view.words
  const all = timelineItems(view, chart)
  if (all.length === 0) return null
  const now = minuteOf(institutionDate(chart.generation.asOf))!
  const recent = now - RECENT_DAYS * DAY_MINUTES
  const lasts = (item: TimelineItem) => item.end === 'open' || minuteOf(item.until ?? item.from)! >= recent
  const shown = view.allColumns ? all : all.filter(lasts)
  const from = view.allColumns ? Math.min(recent, minuteOf(all[0]!.from)!) : recent
  return (
    <section class="part" id="timeline" aria-labelledby="timeline-title">
      <h2 id="timeline-title">{pictures.timeline}</h2>
      <p class="part-note">
        {view.allColumns ? pictures.timelineAll : pictures.timelineRecent(dayOf(from))} ━ {pictures.solid} ┅{' '}
        {pictures.dashed}／ {pictures.timelineNote}
      </p>
      <Picture view={view} items={shown} from={from} now={now} />
      {all.length > shown.length ? <p>{pictures.older(view.f.count(all.length - shown.length))}</p> : null}
      {href ? (
        <p class="screen-only">
          <a href={href}>{view.allColumns ? pictures.showRecent : pictures.showAll}</a>
        </p>
      ) : null}
      <Table view={view} items={shown} />
    </section>
  )
}
