/** The frame of every part of the chart: withheld, incomplete and empty each say so in words. */
import type { Findings, Item, Origin, Presence, Section } from '#chart'
import type { Child } from 'hono/jsx'
import { dateWords, type ChartView } from './view.ts'

export function OriginLine(props: { view: ChartView; origin: Origin }) {
  const { view, origin } = props
  if (!view.showOrigins) return null
  return (
    <small class="origin">
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

type Shown = Extract<Section<unknown>, { access: 'shown' }>

/** Kinds that this reader does not get, as one sentence that does not tell whether there are any. */
export function withoutWords(view: ChartView, kinds: Shown['without']): string {
  const words = [...new Set(kinds)].map((kind) => view.t.without[kind])
  return view.t.withoutLine(words.join(view.f.language === 'ja' ? '・' : ', '))
}

/** An empty part: "not recorded" would be untrue where this reader does not get everything. */
export function Nothing(props: { view: ChartView; section: Shown; words?: string }) {
  const { view, section } = props
  return section.without.length > 0 ? (
    <p class="quiet">{withoutWords(view, section.without)}</p>
  ) : (
    <p class="absent">{props.words ?? view.t.none}</p>
  )
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
  return (
    <section class="part" id={props.id} aria-labelledby={`${props.id}-title`}>
      <h2 id={`${props.id}-title`}>{props.title}</h2>
      {section.access === 'withheld' ? (
        <p class="quiet">{view.t.withheld[section.why]}</p>
      ) : (
        <>
          <Gaps view={view} gaps={section.gaps} />
          {props.isEmpty(section.value) ? (
            <Nothing view={view} section={section} />
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

/**
 * The four words of absence (あり／なし（確認日）／未確認／この資料に記録なし). Statements of the source stand beside the
 * items even where they contradict them.
 */
function FindingList<T extends Item>(props: { view: ChartView; findings: Findings<T>; render: (item: T) => Child }) {
  const { view, findings } = props
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
      {findings.statements.map((statement) => (
        <p>
          {statement.text ? `${statement.text}: ` : ''}
          <strong>
            {statement.says === 'none' && statement.statedOn
              ? view.t.presence.noneOn(dateWords(statement.statedOn))
              : view.t.presence[statement.says]}
          </strong>
          <OriginLine view={view} origin={statement.origin} />
        </p>
      ))}
      {findings.items.length === 0 && findings.statements.length === 0 ? (
        <p class="absent">{presenceWords(view, findings.presence)}</p>
      ) : null}
    </>
  )
}

const presenceWords = (view: ChartView, presence: Presence | 'withheld') => view.t.presence[presence]

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
    <section class={props.className}>
      <h2>
        {props.mark ? <span aria-hidden="true">{props.mark} </span> : null}
        {props.title}
      </h2>
      {section.access === 'withheld' ? (
        <p class="quiet">{view.t.withheld[section.why]}</p>
      ) : (
        <>
          <FindingList view={view} findings={section.value} render={props.render} />
          <Gaps view={view} gaps={section.gaps} />
        </>
      )}
    </section>
  )
}
