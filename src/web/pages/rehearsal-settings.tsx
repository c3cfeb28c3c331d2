/** Settings of rehearsals: of the house, the aims of each source, and the questions to its databases. */
import { EVERY_DAYS, type Question, type RehearsalSettings } from '#rehearsal'
import {
  ButtonLink,
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
import type { RehearsalForm } from '../rehearsal-ports.ts'
import type { Ui } from '../ui.ts'

export interface RehearsalSettingsModel {
  readonly form: RehearsalForm
  readonly saved: boolean
  /** Of the form that was sent: `house`, or a source's id. */
  readonly wrong?: {
    readonly of: string
    readonly errors: FieldErrors
    readonly typed: Readonly<Record<string, string>>
  }
}

type Sent = NonNullable<RehearsalSettingsModel['wrong']>

export function RehearsalSettingsPage({ ui, model }: { ui: Ui; model: RehearsalSettingsModel }) {
  const t = ui.t.rehearsal.form
  const { form, saved, wrong } = model
  const sent = (of: string): Sent | undefined => (wrong?.of === of ? wrong : undefined)
  return (
    <PageFrame ui={ui} title={t.title}>
      <PageHeading title={t.title} lead={t.lead}>
        <ButtonLink href="/rehearsals">{ui.t.rehearsal.title}</ButtonLink>
      </PageHeading>
      {saved ? <Notice ui={ui} kind="good" title={t.saved} live /> : null}
      <House ui={ui} settings={form.settings} sent={sent('house')} />
      {form.sources.map((source) => (
        <>
          <Aims ui={ui} source={source} sent={sent(source.id)} />
          {source.hasDumps ? <Questions ui={ui} source={source} /> : null}
        </>
      ))}
    </PageFrame>
  )
}

function House({ ui, settings, sent }: { ui: Ui; settings: RehearsalSettings; sent: Sent | undefined }) {
  const t = ui.t.rehearsal.form
  const errors = sent?.errors ?? {}
  const labels = { signatures: t.signatures, scratch: t.scratch, charts: t.charts }
  return (
    <Section title={t.house}>
      <Form ui={ui} action="/rehearsals/settings" errors={errors} labels={labels}>
        <SelectField
          name="everyDays"
          label={t.every}
          hint={t.everyHint}
          value={sent?.typed['everyDays'] ?? String(settings.everyDays)}
          options={EVERY_DAYS.map((days) => ({ value: String(days), label: t.everyDays[days] }))}
        />
        <TextField
          name="signatures"
          label={t.signatures}
          hint={t.signaturesHint}
          value={sent?.typed['signatures'] ?? settings.signatures}
          error={errors['signatures']}
        />
        <TextField
          name="scratch"
          label={t.scratch}
          hint={t.scratchHint}
          value={sent?.typed['scratch'] ?? settings.scratch}
          error={errors['scratch']}
        />
        <TextField
          name="charts"
          label={t.charts}
          hint={t.chartsHint}
          inputmode="numeric"
          size="short"
          value={sent?.typed['charts'] ?? String(settings.charts)}
          error={errors['charts']}
        />
        <SubmitButton>{t.save}</SubmitButton>
      </Form>
    </Section>
  )
}

type FormSource = RehearsalForm['sources'][number]

function Aims({ ui, source, sent }: { ui: Ui; source: FormSource; sent: Sent | undefined }) {
  const t = ui.t.rehearsal.form
  const fields = ['minimumMinutes', 'fullMinutes', 'lossMinutes'] as const
  const named = (field: string): string => `${field}-${source.id}`
  const errors = sent?.errors ?? {}
  return (
    <Section title={t.times(source.name)} note={t.timesNote}>
      <Form
        ui={ui}
        action={`/rehearsals/settings/${source.id}/times`}
        errors={errors}
        labels={Object.fromEntries(fields.map((field) => [named(field), t[field]]))}
      >
        {fields.map((field) => (
          <TextField
            name={named(field)}
            label={t[field]}
            inputmode="numeric"
            size="short"
            value={sent?.typed[named(field)] ?? String(source.declared[field] ?? '')}
            error={errors[named(field)]}
          />
        ))}
        <SubmitButton kind="secondary">{t.save}</SubmitButton>
      </Form>
    </Section>
  )
}

const EMPTY: Question = { name: '', dump: '', sql: '', expected: '' }

function Questions({ ui, source }: { ui: Ui; source: FormSource }) {
  const t = ui.t.rehearsal.form
  return (
    <Section title={t.questions(source.name)} note={t.questionsNote}>
      <Form ui={ui} action={`/rehearsals/settings/${source.id}/questions`}>
        {[...source.questions, EMPTY].map((question, i) => {
          const named = (field: keyof Question): string => `${field}-${i}-${source.id}`
          return (
            <fieldset class="field">
              <legend class="field-label">{question.name === '' ? t.newQuestion : question.name}</legend>
              <TextField name={named('name')} label={t.questionName} value={question.name} maxlength={100} />
              <TextField
                name={named('dump')}
                label={t.questionDump}
                hint={t.questionDumpHint}
                value={question.dump}
                maxlength={200}
              />
              <TextArea name={named('sql')} label={t.questionSql} value={question.sql} mono />
              <TextArea
                name={named('expected')}
                label={t.expected}
                hint={t.expectedHint}
                value={question.expected}
                rows={2}
              />
            </fieldset>
          )
        })}
        <SubmitButton kind="secondary">{t.save}</SubmitButton>
      </Form>
    </Section>
  )
}
