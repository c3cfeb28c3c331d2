/** Finding a patient by words, and making sure it is the right one. */
import { searchPatients } from '#chart/browser'
import type { Edition, EditionPatient } from '#edition/format'
import { TextField } from '../components/form.tsx'
import { PageHeading } from '../components/heading.tsx'
import { EmptyState, Notice } from '../components/notice.tsx'
import { FactList } from '../components/table.tsx'
import { sourceWords } from './elsewhere.tsx'
import { Lists } from './lists.tsx'
import type { Look } from './look.ts'
import { type PatientRow, PatientTable } from './patient-table.tsx'
import { birthOf, nameOf, sexOf } from './patient-words.ts'

const MOST_HITS = 50

export function SearchScreen(props: { look: Look; edition: Edition; query: string }) {
  const { look, edition, query } = props
  const { t } = look
  return (
    <>
      <PageHeading title={t.search.title} />
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the search element is unknown to Chromium 90 */}
      <form class="search-box" data-form="search" role="search">
        <label class="field-label" for="field-query">
          {t.search.label}
        </label>
        <div class="search-row">
          <input
            class="input"
            id="field-query"
            name="query"
            type="search"
            value={query}
            autocomplete="off"
            maxlength={100}
          />
          <button class="button button-primary" type="submit">
            {t.search.submit}
          </button>
        </div>
        <p class="field-hint">{t.search.hint}</p>
      </form>
      <div id="results">
        <Results look={look} edition={edition} query={query} />
      </div>
    </>
  )
}

/** Drawn anew with each key: below 10 ms at 300,000 patients. */
export function Results(props: { look: Look; edition: Edition; query: string }) {
  const { look, edition, query } = props
  if (query.trim() === '') return <Lists look={look} edition={edition} />
  const { t, f } = look
  const { hits, total } = searchPatients(edition.index, query, MOST_HITS)
  if (total === 0) return <EmptyState title={t.search.none(query)} next={t.search.noneNext} />
  return (
    <section class="block">
      <output class="strong">{total === 1 ? t.search.one(query) : t.search.found(f.count(total), query)}</output>
      {total > hits.length ? <p>{t.search.tooMany}</p> : null}
      <PatientTable look={look} edition={edition} caption={t.search.title} rows={withElsewhere(edition, hits)} />
    </section>
  )
}

/** Under each hit what the other sources have of its number; a record that stands there is not said twice. */
function withElsewhere(edition: Edition, hits: readonly { readonly patient: EditionPatient }[]): PatientRow[] {
  const said = new Set<number>()
  return hits.flatMap(({ patient }): PatientRow[] => {
    if (said.has(patient.row)) return []
    const others = edition.index.sameNumber(patient.row).filter((other) => !said.has(other.patient.row))
    for (const { row } of [patient, ...others.map((other) => other.patient)]) said.add(row)
    const grouped = others.length > 0
    return [
      { patient, ...(grouped && { grouped: 'first' }) },
      ...others.map((other): PatientRow => ({ patient: other.patient, other, grouped: 'next' })),
    ]
  })
}

export interface IdentifyModel {
  readonly patient: EditionPatient
  readonly problem?: 'wrong' | 'required'
}

/** With somebody who could be mistaken for this patient, looking is not enough: the birth date is asked and compared. */
export function IdentifyScreen(props: { look: Look; edition: Edition; model: IdentifyModel }) {
  const { look, edition, model } = props
  const { patient } = model
  const { t, r } = look
  const similar = edition.index.similarTo(patient.row).patients
  return (
    <>
      <PageHeading title={r.identify.title} />
      <section class="block">
        <p class="kana">{patient.kana}</p>
        <h2>{nameOf(look, patient)}</h2>
        <FactList
          facts={[
            { term: t.chart.identity.patientId, value: patient.patientId },
            { term: t.chart.identity.birth, value: birthOf(look, patient) },
            { term: t.chart.identity.sexHead, value: sexOf(look, patient) },
            { term: t.editionSources.head, value: sourceWords(look, edition, patient.source) },
          ]}
        />
        <form class="form" data-form="identify" novalidate>
          {similar.length > 0 ? (
            <>
              <Notice ui={look} kind="caution" title={r.identify.similar}>
                <ul>
                  {similar.map((other) => (
                    <li>
                      {other.kanji || other.kana} {other.patientId} {look.f.recordedDate(other.birthDate)}{' '}
                      <span class="quiet">{other.same.map((what) => t.chart.sameWhat[what]).join('、')}</span>
                    </li>
                  ))}
                </ul>
              </Notice>
              <TextField
                name="birth"
                label={patient.birthDate ? r.identify.birth : t.chart.identity.patientId}
                hint={patient.birthDate ? r.identify.birthHint : r.identify.noBirth}
                error={model.problem === 'wrong' ? r.identify.wrong : undefined}
              />
            </>
          ) : null}
          {patient.isProtected ? (
            <TextField
              name="why"
              label={r.identify.protectedReason}
              error={model.problem === 'required' ? r.unlock.required : undefined}
              maxlength={200}
            />
          ) : null}
          <div class="actions">
            <button class="button button-primary" type="submit">
              {r.identify.open}
            </button>
            <button class="button" type="button" data-go="search">
              {r.identify.back}
            </button>
          </div>
        </form>
      </section>
    </>
  )
}
