/** A trend as a small line, drawn on the server: only purely numeric values of one unit (the model decides which). */
import type { LabRow } from '#chart'
import type { ChartView } from './view.ts'

const WIDTH = 84
const HEIGHT = 22
const EDGE = 3

export function sparklinePath(trend: LabRow['trend']): { path: string; x: number; y: number } | undefined {
  if (trend.length < 2) return undefined
  const values = trend.map((point) => point.value)
  const low = Math.min(...values)
  const span = Math.max(...values) - low || 1
  const points = values.map((value, index) => ({
    x: EDGE + (index / (values.length - 1)) * (WIDTH - 2 * EDGE),
    y: HEIGHT - EDGE - ((value - low) / span) * (HEIGHT - 2 * EDGE),
  }))
  const last = points.at(-1)!
  return { path: points.map(({ x, y }, i) => `${i ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`).join(''), ...last }
}

export function Sparkline(props: { view: ChartView; name: string; trend: LabRow['trend'] }) {
  const { view, trend } = props
  const line = sparklinePath(trend)
  if (!line) return null
  const label = view.t.lab.trendOf(
    props.name,
    String(trend[0]!.value),
    String(trend.at(-1)!.value),
    view.f.count(trend.length),
  )
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={label}
    >
      <path d={line.path} />
      <circle cx={line.x} cy={line.y} r="2.5" />
    </svg>
  )
}
