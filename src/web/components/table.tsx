/** Tables that become cards on a phone (each cell then carries its heading), definition lists, and page links. */
import type { Child } from 'hono/jsx'
import type { Page } from '../read-models.ts'
import type { Ui } from '../ui.ts'

export interface Column<Row> {
  readonly key: string
  readonly head: string
  readonly cell: (row: Row) => Child
  readonly align?: 'right'
  /** The cell that names the row. */
  readonly isName?: boolean
}

/** Rows of plain words under plain heads. @param nameColumn which cell names the row */
export function TextTable(props: {
  ui: Ui
  caption: string
  head: readonly string[]
  rows: readonly (readonly string[])[]
  nameColumn: number
}) {
  const columns = props.head.map((head, i) => ({
    key: String(i),
    head,
    isName: i === props.nameColumn,
    cell: (row: readonly string[]) => row[i] ?? '',
  }))
  return <DataTable ui={props.ui} caption={props.caption} hideCaption rows={props.rows} columns={columns} />
}

export function DataTable<Row>(props: {
  ui: Pick<Ui, 't'>
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  hideCaption?: boolean
  rowClass?: (row: Row) => string | undefined
}) {
  const { columns, rows } = props
  if (rows.length === 0) return <p class="quiet">{props.ui.t.table.empty}</p>
  return (
    <table class="table cards">
      <caption class={props.hideCaption ? 'visually-hidden' : undefined}>{props.caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th scope="col" class={column.align}>
              {column.head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr class={props.rowClass?.(row)}>
            {columns.map((column) =>
              column.isName ? (
                <th scope="row">{column.cell(row)}</th>
              ) : (
                <td class={column.align} data-head={column.head}>
                  <div>{column.cell(row)}</div>
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export interface Fact {
  readonly term: string
  readonly value: Child
}

export function FactList(props: { facts: readonly (Fact | undefined)[]; wide?: boolean }) {
  return (
    <dl class={props.wide ? 'facts facts-wide' : 'facts'}>
      {props.facts.map((fact) =>
        fact ? (
          <div>
            <dt>{fact.term}</dt>
            <dd>{fact.value}</dd>
          </div>
        ) : null,
      )}
    </dl>
  )
}

/** `href` gets the page number. */
export function Pagination(props: { ui: Ui; page: Page<unknown>; href: (page: number) => string }) {
  const { ui, page } = props
  const pages = Math.max(1, Math.ceil(page.total / page.pageSize))
  if (pages === 1) return null
  const from = (page.page - 1) * page.pageSize + 1
  const to = Math.min(page.total, from + page.rows.length - 1)
  return (
    <nav class="pagination" aria-label={ui.t.table.pages}>
      {page.page > 1 ? <a href={props.href(page.page - 1)}>‹ {ui.t.table.previous}</a> : null}
      <span>{ui.t.table.range(ui.f.count(from), ui.f.count(to), ui.f.count(page.total))}</span>
      {page.page < pages ? <a href={props.href(page.page + 1)}>{ui.t.table.next} ›</a> : null}
    </nav>
  )
}
