/** 非常用ディスク: the register, and the form that makes one. */
import {
  ButtonLink,
  ChoiceField,
  DataTable,
  EmptyState,
  type FieldErrors,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PrintButton,
  Section,
  SelectField,
  SubmitButton,
  TextArea,
  TextField,
} from '../components/index.ts'
import type { EditionList, EditionPreparation, EditionRecord } from '../edition-ports.ts'
import type { Ui } from '../ui.ts'

export function EditionsPage(props: { ui: Ui; list: EditionList }) {
  const { ui, list } = props
  const t = ui.t.editions
  return (
    <PageFrame ui={ui} title={t.title} across>
      <PageHeading title={t.title} lead={t.lead}>
        <ButtonLink href="/editions/new" kind="primary">
          {t.make}
        </ButtonLink>
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      {list.jobId === undefined ? null : (
        <Notice ui={ui} kind="info" title={t.running}>
          <a href={`/jobs/${list.jobId}`}>{t.seeProgress}</a>
        </Notice>
      )}
      {list.editions.some(({ isOverdue }) => isOverdue) ? (
        <Notice ui={ui} kind="caution" title={t.overdue}>
          <p>{t.overdueNext}</p>
        </Notice>
      ) : null}
      {list.editions.length === 0 ? (
        <EmptyState title={t.none} next={t.noneNext} />
      ) : (
        <Section title={t.listTitle}>
          <RegisterTable ui={ui} editions={list.editions} />
        </Section>
      )}
    </PageFrame>
  )
}

function RegisterTable(props: { ui: Ui; editions: readonly EditionRecord[] }) {
  const { ui } = props
  const t = ui.t.editions
  return (
    <DataTable
      ui={ui}
      caption={t.listTitle}
      hideCaption
      rows={props.editions}
      columns={[
        {
          key: 'number',
          head: t.heads.number,
          isName: true,
          cell: ({ number }) => <a href={`/editions/${number}`}>{t.number(String(number))}</a>,
        },
        { key: 'kind', head: t.heads.kind, cell: ({ kind, medium }) => `${t.kind[kind]} ${t.medium[medium]}` },
        { key: 'holder', head: t.heads.holder, cell: ({ holder }) => holder },
        { key: 'place', head: t.heads.place, cell: ({ place }) => place },
        { key: 'asOf', head: t.heads.asOf, cell: ({ asOf }) => ui.f.dateTime(asOf, ui.nowMs) },
        { key: 'returnOn', head: t.heads.returnOn, cell: ({ returnOn }) => ui.f.recordedDate(returnOn) },
        { key: 'state', head: t.heads.state, cell: (edition) => <State ui={ui} edition={edition} /> },
      ]}
    />
  )
}

export function State(props: { ui: Ui; edition: EditionRecord }) {
  const t = props.ui.t.editions
  const { state, isOverdue } = props.edition
  if (isOverdue)
    return (
      <strong class="warn">
        <span aria-hidden="true">▲ </span>
        {t.overdue}
      </strong>
    )
  return state === 'lost' ? <strong class="warn">× {t.state.lost}</strong> : <>{t.state[state]}</>
}

export interface MakeModel {
  readonly preparation: EditionPreparation
  readonly typed: Readonly<Record<MakeField, string>>
  readonly errors?: FieldErrors
}
export const MAKE_FIELDS = [
  'kind',
  'medium',
  'generation',
  'months',
  'documents',
  'holder',
  'place',
  'returnOn',
  'slots',
] as const
export type MakeField = (typeof MAKE_FIELDS)[number]

export function MakeEditionPage(props: { ui: Ui; model: MakeModel }) {
  const { ui, model } = props
  const t = ui.t.editions.form
  const { kinds, generations } = model.preparation
  const isPossible = kinds.length > 0 && generations.length > 0
  return (
    <PageFrame ui={ui} title={t.title}>
      <div class="narrow-page">
        <PageHeading title={t.title} lead={t.lead} />
        {isPossible ? (
          <MakeForm ui={ui} model={model} />
        ) : (
          <EmptyState
            title={kinds.length === 0 ? t.notYou : t.noBackup}
            next={kinds.length === 0 ? t.notYouNext : t.noBackupNext}
          >
            <ButtonLink href="/editions">{ui.t.form.back}</ButtonLink>
          </EmptyState>
        )}
      </div>
    </PageFrame>
  )
}

function MakeForm(props: { ui: Ui; model: MakeModel }) {
  const { ui, model } = props
  const { t, f, nowMs } = ui
  const { form, kind, medium } = t.editions
  const { kinds, generations } = model.preparation
  const errors = model.errors ?? {}
  const { typed } = model
  const field = (name: 'holder' | 'place' | 'returnOn', hint?: string) => (
    <TextField
      name={name}
      label={form[name]}
      hint={hint}
      value={typed[name]}
      error={errors[name]}
      required
      maxlength={60}
    />
  )
  const labels = Object.fromEntries(MAKE_FIELDS.map((name) => [name, form[name]]))
  const choice = <K extends string>(
    name: 'kind' | 'medium' | 'months' | 'documents',
    values: readonly K[],
    words: Readonly<Record<K, string>>,
    hint?: string,
  ) => (
    <ChoiceField
      kind="one"
      name={name}
      label={form[name]}
      hint={hint}
      chosen={[typed[name]]}
      options={values.map((value) => ({ value, label: words[value] }))}
    />
  )
  return (
    <Form ui={ui} action="/editions" errors={errors} labels={labels}>
      {choice('kind', kinds, kind)}
      {choice('medium', ['dvd', 'usb', 'cd'], medium, form.mediumHint)}
      <SelectField
        name="generation"
        label={form.generation}
        value={typed.generation}
        options={generations.map(({ id, sourceName, takenAtMs }) => ({
          value: id,
          label: `${f.dateTime(takenAtMs, nowMs)} ${sourceName}`,
        }))}
      />
      {choice('months', ['13', '25', '0'], form.monthsOf, form.monthsHint)}
      {choice('documents', ['first', 'all', 'none'], form.documentsOf)}
      {field('holder')}
      {field('place')}
      {field('returnOn', form.returnHint)}
      <TextArea
        name="slots"
        label={form.slots}
        hint={form.slotsHint}
        value={typed.slots}
        error={errors['slots']}
        rows={3}
      />
      <SubmitButton>{form.submit}</SubmitButton>
    </Form>
  )
}
