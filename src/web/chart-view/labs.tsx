/* oxlint-disable jsx-a11y/no-noninteractive-tabindex, jsx-a11y/prefer-tag-over-role -- a table that scrolls sideways must take the focus (WCAG 2.1.1) and a name */
/**
 * The laboratory matrix and vitals: items down, dates across, the newest first so that a phone shows it. Values are the
 * source's text; flags are the source's, each with its letter; no flag never reads as normal.
 */
import type { EpochMs } from '#base'
import type { LabColumn, LabMatrix, LabPanel, LabRow, LabValue, Vitals } from '#chart'
import { FlowSheet } from './flow-sheet.tsx'
import { isHiddenOnPhone, OriginLine } from './part.tsx'
import { Sparkline } from './sparkline.tsx'
import { Trends, trendId } from './trend.tsx'
import { Value } from './value.tsx'
import { dateWords, type ChartView } from './view.ts'

/** Tables up to this many rows stay on one sheet. */
const SHORT_ROWS = 15

/** Columns shown before "older" is asked for. */
const COLUMNS = 5

/** Unit and range of the newest value that has one; older values with another unit show theirs beside them. */
const newest = (row: { cells: LabRow['cells'] }, pick: (value: LabValue) => string | undefined) =>
  row.cells.flat().map(pick).find(Boolean)

interface MatrixRow extends Pick<LabRow, 'name' | 'cells' | 'trend' | 'sensitivity'> {
  readonly specimen?: string
  /** Where the large picture of this row stands. */
  readonly trendHref?: string
}

function Row(props: { view: ChartView; row: MatrixRow; columns: readonly number[]; ranges: boolean }) {
  const { view, row, columns } = props
  const unit = newest(row, (value) => value.unit)
  return (
    <tr class={isHiddenOnPhone(row) ? 'off-phone' : undefined}>
      <th scope="row">
        {row.name}
        <small>{[unit, row.specimen].filter(Boolean).join(' ')}</small>
      </th>
      {columns.map((index) => (
        <td>
          {(row.cells[index] ?? []).map((value) => (
            <Value view={view} value={value} rowUnit={unit} />
          ))}
        </td>
      ))}
      {props.ranges ? <td class="range">{newest(row, (value) => value.range) ?? ''}</td> : null}
      <td class="trend">
        {row.trendHref && row.trend.length > 1 ? (
          <a href={row.trendHref} title={view.words.pictures.showTrend(row.name)}>
            <Sparkline view={view} name={row.name} trend={row.trend} />
          </a>
        ) : (
          <Sparkline view={view} name={row.name} trend={row.trend} />
        )}
      </td>
    </tr>
  )
}

/** Columns in which at least one of these rows has a value, newest first, cut to {@link COLUMNS} unless all are wanted. */
function columnsOf(view: ChartView, heads: readonly LabColumn[], rows: readonly MatrixRow[]) {
  const used = heads.map((_, index) => index).filter((index) => rows.some((row) => (row.cells[index] ?? []).length > 0))
  return {
    shown: view.allColumns ? used : used.slice(0, COLUMNS),
    more: view.allColumns ? 0 : Math.max(0, used.length - COLUMNS),
  }
}

function Matrix(props: {
  view: ChartView
  title: string
  heads: readonly LabColumn[]
  rows: readonly MatrixRow[]
  ranges: boolean
  showTitle: boolean
}) {
  const { view, heads, rows, ranges } = props
  const { t } = view
  const { shown, more } = columnsOf(view, heads, rows)
  if (shown.length === 0) return null
  return (
    <div
      class={rows.length > SHORT_ROWS ? 'matrix' : 'matrix matrix-short'}
      role="group"
      aria-label={props.title}
      tabindex={0}
    >
      <table>
        <caption class={props.showTitle ? undefined : 'visually-hidden'}>
          {props.title}
          {more > 0 ? <span class="quiet">（{t.lab.olderColumns(view.f.count(more))}）</span> : null}
        </caption>
        <thead>
          <tr>
            <th scope="col">{t.lab.item}</th>
            {shown.map((index) => (
              <th scope="col" class="matrix-date">
                <span>{heads[index]!.at.slice(0, 4)}</span>
                <span class="strong">{dateWords(heads[index]!.at).slice(5, 10).replace('-', '/')}</span>
                <span>{dateWords(heads[index]!.at).slice(11)}</span>
                {heads[index]!.by === 'collected' ? null : <small>{t.lab[heads[index]!.by]}</small>}
              </th>
            ))}
            {ranges ? <th scope="col">{t.lab.range}</th> : null}
            <th scope="col" class="trend">
              {t.lab.trend}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row view={view} row={row} columns={shown} ranges={ranges} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Files behind the values, listed once under the tables. */
function ValueOrigins(props: { view: ChartView; rows: readonly MatrixRow[] }) {
  if (!props.view.showOrigins) return null
  const origins = new Map(
    props.rows.flatMap((row) => row.cells.flat().map((value) => [value.origin.path, value.origin])),
  )
  return (
    <ul>
      {[...origins.values()].map((origin) => (
        <li>
          <OriginLine view={props.view} origin={origin} />
        </li>
      ))}
    </ul>
  )
}

export function Labs(props: { view: ChartView; matrix: LabMatrix; href?: string | undefined }) {
  const { view, matrix } = props
  const rows = matrix.panels.flatMap((panel) => panel.rows)
  return (
    <>
      <Trends view={view} matrix={matrix} />
      {matrix.panels.map((panel: LabPanel, at) => (
        <Matrix
          view={view}
          title={view.t.lab.panel[panel.panel]}
          heads={matrix.columns}
          rows={panel.rows.map((row, n) => ({ ...row, trendHref: `#${trendId(at, n)}` }))}
          ranges
          showTitle
        />
      ))}
      {matrix.remarks.length > 0 ? (
        <ul class="rows">
          {matrix.remarks.map((remark) => (
            <li>
              <span class="row-date">{dateWords(remark.at)}</span>
              <span class="source-text">
                {remark.text}
                <OriginLine view={view} origin={remark.origin} />
              </span>
            </li>
          ))}
        </ul>
      ) : null}
      {props.href && matrix.columns.length > COLUMNS ? (
        <p class="screen-only">
          <a href={props.href}>
            {view.allColumns
              ? view.t.lab.fewerColumns
              : view.t.lab.moreColumns(view.f.count(matrix.columns.length - COLUMNS))}
          </a>
        </p>
      ) : null}
      <ValueOrigins view={view} rows={rows} />
    </>
  )
}

export function VitalsTable(props: { view: ChartView; vitals: Vitals; asOf: EpochMs }) {
  const { view, vitals } = props
  return (
    <>
      <FlowSheet view={view} vitals={vitals} asOf={props.asOf} />
      <Matrix
        view={view}
        title={view.t.section.vitals}
        heads={vitals.columns}
        rows={vitals.rows}
        ranges={false}
        showTitle={false}
      />
      <ValueOrigins view={view} rows={vitals.rows} />
    </>
  )
}
