/** Records of the same patient number in other sources: beside a chart, under a hit of a search, and as a line on paper. */
import { type Column, ChoiceField, Form, Notice, Section, SubmitButton } from '../components/index.ts'
import { MatchWords } from '../components/match-words.tsx'
import type { PatientHit, Source } from '../read-models.ts'
import type { SameNumber } from '../same-number-models.ts'
import type { Ui } from '../ui.ts'
import { birthWords, nameWords, patientColumns } from './patient-columns.tsx'

/** Of one patient; keys are tokens of the session by now. */
export interface Elsewhere {
  readonly records: readonly SameNumber[]
  /** Sources that could not be asked. */
  readonly failed: readonly string[]
}

const countWords = ({ t, f }: Ui, { records, documents }: SameNumber): string =>
  t.sameNumber.counts(f.count(records), f.count(documents))

const failedWords = ({ t }: Ui, failed: readonly string[]): string =>
  t.sameNumber.failed(failed.join(t.sameNumber.comma))

/** Stands with the as-of banner, and names no other person above this one's name and allergies. */
export function ElsewhereNote({ ui, elsewhere: { records, failed } }: { ui: Ui; elsewhere: Elsewhere }) {
  const { t } = ui
  if (records.length === 0)
    return failed.length > 0 ? <Notice ui={ui} kind="caution" title={failedWords(ui, failed)} /> : null
  const sources = [...new Set(records.map(({ sourceName }) => sourceName))].join(t.sameNumber.comma)
  const differs = records.some(({ match }) => match === 'differs')
  return (
    <Notice ui={ui} kind={differs ? 'caution' : 'info'} title={t.sameNumber.title}>
      <p>
        <a href="#elsewhere">{sources}</a>
      </p>
      {differs ? <p class="strong">▲ {t.sameNumber.differs}</p> : null}
    </Notice>
  )
}

/** Each opens by itself, with its own two identifiers, reasons and journal. */
export function ElsewherePanel({ ui, elsewhere: { records, failed } }: { ui: Ui; elsewhere: Elsewhere }) {
  const { t, f, nowMs } = ui
  if (records.length === 0) return null
  return (
    <section class="block" id="elsewhere">
      <h2>{t.sameNumber.title}</h2>
      <p>{t.sameNumber.lead}</p>
      <ul class="rows elsewhere">
        {records.map((record) => (
          <li>
            <div>
              <a href={`/charts/${record.patient.key}/open?generation=${record.generationId}`}>{record.sourceName}</a>
              <div class="quiet">{t.sameNumber.asOf(f.dateTime(record.asOfMs, nowMs))}</div>
            </div>
            <div>
              <strong>{nameWords(ui, record.patient)}</strong>
              {record.patient.kanji && record.patient.kana ? `（${record.patient.kana}）` : ''}{' '}
              {birthWords(ui, record.patient)} {t.search.id} <span class="mono">{record.patient.patientId}</span>
              <div>{countWords(ui, record)}</div>
              <MatchWords ui={ui} of={record} />
            </div>
          </li>
        ))}
      </ul>
      {failed.length > 0 ? <p>▲ {failedWords(ui, failed)}</p> : null}
    </section>
  )
}

/** One line of a search: a hit, or a record of its number in another source that stands under it. */
export interface HitRow {
  readonly patient: PatientHit
  readonly generationId: string
  readonly sourceName?: string
  readonly other?: SameNumber
  /** Belongs with the lines around it. */
  readonly grouped: boolean
}

export function hitRows(
  hits: readonly PatientHit[],
  of: { readonly generationId: string; readonly sourceName?: string | undefined },
  elsewhere: ReadonlyMap<string, readonly SameNumber[]>,
): HitRow[] {
  return hits.flatMap((patient) => {
    const others = elsewhere.get(patient.key) ?? []
    const own = { patient, generationId: of.generationId, ...(of.sourceName && { sourceName: of.sourceName }) }
    return [{ ...own, grouped: others.length > 0 }, ...others.map((other) => ({ ...other, other, grouped: true }))]
  })
}

export const groupClass = ({ grouped, other }: HitRow): string | undefined =>
  grouped ? (other ? 'same-number' : 'same-number same-number-first') : undefined

/** The source is named where records of more than one stand in the list. */
export function hitColumns(ui: Ui, rows: readonly HitRow[]): Column<HitRow>[] {
  const { t, f, nowMs } = ui
  const source: Column<HitRow> = {
    key: 'source',
    head: t.sameNumber.sourceHead,
    cell: ({ sourceName, other }) => (
      <>
        {sourceName ?? ''}
        {other ? (
          <>
            <div class="quiet">{t.sameNumber.asOf(f.dateTime(other.asOfMs, nowMs))}</div>
            <div>{countWords(ui, other)}</div>
            <MatchWords ui={ui} of={other} />
          </>
        ) : null}
      </>
    ),
  }
  return [
    ...patientColumns<HitRow>(ui, ({ generationId }) => generationId),
    { key: 'last', head: t.search.last, cell: ({ patient }) => patient.lastRecordOn ?? '' },
    ...(rows.some(({ other }) => other) ? [source] : []),
  ]
}

/** On the page of a source that opens as charts. */
export function SharedNumbersForm({ ui, source }: { ui: Ui; source: Source }) {
  if (source.sharedNumbers === undefined) return null
  const t = ui.t.sameNumber.setting
  return (
    <Section title={t.title}>
      <Form ui={ui} action={`/sources/${source.id}/numbers`} errors={{}} labels={{}}>
        <ChoiceField
          name="shared"
          kind="several"
          label={t.label}
          hint={t.hint}
          options={[{ value: 'yes', label: t.choose }]}
          chosen={source.sharedNumbers ? ['yes'] : []}
        />
        <SubmitButton kind="secondary">{ui.t.form.save}</SubmitButton>
      </Form>
    </Section>
  )
}
