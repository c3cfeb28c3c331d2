/** Parts that the pages of an incident share. */
import type { Child } from 'hono/jsx'
import type { IncidentCase, Topic } from '#incident'
import { Form, Notice, SelectField, SubmitButton, TextArea, TextField } from '../components/index.ts'
import type { FieldErrors, Typed } from '../components/index.ts'
import type { IncidentView } from '../incident-ports.ts'
import type { Ui } from '../ui.ts'

type BookEntry = IncidentCase['entries'][number]

/** What the pages of a case draw: the case, and what came of a form of theirs. */
export interface CasePage {
  readonly ui: Ui
  readonly view: IncidentView
  readonly errors?: FieldErrors
  readonly typed?: Typed | undefined
  /** Something was just written. */
  readonly done?: boolean
}

export const Written = ({ ui, done }: Pick<CasePage, 'ui' | 'done'>) =>
  done ? <Notice ui={ui} kind="good" title={ui.t.incident.done} live /> : null

/** Of an entry's sealed part; '' where it is not open or not there. */
export function said(entry: BookEntry, name: string): string {
  const detail = (entry.detail ?? {}) as Record<string, unknown>
  const text = detail[name]
  return typeof text === 'string' ? text : ''
}

export const whoOf = (entry: BookEntry): string => entry.who?.name ?? ''

export function deviceOf(ui: Ui, device: string): string {
  const t = ui.t.incident
  return device === 'server' ? t.deviceServer : t.devicePc(device)
}

export const codeOf = (entry: BookEntry, name: string): string => {
  const code = entry.codes[name]
  return code === undefined ? '' : String(code)
}

/** A form of a case: what its writer saw standing goes with it, and what makes a second click the same entry. */
export function CaseForm(props: {
  ui: Ui
  id: string
  act: string
  topic?: string
  seen?: Topic | undefined
  fields?: Readonly<Record<string, string>>
  errors?: FieldErrors
  typed?: Typed | undefined
  multipart?: boolean
  children: Child
}) {
  const { ui, id, act, topic, seen, fields = {}, errors, typed, multipart, children } = props
  return (
    <Form
      ui={ui}
      action={`/incidents/${id}/${act}`}
      typed={typed}
      {...(errors && { errors })}
      {...(multipart && { multipart })}
    >
      <input type="hidden" name="once" value={`${ui.nowMs}${topic ?? ''}${Object.values(fields).join()}`} />
      {topic ? <input type="hidden" name="topic" value={topic} /> : null}
      {seen?.heads.map((head) => (
        <input type="hidden" name="seen" value={head.id} />
      ))}
      {Object.entries(fields).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      {children}
    </Form>
  )
}

/** Those of a form, by what their names end with. */
export const errorsOf = (errors: FieldErrors, of: string): FieldErrors =>
  Object.fromEntries(Object.entries(errors).filter(([name]) => name.endsWith(`~${of}`)))

/**
 * Who decided: one of the register. Whoever reaches nobody of it goes on with another's name and whom they tried; a house
 * without a register has the name alone.
 */
export function DeciderFields(props: {
  ui: Ui
  of: string
  deciders: readonly string[]
  errors: FieldErrors
  typed: Typed | undefined
}) {
  const { ui, of, deciders, errors, typed } = props
  const t = ui.t.incident
  const other = (
    <TextField
      name={`other~${of}`}
      label={t.decider}
      hint={deciders.length === 0 ? t.deciderHint : undefined}
      error={errors[`other~${of}`]}
      maxlength={100}
    />
  )
  if (deciders.length === 0) return other
  const none = { value: '', label: t.deciderNone }
  return (
    <>
      <SelectField
        name={`decider~${of}`}
        label={t.decider}
        options={[...deciders.map((name) => ({ value: name, label: name })), none]}
        value={deciders[0]}
      />
      <details open={typed?.[`decider~${of}`] === '' && hasErrors(errorsOf(errors, of))}>
        <summary>{t.deciderNone}</summary>
        <p>{t.deciderNoneNote}</p>
        {other}
        <TextArea name={`tried~${of}`} label={t.tried} hint={t.triedHint} error={errors[`tried~${of}`]} />
      </details>
    </>
  )
}

export const hasErrors = (errors: FieldErrors): boolean => Object.values(errors).some((text) => text !== undefined)

/** When a thing happened: a time, and a day where it is not today. Names of fields end with what they are of: a page has many forms. */
export function TimeFields(props: {
  ui: Ui
  name: string
  of: string
  label?: string
  errors?: FieldErrors | undefined
}) {
  const { ui, name, of, label, errors } = props
  const t = ui.t.incident
  return (
    <div class="field-row">
      <TextField
        name={`${name}Time~${of}`}
        label={label ?? t.happened}
        hint={t.happenedHint}
        error={errors?.[`${name}Time~${of}`]}
        size="short"
        maxlength={12}
      />
      <TextField name={`${name}Day~${of}`} type="date" label={t.happenedDay} size="short" />
    </div>
  )
}

export const Save = ({ children }: { children: Child }) => <SubmitButton kind="secondary">{children}</SubmitButton>
