/** Blank forms and labels as they will be printed. */
import type { Chart } from '#chart'
import { LABELS_A_NUMBER, type Page, SLIP_KINDS, USUAL_SLIPS } from '#sheets'
import { type FormChoice, type SheetNumbers, SheetPages, slipSheets } from '../chart-view/index.ts'
import {
  ButtonLink,
  ChoiceField,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PrintButton,
  SelectField,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import type { NotedPages } from '../ports.ts'
import type { NumbersState } from '../slip-ports.ts'
import type { Ui } from '../ui.ts'
import { MissingGlyphs } from './chart.tsx'

/** Absent chart: forms for somebody without a number. */
export function slipPages(ui: Ui, form: FormChoice, chart?: Chart, numbers: readonly SheetNumbers[] = []): Page[] {
  const { t, f, nowMs, institution, viewer } = ui
  const by = viewer ? t.printedBy(viewer.displayName, f.dateTime(nowMs, nowMs)) : ''
  return slipSheets(
    { t, f, nowMs, institution: institution.name, isSample: institution.sample, by },
    form,
    chart,
    numbers,
  )
}

/** What of the page's forms was wrong, and how it stands with numbers. */
interface Numbered {
  readonly state: NumbersState
  readonly count?: string | undefined
  readonly patients?: string | undefined
}

export function SlipsPage(props: {
  ui: Ui
  form: FormChoice
  sheets: NotedPages
  patient?: { chart: Chart; token: string }
  numbered?: Numbered | undefined
}) {
  const { ui, form, sheets, patient, numbered } = props
  const { t } = ui
  const base = patient ? `/charts/${patient.token}/slips` : '/slips'
  const address = (file: string, choice: FormChoice) =>
    `${file}?${new URLSearchParams({ ...(patient ? { generation: patient.chart.generation.id } : {}), form: choice }).toString()}`
  const choices: readonly FormChoice[] = ['all', ...SLIP_KINDS, ...(patient ? (['labels'] as const) : [])]
  const nameOfForm = (choice: FormChoice) =>
    choice === 'all'
      ? t.printing.all(ui.f.count(USUAL_SLIPS.length))
      : choice === 'labels'
        ? t.paper.slip.labels
        : t.paper.slip.kinds[choice]
  return (
    <PageFrame ui={ui} title={t.printing.slipsTitle} patientPage sheets>
      <PageHeading
        title={patient ? t.printing.slipsTitle : t.printing.slipsBlank}
        lead={patient ? t.printing.slipsLead : t.printing.slipsBlankLead}
      />
      <div class="actions screen-only">
        <PrintButton kind="primary">{t.printing.print}</PrintButton>
        <ButtonLink href={address(`${base}.pdf`, form)}>{t.printing.pdf}</ButtonLink>
        {numbered && !ui.institution.station ? <ButtonLink href="/papers">{t.papers.title}</ButtonLink> : null}
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
      {form === 'all' ? (
        <p class="screen-only">
          {t.printing.allNote(
            USUAL_SLIPS.map((kind) => t.paper.slip.kinds[kind]),
            ui.f.count(SLIP_KINDS.length - USUAL_SLIPS.length),
          )}
        </p>
      ) : null}
      {numbered ? <Numbers ui={ui} form={form} numbered={numbered} /> : null}
      {form === 'labels' ? <p class="screen-only">{t.printing.labelsNote}</p> : null}
      <MissingGlyphs ui={ui} missing={sheets.missing} />
      <SheetPages pages={sheets.pages} title={t.printing.slipsTitle} />
    </PageFrame>
  )
}

function Numbers({ ui, form, numbered }: { ui: Ui; form: FormChoice; numbered: Numbered }) {
  const t = ui.t.printing
  const { changed, isReady } = numbered.state
  return (
    <div class="screen-only">
      {changed ? (
        <Notice ui={ui} kind="caution" title={t.rangeChanged(ui.f.dateTime(changed.atMs, ui.nowMs))}>
          <p>{t.rangeChangedNext}</p>
        </Notice>
      ) : null}
      {isReady ? null : <Notice ui={ui} kind="caution" title={t.noNumbers} />}
      {isReady && form !== 'all' && form !== 'labels' ? (
        <>
          <h2>{t.numberedTitle}</h2>
          <p>{t.numberedLead}</p>
          <Form ui={ui} action="/slips/numbered" errors={{ count: numbered.count }} labels={{ count: t.numberedCount }}>
            <input type="hidden" name="form" value={form} />
            <TextField
              name="count"
              label={t.numberedCount}
              value="20"
              inputmode="numeric"
              size="short"
              error={numbered.count}
            />
            {form === 'reception' ? (
              <ChoiceField
                name="temporary"
                kind="several"
                label={t.temporaryTitle}
                options={[{ value: 'yes', label: t.temporaryOnForm }]}
                chosen={['yes']}
              />
            ) : null}
            <SubmitButton>{t.numberedPrint}</SubmitButton>
          </Form>
        </>
      ) : null}
      {isReady ? (
        <>
          <h2>{t.temporaryTitle}</h2>
          <p>{t.temporaryLead}</p>
          <Form
            ui={ui}
            action="/slips/temporary"
            errors={{ patients: numbered.patients }}
            labels={{ patients: t.temporaryCount }}
          >
            <TextField
              name="patients"
              label={t.temporaryCount}
              value="20"
              inputmode="numeric"
              size="short"
              error={numbered.patients}
            />
            <SelectField
              name="each"
              label={t.temporaryEach}
              value="6"
              options={LABELS_A_NUMBER.map((count) => ({ value: String(count), label: ui.f.count(count) }))}
            />
            <SubmitButton kind="secondary">{t.temporaryPrint}</SubmitButton>
          </Form>
        </>
      ) : null}
    </div>
  )
}
