import type { Child } from 'hono/jsx'
import type { Ui } from '../ui.ts'

/** primary: the one main action of a page; secondary: others; danger: cannot be taken back. */
type ButtonKind = 'primary' | 'secondary' | 'danger'

/** A link that looks like a button, for going somewhere. */
export function ButtonLink(props: {
  href: string
  kind?: ButtonKind
  children: Child
  label?: string
  /** Of several ways to look at something: this is the one that is looked at. */
  current?: boolean
}) {
  return (
    <a
      class={`button button-${props.kind ?? (props.current ? 'primary' : 'secondary')}`}
      href={props.href}
      aria-label={props.label}
      aria-current={props.current ? 'page' : undefined}
    >
      {props.children}
    </a>
  )
}

export function SubmitButton(props: {
  kind?: ButtonKind
  name?: string
  value?: string
  /** Where it sends the form instead of where the form goes. */
  action?: string
  children: Child
}) {
  return (
    <button
      class={`button button-${props.kind ?? 'primary'}`}
      type="submit"
      name={props.name}
      value={props.value}
      formaction={props.action}
    >
      {props.children}
    </button>
  )
}

/** One button that posts: a form of its own with the anti-forgery token. */
export function PostButton(props: {
  ui: Ui
  action: string
  kind?: ButtonKind
  fields?: Record<string, string>
  children: Child
}) {
  return (
    <form class="inline-form" method="post" action={props.action}>
      <input type="hidden" name="csrf" value={props.ui.csrf} />
      {Object.entries(props.fields ?? {}).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <SubmitButton kind={props.kind ?? 'secondary'}>{props.children}</SubmitButton>
    </form>
  )
}

/** Shown only where scripts run (islands/print-button.ts); without them the browser's own menu prints. */
export function PrintButton(props: { children: Child; kind?: ButtonKind }) {
  return (
    <print-button hidden>
      <button class={`button button-${props.kind ?? 'secondary'}`} type="button">
        {props.children}
      </button>
    </print-button>
  )
}

/**
 * Asks before something that cannot be taken back: opens in place, names what will happen, and only then offers the
 * button that does it. Needs no script.
 */
export function Confirmation(props: {
  ui: Ui
  label: string
  question: string
  note: string
  action: string
  fields?: Record<string, string>
  open?: boolean
}) {
  return (
    <details class="confirmation" open={props.open}>
      <summary class="button button-secondary">{props.label}</summary>
      <div class="confirmation-body">
        <p class="strong">{props.question}</p>
        <p>{props.note}</p>
        <PostButton ui={props.ui} action={props.action} kind="danger" fields={props.fields ?? {}}>
          {props.label}
        </PostButton>
      </div>
    </details>
  )
}
