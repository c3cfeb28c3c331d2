/** Newest values and open problems, each in one row: what may be cut from a sheet, newest first. */
import type { Chart, LabColumn, LabValue, Problem, Section } from '#chart'
import type { Line } from './page.ts'
import { type Audience, type PaperView, withoutOnPaper } from './paper-words.ts'
import { type Block, bold, plain, type Row, remark, row } from './sheet.ts'
import { dateWords, shownValue, statusWords } from './texts.ts'

interface ValueRow {
  readonly name: string
  readonly specimen?: string
  readonly cells: readonly (readonly LabValue[])[]
}

/** The source's own flag stands beside the value as a letter: paper knows no colour. */
function valueLine(view: PaperView, values: readonly LabValue[]): Line {
  return values.flatMap((value, i) => {
    const words = `${i > 0 ? ' / ' : ''}${value.text}${value.flag ? ` ${value.flag}` : ''}`
    const after = [value.unit, statusWords(view, value.status), ...value.comments].filter(Boolean).join(' ')
    return [{ text: words, bold: Boolean(value.flag) }, ...plain(` ${after}`)]
  })
}

function newestRow(
  view: PaperView,
  one: ValueRow,
  columns: readonly LabColumn[],
): { at: string; row: Row } | undefined {
  const filled = one.cells.flatMap((cell, i) => (cell.length > 0 ? [{ cell, at: columns[i]?.at ?? '' }] : []))
  const [now, before] = filled
  if (!now) return undefined
  const earlier = before ? `（← ${before.cell.map(({ text }) => text).join('/')}）` : ''
  const specimen = one.specimen ? `（${one.specimen}）` : ''
  return {
    at: now.at,
    row: row(
      ...plain(`${one.name}${specimen} `),
      ...valueLine(view, now.cell),
      ...plain(` ${dateWords(now.at).slice(2, 10)}${earlier}`),
    ),
  }
}

function valueBlock(
  view: PaperView,
  title: string,
  section: Section<{ readonly columns: readonly LabColumn[] }>,
  values: readonly ValueRow[],
  note: string,
): Block {
  const columns = shownValue(section)?.columns ?? []
  const rows = values
    .flatMap((one) => newestRow(view, one, columns) ?? [])
    .toSorted((a, b) => b.at.slice(0, 10).localeCompare(a.at.slice(0, 10)))
    .map((one) => one.row)
  return { title, note, rows: rows.length > 0 ? rows : nothingRows(view, section), columns: 2 }
}

function nothingRows(view: PaperView, section: Section<unknown>): Row[] {
  if (section.access === 'withheld') return [remark(...plain(view.t.withheld[section.why]))]
  return [remark(...plain(section.without.length > 0 ? withoutOnPaper(view, section.without) : view.t.none))]
}

/** The part whose files could not all be read says so in its title, which is never cut. */
const titled = (view: PaperView, title: string, section: Section<unknown>) =>
  section.access === 'shown' && section.gaps > 0 ? `${title} ▲${view.t.gaps(view.f.count(section.gaps))}` : title

export function resultBlocks(view: PaperView, chart: Chart, audience: Audience): Block[] {
  const { t, p } = view
  const labs = shownValue(chart.labs)?.panels.flatMap((panel) => panel.rows) ?? []
  return [
    valueBlock(view, titled(view, t.section.labs, chart.labs), chart.labs, labs, `${p.newestFirst} ${t.lab.flagsNote}`),
    {
      title: titled(view, t.section.problems, chart.problems),
      note: p.openProblems,
      rows: problemRows(view, chart, audience),
      columns: 2,
    },
    valueBlock(
      view,
      titled(view, t.section.vitals, chart.vitals),
      chart.vitals,
      shownValue(chart.vitals)?.rows ?? [],
      p.newestFirst,
    ),
  ]
}

function problemRows(view: PaperView, chart: Chart, audience: Audience): Row[] {
  const { t } = view
  const open = (shownValue(chart.problems) ?? []).filter((problem) => problem.open)
  if (open.length === 0) return nothingRows(view, chart.problems)
  const newest = (a: Problem, b: Problem) =>
    Number(b.main) - Number(a.main) || (b.onset ?? '').localeCompare(a.onset ?? '')
  return open
    .toSorted(newest)
    .map((problem) =>
      row(
        ...plain(`${problem.name}${problem.suspected ? `（${t.problem.suspected}）` : ''} `),
        ...(problem.main ? bold(`${t.problem.main} `) : []),
        ...(audience === 'staff' && problem.told === 'not-told' ? bold(`【${t.problem.notTold}】`) : []),
        ...plain(problem.onset ? `${dateWords(problem.onset)}〜` : ''),
      ),
    )
}
