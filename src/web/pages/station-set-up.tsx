/** Preparing an emergency PC: production's file, and where the copies come from. */
import {
  type FieldErrors,
  FileField,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  Section,
  SelectField,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import type { StationOriginForm, StationState } from '../station-ports.ts'
import type { Ui } from '../ui.ts'

/** What is asked of each kind, in the order of the form. */
export const ORIGIN_FIELDS = {
  folder: ['folder'],
  medium: ['folder'],
  keeper: ['address', 'pin', 'code'],
  s3: ['endpoint', 'region', 'bucket', 'prefix', 'accessKeyId', 'secretAccessKey'],
  rest: ['url', 'user', 'password', 'pin'],
} as const
const SECRETS: readonly string[] = ['password', 'secretAccessKey', 'code']
const OPTIONAL: readonly string[] = ['prefix', 'user', 'password', 'pin']

export interface SetUpModel {
  readonly needs: StationState['needs']
  readonly form: StationOriginForm
  readonly errors?: FieldErrors
  readonly problem?: string
}

export function StationSetUpPage({ ui, model }: { ui: Ui; model: SetUpModel }) {
  const t = ui.t.station
  const { errors = {}, form } = model
  return (
    <PageFrame ui={ui} title={t.setUpTitle}>
      <div class="narrow-page">
        <PageHeading title={t.setUpTitle} />
        {model.problem ? <Notice ui={ui} kind="danger" title={model.problem} live /> : null}
        {model.needs === 'package' ? (
          <Section title={t.setUpPackage}>
            <Form ui={ui} action="/set-up/package" multipart errors={errors} labels={{ file: t.setUpFile }}>
              <FileField name="file" label={t.setUpFile} hint={t.setUpPackageLead} error={errors['file']} />
              <SubmitButton>{ui.t.form.save}</SubmitButton>
            </Form>
          </Section>
        ) : (
          <Section title={t.setUpOrigin}>
            <p>{t.setUpOriginLead}</p>
            <form class="form" method="get" action="/set-up">
              <SelectField
                name="kind"
                label={t.originKind}
                options={(Object.keys(ORIGIN_FIELDS) as (keyof typeof ORIGIN_FIELDS)[]).map((value) => ({
                  value,
                  label: t.kind[value],
                }))}
                value={form.kind}
              />
              <SubmitButton kind="secondary">{t.chooseKind}</SubmitButton>
            </form>
            <Form ui={ui} action="/set-up/origin" errors={errors} labels={t.originFields}>
              <input type="hidden" name="kind" value={form.kind} />
              {ORIGIN_FIELDS[form.kind].map((name) => (
                <TextField
                  name={name}
                  label={t.originFields[name]}
                  type={SECRETS.includes(name) ? 'password' : 'text'}
                  value={SECRETS.includes(name) ? undefined : form.values[name]}
                  optional={OPTIONAL.includes(name) && form.kind !== 'keeper' ? ui.t.form.optional : undefined}
                  error={errors[name]}
                />
              ))}
              <SubmitButton>{t.setUpSave}</SubmitButton>
            </Form>
          </Section>
        )}
      </div>
    </PageFrame>
  )
}
