/* oxlint-disable jsx-a11y/no-noninteractive-tabindex, jsx-a11y/prefer-tag-over-role -- a picture that scrolls sideways must take the focus (WCAG 2.1.1) and a name */
/**
 * One analyte, large: shown when its small line is chosen (by its address alone, so that it works without scripts, on a
 * station and in an edition). The band is the source's own range of the newest value; without one there is none.
 */
import type { LabMatrix, LabRow } from '#chart'
import { DAY_MINUTES, pathThrough, pointsOf, scale, shortDay } from './plot.ts'
import { Value } from './value.tsx'
import { dateWords, type ChartView } from './view.ts'

const WIDTH = 660
const HEIGHT = 220
const [LEFT, RIGHT, TOP, BOTTOM] = [56, 16, 14, 28]

/** `3.5-5.0`, `3.5～5.0`: both ends as numbers. Anything else is no band. */
export function rangeOf(text: string | undefined): { low: number; high: number } | undefined {
  const match = /^\s*(-?\d+(?:\.\d+)?)\s*(?:-|~|〜|–|−)\s*(\d+(?:\.\d+)?)\s*$/.exec(text?.normalize('NFKC') ?? '')
  if (!match) return undefined
  const [low, high] = [Number(match[1]), Number(match[2])]
  return low < high && high < Infinity ? { low, high } : undefined
}

export const trendId = (panel: number, row: number) => `trend-${panel}-${row}`

/** Words must not touch: from the newest on, those that have room. */
function apart<P extends { readonly x: number }>(points: readonly P[]): P[] {
  const kept: P[] = []
  for (const point of points.toReversed()) if (kept.length === 0 || kept.at(-1)!.x - point.x >= 52) kept.push(point)
  return kept
}

function Picture(props: { view: ChartView; row: LabRow; matrix: LabMatrix; range: string | undefined }) {
  const { view, row } = props
  const points = pointsOf(row, props.matrix.columns)
  const band = rangeOf(props.range)
  const values = [...points.map(({ value }) => value), ...(band ? [band.low, band.high] : [])]
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const room = (high - low) * 0.08 || 1
  const [first, last] = [points[0]!.minute, points.at(-1)!.minute]
  const x = scale(first, last, LEFT + 10, WIDTH - RIGHT - 30)
  const y = scale(low - room, high + room, HEIGHT - BOTTOM, TOP)
  const drawn = points.map((point) => ({ ...point, x: x(point.minute), y: y(point.value) }))
  const labelled = apart(drawn)
  const label = view.t.lab.trendOf(row.name, points[0]!.text, points.at(-1)!.text, view.f.count(points.length))
  return (
    <div class="wide-picture" role="group" aria-label={label} tabindex={0}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} role="img" aria-label={label}>
        {band ? (
          <>
            <rect
              class="trend-band"
              x={LEFT}
              y={y(band.high)}
              width={WIDTH - LEFT - RIGHT}
              height={y(band.low) - y(band.high)}
            />
            <text class="flow-axis" x={LEFT - 4} y={y(band.high) + 4} text-anchor="end">
              {band.high}
            </text>
            <text class="flow-axis" x={LEFT - 4} y={y(band.low) + 4} text-anchor="end">
              {band.low}
            </text>
          </>
        ) : null}
        <path class="flow-grid" d={`M${LEFT} ${HEIGHT - BOTTOM}H${WIDTH - RIGHT}`} />
        <path class="flow-line" d={pathThrough(drawn)} />
        {drawn.map((point) => (
          <circle class="flow-mark" cx={point.x.toFixed(1)} cy={point.y.toFixed(1)} r="3.5" />
        ))}
        {labelled.map((point) => (
          <>
            <text class="trend-value" x={point.x} y={point.y - 8} text-anchor="middle">
              {point.text}
              {point.flag ? ` ${point.flag}` : ''}
            </text>
            <text class="flow-axis" x={point.x} y={HEIGHT - 10} text-anchor="middle">
              {last - first > 300 * DAY_MINUTES ? `${point.at.slice(2, 4)}/` : ''}
              {shortDay(point.minute)}
            </text>
          </>
        ))}
      </svg>
    </div>
  )
}

/** Every value of the row as written, numbers or not: what the line leaves out stands here. */
function Values(props: { view: ChartView; row: LabRow; matrix: LabMatrix; unit: string | undefined }) {
  const { view, row, matrix, unit } = props
  return (
    <table class="table compact">
      <caption class="visually-hidden">{row.name}</caption>
      <thead>
        <tr>
          <th scope="col">{view.words.pictures.date}</th>
          <th scope="col">
            {row.name} {unit}
          </th>
          <th scope="col">{view.t.lab.range}</th>
        </tr>
      </thead>
      <tbody>
        {row.cells.flatMap((cell, i) =>
          cell.map((value) => (
            <tr>
              <th scope="row">{dateWords(matrix.columns[i]!.at)}</th>
              <td>
                <Value view={view} value={value} rowUnit={unit} />
              </td>
              <td>{value.range ?? ''}</td>
            </tr>
          )),
        )}
      </tbody>
    </table>
  )
}

/** Pictures of all analytes that have a line; style sheets show the one that the address names. */
export function Trends(props: { view: ChartView; matrix: LabMatrix }) {
  const { view, matrix } = props
  const { pictures } = view.words
  return (
    <>
      {matrix.panels.flatMap(({ rows }, panel) =>
        rows.flatMap((row, n) => {
          if (pointsOf(row, matrix.columns).length < 2) return []
          const newest = row.cells.flat()
          const range = newest.find((value) => value.range)?.range
          const unit = newest.find((value) => value.unit)?.unit
          return [
            <figure class="trend-figure" id={trendId(panel, n)} tabindex={-1}>
              <figcaption>
                <strong>{row.name}</strong> {unit} {row.specimen}{' '}
                <span class="quiet">{range ? pictures.rangeBySource(range) : pictures.noRange}</span>{' '}
                <a href="#labs">{pictures.close}</a>
              </figcaption>
              <Picture view={view} row={row} matrix={matrix} range={range} />
              <Values view={view} row={row} matrix={matrix} unit={unit} />
            </figure>,
          ]
        }),
      )}
    </>
  )
}
