/** Blank forms and labels as they will be printed. */
import type { Chart } from '#chart'
import { type Page, SLIP_KINDS } from '#sheets'
import { type FormChoice, SheetPages, slipSheets } from '../chart-view/index.ts'
import { ButtonLink, Form, PageFrame, PageHeading, PrintButton, SubmitButton, TextField } from '../components/index.ts'
import type { NotedPages } from '../ports.ts'
import type { Ui } from '../ui.ts'
import { MissingGlyphs } from './chart.tsx'

/** Absent chart: forms for somebody without a number. */
export function slipPages(ui: Ui, form: FormChoice, chart?: Chart, serials: readonly string[] = []): Page[] {
  const { t, f, nowMs, institution, viewer } = ui
  const by = viewer ? t.printedBy(viewer.displayName, f.dateTime(nowMs, nowMs)) : ''
  return slipSheets(
    { t, f, nowMs, institution: institution.name, isSample: institution.sample, by },
    form,
    chart,
    serials,
  )
}

export function SlipsPage(props: {
  ui: Ui
  form: FormChoice
  sheets: NotedPages
  patient?: { chart: Chart; token: string }
  /** Serials are given by the server alone. */
  numbered?: { error?: string | undefined } | undefined
}) {
  const { ui, form, sheets, patient, numbered } = props
  const { t } = ui
  const base = patient ? `/charts/${patient.token}/slips` : '/slips'
  const address = (file: string, choice: FormChoice) =>
    `${file}?${new URLSearchParams({ ...(patient ? { generation: patient.chart.generation.id } : {}), form: choice }).toString()}`
  const choices: readonly FormChoice[] = ['all', ...SLIP_KINDS, ...(patient ? (['labels'] as const) : [])]
  const nameOfForm = (choice: FormChoice) =>
    choice === 'all' ? t.printing.all : choice === 'labels' ? t.paper.slip.labels : t.paper.slip.kinds[choice]
  return (
    <PageFrame ui={ui} title={t.printing.slipsTitle} patientPage sheets>
      <PageHeading
        title={patient ? t.printing.slipsTitle : t.printing.slipsBlank}
        lead={patient ? t.printing.slipsLead : t.printing.slipsBlankLead}
      />
      <div class="actions screen-only">
        <PrintButton kind="primary">{t.printing.print}</PrintButton>
        <ButtonLink href={address(`${base}.pdf`, form)}>{t.printing.pdf}</ButtonLink>
        <ButtonLink href={patient ? address(`/charts/${patient.token}`, form) : '/charts'}>{t.form.back}</ButtonLink>
      </div>
      <nav class="screen-only" aria-label={t.printing.slipsChoose}>
        <ul class="sheet-choices">
          {choices.map((choice) => (
            <li>
              <a href={address(base, choice)} aria-current={choice === form ? 'page' : undefined}>
                {nameOfForm(choice)}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {numbered && form !== 'all' && form !== 'labels' ? (
        <div class="screen-only">
          <h2>{t.printing.numberedTitle}</h2>
          <p>{t.printing.numberedLead}</p>
          <Form
            ui={ui}
            action="/slips/numbered"
            errors={{ count: numbered.error }}
            labels={{ count: t.printing.numberedCount }}
          >
            <input type="hidden" name="form" value={form} />
            <TextField
              name="count"
              label={t.printing.numberedCount}
              value="20"
              inputmode="numeric"
              size="short"
              error={numbered.error}
            />
            <SubmitButton>{t.printing.numberedPrint}</SubmitButton>
          </Form>
        </div>
      ) : null}
      {form === 'labels' ? <p class="screen-only">{t.printing.labelsNote}</p> : null}
      <MissingGlyphs ui={ui} missing={sheets.missing} />
      <SheetPages pages={sheets.pages} title={t.printing.slipsTitle} />
    </PageFrame>
  )
}
