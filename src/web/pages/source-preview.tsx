/** What a reading that is being set up makes of a file: one patient as a chart, and what could not be read. */
import { buildChart } from '#chart'
import { INTAKE_PROBLEM_SEVERITY, type IntakeProblem, type IntakeRemark, type PatientPreview } from '#intake'
import { ChartBody } from '../chart-view/index.ts'
import { DataTable, Notice, Section } from '../components/index.ts'
import { problemWords } from '../messages/problems.ts'
import type { Ui } from '../ui.ts'

const isKept = ({ code }: IntakeRemark): boolean =>
  (INTAKE_PROBLEM_SEVERITY as Readonly<Record<string, string>>)[code] === 'stop'

export function PreviewBlock(props: { ui: Ui; preview: PatientPreview; isCut: boolean }) {
  const { ui, preview, isCut } = props
  const t = ui.t.sourceReading
  return (
    <div id="preview">
      <Section title={t.previewTitle}>
        {isCut ? <p>{t.cut}</p> : null}
        <p>{t.found(ui.f.count(preview.patients), ui.f.count(preview.records))}</p>
        {preview.first ? (
          <FirstPatient ui={ui} first={preview.first} />
        ) : (
          <Notice ui={ui} kind="danger" title={t.previewNone} />
        )}
      </Section>
      <Problems ui={ui} problems={preview.problems} />
    </div>
  )
}

function FirstPatient({ ui, first }: { ui: Ui; first: NonNullable<PatientPreview['first']> }) {
  const { patientId, resources, remarks } = first
  const chart = buildChart({
    patientKey: `|${patientId}`,
    patientId,
    generation: { id: '', asOf: ui.nowMs },
    resources,
    unshown: remarks.filter(isKept).map(({ code }) => ({ state: 'unreadable', code, parts: [] })),
    notices: remarks
      .filter((remark) => !isKept(remark))
      .map(({ code, where, text }) => ({ code, where, ...(text && { text }), parts: [] })),
    missing: [],
    files: { read: 1, superseded: 0, deleted: 0 },
    similar: { patients: [], total: 0 },
  })
  const view = {
    t: ui.t.chart,
    words: ui.t,
    f: ui.f,
    nowMs: ui.nowMs,
    showOrigins: false,
    allColumns: false,
  }
  return <ChartBody view={view} chart={chart} isTrial />
}

/** Of hundreds of rows the first tell what is wrong. */
const MOST_PROBLEMS = 50

function Problems({ ui, problems }: { ui: Ui; problems: readonly IntakeProblem[] }) {
  const t = ui.t.sourceReading
  return (
    <Section title={t.problems}>
      {problems.length === 0 ? (
        <p>{t.problemsNone}</p>
      ) : (
        <DataTable
          ui={ui}
          caption={t.problems}
          hideCaption
          rows={problems.slice(0, MOST_PROBLEMS)}
          columns={[
            { key: 'where', head: t.where, cell: ({ where }) => whereWords(ui, where), isName: true },
            { key: 'what', head: t.what, cell: ({ code }) => problemWords(code, ui.f.language).what },
            { key: 'todo', head: t.todo, cell: ({ code }) => problemWords(code, ui.f.language).todo },
          ]}
        />
      )}
    </Section>
  )
}

function whereWords({ t }: Ui, where: string): string {
  const [kind, number = ''] = where.split(' ')
  if (kind === 'row') return t.sourceReading.row(number)
  return kind === 'line' ? t.sourceReading.line(number) : t.sourceReading.file
}
