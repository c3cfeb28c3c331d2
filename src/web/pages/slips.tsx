/** Blank forms and labels as they will be printed. */
import type { Chart } from '#chart'
import {
  dateWords,
  GENERATION_CHARACTERS,
  labelPage,
  nameOf,
  type Page,
  shownValue,
  SLIP_KINDS,
  type SlipKind,
  slipPage,
  type SlipPatient,
} from '#sheets'
import { SheetPages } from '../chart-view/index.ts'
import { ButtonLink, PageFrame, PageHeading, PrintButton } from '../components/index.ts'
import { allergySummary } from '../chart-view/header.tsx'
import type { Ui } from '../ui.ts'

type FormChoice = SlipKind | 'all' | 'labels'

function patientOf(ui: Ui, chart: Chart): SlipPatient {
  const { chart: t, paper } = ui.t
  const identity = shownValue(chart.identity)
  const view = { t, words: ui.t, f: ui.f, nowMs: ui.nowMs, showOrigins: false, allColumns: false }
  return {
    patientId: identity?.patientId ?? '',
    name: nameOf({ t }, identity),
    kana: identity?.kana ?? '',
    birth: identity?.birthDate ? ui.f.recordedDate(dateWords(identity.birthDate)) : paper.noBirth,
    sex: t.identity.sex[identity?.sex ?? 'unknown'],
    allergy: `${t.section.allergies}: ${allergySummary(view, chart)}`,
  }
}

/** Absent chart: forms for somebody without a number. */
export function slipPages(ui: Ui, form: FormChoice, chart?: Chart): Page[] {
  const { t, f } = ui
  const patient = chart && patientOf(ui, chart)
  const asOf = chart ? t.chart.asOfShort(f.dateTime(chart.generation.asOf, ui.nowMs)) : ''
  if (form === 'labels') return patient ? [labelPage(patient, asOf)] : []
  const foot = {
    ...(ui.institution.sample ? { sample: t.sample.mark } : {}),
    what: patient
      ? `${t.paper.whose(patient.name, patient.patientId, f.dateTime(chart!.generation.asOf, ui.nowMs))}\u3000${t.paper.generation(chart!.generation.id.slice(0, GENERATION_CHARACTERS))}`
      : ui.institution.name,
    by: ui.viewer ? t.printedBy(ui.viewer.displayName, f.dateTime(ui.nowMs, ui.nowMs)) : '',
  }
  const kinds = form === 'all' ? SLIP_KINDS : [form]
  return kinds.map((kind) => slipPage(kind, patient, { foot, texts: t.paper }))
}

export function SlipsPage(props: { ui: Ui; form: FormChoice; patient?: { chart: Chart; token: string } }) {
  const { ui, form, patient } = props
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
      {form === 'labels' ? <p class="screen-only">{t.printing.labelsNote}</p> : null}
      <SheetPages pages={slipPages(ui, form, patient?.chart)} title={t.printing.slipsTitle} />
    </PageFrame>
  )
}
