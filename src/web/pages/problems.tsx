/** 読めなかった記録・表示を止めた記録. Nothing is dropped in silence; paths show only to those who may see patients. */
import { DataTable, PageFrame, PageHeading, Pagination, PathText, PrintButton, Section } from '../components/index.ts'
import { PROBLEM_GROUPS, type Page, type Problem, type ProblemCounts } from '../read-models.ts'
import type { Ui } from '../ui.ts'

export const problemReason = (ui: Ui, problem: Pick<Problem, 'code'>) =>
  ui.t.problem[problem.code] ?? `${ui.t.problem.other}（${problem.code}）`

export interface ProblemsModel {
  readonly page: Page<Problem>
  readonly counts: ProblemCounts
  readonly group?: Problem['group'] | undefined
}

export function ProblemsPage(props: { ui: Ui; model: ProblemsModel }) {
  const { ui, model } = props
  const { t, f } = ui
  return (
    <PageFrame ui={ui} title={t.problems.title} patientPage>
      <PageHeading title={t.problems.title} lead={t.problems.lead}>
        <PrintButton>{t.nav.print}</PrintButton>
      </PageHeading>
      <ul class="plain">
        {PROBLEM_GROUPS.map((group) => (
          <li>
            <a href={`/problems?group=${group}`} aria-current={model.group === group ? 'true' : undefined}>
              {t.problems.group[group]}
              {group === 'unread' || group === 'withheld' ? ` ${f.count(model.counts[group])}` : ''}
            </a>
            <span class="quiet"> {t.problems.groupNote[group]}</span>
          </li>
        ))}
      </ul>
      <Section title={model.group ? t.problems.group[model.group] : t.problems.title}>
        {model.page.rows.length === 0 ? (
          <p>{t.problems.none}</p>
        ) : (
          <>
            <DataTable
              ui={ui}
              caption={t.problems.title}
              hideCaption
              rows={model.page.rows}
              columns={[
                { key: 'reason', head: t.problems.reasonHead, isName: true, cell: (row) => problemReason(ui, row) },
                {
                  key: 'group',
                  head: t.problems.groupHead,
                  cell: (row) => <span class="nowrap">{t.problems.group[row.group]}</span>,
                },
                { key: 'path', head: t.problems.path, cell: (row) => <PathText ui={ui} path={row.path} /> },
                { key: 'source', head: t.problems.source, cell: (row) => row.sourceName },
                { key: 'found', head: t.problems.found, cell: (row) => f.date(row.foundAtMs, ui.nowMs) },
              ]}
            />
            <Pagination
              ui={ui}
              page={model.page}
              href={(page) => `/problems?page=${page}${model.group ? `&group=${model.group}` : ''}`}
            />
            <p>{t.problems.next}</p>
          </>
        )}
      </Section>
    </PageFrame>
  )
}
