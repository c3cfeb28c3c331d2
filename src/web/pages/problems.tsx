/** 読めなかった記録・表示を止めた記録. Nothing is dropped in silence; paths show only to those who may see patients. */
import { DataTable, PageFrame, PageHeading, Pagination, PathText, PrintButton, Section } from '../components/index.ts'
import { problemWords } from '../messages/problems.ts'
import { PROBLEM_GROUPS, type Page, type Problem, type ProblemCounts, type ProblemGroup } from '../read-models.ts'
import type { Ui } from '../ui.ts'

export const problemReason = (ui: Ui, problem: Pick<Problem, 'code'>) => problemWords(problem.code, ui.f.language).what

export interface ProblemsModel {
  readonly page: Page<Problem>
  readonly counts: ProblemCounts
  readonly group?: ProblemGroup | undefined
}

/** Records that are not shown stand apart from those that are shown with a remark: each group is a section of its own. */
export function ProblemsPage(props: { ui: Ui; model: ProblemsModel }) {
  const { ui, model } = props
  const { t, f } = ui
  const groups = PROBLEM_GROUPS.map((group) => ({
    group,
    rows: model.page.rows.filter((row) => row.group === group),
  })).filter(({ rows }) => rows.length > 0)
  return (
    <PageFrame ui={ui} title={t.problems.title} patientPage>
      <PageHeading title={t.problems.title} lead={t.problems.lead}>
        <PrintButton>{t.nav.print}</PrintButton>
      </PageHeading>
      <ul class="plain screen-only">
        {PROBLEM_GROUPS.map((group) => (
          <li>
            <a href={`/problems?group=${group}`} aria-current={model.group === group ? 'true' : undefined}>
              {t.problems.group[group]}
              {group === 'unread' || group === 'withheld' ? ` ${f.count(model.counts[group])}` : ''}
            </a>
          </li>
        ))}
        {model.group ? (
          <li>
            <a href="/problems">{t.generation.all}</a>
          </li>
        ) : null}
      </ul>
      {groups.length === 0 ? <p>{t.problems.none}</p> : null}
      {groups.map(({ group, rows }) => (
        <Section title={t.problems.group[group]} note={t.problems.groupNote[group]}>
          <ProblemTable ui={ui} group={group} rows={rows} />
        </Section>
      ))}
      <Pagination
        ui={ui}
        page={model.page}
        href={(page) => `/problems?page=${page}${model.group ? `&group=${model.group}` : ''}`}
      />
      {groups.length > 0 ? <p>{t.problems.next}</p> : null}
    </PageFrame>
  )
}

function ProblemTable(props: { ui: Ui; group: ProblemGroup; rows: readonly Problem[] }) {
  const { ui } = props
  const { t, f } = ui
  return (
    <DataTable
      ui={ui}
      caption={t.problems.group[props.group]}
      hideCaption
      rows={props.rows}
      columns={[
        { key: 'reason', head: t.problems.reasonHead, isName: true, cell: (row) => problemReason(ui, row) },
        { key: 'todo', head: t.problems.todoHead, cell: (row) => problemWords(row.code, f.language).todo },
        {
          key: 'path',
          head: t.problems.path,
          cell: (row) => (
            <>
              <PathText ui={ui} path={row.path} />
              <div class="quiet">
                {row.sourceName} {f.date(row.foundAtMs, ui.nowMs)}
              </div>
            </>
          ),
        },
      ]}
    />
  )
}
