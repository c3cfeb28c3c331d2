/** A FHIR server as a source: what to ask the vendor for, the form, and what a try found. */
import {
  ChoiceField,
  DataTable,
  type FieldErrors,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  SubmitButton,
  TextArea,
  TextField,
} from '../components/index.ts'
import type { ErrorCode } from '#base'
import { errorSentences } from '../messages/errors.ts'
import { FHIR_LOGINS, type FhirServerForm, type FhirServerFound } from '../source-fhir-ports.ts'
import type { Ui } from '../ui.ts'
import { DailyAtField } from './source-form.tsx'

export const EMPTY_FHIR_FORM: FhirServerForm = {
  name: '',
  base: '',
  login: 'bearer',
  user: '',
  secret: '',
  fingerprint: '',
  ca: '',
  others: '',
  group: '',
  dailyAt: '02:00',
}

interface FhirPageProps {
  readonly ui: Ui
  readonly input: FhirServerForm
  readonly errors?: FieldErrors
  readonly found?: FhirServerFound | undefined
  readonly trouble?: ErrorCode | undefined
  /** A saved server whose connection changes; absent for a new one. */
  readonly changing?: { readonly id: string; readonly said: boolean } | undefined
}

/** Two buttons, one form, as for every source: trying saves nothing. */
export function SourceFhirPage({ ui, input, errors = {}, found, trouble, changing }: FhirPageProps) {
  const t = ui.t.sourceFhir
  const title = changing ? t.changeTitle(input.name) : t.title
  return (
    <PageFrame ui={ui} title={title}>
      <div class="narrow-page">
        <PageHeading title={title} lead={changing ? t.changeLead : t.lead}>
          {changing ? null : <a href="/sources/new">{ui.t.outside.chooseAgain}</a>}
        </PageHeading>
        {changing?.said ? <Notice ui={ui} kind="good" title={t.changed} live /> : null}
        {found ? <Found ui={ui} found={found} /> : null}
        {trouble ? <Trouble ui={ui} code={trouble} /> : null}
        {changing ? <p class="mono">{input.base}</p> : <p>{t.ask}</p>}
        <Form
          ui={ui}
          action={changing ? `/sources/fhir-server/${changing.id}` : '/sources/fhir-server'}
          errors={errors}
          labels={{
            name: ui.t.source.name,
            base: t.base,
            secret: t.secret,
            fingerprint: t.fingerprint,
            ca: t.ca,
            others: t.others,
            group: t.group,
            dailyAt: ui.t.source.dailyAt,
          }}
        >
          {changing ? null : <NewServer ui={ui} input={input} errors={errors} />}
          <Login ui={ui} input={input} errors={errors} isSaved={changing !== undefined} />
          {changing ? null : <NewServerMore ui={ui} input={input} errors={errors} />}
          <div class="actions">
            <SubmitButton kind={found ? 'secondary' : 'primary'} name="do" value="try">
              {t.tryIt}
            </SubmitButton>
            <SubmitButton kind={found ? 'primary' : 'secondary'} name="do" value="save">
              {t.save}
            </SubmitButton>
            <a href="/sources">{ui.t.form.cancel}</a>
          </div>
        </Form>
      </div>
    </PageFrame>
  )
}

interface FieldsProps {
  readonly ui: Ui
  readonly input: FhirServerForm
  readonly errors: FieldErrors
}

function NewServer({ ui, input, errors }: FieldsProps) {
  const t = ui.t.sourceFhir
  return (
    <>
      <TextField
        name="name"
        label={ui.t.source.name}
        hint={ui.t.source.nameHint}
        value={input.name}
        required
        maxlength={60}
        error={errors['name']}
      />
      <TextField
        name="base"
        label={t.base}
        hint={t.baseHint}
        value={input.base}
        required
        maxlength={500}
        error={errors['base']}
      />
    </>
  )
}

/** What may change later too. */
function Login({ ui, input, errors, isSaved }: FieldsProps & { isSaved: boolean }) {
  const t = ui.t.sourceFhir
  const optional = ui.t.form.optional
  return (
    <>
      <ChoiceField
        name="login"
        kind="one"
        label={t.login}
        options={FHIR_LOGINS.map((login) => ({ value: login, label: t.logins[login] }))}
        chosen={[input.login]}
      />
      <TextField name="user" label={t.user} hint={t.userHint} optional={optional} value={input.user} maxlength={200} />
      <TextField
        name="secret"
        label={t.secret}
        hint={isSaved ? t.secretKept : t.secretHint}
        type="password"
        value=""
        maxlength={8000}
        error={errors['secret']}
      />
      <TextField
        name="fingerprint"
        label={t.fingerprint}
        hint={t.fingerprintHint}
        optional={optional}
        value={input.fingerprint}
        maxlength={200}
        error={errors['fingerprint']}
      />
      <TextArea
        name="ca"
        label={t.ca}
        hint={t.caHint}
        optional={optional}
        value={input.ca}
        rows={4}
        mono
        error={errors['ca']}
      />
      <TextField
        name="others"
        label={t.others}
        hint={t.othersHint}
        optional={optional}
        value={input.others}
        maxlength={500}
        error={errors['others']}
      />
    </>
  )
}

function NewServerMore({ ui, input, errors }: FieldsProps) {
  const t = ui.t.sourceFhir
  const optional = ui.t.form.optional
  return (
    <>
      <TextField
        name="group"
        label={t.group}
        hint={t.groupHint}
        optional={optional}
        value={input.group}
        maxlength={64}
        error={errors['group']}
      />
      <DailyAtField ui={ui} value={input.dailyAt} error={errors['dailyAt']} />
    </>
  )
}

function Found({ ui, found }: { ui: Ui; found: FhirServerFound }) {
  const t = ui.t.sourceFhir
  return (
    <Notice ui={ui} kind="good" title={t.foundTitle} live>
      {found.software === '' ? null : <p>{t.software(found.software)}</p>}
      <p>{t.types(ui.f.count(found.types))}</p>
      <p>{found.exports ? t.wayExport : t.waySearch}</p>
      {found.counts.length === 0 ? null : (
        <DataTable
          ui={ui}
          caption={t.countsCaption}
          rows={found.counts}
          columns={[
            { key: 'kind', head: t.kindHead, isName: true, cell: ({ type }) => t.typeNames[type] ?? type },
            { key: 'count', head: t.countHead, cell: ({ count }) => ui.f.count(count) },
          ]}
        />
      )}
    </Notice>
  )
}

function Trouble({ ui, code }: { ui: Ui; code: ErrorCode }) {
  const { what, why, next } = errorSentences(code, ui.f.language)
  return (
    <Notice ui={ui} kind="danger" title={ui.t.outside.trialFailed} live>
      <p>
        {what}
        {why}
      </p>
      <p class="strong">{next}</p>
    </Notice>
  )
}
