/** Finding a patient: by words, by ward, by booking; and making sure it is the right one. */
import { searchPatients } from '#chart/browser'
import type { Edition, EditionPatient, PatientList } from '#edition/format'
import { TextField } from '../components/form.tsx'
import { PageHeading, Section } from '../components/heading.tsx'
import { EmptyState, Notice } from '../components/notice.tsx'
import { DataTable, FactList } from '../components/table.tsx'
import type { Look } from './look.ts'

const MOST_HITS = 50

function sexOf(look: Look, patient: EditionPatient): string {
  return look.t.chart.identity.sex[patient.sex]
}
function birthOf(look: Look, patient: EditionPatient): string {
  return patient.birthDate ? look.f.recordedDate(patient.birthDate) : look.t.search.noBirth
}
const nameOf = (look: Look, { kanji, kana }: EditionPatient) => kanji || kana || look.t.chart.identity.noName

/** Where the chart cannot be opened here, the list says so before anybody tries. */
function whereabouts(look: Look, edition: Edition, patient: EditionPatient): string {
  const { n, of } = edition.cover.manifest.head.disc
  if (patient.disc !== n && of > 1) return look.r.hit.otherDisc(String(patient.disc))
  return patient.chart ? '' : look.r.hit.notMade
}

function PatientTable(props: {
  look: Look
  edition: Edition
  caption: string
  rows: readonly { readonly patient: EditionPatient; readonly note?: string }[]
}) {
  const { look, edition } = props
  const { t, r } = look
  const withNotes = props.rows.some(({ note }) => note)
  return (
    <DataTable
      ui={look}
      caption={props.caption}
      hideCaption
      rows={props.rows}
      columns={[
        {
          key: 'name',
          head: r.hit.name,
          isName: true,
          cell: ({ patient }) => (
            <>
              <button class="link-button hit-link" type="button" data-patient={patient.row}>
                {nameOf(look, patient)}
              </button>
              {patient.kanji && patient.kana ? <small class="kana"> {patient.kana}</small> : null}
            </>
          ),
        },
        { key: 'id', head: t.chart.identity.patientId, cell: ({ patient }) => patient.patientId },
        { key: 'birth', head: t.chart.identity.birth, cell: ({ patient }) => birthOf(look, patient) },
        { key: 'sex', head: t.chart.identity.sexHead, cell: ({ patient }) => sexOf(look, patient) },
        ...(withNotes ? [{ key: 'note', head: r.hit.place, cell: ({ note }: { note?: string }) => note ?? '' }] : []),
        {
          key: 'last',
          head: r.hit.last,
          cell: ({ patient }) => (
            <>
              {patient.lastCareDate}
              <span class="warn"> {whereabouts(look, edition, patient)}</span>
            </>
          ),
        },
      ]}
    />
  )
}

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
      <PatientTable look={look} edition={edition} caption={t.search.title} rows={hits} />
    </section>
  )
}

function Lists(props: { look: Look; edition: Edition }) {
  const { look, edition } = props
  const { lists, extras } = edition.index.about
  const { r } = look
  return (
    <>
      {lists.length > 0 ? (
        <Section title={r.lists.title} note={r.lists.byRecords}>
          {lists.map((list) => (
            <details>
              <summary>
                {titleOf(look, list)}　{r.lists.count(look.f.count(list.rows.length))}
              </summary>
              <PatientTable
                look={look}
                edition={edition}
                caption={titleOf(look, list)}
                rows={list.rows.map(({ row, note }) => ({ patient: edition.index.entry(row), note }))}
              />
            </details>
          ))}
        </Section>
      ) : null}
      {extras.length > 0 ? (
        <Section title={r.extras.title}>
          <ul class="rows">
            {extras.map(({ title }, n) => (
              <li>
                <button class="link-button" type="button" data-extra={n}>
                  {title}
                </button>
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
      <LeftOutBlock look={look} edition={edition} />
    </>
  )
}

const titleOf = (look: Look, { kind, title }: PatientList) =>
  kind === 'ward' ? look.r.lists.ward(title) : look.r.lists.booking(look.f.recordedDate(title))

function LeftOutBlock(props: { look: Look; edition: Edition }) {
  const { look, edition } = props
  const { leftOut, head } = edition.index.about
  const t = look.r.leftOut
  const n = (count: number) => look.f.count(count)
  const lines = [
    leftOut.older > 0 ? t.older(n(leftOut.older), look.f.recordedDate(head.since ?? '')) : undefined,
    leftOut.notFirst > 0 ? t.notFirst(n(leftOut.notFirst)) : undefined,
    leftOut.noRoom > 0 ? t.noRoom(n(leftOut.noRoom)) : undefined,
    leftOut.unreadable > 0 ? t.unreadable(n(leftOut.unreadable)) : undefined,
  ].filter((line) => line !== undefined)
  return (
    <Section title={t.title}>
      {lines.length === 0 ? (
        <p>{t.nothing}</p>
      ) : (
        <ul class="plain">
          {lines.map((line) => (
            <li>{line}</li>
          ))}
        </ul>
      )}
    </Section>
  )
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
