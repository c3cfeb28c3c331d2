/** Form parts. Errors stand beside their field, are named by a summary on top, and are tied to it for screen readers. */
import { type Child, createContext, useContext } from 'hono/jsx'
import type { Ui } from '../ui.ts'

/** Field name → sentence. */
export type FieldErrors = Readonly<Record<string, string | undefined>>

/** By name of the field, what was typed into a form that was refused; of a file its name. */
export type Typed = Readonly<Record<string, string>>

/** What the fields of a form that was refused show again, passwords excepted. */
const Refused = createContext<{ readonly typed: Typed; readonly again: (file: string) => string }>({
  typed: {},
  again: String,
})

export function Form(props: {
  ui: Ui
  action: string
  errors?: FieldErrors
  /** Of the form that was refused, or of every form of its page where their fields have names of their own. */
  typed?: Typed | undefined
  labels?: Record<string, string>
  /** Carries a file. */
  multipart?: boolean
  children: Child
}) {
  const errors = Object.entries(props.errors ?? {}).filter((entry) => entry[1] !== undefined)
  return (
    <form
      class="form"
      method="post"
      action={props.action}
      enctype={props.multipart ? 'multipart/form-data' : undefined}
      novalidate
    >
      <input type="hidden" name="csrf" value={props.ui.csrf} />
      {errors.length > 0 ? (
        // With `autofocus` the page opens here, without scripts, however far down the form stands.
        <div class="notice notice-danger" role="alert" tabindex={-1} id="form-errors" autofocus>
          <p class="notice-title">
            <span class="mark" aria-hidden="true">
              ×
            </span>
            {props.ui.t.form.errorTitle(errors.length)}
          </p>
          <ul class="notice-body">
            {errors.map(([name, text]) => (
              <li>
                <a href={`#field-${name}`}>
                  {props.labels?.[name] ? `${props.labels[name]}: ` : ''}
                  {text}
                </a>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      <Refused.Provider value={{ typed: props.typed ?? {}, again: props.ui.t.form.chooseAgain }}>
        <>{props.children}</>
      </Refused.Provider>
    </form>
  )
}

interface FieldProps {
  readonly name: string
  readonly label: string
  readonly hint?: string | undefined
  readonly error?: string | undefined
  readonly optional?: string | undefined
}

const describedBy = ({ name, hint, error }: FieldProps) =>
  [error ? `error-${name}` : '', hint ? `hint-${name}` : ''].filter(Boolean).join(' ') || undefined

function FieldFrame(props: FieldProps & { children: Child }) {
  return (
    <div class={`field${props.error ? ' field-wrong' : ''}`}>
      <label class="field-label" for={`field-${props.name}`}>
        {props.label}
        {props.optional ? <span class="field-optional">{props.optional}</span> : null}
      </label>
      {props.hint ? (
        <p class="field-hint" id={`hint-${props.name}`}>
          {props.hint}
        </p>
      ) : null}
      {props.children}
      {props.error ? (
        <p class="field-error" id={`error-${props.name}`}>
          <span aria-hidden="true">× </span>
          {props.error}
        </p>
      ) : null}
    </div>
  )
}

export function TextField(
  props: FieldProps & {
    value?: string | undefined
    type?: 'text' | 'password' | 'tel' | 'email' | 'search' | 'date'
    autocomplete?: string
    autofocus?: boolean
    inputmode?: 'numeric' | 'text' | 'tel'
    required?: boolean
    size?: 'short' | 'full'
    maxlength?: number
    /** Id of a `datalist`: what is offered while somebody types. */
    list?: string | undefined
    /** Stands behind the field: 分, 回. */
    unit?: string | undefined
  },
) {
  const typed = useContext(Refused).typed[props.name]
  const unit = props.unit ? `unit-${props.name}` : undefined
  return (
    <FieldFrame {...props}>
      <input
        class={`input input-${props.size ?? 'full'}`}
        id={`field-${props.name}`}
        name={props.name}
        type={props.type ?? 'text'}
        value={props.type === 'password' ? props.value : (typed ?? props.value)}
        autocomplete={props.autocomplete ?? 'off'}
        autofocus={props.autofocus}
        inputmode={props.inputmode}
        required={props.required}
        maxlength={props.maxlength}
        list={props.list}
        aria-invalid={props.error ? 'true' : undefined}
        aria-describedby={[describedBy(props), unit].filter(Boolean).join(' ') || undefined}
      />
      {unit ? <span id={unit}> {props.unit}</span> : null}
    </FieldFrame>
  )
}

export function TextArea(
  props: FieldProps & {
    value?: string | undefined
    rows?: number
    required?: boolean
    mono?: boolean
    autofocus?: boolean
  },
) {
  const typed = useContext(Refused).typed[props.name]
  return (
    <FieldFrame {...props}>
      <textarea
        class={`input input-full${props.mono ? ' mono' : ''}`}
        id={`field-${props.name}`}
        name={props.name}
        rows={props.rows ?? 3}
        autofocus={props.autofocus}
        required={props.required}
        aria-invalid={props.error ? 'true' : undefined}
        aria-describedby={describedBy(props)}
      >
        {typed ?? props.value ?? ''}
      </textarea>
    </FieldFrame>
  )
}

/** A browser keeps no chosen file over a refused form: that is said, or the next press would go without it. */
export function FileField(props: FieldProps & { multiple?: boolean }) {
  const { typed, again } = useContext(Refused)
  const chosen = typed[props.name]
  return (
    <FieldFrame {...props}>
      <input
        id={`field-${props.name}`}
        name={props.name}
        type="file"
        multiple={props.multiple}
        aria-invalid={props.error ? 'true' : undefined}
        aria-describedby={describedBy(props)}
      />
      {chosen ? <p class="field-hint strong">▲ {again(chosen)}</p> : null}
    </FieldFrame>
  )
}

export interface Option {
  readonly value: string
  readonly label: string
}

export function SelectField(
  props: FieldProps & { options: readonly Option[]; value?: string | undefined; autofocus?: boolean },
) {
  const value = useContext(Refused).typed[props.name] ?? props.value
  return (
    <FieldFrame {...props}>
      <select
        class="input input-short"
        id={`field-${props.name}`}
        name={props.name}
        autofocus={props.autofocus}
        aria-invalid={props.error ? 'true' : undefined}
        aria-describedby={describedBy(props)}
      >
        {props.options.map((option) => (
          <option value={option.value} selected={option.value === value}>
            {option.label}
          </option>
        ))}
      </select>
    </FieldFrame>
  )
}

/** Radio buttons (one) or checkboxes (several) under one question. */
export function ChoiceField(
  props: FieldProps & { kind: 'one' | 'several'; options: readonly Option[]; chosen: readonly string[] },
) {
  const typed = useContext(Refused).typed[props.name]
  const chosen = props.kind === 'one' && typed !== undefined ? [typed] : props.chosen
  return (
    <fieldset
      class={`field choices${props.error ? ' field-wrong' : ''}`}
      id={`field-${props.name}`}
      aria-describedby={describedBy(props)}
    >
      <legend class="field-label">
        {props.label}
        {props.optional ? <span class="field-optional">{props.optional}</span> : null}
      </legend>
      {props.hint ? (
        <p class="field-hint" id={`hint-${props.name}`}>
          {props.hint}
        </p>
      ) : null}
      {props.options.map((option) => (
        <label class="choice">
          <input
            type={props.kind === 'one' ? 'radio' : 'checkbox'}
            name={props.name}
            value={option.value}
            checked={chosen.includes(option.value)}
          />
          <span>{option.label}</span>
        </label>
      ))}
      {props.error ? (
        <p class="field-error" id={`error-${props.name}`}>
          <span aria-hidden="true">× </span>
          {props.error}
        </p>
      ) : null}
    </fieldset>
  )
}
