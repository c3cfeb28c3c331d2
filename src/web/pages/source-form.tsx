/** Choosing what to back up: the kind first, then a form with only that kind's fields, which tries before it saves. */
import {
  ButtonLink,
  ChoiceField,
  type FieldErrors,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  Section,
  SelectField,
  SubmitButton,
  TextArea,
  TextField,
} from '../components/index.ts'
import type { ErrorCode } from '#base'
import { errorSentences } from '../messages/errors.ts'
import { problemWords } from '../messages/problems.ts'
import type { SourceInput } from '../ports.ts'
import type { OutsideChoices, SourceKind, SourceTrial } from '../read-models.ts'
import type { Ui } from '../ui.ts'

/** What a clinic can add, the likeliest first. */
export const ADDED_KINDS = ['ssmix2', 'intake', 'folder', 'csv', 'database', 'dumps'] as const

export function SourceKindPage({ ui }: { ui: Ui }) {
  const { t } = ui
  return (
    <PageFrame ui={ui} title={t.source.add}>
      <div class="narrow-page">
        <PageHeading title={t.outside.kindTitle} lead={t.outside.kindLead} />
        {ADDED_KINDS.map((kind) => (
          <Section title={t.source.kind[kind]}>
            <p>{kind === 'intake' ? t.sourceFhir.about : t.outside.about[kind]}</p>
            <div class="actions">
              <ButtonLink href={`/sources/new?kind=${kind}`}>
                {t.outside.choose}
                <span class="visually-hidden">: {t.source.kind[kind]}</span>
              </ButtonLink>
            </div>
          </Section>
        ))}
        <Section title={t.source.kind['fhir-server']}>
          <p>{t.sourceFhir.aboutServer}</p>
          <div class="actions">
            <ButtonLink href="/sources/fhir-server">
              {t.outside.choose}
              <span class="visually-hidden">: {t.source.kind['fhir-server']}</span>
            </ButtonLink>
          </div>
        </Section>
        <p>
          <a href="/sources">{t.form.cancel}</a>
        </p>
      </div>
    </PageFrame>
  )
}

/** Of files that become charts: records by kind, and what cannot be read. */
function TriedRecords({ ui, records, problems }: { ui: Ui } & Required<Pick<SourceTrial, 'records' | 'problems'>>) {
  const { t, f } = ui
  const total = records.reduce((sum, { count }) => sum + count, 0)
  return (
    <>
      <p class={total === 0 ? 'strong state-bad' : undefined}>
        {total === 0 ? t.sourceFhir.trialNone : t.sourceFhir.trialKinds(f.count(total))}
      </p>
      <ul class="plain">
        {records.map(({ kind, count }) => (
          <li>
            {t.sourceFhir.typeNames[kind] ?? kind} {f.count(count)}
          </li>
        ))}
      </ul>
      {problems.length === 0 ? null : <p class="strong">{t.sourceFhir.trialProblems}</p>}
      <ul class="plain">
        {problems.map(({ code, count }) => (
          <li>
            {problemWords(code, f.language).what} {f.count(count)}
          </li>
        ))}
      </ul>
    </>
  )
}

function Trial(props: { ui: Ui; trial: SourceTrial }) {
  const { ui, trial } = props
  const { t, f } = ui
  return (
    <Notice ui={ui} kind="good" title={t.source.trialTitle} live>
      {trial.tables === undefined ? (
        <p>{t.source.trialFound(f.count(trial.files), f.size(trial.sizeBytes), trial.more)}</p>
      ) : (
        <p>{t.outside.trialTables(f.count(trial.tables))}</p>
      )}
      {trial.unsafeTables ? <p>{t.outside.trialUnsafe(f.count(trial.unsafeTables))}</p> : null}
      {trial.share === undefined ? null : (
        <p class={trial.share.canWrite === true ? 'strong state-bad' : undefined}>
          {t.outside.share(trial.share.name)}
          {t.outside.shareWrite[trial.share.canWrite === undefined ? 'unknown' : trial.share.canWrite ? 'yes' : 'no']}
        </p>
      )}
      {trial.patients === undefined ? null : <p>{t.source.trialPatients(f.count(trial.patients))}</p>}
      {trial.newestMs === undefined ? null : <p>{t.source.trialNewest(f.dateTime(trial.newestMs, ui.nowMs))}</p>}
      <ul class="plain">
        {trial.kinds.map((kind) => (
          <li>
            {kind.name} {f.count(kind.files)}
          </li>
        ))}
      </ul>
      {trial.records && trial.problems ? (
        <TriedRecords ui={ui} records={trial.records} problems={trial.problems} />
      ) : null}
      <p class="strong">{t.source.trialNothingSaved}</p>
      <p>{t.source.trialLock}</p>
    </Notice>
  )
}

/** What stands in the way, in three sentences. */
function Trouble({ ui, title, code }: { ui: Ui; title: string; code: ErrorCode }) {
  const { what, why, next } = errorSentences(code, ui.f.language)
  return (
    <Notice ui={ui} kind="danger" title={title} live>
      <p>
        {what}
        {why}
      </p>
      <p class="strong">{next}</p>
    </Notice>
  )
}

export function DailyAtField({ ui: { t }, value, error }: { ui: Ui; value: string; error: string | undefined }) {
  return (
    <TextField
      name="dailyAt"
      label={t.source.dailyAt}
      optional={t.form.optional}
      hint={t.source.dailyAtHint}
      value={value}
      size="short"
      inputmode="numeric"
      error={error}
    />
  )
}

/** Of folders and files: programs and settings, which change seldom. */
export function OnChangeField({ ui: { t }, kind, chosen }: { ui: Ui; kind: SourceKind; chosen: boolean }) {
  if (kind !== 'folder' && kind !== 'csv' && kind !== 'intake') return null
  return (
    <ChoiceField
      name="onChange"
      kind="several"
      label={t.watch.title}
      hint={t.watch.hint}
      options={[{ value: 'yes', label: t.watch.choose }]}
      chosen={chosen ? ['yes'] : []}
    />
  )
}

/** Only where the machine has some to choose. */
export function HookField({ ui: { t }, choices, value }: { ui: Ui; choices: OutsideChoices; value: string }) {
  if (choices.hooks.length === 0) return null
  const options = [
    { value: '', label: t.outside.noHook },
    ...choices.hooks.map(({ id, name }) => ({ value: id, label: name })),
  ]
  return <SelectField name="hook" label={t.outside.hook} hint={t.outside.hookHint} options={options} value={value} />
}

interface FormProps {
  readonly ui: Ui
  readonly input: SourceInput
  readonly choices: OutsideChoices
  readonly errors: FieldErrors
}

/** Where it lies: folders, or one of the databases that root defined. */
function WhereField({ ui, input, choices, errors }: FormProps) {
  const { t } = ui
  if (input.kind !== 'database')
    return (
      <TextArea
        name="paths"
        label={t.source.paths}
        hint={t.source.pathsHint}
        value={input.paths.join('\n')}
        required
        mono
        error={errors['paths']}
      />
    )
  if (choices.databases.length === 0)
    return (
      <Notice ui={ui} kind="caution" title={t.outside.noDatabase}>
        <p>{t.outside.noDatabaseNext}</p>
      </Notice>
    )
  return (
    <ChoiceField
      name="definition"
      kind="one"
      label={t.outside.definition}
      options={choices.databases.map(({ id, name }) => ({ value: id, label: name }))}
      chosen={[input.definition]}
      error={errors['definition']}
    />
  )
}

const RHYTHMS = ['24', '168', '744'] as const

function RhythmField({ ui: { t }, input }: Pick<FormProps, 'ui' | 'input'>) {
  return (
    <>
      <SelectField
        name="everyHours"
        label={t.outside.everyHours}
        hint={t.outside.everyHoursHint}
        options={RHYTHMS.map((hours) => ({ value: hours, label: t.outside.every[hours] }))}
        value={String(input.everyHours)}
      />
      <p class="quiet">{t.outside.quietNote}</p>
    </>
  )
}

/** Two buttons, one form: trying saves nothing and shows what was found; saving comes after. */
export function SourceFormPage(props: {
  ui: Ui
  input: SourceInput
  choices: OutsideChoices
  errors?: FieldErrors
  trial?: SourceTrial | undefined
  /** Why the trial did not connect. */
  trouble?: ErrorCode | undefined
}) {
  const { ui, input, choices, errors = {}, trial, trouble } = props
  const { t } = ui
  const isEmpty = input.kind === 'database' && choices.databases.length === 0
  return (
    <PageFrame ui={ui} title={t.source.add}>
      <div class="narrow-page">
        <PageHeading title={t.source.add} lead={`${t.source.kindHead}: ${t.source.kind[input.kind]}`}>
          <a href="/sources/new">{t.outside.chooseAgain}</a>
        </PageHeading>
        {trial ? <Trial ui={ui} trial={trial} /> : null}
        {trouble ? <Trouble ui={ui} title={t.outside.trialFailed} code={trouble} /> : null}
        {choices.problem ? <Trouble ui={ui} title={t.outside.noDatabase} code={choices.problem} /> : null}
        <Form
          ui={ui}
          action="/sources/new"
          errors={errors}
          labels={{
            name: t.source.name,
            paths: t.source.paths,
            definition: t.outside.definition,
            dailyAt: t.source.dailyAt,
          }}
        >
          <input type="hidden" name="kind" value={input.kind} />
          <TextField
            name="name"
            label={t.source.name}
            hint={t.source.nameHint}
            value={input.name}
            required
            maxlength={60}
            error={errors['name']}
          />
          <WhereField ui={ui} input={input} choices={choices} errors={errors} />
          {input.kind === 'dumps' ? <RhythmField ui={ui} input={input} /> : null}
          <DailyAtField ui={ui} value={input.dailyAt} error={errors['dailyAt']} />
          <OnChangeField ui={ui} kind={input.kind} chosen={input.onChange} />
          <HookField ui={ui} choices={choices} value={input.hook} />
          <div class="actions">
            {isEmpty ? null : (
              <>
                <SubmitButton kind={trial ? 'secondary' : 'primary'} name="do" value="try">
                  {t.source.test}
                </SubmitButton>
                <SubmitButton kind={trial ? 'primary' : 'secondary'} name="do" value="save">
                  {t.source.save}
                </SubmitButton>
              </>
            )}
            <a href="/sources">{t.form.cancel}</a>
          </div>
        </Form>
      </div>
    </PageFrame>
  )
}
