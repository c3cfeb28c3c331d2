/** Finding a patient, choosing another day, and the page that asks for two identifiers before a chart opens. */
import { chartAccess } from '#access'
import type { EpochMs } from '#base'
import {
  AsOfBanner,
  ButtonLink,
  ChoiceField,
  DataTable,
  EmptyState,
  type FieldErrors,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  SearchBox,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import type { OpeningReason } from '../ports.ts'
import type { GenerationSummary, PatientHit, SearchResult } from '../read-models.ts'
import type { Ui } from '../ui.ts'
import type { SameNumber } from '../same-number-models.ts'
import { birthWords, nameWords } from './patient-columns.tsx'
import { groupClass, hitColumns, hitRows } from './same-number.tsx'

export interface SearchModel {
  readonly query: string
  /** Absent before the first search. */
  readonly result?: SearchResult | undefined
  /** By the key of a hit: records of its number in other sources. */
  readonly elsewhere?: ReadonlyMap<string, readonly SameNumber[]>
  /** Searching older backups: the way on, and how far it went. */
  readonly older?: { readonly href?: string; readonly searchedToMs?: EpochMs } | undefined
  readonly generation?:
    | {
        readonly id: string
        readonly asOfMs: EpochMs
        readonly newest: boolean
        readonly about?: BackupDoubts
        /** Said where there is more than one source. */
        readonly sourceName?: string
      }
    | undefined
  /** The other sources, newest backup of each. */
  readonly others?: readonly OtherSource[]
}

interface OtherSource {
  readonly name: string
  readonly asOfMs: EpochMs
  readonly total: number | 'failed' | undefined
  readonly href: string
}

/** The same patient may have allergies in another source: found or not, each says so. */
function OtherSources({ ui, others }: { ui: Ui; others: readonly OtherSource[] }) {
  const { t, f, nowMs } = ui
  return (
    <section class="block">
      <h2>{t.search.others}</h2>
      <ul class="rows">
        {others.map(({ name, asOfMs, total, href }) => (
          <li>
            <a href={href}>{t.search.otherSource(name, f.dateTime(asOfMs, nowMs))}</a>
            {total === undefined ? null : (
              <span class={total === 0 ? 'quiet' : 'strong'}>
                {total === 'failed' ? `▲ ${t.search.otherFailed}` : t.search.otherTotal(f.count(total))}
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Results(props: { ui: Ui; model: SearchModel; result: SearchResult }) {
  const { ui, model, result } = props
  const { query } = model
  const { t, f } = ui
  if (result.total === 0)
    return (
      <section class="empty-state">
        <output class="strong">{t.search.none(query)}</output>
        <p>{t.search.noneNext}</p>
      </section>
    )
  const of = { generationId: result.generationId, sourceName: model.generation?.sourceName }
  const rows = hitRows(result.hits, of, model.elsewhere ?? new Map())
  return (
    <section class="block">
      <output class="strong">
        {result.total === 1 ? t.search.one(query) : t.search.found(f.count(result.total), query)}
      </output>
      {result.total > result.hits.length ? <p>{t.search.tooMany}</p> : null}
      <DataTable
        ui={ui}
        caption={t.search.title}
        hideCaption
        columns={hitColumns(ui, rows)}
        rows={rows}
        rowClass={groupClass}
      />
    </section>
  )
}

function Older(props: { ui: Ui; older: NonNullable<SearchModel['older']> }) {
  const { ui, older } = props
  const { reading } = ui.t
  const { href, searchedToMs } = older
  return (
    <section class="block">
      {searchedToMs === undefined ? null : (
        <output class="strong">{reading.searchedTo(ui.f.dateTime(searchedToMs, ui.nowMs))}</output>
      )}
      {href ? (
        <ButtonLink href={href}>{searchedToMs === undefined ? reading.searchOlder : reading.goOn}</ButtonLink>
      ) : (
        <p>{reading.searchedAll}</p>
      )}
    </section>
  )
}

/** Ways to a patient without typing, for whom the role opens them. */
export function ListLinks(props: { ui: Ui; generation: { readonly id: string; readonly newest: boolean } }) {
  const { ui, generation } = props
  const { t } = ui
  const may = (item: 'encounters' | 'bookings') => ui.viewer && chartAccess(ui.viewer, item) === 'yes'
  const at = generation.newest ? '' : `?generation=${generation.id}`
  return (
    <nav class="actions" aria-label={t.lists.label}>
      {may('encounters') ? <ButtonLink href={`/charts/wards${at}`}>{t.lists.wards}</ButtonLink> : null}
      {may('bookings') ? <ButtonLink href="/charts/expected">{t.lists.expected}</ButtonLink> : null}
      <ButtonLink href="/slips">{t.printing.slipsBlank}</ButtonLink>
    </nav>
  )
}

export type BackupDoubts = Partial<Pick<GenerationSummary, 'unattested' | 'state' | 'insteadOfMs'>>

/** What speaks against the backup that is read: on an emergency PC nobody confirmed it; signs of an attack, or a newer one that has them. */
export function DoubtNotices({ ui, about }: { ui: Ui; about: BackupDoubts }) {
  const { t, f } = ui
  const instead = about.insteadOfMs
  return (
    <>
      {about.unattested ? <Notice ui={ui} kind="caution" title={t.station.unvouched} /> : null}
      {about.state === 'suspect' ? <Notice ui={ui} kind="caution" title={t.signs.reading} /> : null}
      {instead === undefined ? null : (
        <Notice ui={ui} kind="caution" title={t.signs.insteadOf(f.dateTime(instead, ui.nowMs))} />
      )}
    </>
  )
}

export function SearchPage(props: { ui: Ui; model: SearchModel }) {
  const { ui, model } = props
  const { t } = ui
  return (
    <PageFrame ui={ui} title={t.search.title} patientPage>
      <PageHeading title={t.search.title} />
      {model.generation ? (
        <>
          <AsOfBanner ui={ui} asOfMs={model.generation.asOfMs} />
          {model.generation.sourceName === undefined ? null : <p>{t.search.ofSource(model.generation.sourceName)}</p>}
          <DoubtNotices ui={ui} about={model.generation.about ?? {}} />
          <SearchBox
            ui={ui}
            query={model.query}
            autofocus={!model.result}
            generationId={model.generation.newest ? undefined : model.generation.id}
          />
          {model.result ? (
            <Results ui={ui} model={model} result={model.result} />
          ) : (
            <p class="quiet">{t.search.start}</p>
          )}
          {model.others && model.others.length > 0 ? <OtherSources ui={ui} others={model.others} /> : null}
          {model.older ? <Older ui={ui} older={model.older} /> : null}
          {model.result && model.result.total > 0 && !model.generation.newest ? (
            <p class="part-gap">▲ {t.reading.ofOlderDay}</p>
          ) : null}
          {model.result ? null : <ListLinks ui={ui} generation={model.generation} />}
          <p>
            <a href="/charts/generations">{t.search.choose}</a>
          </p>
        </>
      ) : (
        <EmptyState title={t.search.noGeneration} next={t.search.noGenerationNext}>
          <ButtonLink href="/generations" kind="primary">
            {t.nav.generations}
          </ButtonLink>
        </EmptyState>
      )}
    </PageFrame>
  )
}

export function ChooseGenerationPage(props: { ui: Ui; generations: readonly GenerationSummary[] }) {
  const { ui } = props
  const { t, f } = ui
  return (
    <PageFrame ui={ui} title={t.search.choose}>
      <PageHeading title={t.search.choose} lead={t.search.chooseLead} />
      <section class="block">
        <DataTable
          ui={ui}
          caption={t.search.choose}
          hideCaption
          rows={props.generations}
          columns={[
            {
              key: 'taken',
              head: t.generation.taken,
              isName: true,
              cell: (row) => (
                <>
                  <a href={`/charts?generation=${row.id}`}>{f.dateTime(row.takenAtMs, ui.nowMs)}</a>
                  {row.unattested ? <div>{t.station.mark.none}</div> : null}
                  {row.state === 'suspect' ? <div>× {t.generation.state.suspect}</div> : null}
                </>
              ),
            },
            { key: 'source', head: t.generation.source, cell: (row) => row.sourceName },
            {
              key: 'patients',
              head: t.generation.patients,
              align: 'right',
              cell: (row) => (row.patients === undefined ? '' : f.count(row.patients)),
            },
          ]}
        />
      </section>
    </PageFrame>
  )
}

export interface OpeningModel {
  /** Stands for the patient in addresses. */
  readonly token: string
  readonly patient: PatientHit
  readonly similar: readonly PatientHit[]
  readonly asOfMs: EpochMs
  readonly generationId: string
  readonly why: readonly OpeningReason[]
  readonly reason?: string
  readonly errors?: FieldErrors
}

/** With somebody who could be mistaken for this patient, ticking is not enough: the birth date is asked and compared. */
export function OpeningPage(props: { ui: Ui; model: OpeningModel }) {
  const { ui, model } = props
  const { t } = ui
  const { patient, errors = {} } = model
  const mustType = model.similar.length > 0 && patient.birthDate !== undefined
  return (
    <PageFrame ui={ui} title={t.opening.title} patientPage>
      <div class="narrow-page">
        <PageHeading title={t.opening.title} lead={t.opening.lead} />
        <AsOfBanner ui={ui} asOfMs={model.asOfMs} />
        <section class="block identity-card">
          {patient.kana ? <p class="kana">{patient.kana}</p> : null}
          <h2>{nameWords(ui, patient)}</h2>
          <dl class="facts">
            {mustType ? null : (
              <div>
                <dt>{t.search.birth}</dt>
                <dd>{birthWords(ui, patient)}</dd>
              </div>
            )}
            <div>
              <dt>{t.search.sexHead}</dt>
              <dd>{t.search.sex[patient.sex]}</dd>
            </div>
            <div>
              <dt>{t.search.id}</dt>
              <dd class="mono">{patient.patientId}</dd>
            </div>
          </dl>
        </section>
        {model.similar.length > 0 ? (
          <Notice ui={ui} kind="danger" title={t.opening.similar}>
            <p>{t.opening.similarLead}</p>
            <ul class="plain">
              {model.similar.map((other) => (
                <li>
                  {nameWords(ui, other)}
                  {other.kana ? `（${other.kana}）` : ''} {t.search.id} <span class="mono">{other.patientId}</span>{' '}
                  {mustType ? '' : birthWords(ui, other)}
                </li>
              ))}
            </ul>
          </Notice>
        ) : null}
        <Form
          ui={ui}
          action={`/charts/${model.token}/open`}
          errors={errors}
          labels={{ confirmed: t.opening.title, birth: t.search.birth, reason: t.opening.reason }}
        >
          <input type="hidden" name="generation" value={model.generationId} />
          {mustType ? (
            <TextField
              name="birth"
              label={t.opening.typeBirth}
              hint={t.opening.typeBirthHint}
              inputmode="text"
              size="short"
              autofocus
              required
              error={errors['birth']}
            />
          ) : null}
          <ChoiceField
            name="confirmed"
            kind="several"
            label={mustType ? t.search.name : t.opening.confirm}
            options={
              mustType
                ? [{ value: 'name', label: t.opening.nameMatches }]
                : [
                    { value: 'name', label: t.opening.nameMatches },
                    { value: 'birth', label: t.opening.birthMatches },
                    { value: 'id', label: t.opening.idMatches },
                  ]
            }
            chosen={[]}
            error={errors['confirmed']}
          />
          {model.why.map((why) => (
            <p>{t.opening.why[why]}</p>
          ))}
          <TextField
            name="reason"
            label={t.opening.reason}
            optional={model.why.length > 0 ? undefined : t.form.optional}
            hint={model.why.length > 0 ? t.opening.reasonHint : t.opening.reasonOpens}
            value={model.reason}
            required={model.why.length > 0}
            maxlength={200}
            error={errors['reason']}
          />
          <p class="quiet">{t.opening.recorded}</p>
          <div class="actions">
            <SubmitButton>{t.opening.submit}</SubmitButton>
            <ButtonLink href="/charts">{t.opening.back}</ButtonLink>
          </div>
        </Form>
      </div>
    </PageFrame>
  )
}
