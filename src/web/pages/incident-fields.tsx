/** Parts that the pages of an incident share. */
import type { Child } from 'hono/jsx'
import type { IncidentCase, Topic } from '#incident'
import { Form, SubmitButton, TextField } from '../components/index.ts'
import type { FieldErrors } from '../components/index.ts'
import type { Ui } from '../ui.ts'

type BookEntry = IncidentCase['entries'][number]

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
  multipart?: boolean
  children: Child
}) {
  const { ui, id, act, topic, seen, fields = {}, errors, multipart, children } = props
  return (
    <Form ui={ui} action={`/incidents/${id}/${act}`} {...(errors && { errors })} {...(multipart && { multipart })}>
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

/** When a thing happened: a time, and a day where it is not today. Names of fields end with what they are of: a page has many forms. */
export function TimeFields({ ui, name, of, label }: { ui: Ui; name: string; of: string; label?: string }) {
  const t = ui.t.incident
  return (
    <div class="field-row">
      <TextField
        name={`${name}Time~${of}`}
        label={label ?? t.happened}
        hint={t.happenedHint}
        size="short"
        maxlength={5}
      />
      <TextField name={`${name}Day~${of}`} type="date" label={t.happenedDay} size="short" />
    </div>
  )
}

export const Save = ({ children }: { children: Child }) => <SubmitButton kind="secondary">{children}</SubmitButton>
