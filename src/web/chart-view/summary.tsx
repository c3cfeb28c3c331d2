/**
 * One sheet of A4 for the ward or the patient. What must not be cut (identity, allergies, what is missing) is always
 * whole; the rest shares the lines that are left, newest first, and each cut says how much it left out.
 */
import type { Chart, LabRow, PrescriptionOrder, Problem } from '#chart'
import { doseWords, endWords } from './drugs.tsx'
import { ChartHeader, shownValue } from './header.tsx'
import { Value } from './labs.tsx'
import { missingWords } from './missing.tsx'
import { dateWords, type ChartView } from './view.ts'

/** Lines of 9 pt that fit on A4 beside margins and foot; measured with Debian's Chromium and Noto Sans CJK JP. */
const SHEET_LINES = 58
const LINE_CHARACTERS = 62

const linesOf = (text: string) => Math.max(1, Math.ceil(text.length / LINE_CHARACTERS))

interface DrugRow {
  readonly order: PrescriptionOrder
  readonly name: string
  readonly dose: string
  readonly usage: string
  readonly end: string
}

function drugRows(view: ChartView, chart: Chart): DrugRow[] {
  return (shownValue(chart.prescriptions) ?? []).flatMap((order) =>
    order.groups.flatMap((group) =>
      group.drugs.map((drug) => ({
        order,
        name: drug.name,
        dose: `${doseWords(view, drug.dose)}${drug.dose.contradictory ? ` ▲${view.t.prescription.contradictory}` : ''}`,
        usage: `${group.usage ?? view.t.prescription.noUsage} ${group.supply ?? ''}`,
        end: `${order.beforeAdmission ? `${view.t.prescription.beforeAdmission} ` : ''}${endWords(view, group.end)}`,
      })),
    ),
  )
}

/** Lines that the parts above the cut take: generous, because a second sheet is worse than some white. */
function headLines(view: ChartView, chart: Chart): number {
  const allergies = shownValue(chart.allergies)
  const infections = shownValue(chart.infections)
  const alerts = shownValue(chart.alerts)
  const column = (texts: readonly string[]) =>
    texts.reduce((sum, text) => sum + Math.max(1, Math.ceil(text.length / 20)), 2)
  const cautions = Math.max(
    column((allergies?.items ?? []).map((item) => `${item.substance}${item.reaction ?? ''}${item.severity ?? ''}………`)),
    column(
      (infections?.items ?? []).map(
        (item) => `${item.name}${item.result}…………${item.earlier.map((e) => e.result).join('')}`,
      ),
    ),
    column((alerts?.items ?? []).map((item) => `${item.text}${item.category ?? ''}……`)),
    4,
  )
  const missing = (['never', 'source', 'withheld'] as const).reduce((sum, why) => {
    const text = missingWords(view, chart, why)
    return sum + (text ? linesOf(text) : 0)
  }, 2)
  const similar = chart.similar.total > 0 ? chart.similar.patients.length + 2 : 0
  return 8 + cautions + missing + similar
}

interface Plan {
  readonly drugs: readonly DrugRow[]
  readonly labs: readonly LabRow[]
  readonly problems: readonly Problem[]
}

/** Takes items until their lines are used up. */
function take<T>(items: readonly T[], budget: number, cost: (item: T) => number): readonly T[] {
  let used = 0
  return items.filter((item) => (used += cost(item)) <= budget)
}

export function planSummary(view: ChartView, chart: Chart): Plan {
  const left = Math.max(12, SHEET_LINES - headLines(view, chart) - 8)
  const drugs = drugRows(view, chart)
  const labs = (shownValue(chart.labs)?.panels ?? [])
    .flatMap((panel) => panel.rows)
    .filter((row) => row.cells.some((cell) => cell.length > 0))
  const problems = (shownValue(chart.problems) ?? []).filter((problem) => problem.open)
  const drugLines = (row: DrugRow) => Math.max(2, linesOf(row.name + row.dose) + linesOf(row.usage + row.end))
  const chosenDrugs = take(drugs, Math.floor(left * 0.5), drugLines)
  const afterDrugs = left - chosenDrugs.reduce((sum, row) => sum + drugLines(row), 0)
  // Two problems stand side by side.
  const chosenProblems = problems.slice(0, Math.max(4, Math.floor(afterDrugs * 0.35) * 2))
  const labLines = afterDrugs - Math.ceil(chosenProblems.length / 2)
  return { drugs: chosenDrugs, problems: chosenProblems, labs: take(labs, Math.max(0, labLines) * 2, () => 1) }
}

function More(props: { view: ChartView; title: string; left: number }) {
  return props.left > 0 ? (
    <p class="summary-more">{props.view.t.print.more(props.title, props.view.f.count(props.left))}</p>
  ) : null
}

/** The newest value of an item with its date; the earlier one for the direction. */
function LabLine(props: { view: ChartView; row: LabRow; columns: readonly { at: string }[] }) {
  const { view, row, columns } = props
  const filled = row.cells.flatMap((cell, index) => (cell.length > 0 ? [{ cell, at: columns[index]?.at ?? '' }] : []))
  const [now, before] = filled
  if (!now) return null
  const unit = now.cell[0]?.unit
  return (
    <li>
      <span>{row.name}</span>
      <span>
        {now.cell.map((value) => (
          <Value view={view} value={value} rowUnit={unit} />
        ))}{' '}
        <small>{unit}</small>
      </span>
      <small>
        {dateWords(now.at).slice(2, 10)}
        {before ? `（← ${before.cell.map((value) => value.text).join('/')}）` : ''}
      </small>
    </li>
  )
}

export function ChartSummary(props: { view: ChartView; chart: Chart; audience: 'staff' | 'patient'; asOf: string }) {
  const { view, chart, audience } = props
  const { t } = view
  const plan = planSummary(view, chart)
  const labs = shownValue(chart.labs)
  const labCount = (labs?.panels ?? []).reduce((sum, panel) => sum + panel.rows.length, 0)
  const openProblems = (shownValue(chart.problems) ?? []).filter((problem) => problem.open).length
  return (
    <article class="chart summary">
      <p class="summary-top">
        <strong class="summary-mark">{audience === 'patient' ? t.print.forPatientMark : t.print.inHouseMark}</strong>
        <span>
          {t.title}（{t.readOnly}）
        </span>
        <strong>{t.asOfShort(props.asOf)}</strong>
      </p>
      <p class="summary-after">{view.words.asOf.after}</p>
      <ChartHeader view={view} chart={chart} />
      <section class="summary-missing">
        <h2>{t.missing.title}</h2>
        <p>
          {(['source', 'never', 'withheld'] as const)
            .map((why) => [t.missing[why], missingWords(view, chart, why)])
            .filter(([, words]) => words)
            .map(([why, words]) => `${why}: ${words}`)
            .join('　/　')}
        </p>
        <p class="strong">{audience === 'patient' ? t.print.forPatientNote : t.print.checkBefore}</p>
      </section>
      <section>
        <h2>
          {t.section.prescriptions} <small>{t.prescription.note}</small>
        </h2>
        {plan.drugs.length === 0 ? <p class="absent">{t.none}</p> : null}
        <ul class="summary-drugs">
          {plan.drugs.map((row) => (
            <li>
              <span>
                <strong>{row.name}</strong> {row.dose}
              </span>
              <span>
                {dateWords(row.order.orderedOn)} {row.order.department ?? ''} {row.usage} {row.end}
              </span>
            </li>
          ))}
        </ul>
        <More view={view} title={t.section.prescriptions} left={drugRows(view, chart).length - plan.drugs.length} />
      </section>
      <section>
        <h2>
          {t.section.labs} <small>{t.lab.flagsNote}</small>
        </h2>
        {plan.labs.length === 0 ? <p class="absent">{t.none}</p> : null}
        <ul class="summary-labs">
          {plan.labs.map((row) => (
            <LabLine view={view} row={row} columns={labs?.columns ?? []} />
          ))}
        </ul>
        <More view={view} title={t.section.labs} left={labCount - plan.labs.length} />
      </section>
      <section>
        <h2>{t.section.problems}</h2>
        {plan.problems.length === 0 ? <p class="absent">{t.none}</p> : null}
        <ul class="summary-problems">
          {plan.problems.map((problem) => (
            <li>
              {problem.name}
              {problem.suspected ? `（${t.problem.suspected}）` : ''}
              {problem.main ? ` ${t.problem.main}` : ''}
              {audience === 'staff' && problem.told === 'not-told' ? ` 【${t.problem.notTold}】` : ''}{' '}
              <small>{dateWords(problem.onset)}〜</small>
            </li>
          ))}
        </ul>
        <More view={view} title={t.section.problems} left={openProblems - plan.problems.length} />
      </section>
    </article>
  )
}
