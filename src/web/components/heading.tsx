import type { Child } from 'hono/jsx'

/** Title of a page with its one main action beside it. */
export function PageHeading(props: { title: string; lead?: string | undefined; children?: Child }) {
  return (
    <div class="page-heading">
      <div>
        <h1>{props.title}</h1>
        {props.lead ? <p class="lead">{props.lead}</p> : null}
      </div>
      {props.children ? <div class="actions">{props.children}</div> : null}
    </div>
  )
}

/** A block of a page with its heading. */
export function Section(props: { title: string; note?: string | undefined; id?: string; children: Child }) {
  return (
    <section class="block" id={props.id}>
      <h2>
        {props.title}
        {props.note ? <small>{props.note}</small> : null}
      </h2>
      {props.children}
    </section>
  )
}
