/** The frame of every part of the chart: withheld, incomplete and empty each say so in words. */
import type { AbsenceStatement, Findings, Item, Origin, Section } from '#chart'
import { statementWords, toldOnce, withoutWords } from '#sheets'
import type { Child } from 'hono/jsx'
import { type ChartView, dateWords } from './view.ts'

export function OriginLine(props: { view: ChartView; origin: Origin }) {
  const { view, origin } = props
  const gone =
    origin.goneSince === undefined ? null : (
      <small class="gone-row">▲ {view.t.goneSince(dateWords(origin.goneSince || undefined))}</small>
    )
  if (!view.showOrigins) return gone
  return (
    <small class="origin">
      {gone}
      {view.t.source}: <span class="mono">{origin.path}</span>
      {origin.recordedAt ? ` ${view.t.sourceAt(dateWords(origin.recordedAt))}` : ''}
    </small>
  )
}

/**
 * What the patient was not told is not for a phone at the bedside (USERS.md, clinical safety): the style sheet hides it at
 * that width, and a line there says that such things are never shown on it.
 */
export const isHiddenOnPhone = (item: Pick<Item, 'sensitivity'>) =>
  (item.sensitivity ?? []).some((kind) => kind === 'uninformed' || kind === 'undelivered')

/** A part whose files could not all be read says so beside whatever it shows. */
export function Gaps(props: { view: ChartView; gaps: number }) {
  if (props.gaps === 0) return null
  return (
    <p class="part-gap">
      <span aria-hidden="true">▲ </span>
      {props.view.t.gaps(props.view.f.count(props.gaps))}
    </p>
  )
}

/** Newest that stand open of a long list, and how many more make it one. */
const OPEN = 10
const MORE = 3

/** The older ones of a long list open by a click, and by themselves on paper (print.css). */
export function Folded<T>(props: {
  view: ChartView
  items: readonly T[]
  /** Beside the count: what of the older ones must not be overlooked. */
  note?: (older: readonly T[]) => string
  children: (items: readonly T[]) => Child
}) {
  const { view, items, children } = props
  if (items.length <= OPEN + MORE) return <>{children(items)}</>
  const older = items.slice(OPEN)
  return (
    <>
      {children(items.slice(0, OPEN))}
      <details class="older">
        <summary>
          {view.t.olderOnes(view.f.count(older.length))}
          {props.note?.(older) ?? ''}
        </summary>
        {children(older)}
      </details>
    </>
  )
}

type Shown = Extract<Section<unknown>, { access: 'shown' }>

/** One way to the page that asks for the reason. It tells nothing of whether there is anything. */
export function ReasonButton(props: { view: ChartView }) {
  const { view } = props
  return view.byReason ? (
    <p class="screen-only">
      <a class="button button-secondary" href={view.byReason.href}>
        {view.t.showByReason}
      </a>
    </p>
  ) : null
}

/** A part that this reader does not get, and whether a reason would open it. */
export function Withheld(props: { view: ChartView; why: 'role' | 'reason-needed' }) {
  const { view, why } = props
  return (
    <>
      <p class="quiet">{view.t.withheld[why]}</p>
      {why === 'reason-needed' ? <ReasonButton view={view} /> : null}
    </>
  )
}

/** Kinds of item that a reason would show here. */
const opensByReason = (view: ChartView, section: Shown) =>
  section.without.some((kind) => view.byReason?.opens.has(kind) ?? false)

/** An empty part: "not recorded" would be untrue where this reader does not get everything. */
export function Nothing(props: { view: ChartView; section: Shown; words?: string }) {
  const { view, section } = props
  return section.without.length > 0 ? (
    <>
      <p class="quiet">{withoutWords(view, section.without)}</p>
      {opensByReason(view, section) ? <ReasonButton view={view} /> : null}
    </>
  ) : (
    <p class="absent">{props.words ?? view.t.none}</p>
  )
}

/** Beside what is shown in the header: kinds that a reason would add. In the other parts この画面に無いもの says it once. */
export function MoreByReason(props: { view: ChartView; section: Shown }) {
  const { view, section } = props
  return opensByReason(view, section) ? (
    <>
      <p class="quiet">{withoutWords(view, section.without)}</p>
      <ReasonButton view={view} />
    </>
  ) : null
}

export function Part<T>(props: {
  view: ChartView
  id: string
  title: string
  section: Section<T>
  isEmpty: (value: T) => boolean
  note?: string
  children: (value: T) => Child
}) {
  const { view, section } = props
  const cut = view.partNote?.(props.id)
  return (
    <section class="part" id={props.id} aria-labelledby={`${props.id}-title`}>
      <h2 id={`${props.id}-title`}>{props.title}</h2>
      {section.access === 'withheld' ? (
        <Withheld view={view} why={section.why} />
      ) : (
        <>
          <Gaps view={view} gaps={section.gaps} />
          {cut ? <p class="part-note strong">{cut}</p> : null}
          {props.isEmpty(section.value) ? (
            // What was cut may be all there is: "not recorded" would be untrue.
            cut ? null : (
              <Nothing view={view} section={section} />
            )
          ) : (
            <>
              {props.note ? <p class="part-note">{props.note}</p> : null}
              {props.children(section.value)}
            </>
          )}
        </>
      )}
    </section>
  )
}

function StatementWords(props: { view: ChartView; statement: AbsenceStatement }) {
  const { about, says } = statementWords(props.view, props.statement)
  return (
    <>
      {about}
      <strong>{says}</strong>
    </>
  )
}

/**
 * The four words of absence (あり／なし（確認日）／未確認／この資料に記録なし). Statements of the source stand beside the
 * items even where they contradict them.
 */
function FindingList<T extends Item>(props: {
  view: ChartView
  section: Extract<Section<Findings<T>>, { access: 'shown' }>
  render: (item: T) => Child
}) {
  const { view, section } = props
  const findings = section.value
  return (
    <>
      {findings.items.length > 0 ? (
        <ul>
          {findings.items.map((item) => (
            <li>
              {props.render(item)}
              <OriginLine view={view} origin={item.origin} />
            </li>
          ))}
        </ul>
      ) : null}
      {toldOnce(findings.statements).map((statement) => (
        <p>
          <StatementWords view={view} statement={statement} />
          <OriginLine view={view} origin={statement.origin} />
        </p>
      ))}
      {findings.items.length === 0 && findings.statements.length === 0 ? (
        <Nothing view={view} section={section} words={view.t.presence[findings.presence]} />
      ) : null}
    </>
  )
}

/** Something is there, or may be: a part that cannot be read whole counts as such. */
export const isPresent = (section: Section<Findings<unknown>>): boolean =>
  section.access === 'shown' &&
  (section.value.items.length > 0 || section.value.presence === 'present' || section.gaps > 0)

/** A part inside the header, which never folds: title, limits and findings. */
export function HeaderPart<T extends Item>(props: {
  view: ChartView
  title: string
  mark?: string
  className: string
  section: Section<Findings<T>>
  render: (item: T) => Child
}) {
  const { view, section } = props
  return (
    <section class={isPresent(section) ? `${props.className} is-present` : props.className}>
      <h2>
        {props.mark && isPresent(section) ? <span aria-hidden="true">{props.mark} </span> : null}
        {props.title}
      </h2>
      {section.access === 'withheld' ? (
        <Withheld view={view} why={section.why} />
      ) : (
        <>
          <FindingList view={view} section={section} render={props.render} />
          <Gaps view={view} gaps={section.gaps} />
        </>
      )}
    </section>
  )
}
