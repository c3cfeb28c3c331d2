/** First screen of the emergency PC, and the page that asks for the card. Read by people who never saw Toride. */
import { EMERGENCY_PROFESSIONS, EMERGENCY_REASONS } from '#access'
import { ageInDays, BINDER_OLD_DAYS } from '#bcp'
import {
  ButtonLink,
  ChoiceField,
  type FieldErrors,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PostButton,
  SearchBox,
  Section,
  SubmitButton,
  TextArea,
  TextField,
} from '../components/index.ts'
import { errorSentences } from '../messages/errors.ts'
import { type StationOpening, type StationPaper, type StationSourceState, type StationState } from '../station-ports.ts'
import type { Ui } from '../ui.ts'
import { ListLinks } from './search.tsx'

export function StationStartPage(props: {
  ui: Ui
  state: StationState
  /** Empty without the card. */
  papers: readonly StationPaper[]
  note?: 'closed' | 'refreshing' | 'setUpDone' | undefined
}) {
  const { ui, state, papers, note } = props
  const t = ui.t.station
  return (
    <PageFrame ui={ui} title={t.title}>
      <div class="station-start">
        <h1 class="station-big">{t.big}</h1>
        <p class="lead">{t.noWrite}</p>
        {note ? <Notice ui={ui} kind="info" title={t[note]} live /> : null}
        {state.withdrawn ? <Notice ui={ui} kind="danger" title={t.withdrawn} /> : null}
        {ui.viewer ? (
          <>
            <SearchBox ui={ui} query="" autofocus />
            <ListLinks ui={ui} generation={{ id: '', newest: true }} />
          </>
        ) : (
          <LockedSearch ui={ui} />
        )}
        <AsOfEach ui={ui} state={state} />
        {papers.length > 0 ? (
          <Section title={ui.t.editionReader.extras.title}>
            <ul class="plain">
              {papers.map(({ title, madeAtMs }, n) => (
                <li>
                  <a href={`/papers/${n}.pdf`}>{title}</a>
                  {madeAtMs === undefined ? null : <PaperAge ui={ui} madeAtMs={madeAtMs} />}
                </li>
              ))}
            </ul>
          </Section>
        ) : null}
      </div>
    </PageFrame>
  )
}

/** The date beside it: this PC's clock may be wrong. */
function PaperAge({ ui, madeAtMs }: { ui: Ui; madeAtMs: number }) {
  const t = ui.t.editionReader.extras
  const days = ageInDays(madeAtMs, ui.nowMs)
  return (
    <small class="below">
      {t.age(ui.f.fullDate(madeAtMs), ui.f.count(days))} {days > BINDER_OLD_DAYS ? t.old : ''}
    </small>
  )
}

/** Without the card too: what was typed waits until it was used. */
function LockedSearch({ ui }: { ui: Ui }) {
  const t = ui.t.station
  return (
    <form class="search-box" method="post" action="/open/search">
      <input type="hidden" name="csrf" value={ui.csrf} />
      <label class="field-label" for="field-query">
        {t.searchLabel}
      </label>
      <div class="search-row">
        <input class="input" id="field-query" name="query" type="search" autocomplete="off" autofocus maxlength={100} />
        <button class="button button-primary" type="submit">
          {t.search}
        </button>
      </div>
      <p class="field-hint">{t.needsCard}</p>
    </form>
  )
}

function AsOfEach({ ui, state }: { ui: Ui; state: StationState }) {
  const { f, nowMs } = ui
  const t = ui.t.station
  const failure = state.failure && errorSentences(state.failure.code, f.language)
  return (
    <Section title={t.asOf}>
      {state.sources.map((source) => (
        <SourceAsOf ui={ui} source={source} />
      ))}
      {state.work ? <p class="strong">{t.work[state.work.kind](state.work.percent)}</p> : null}
      {state.waitsForCard ? <p>{t.waitsForCard}</p> : null}
      <p class="quiet">
        {state.copiedAtMs === undefined ? t.neverCopied : t.copied(f.dateTime(state.copiedAtMs, nowMs))}
      </p>
      {state.failure && failure ? (
        <Notice ui={ui} kind="caution" title={t.failed(f.dateTime(state.failure.atMs, nowMs))}>
          <p>
            {failure.what} {failure.next}
          </p>
          <p>{t.failedMeanwhile}</p>
        </Notice>
      ) : null}
      <div class="actions screen-only">
        <PostButton ui={ui} action="/refresh">
          {t.refresh}
        </PostButton>
      </div>
    </Section>
  )
}

function SourceAsOf({ ui, source }: { ui: Ui; source: StationSourceState }) {
  const { f, nowMs } = ui
  const t = ui.t.station
  const { shown } = source
  return (
    <div class="station-source">
      <p>{source.name}</p>
      {shown ? (
        <>
          <p class="station-as-of">
            {f.fullDate(shown.takenAtMs)} {f.time(shown.takenAtMs)}
            <small>{ui.t.asOf.ago(f.ago(shown.takenAtMs, nowMs))}</small>
          </p>
          <p>
            {t.patients} {f.count(shown.patients)} ／ {t.mark[shown.mark ?? 'none']}
          </p>
          {shown.unreadable > 0 ? (
            <Notice ui={ui} kind="danger" title={t.unreadable(f.count(shown.unreadable))} />
          ) : null}
          {source.newerMs === undefined ? null : <p>{t.newer(f.dateTime(source.newerMs, nowMs))}</p>}
        </>
      ) : (
        <p class="station-as-of">{t.notReady}</p>
      )}
    </div>
  )
}

/** Nothing can be read yet; the page asks again by itself (`Refresh`), without a script. */
export function StationPreparingPage({ ui, state }: { ui: Ui; state: StationState }) {
  const t = ui.t.station
  return (
    <PageFrame ui={ui} title={t.preparing} patientPage>
      <PageHeading title={t.preparing} lead={state.work ? t.preparingLead : undefined} />
      {state.work ? (
        <>
          <p class="strong">{t.work[state.work.kind](state.work.percent)}</p>
          <progress class="bar" max="100" value={state.work.percent} aria-label={t.preparing} />
        </>
      ) : (
        <p>{t.preparingNothing}</p>
      )}
      <p>
        <ButtonLink href="/">{t.preparingBack}</ButtonLink>
      </p>
    </PageFrame>
  )
}

export interface StationOpenModel {
  readonly stationId: string
  readonly query: string
  readonly typed?: Partial<StationOpening>
  readonly errors?: FieldErrors
}

export function StationOpenPage({ ui, model }: { ui: Ui; model: StationOpenModel }) {
  const t = ui.t.station
  const { typed = {}, errors = {} } = model
  return (
    <PageFrame ui={ui} title={t.openTitle}>
      <div class="narrow-page">
        <PageHeading title={t.openTitle} lead={t.openLead(model.stationId)} />
        <Form
          ui={ui}
          action="/open"
          errors={errors}
          labels={{
            words: t.words,
            name: t.name,
            profession: t.profession,
            reason: t.reasonHead,
            reasonText: t.reasonText,
          }}
        >
          <input type="hidden" name="query" value={model.query} />
          <TextArea
            name="words"
            label={t.words}
            hint={t.wordsHint}
            value={typed.words ?? ''}
            rows={4}
            required
            mono
            autofocus={model.errors === undefined}
            error={errors['words']}
          />
          <TextField name="name" label={t.name} value={typed.name} required maxlength={60} error={errors['name']} />
          <ChoiceField
            name="profession"
            kind="one"
            label={t.profession}
            options={EMERGENCY_PROFESSIONS.map((value) => ({ value, label: ui.t.people.profession[value] }))}
            chosen={typed.profession ? [typed.profession] : []}
            error={errors['profession']}
          />
          <ChoiceField
            name="reason"
            kind="one"
            label={t.reasonHead}
            options={EMERGENCY_REASONS.map((value) => ({ value, label: t.reason[value] }))}
            chosen={[typed.reason ?? 'down']}
            error={errors['reason']}
          />
          <TextField
            name="reasonText"
            label={t.reasonText}
            optional={ui.t.form.optional}
            value={typed.reasonText}
            maxlength={200}
            error={errors['reasonText']}
          />
          <p class="quiet">{t.openNote}</p>
          <div class="actions">
            <SubmitButton>{t.open}</SubmitButton>
            <ButtonLink href="/">{ui.t.opening.back}</ButtonLink>
          </div>
        </Form>
      </div>
    </PageFrame>
  )
}
