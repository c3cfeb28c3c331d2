/** Adding a place of one kind: the steps, then the form. */
import {
  ButtonLink,
  ChoiceField,
  type FieldErrors,
  Form,
  PageFrame,
  PageHeading,
  Section,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import { PLACE_FIELDS, type PlaceField, type PlaceForm, type PlaceKind } from '../ports.ts'
import type { Ui } from '../ui.ts'

/** May stay empty; the rest may not. */
const OPTIONAL: readonly string[] = ['region', 'prefix', 'user', 'password', 'rest:pin']
export const isOptional = (kind: PlaceKind, field: PlaceField): boolean =>
  OPTIONAL.includes(field) || OPTIONAL.includes(`${kind}:${field}`)

const SECRET: readonly PlaceField[] = ['secretAccessKey', 'password']

export interface PlaceAddModel {
  readonly kind: PlaceKind
  readonly typed?: PlaceForm
  readonly errors?: FieldErrors
}

export function PlaceAddPage(props: { ui: Ui; model: PlaceAddModel }) {
  const { ui } = props
  const { kind, typed, errors = {} } = props.model
  const t = ui.t.places
  const wordsOf = (field: PlaceField) => (kind === 'rest' && field === 'pin' ? t.serverPin : t.fields[field])
  const labels = Object.fromEntries(PLACE_FIELDS[kind].map((field) => [field, wordsOf(field).label]))
  return (
    <PageFrame ui={ui} title={t.addTitle(t.kinds[kind])}>
      <PageHeading title={t.addTitle(t.kinds[kind])} lead={t.choices[kind][1]}>
        <ButtonLink href="/places#add">{t.otherKind}</ButtonLink>
      </PageHeading>
      <Section title={t.stepsTitle}>
        <ol class="steps">
          {t.steps[kind].map((step) => (
            <li>{step}</li>
          ))}
        </ol>
        {kind === 'keeper' ? <p class="mono">{t.inviteCommand}</p> : null}
        {kind === 's3' ? <p>▲ {t.closureRisk}</p> : null}
        <Form ui={ui} action={`/places/add/${kind}`} errors={errors} labels={{ ...labels, name: t.name }}>
          {PLACE_FIELDS[kind].map((field) => (
            <TextField
              name={field}
              label={wordsOf(field).label}
              hint={wordsOf(field).hint || undefined}
              optional={isOptional(kind, field) ? ui.t.form.optional : undefined}
              type={SECRET.includes(field) ? 'password' : 'text'}
              value={SECRET.includes(field) ? '' : (typed?.values[field] ?? '')}
              required={!isOptional(kind, field)}
              maxlength={300}
              error={errors[field]}
            />
          ))}
          <TextField
            name="name"
            label={t.name}
            hint={t.nameHint}
            value={typed?.name ?? ''}
            required
            maxlength={100}
            error={errors['name']}
          />
          <ChoiceField
            name="offsite"
            label={t.offsite}
            kind="several"
            options={[{ value: 'yes', label: t.offsiteYes }]}
            chosen={typed?.offsite ? ['yes'] : []}
          />
          <SubmitButton>{t.add}</SubmitButton>
        </Form>
      </Section>
    </PageFrame>
  )
}
