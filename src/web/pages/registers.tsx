/** 非常時の台帳: what registers there are, one of them as a table, one entry as a form. */
import { institutionDate } from '#base'
import {
  FIELDS,
  type Field,
  isShort,
  type Register,
  type RegisterEntry,
  REGISTERS,
  updateState,
  type Values,
} from '#governance'
import {
  ButtonLink,
  ChoiceField,
  type Column,
  Confirmation,
  DataTable,
  EmptyState,
  type FieldErrors,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PostButton,
  PrintButton,
  SelectField,
  SubmitButton,
  TextArea,
  TextField,
} from '../components/index.ts'
import type { Ui } from '../ui.ts'

export type Everything = Readonly<Record<Register, readonly RegisterEntry[]>>

export function RegistersPage({ ui, all }: { ui: Ui; all: Everything }) {
  const t = ui.t.registers
  return (
    <PageFrame ui={ui} title={t.title}>
      <PageHeading title={t.title} lead={t.lead}>
        <ButtonLink href="/registers/cut-list">{t.cutList}</ButtonLink>
        <ButtonLink href="/registers/contact-sheet">{t.contactSheet}</ButtonLink>
        <ButtonLink href="/registers/contact-tree">{t.contactTree}</ButtonLink>
        <ButtonLink href="/registers/role-cards">{ui.t.cards.roles}</ButtonLink>
      </PageHeading>
      <ul class="choice-list">
        {REGISTERS.map((register) => {
          const short = register === 'supply' ? all.supply.filter(isShort).length : 0
          const unverified = all[register].filter((one) => one.unverified).length
          return (
            <li>
              <ButtonLink href={`/registers/${register}`}>{t.names[register]}</ButtonLink>{' '}
              <span>
                {t.about[register]} {t.count(ui.f.count(all[register].length))}
                {short > 0 ? <strong class="state-bad"> × {t.short(ui.f.count(short))}</strong> : null}
                {unverified > 0 ? (
                  <strong class="state-soon"> ▲ {t.unverifiedCount(ui.f.count(unverified))}</strong>
                ) : null}
              </span>
            </li>
          )
        })}
      </ul>
    </PageFrame>
  )
}

export interface RegisterModel {
  readonly register: Register
  readonly entries: readonly RegisterEntry[]
  readonly said?: string | undefined
}

export function RegisterListPage({ ui, model }: { ui: Ui; model: RegisterModel }) {
  const t = ui.t.registers
  const { register, entries } = model
  const [title, lead] = [t.names[register], t.about[register]]
  const keeps = ui.viewer?.can.has('manage-backup') ?? false
  return (
    <PageFrame ui={ui} title={title} across>
      <PageHeading title={title} lead={lead}>
        {keeps ? (
          <ButtonLink href={`/registers/${register}/new`} kind="primary">
            {t.add}
          </ButtonLink>
        ) : null}
        <PrintButton>{ui.t.nav.print}</PrintButton>
        <ButtonLink href={`/registers/${register}/list.csv`}>{t.csv}</ButtonLink>
      </PageHeading>
      {model.said ? <Notice ui={ui} kind="good" title={model.said} live /> : null}
      {keeps && register === 'contact' ? (
        <div class="screen-only">
          <PostButton ui={ui} action="/registers/contact/propose">
            {t.propose}
          </PostButton>
          <p class="quiet">{t.proposeNote}</p>
        </div>
      ) : null}
      {entries.length === 0 ? (
        <EmptyState title={t.none} next={t.noneNext[register]} />
      ) : (
        <DataTable ui={ui} caption={title} hideCaption rows={entries} columns={columns(ui, register, keeps)} />
      )}
    </PageFrame>
  )
}

/** Short ones in columns of their own; the long texts follow in one. */
const IN_TABLE = 6

function columns(ui: Ui, register: Register, keeps: boolean): Column<RegisterEntry>[] {
  const t = ui.t.registers
  const fields = FIELDS[register].filter((field) => keeps || !field.isPrivate)
  const shown = fields.filter(({ key, kind }) => kind !== 'long' && key !== 'name').slice(0, IN_TABLE)
  const rest = fields.filter((field) => field.key !== 'name' && !shown.includes(field))
  return [
    {
      key: 'name',
      head: t.field.name,
      isName: true,
      cell: ({ id, values }) =>
        keeps ? <a href={`/registers/${register}/${id}`}>{values['name']}</a> : values['name'],
    },
    ...shown.map((field) => ({
      key: field.key,
      head: wordOf(ui, field),
      cell: (entry: RegisterEntry) =>
        field.key === 'count' && isShort(entry) ? (
          <strong class="state-bad">× {valueOf(ui, field, entry.values)}</strong>
        ) : (
          valueOf(ui, field, entry.values) || '－'
        ),
    })),
    ...(rest.length === 0
      ? []
      : [
          {
            key: 'more',
            head: wordOf(ui, rest[0]!),
            cell: ({ values }: RegisterEntry) => (
              <>
                {rest
                  .filter(({ key }) => values[key])
                  .map((field, i) => (
                    <div>
                      {i === 0 && field === rest[0] ? '' : `${wordOf(ui, field)}: `}
                      {valueOf(ui, field, values)}
                    </div>
                  ))}
              </>
            ),
          },
        ]),
    {
      key: 'state',
      head: t.state,
      cell: (entry) => (
        <>
          <CheckState ui={ui} entry={entry} />
          <UpdateState ui={ui} entry={entry} />
          {keeps ? (
            <div class="screen-only">
              <PostButton ui={ui} action={`/registers/${register}/${entry.id}/check`}>
                {t.check}
              </PostButton>
            </div>
          ) : null}
        </>
      ),
    },
  ]
}

function CheckState({ ui, entry }: { ui: Ui; entry: RegisterEntry }) {
  const t = ui.t.registers
  if (entry.unverified) return <strong class="state-soon">▲ {t.unverified}</strong>
  return entry.checked ? (
    <span>{t.checkedOn(ui.f.date(entry.checked.on, ui.nowMs), entry.checked.by)}</span>
  ) : (
    <span>－</span>
  )
}

function UpdateState({ ui, entry: { register, values } }: { ui: Ui; entry: RegisterEntry }) {
  const t = ui.t.registers
  const state = register === 'connection' ? updateState(values, institutionDate(ui.nowMs)) : undefined
  if (state === undefined || state === 'good') return null
  return <div class="state-soon">▲ {state === 'none' ? t.updateNone : t.updateStale}</div>
}

export interface RegisterEntryModel {
  readonly register: Register
  readonly id?: string | undefined
  readonly typed: Values
  readonly errors?: FieldErrors
}

export function RegisterEntryPage({ ui, model }: { ui: Ui; model: RegisterEntryModel }) {
  const t = ui.t.registers
  const { register, id, typed, errors = {} } = model
  const name = t.names[register]
  const title = id === undefined ? `${name}: ${t.add}` : t.edit(typed['name'] || name)
  const labels = Object.fromEntries(FIELDS[register].map((field) => [field.key, wordOf(ui, field)]))
  return (
    <PageFrame ui={ui} title={title}>
      <PageHeading title={title} />
      <Form ui={ui} action={`/registers/${register}/${id ?? 'new'}`} errors={errors} labels={labels}>
        {FIELDS[register].map((field) => (
          <Input
            ui={ui}
            field={field}
            value={typed[field.key] ?? ''}
            hint={field.key === 'order' ? t.orderHint[register] : undefined}
            error={errors[field.key]}
          />
        ))}
        <div class="actions">
          <SubmitButton>{t.save}</SubmitButton>
          <ButtonLink href={`/registers/${register}`}>{t.leave}</ButtonLink>
        </div>
      </Form>
      {id === undefined ? null : (
        <Confirmation
          ui={ui}
          label={t.remove}
          question={t.removeQuestion(typed['name'] ?? '')}
          note={t.removeNote}
          action={`/registers/${register}/${id}/remove`}
        />
      )}
    </PageFrame>
  )
}

function Input(props: { ui: Ui; field: Field; value: string; hint: string | undefined; error: string | undefined }) {
  const { ui, field, value, hint, error } = props
  const t = ui.t.registers
  const { key: name, kind, choices = [] } = field
  const label = wordOf(ui, field)
  const options = choices.map((one) => ({ value: one, label: t.choice[one] ?? one }))
  const optional = field.required ? undefined : ui.t.form.optional
  switch (kind) {
    case 'choice':
      return (
        <SelectField
          name={name}
          label={label}
          options={value === '' ? [{ value: '', label: t.unchosen }, ...options] : options}
          value={value}
          error={error}
        />
      )
    case 'choices':
      return (
        <ChoiceField
          name={name}
          label={label}
          kind="several"
          options={options}
          chosen={value.split(',')}
          error={error}
        />
      )
    case 'long':
      return <TextArea name={name} label={label} optional={optional} value={value} rows={2} error={error} />
    case 'number':
      return (
        <TextField
          name={name}
          label={label}
          hint={hint}
          optional={optional}
          value={value}
          inputmode="numeric"
          size="short"
          error={error}
        />
      )
    default:
      return (
        <TextField
          name={name}
          label={label}
          optional={optional}
          value={value}
          type={kind === 'mail' ? 'email' : kind}
          size={kind === 'text' ? 'full' : 'short'}
          maxlength={100}
          error={error}
        />
      )
  }
}

const wordOf = (ui: Ui, { key }: Field): string => ui.t.registers.field[key as keyof typeof ui.t.registers.field] ?? key

/** As people read it. */
export function valueOf(ui: Ui, { key, kind }: Field, values: Values): string {
  const value = values[key] ?? ''
  if (kind === 'choice' || kind === 'choices')
    return value
      .split(',')
      .map((one) => ui.t.registers.choice[one] ?? one)
      .join('・')
  return kind === 'date' && value !== '' ? ui.f.recordedDate(value) : value
}
