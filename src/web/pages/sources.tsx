/** バックアップするもの: the list, one source with its stop, and what comes after a sample. */
import {
  ButtonLink,
  ChoiceField,
  EmptyState,
  FactList,
  type FieldErrors,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PostButton,
  Section,
  SelectField,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import { STOP_REASONS } from '#vault'
import { errorSentences } from '../messages/errors.ts'
import type { SourceInput } from '../ports.ts'
import type { OutsideChoices, Source } from '../read-models.ts'
import { SharedNumbersForm } from './same-number.tsx'
import { CanariesForm } from './signs.tsx'
import { readingPath } from './source-reading.tsx'
import { DailyAtField, HookField, OnChangeField } from './source-form.tsx'
import type { Ui } from '../ui.ts'

function LastRun(props: { ui: Ui; source: Source }) {
  const { ui, source } = props
  const { t, f } = ui
  if (!source.last) return <>{t.source.never}</>
  const words = `${f.near(source.last.atMs, ui.nowMs)} ${t.source.outcome[source.last.outcome]}`
  const state = { done: 'good', incomplete: 'soon', failed: 'bad' }[source.last.outcome]
  return (
    <>
      <span class={`state-${state}`}>
        {source.last.generationId ? <a href={`/generations/${source.last.generationId}`}>{words}</a> : words}
      </span>
      <div class="quiet">
        {t.generation.files} {f.count(source.last.files)}、{t.generation.skipped} {f.count(source.last.skipped)}
      </div>
      {source.last.errorCode ? <div>{errorSentences(source.last.errorCode, f.language).next}</div> : null}
    </>
  )
}

function NextRun({ ui, source }: { ui: Ui; source: Source }) {
  const { t, f } = ui
  if (source.stopped) {
    const words = t.source.stopped(
      f.dateTime(source.stopped.atMs, ui.nowMs),
      t.source.stopReason[source.stopped.reason],
    )
    const { keptUntilMs } = source.stopped
    return (
      <>
        <span class={keptUntilMs === undefined ? 'state-soon' : undefined}>{words}</span>
        {keptUntilMs === undefined ? null : <div>{t.sourceFhir.keptUntil(f.date(keptUntilMs, ui.nowMs))}</div>}
      </>
    )
  }
  const next = source.nextRunMs === undefined ? undefined : f.dateTime(source.nextRunMs, ui.nowMs)
  return source.watch ? (
    <>
      {next === undefined ? null : <div>{next}</div>}
      <WatchText ui={ui} watch={source.watch} />
    </>
  ) : (
    <>{next ?? (source.kind === 'own-state' ? t.source.withOthers : t.source.byHand)}</>
  )
}

function WatchText({ ui, watch }: { ui: Ui; watch: NonNullable<Source['watch']> }) {
  const t = ui.t.watch
  const looked = watch.lookedAtMs === undefined ? t.notLooked : t.looked(ui.f.near(watch.lookedAtMs, ui.nowMs))
  const state = watch.failed ? t.failed : watch.waitingSinceMs === undefined ? undefined : t.waiting
  return (
    <>
      <div>{t.next}</div>
      <div class="quiet">{looked}</div>
      {state === undefined ? null : <div class={watch.failed ? 'state-bad' : undefined}>{state}</div>}
    </>
  )
}

function SourceBlock(props: { ui: Ui; source: Source }) {
  const { ui, source } = props
  const { t } = ui
  return (
    <Section title={source.name} note={kindWords(ui, source)}>
      <FactList
        wide
        facts={[
          source.database
            ? { term: t.outside.definition, value: source.database }
            : source.server
              ? { term: t.sourceFhir.base, value: <span class="mono">{source.server}</span> }
              : {
                  term: t.source.paths,
                  value: (
                    <ul class="mono">
                      {source.paths.map((path) => (
                        <li>{path}</li>
                      ))}
                    </ul>
                  ),
                },
          source.hook ? { term: t.outside.hook, value: source.hook } : undefined,
          { term: t.source.last, value: <LastRun ui={ui} source={source} /> },
          {
            term: t.source.next,
            value: <NextRun ui={ui} source={source} />,
          },
        ]}
      />
      <div class="actions">
        {source.running ? (
          <ButtonLink href={`/jobs/${source.running}`}>{t.source.running}</ButtonLink>
        ) : source.stopped ? null : (
          <PostButton ui={ui} action={`/sources/${source.id}/run`}>
            {t.source.runNow}
          </PostButton>
        )}
        {source.kind === 'own-state' ? null : <a href={`/sources/${source.id}`}>{t.source.change}</a>}
        {source.kind === 'own-state' ? null : <a href={`/sources/${source.id}/policy`}>{t.policy.link}</a>}
        {source.stopped?.reason === 'retired' && source.last?.generationId ? (
          <a href={`/charts?generation=${source.last.generationId}`}>{t.sourceFhir.oldCharts}</a>
        ) : null}
        <ReadingLink ui={ui} source={source} />
        <a href={`/generations?source=${encodeURIComponent(source.id)}`}>{t.nav.generations}</a>
      </div>
    </Section>
  )
}

/** A folder or table that became charts is no FHIR. */
const kindWords = ({ t }: Ui, { kind }: Source): string =>
  kind === 'intake' ? t.sourceReading.kind : t.source.kind[kind]

const READ_BY_SETTINGS: ReadonlySet<Source['kind']> = new Set(['intake', 'csv', 'folder'])

/** How it is read, for whoever may see what is in the files; of a FHIR server how it is reached. */
function ReadingLink({ ui, source }: { ui: Ui; source: Source }) {
  const t = ui.t.sourceReading
  if (source.kind === 'fhir-server') return <a href={`/sources/fhir-server/${source.id}`}>{ui.t.sourceFhir.change}</a>
  if (!READ_BY_SETTINGS.has(source.kind) || !ui.viewer?.can.has('see-documents')) return null
  return <a href={readingPath(source.id)}>{source.kind === 'intake' ? t.title : t.link}</a>
}

export function SourcesPage(props: { ui: Ui; sources: readonly Source[]; added?: boolean }) {
  const { ui, sources } = props
  const { t } = ui
  return (
    <PageFrame ui={ui} title={t.source.title}>
      <PageHeading title={t.source.title} lead={t.source.lead}>
        <ButtonLink href="/sources/new" kind="primary">
          {t.source.add}
        </ButtonLink>
        <ButtonLink href="/machines">{t.machines.title}</ButtonLink>
        <ButtonLink href="/coverage-map">{t.coverage.toMap}</ButtonLink>
      </PageHeading>
      {props.added ? <Notice ui={ui} kind="good" title={t.source.added} live /> : null}
      {sources.length === 0 ? (
        <EmptyState title={t.source.empty} next={t.source.emptyNext}>
          <ButtonLink href="/first-hour" kind="primary">
            {t.firstHour.title}
          </ButtonLink>
        </EmptyState>
      ) : (
        sources.map((source) => <SourceBlock ui={ui} source={source} />)
      )}
    </PageFrame>
  )
}

/** One source: another name or time, stop it, start it again. */
export function SourceChangePage(props: {
  ui: Ui
  source: Source
  choices: OutsideChoices
  input: Pick<SourceInput, 'name' | 'dailyAt' | 'hook' | 'onChange'>
  errors?: FieldErrors
  saved?: boolean
}) {
  const { ui, source, choices, input } = props
  const { reason, ...errors } = props.errors ?? {}
  const { t } = ui
  return (
    <PageFrame ui={ui} title={source.name}>
      <div class="narrow-page">
        <PageHeading title={source.name} lead={kindWords(ui, source)} />
        {props.saved ? <Notice ui={ui} kind="good" title={t.form.saved} live /> : null}
        <Form
          ui={ui}
          action={`/sources/${source.id}`}
          errors={errors}
          labels={{ name: t.source.name, dailyAt: t.source.dailyAt }}
        >
          <TextField
            name="name"
            label={t.source.name}
            value={input.name}
            required
            maxlength={60}
            error={errors['name']}
          />
          <DailyAtField ui={ui} value={input.dailyAt} error={errors['dailyAt']} />
          <OnChangeField ui={ui} kind={source.kind} chosen={input.onChange} />
          <HookField ui={ui} choices={choices} value={input.hook} />
          <div class="actions">
            <SubmitButton>{t.form.save}</SubmitButton>
            <a href="/sources">{t.form.cancel}</a>
          </div>
        </Form>
        <div class="actions">
          <ReadingLink ui={ui} source={source} />
          <a href={`/sources/${source.id}/impact`}>{t.outside.impact.link}</a>
          {source.database || source.hook ? <a href={`/sources/${source.id}/commands`}>{t.outside.records}</a> : null}
        </div>
        <SharedNumbersForm ui={ui} source={source} />
        <CanariesForm ui={ui} source={source} />
        <StopOrResume ui={ui} source={source} error={reason} />
      </div>
    </PageFrame>
  )
}

/** Of a retired system. */
export const KEEP_YEARS = [5, 10, 20, 30] as const

function StopOrResume({ ui, source, error }: { ui: Ui; source: Source; error: string | undefined }) {
  const { t } = ui
  if (source.stopped)
    return (
      <Section title={t.source.stopTitle}>
        <p>
          <NextRun ui={ui} source={source} />
        </p>
        <PostButton ui={ui} action={`/sources/${source.id}/resume`}>
          {t.source.resume}
        </PostButton>
      </Section>
    )
  return (
    <Section title={t.source.stopTitle}>
      <p>{t.source.stopNote}</p>
      <Form
        ui={ui}
        action={`/sources/${source.id}/stop`}
        errors={error === undefined ? {} : { reason: error }}
        labels={{ reason: t.source.stopWhy }}
      >
        <ChoiceField
          name="reason"
          kind="one"
          label={t.source.stopWhy}
          options={STOP_REASONS.map((value) => ({ value, label: t.source.stopReason[value] }))}
          chosen={[]}
          error={error}
        />
        <SelectField
          name="years"
          label={t.sourceFhir.keepYears}
          hint={t.sourceFhir.keepYearsHint}
          options={KEEP_YEARS.map((years) => ({ value: String(years), label: t.sourceFhir.years(years) }))}
          value={String(KEEP_YEARS[1])}
        />
        <SubmitButton kind="danger">{t.source.stop}</SubmitButton>
      </Form>
    </Section>
  )
}

/** On a sample: the clinic's own server now runs beside it. Answer to the post, never stored: it may hold a one-time code. */
export function SourceMovedPage(props: {
  ui: Ui
  url: string
  firstSignIn?: { loginName: string; code: string } | undefined
}) {
  const { ui, url, firstSignIn } = props
  const { t } = ui
  return (
    <PageFrame ui={ui} title={t.source.moved}>
      <div class="narrow-page">
        <PageHeading title={t.source.moved} lead={t.source.movedLead} />
        <p class="strong mono own-address">
          <a href={url}>{url}</a>
        </p>
        {firstSignIn ? (
          <>
            <p>
              {t.signIn.loginName}: <strong class="mono">{firstSignIn.loginName}</strong>
            </p>
            <p>{t.firstSignIn.code}:</p>
            <p class="one-time-code mono">{firstSignIn.code}</p>
            <Notice ui={ui} kind="caution" title={t.source.codeOnce} />
          </>
        ) : null}
        <h2>{t.source.movedNextHead}</h2>
        <ol class="steps">
          {(firstSignIn ? t.source.movedFirstSteps : t.source.movedSteps).map((step) => (
            <li>{step}</li>
          ))}
        </ol>
        <div class="actions">
          <ButtonLink href={url} kind="primary">
            {t.source.movedOpen}
          </ButtonLink>
          <ButtonLink href="/first-hour/letter">{t.firstHour.letter}</ButtonLink>
        </div>
        <p class="quiet">{t.source.movedStop}</p>
      </div>
    </PageFrame>
  )
}
