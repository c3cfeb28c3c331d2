/** The fields that making an edition now and by night have in common. */
import type { Child } from 'hono/jsx'
import { ChoiceField, type FieldErrors, TextArea, TextField } from '../components/index.ts'
import type { EditionKind } from '../edition-ports.ts'
import type { Ui } from '../ui.ts'

export const CONTENTS_FIELDS = ['kind', 'months', 'documents', 'holder', 'place', 'slots'] as const
type ContentsField = (typeof CONTENTS_FIELDS)[number]
export type ContentsTyped = Readonly<Record<ContentsField, string>>

export const MONTHS = ['13', '25', '0'] as const
export const DOCUMENTS = ['first', 'all', 'none'] as const

export const contentsLabels = ({ t }: Ui): Record<ContentsField, string> => {
  const { kind, months, documents, holder, place, slots } = t.editions.form
  return { kind, months, documents, holder, place, slots }
}

export function ContentsFields(props: {
  ui: Ui
  kinds: readonly EditionKind[]
  typed: ContentsTyped
  errors: FieldErrors
  /** Between where it lies and its envelopes. */
  children?: Child
}) {
  const { ui, kinds, typed, errors } = props
  const { form, kind } = ui.t.editions
  const choice = <K extends string>(
    name: 'kind' | 'months' | 'documents',
    values: readonly K[],
    words: Readonly<Record<K, string>>,
    hint?: string,
  ) => (
    <ChoiceField
      kind="one"
      name={name}
      label={form[name]}
      hint={hint}
      error={errors[name]}
      chosen={[typed[name]]}
      options={values.map((value) => ({ value, label: words[value] }))}
    />
  )
  const text = (name: 'holder' | 'place') => (
    <TextField name={name} label={form[name]} value={typed[name]} error={errors[name]} required maxlength={60} />
  )
  return (
    <>
      {choice('kind', kinds, kind)}
      {choice('months', MONTHS, form.monthsOf, form.monthsHint)}
      {choice('documents', DOCUMENTS, form.documentsOf)}
      {text('holder')}
      {text('place')}
      {props.children}
      <TextArea
        name="slots"
        label={form.slots}
        hint={form.slotsHint}
        value={typed.slots}
        error={errors['slots']}
        rows={3}
      />
    </>
  )
}
