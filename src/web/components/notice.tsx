import type { Child } from 'hono/jsx'
import type { Ui } from '../ui.ts'

type NoticeKind = 'info' | 'good' | 'caution' | 'danger'
const MARKS: Record<NoticeKind, string> = { info: 'ℹ', good: '✓', caution: '▲', danger: '×' }

/** A message in place: its kind is a word and a shape, colour only supports them. */
export function Notice(props: {
  ui: Pick<Ui, 't'>
  kind: NoticeKind
  title?: string
  children?: Child
  live?: boolean
}) {
  const { ui, kind } = props
  return (
    <div class={`notice notice-${kind}`} role={props.live ? 'status' : undefined}>
      <p class="notice-title">
        <span class="mark" aria-hidden="true">
          {MARKS[kind]}
        </span>
        <span class="visually-hidden">{ui.t.notice[kind]}: </span>
        {props.title ?? ui.t.notice[kind]}
      </p>
      {props.children ? <div class="notice-body">{props.children}</div> : null}
    </div>
  )
}

/** Nothing there yet: says so, and what to do now. */
export function EmptyState(props: { title: string; next?: string; children?: Child }) {
  return (
    <div class="empty-state">
      <p class="strong">{props.title}</p>
      {props.next ? <p>{props.next}</p> : null}
      {props.children ? <div class="actions">{props.children}</div> : null}
    </div>
  )
}
