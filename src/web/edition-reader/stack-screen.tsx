/** Everybody of one list on paper: the list itself, then summary and medication sheet of each, as the server stacks them. */
import type { Edition, EditionPatient, PatientList } from '#edition/format'
import {
  chartPages,
  type CoverPatient,
  coverPages,
  GENERATION_CHARACTERS,
  type NotPrinted,
  type Page,
  type PaperView,
} from '#sheets'
import { SheetPages } from '../chart-view/index.ts'
import { TextField } from '../components/form.tsx'
import { PageHeading } from '../components/heading.tsx'
import type { Look } from './look.ts'
import { elsewhereLines } from './elsewhere.tsx'
import { titleOf, whereWords } from './lists.tsx'
import { nameOf } from './patient-words.ts'

export interface StackModel {
  readonly list: PatientList
  /** Somebody on it is protected, and no reason was given. */
  readonly problem?: 'required'
  readonly made?: MadeStack
}

export interface MadeStack {
  readonly pages: readonly Page[]
  readonly printed: readonly EditionPatient[]
}

export const patientsOf = (edition: Edition, { rows }: PatientList): EditionPatient[] =>
  rows.map(({ row }) => edition.index.entry(row))

/** Told after each patient; undefined where `goesOn` says that nobody waits for it any more. */
export async function makeStack(
  look: Look,
  edition: Edition,
  list: PatientList,
  who: string,
  told: (done: number) => boolean,
): Promise<MadeStack | undefined> {
  const { t, r, f } = look
  const { head } = edition.cover.manifest
  const source = head.sources[list.source]!
  const view: PaperView = { t: t.chart, p: t.paper, f }
  const asOf = f.dateTime(source.asOf, look.nowMs)
  const by = [r.confidential, r.cover.number(String(head.number)), r.printedBy(who, f.dateTime(look.nowMs, look.nowMs))]
  const facts = {
    audience: 'staff',
    asOf,
    by: by.join('　'),
    ...(head.isSample ? { sample: t.sample.mark } : {}),
  } as const
  const pages: Page[] = []
  const printed: EditionPatient[] = []
  const covers: CoverPatient[] = []
  for (const [n, one] of list.rows.entries()) {
    const { row } = one
    const patient = edition.index.entry(row)
    const opened = await edition.chart(row)
    const elsewhere = elsewhereLines(look, edition, row)
    const sheets =
      opened.state === 'opened'
        ? (['summary', 'medicines'] as const).flatMap((kind) =>
            chartPages(view, opened.chart, kind, { ...facts, elsewhere }),
          )
        : undefined
    if (sheets) {
      pages.push(...sheets)
      printed.push(patient)
    }
    covers.push({
      where: whereWords(look, one),
      name: nameOf(look, patient),
      kana: patient.kana,
      patientId: patient.patientId,
      birth: patient.birthDate ? f.recordedDate(patient.birthDate) : t.paper.noBirth,
      sheets: sheets ? sheets.length : ('unreadable' satisfies NotPrinted),
    })
    if (!told(n + 1)) return undefined
  }
  const cover = coverPages(view, {
    title: titleOf(look, edition, list),
    asOf,
    groups: [{ title: titleOf(look, edition, list), patients: covers }],
    notes: [t.paper.ward.afterAsOf, r.stack.note],
    foot: {
      ...(head.isSample ? { sample: t.sample.mark } : {}),
      what: [head.institution, t.paper.generation(source.generation.slice(0, GENERATION_CHARACTERS))].join('　'),
      by: facts.by,
    },
  })
  return { pages: [...cover, ...pages], printed }
}

export function StackScreen(props: { look: Look; edition: Edition; model: StackModel }) {
  const { look, edition, model } = props
  const { t, r, f } = look
  const { list, made } = model
  if (made)
    return (
      <>
        <PageHeading title={titleOf(look, edition, list)} lead={r.stack.ready(f.count(made.pages.length))}>
          <button class="button button-primary screen-only" type="button" data-do="print">
            {r.stack.print}
          </button>
          <button class="button screen-only" type="button" data-do="search">
            {t.form.back}
          </button>
        </PageHeading>
        <SheetPages pages={made.pages} title={titleOf(look, edition, list)} />
      </>
    )
  return (
    <>
      <PageHeading title={titleOf(look, edition, list)} lead={r.stack.lead(f.count(list.rows.length))} />
      <form class="form block" data-form="stack" novalidate>
        {patientsOf(edition, list).some(({ isProtected }) => isProtected) ? (
          <TextField
            name="why"
            label={r.stack.protectedReason}
            error={model.problem === 'required' ? r.unlock.required : undefined}
            maxlength={200}
          />
        ) : null}
        <div class="actions">
          <button class="button button-primary" type="submit">
            {r.stack.make}
          </button>
          <button class="button" type="button" data-do="search">
            {t.form.back}
          </button>
        </div>
        <output id="stack-progress"></output>
      </form>
    </>
  )
}
