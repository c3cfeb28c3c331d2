/** Everything dated of a chart as spans and points in lanes, for the picture of the course and for its table. */
import type { Chart, DateText, Encounter, RpGroup } from '#chart'
import { shownValue } from '#sheets'
import { isHiddenOnPhone } from './part.tsx'
import { minuteOf } from './plot.ts'
import { dateWords, type ChartView } from './view.ts'

export const LANES = ['stay', 'visit', 'prescription', 'injection', 'lab', 'examination', 'document'] as const
export type LaneName = (typeof LANES)[number]

export interface TimelineItem {
  readonly lane: LaneName
  readonly from: DateText
  /** Of a span. */
  readonly until?: DateText
  /** How the end is known: `recorded`, by arithmetic, or not at all (drawn up to the as-of). */
  readonly end?: 'recorded' | 'derived' | 'open'
  readonly text: string
  readonly offPhone: boolean
}

/** Oldest first. Things without a day cannot be placed; they stand in their own part of the chart. */
export function timelineItems(view: ChartView, chart: Chart): TimelineItem[] {
  return [
    ...stays(view, shownValue(chart.encounters) ?? []),
    ...drugSpans(view, chart),
    ...labs(view, chart),
    ...reports(view, chart),
  ]
    .filter(({ from }) => minuteOf(from) !== undefined)
    .toSorted((a, b) => (a.from === b.from ? 0 : a.from < b.from ? -1 : 1))
}

const joined = (...words: readonly (string | undefined)[]) => words.filter(Boolean).join('　')

/** An admission lasts until the next discharge. A discharge alone, or anything else that happened, is a point. */
function stays(view: ChartView, encounters: readonly Encounter[]): TimelineItem[] {
  const { event } = view.t.encounter
  const dated = encounters.filter(({ at }) => at !== undefined).toReversed()
  const items: TimelineItem[] = []
  let open: Encounter | undefined
  const close = (from: Encounter, until: DateText | undefined) =>
    items.push({
      lane: 'stay',
      from: from.at!,
      ...(until && { until }),
      end: until ? 'recorded' : 'open',
      text: joined(event.admission, from.department, from.ward),
      offPhone: false,
    })
  for (const encounter of dated) {
    const at = encounter.at!
    if (encounter.event === 'outpatient')
      items.push({ lane: 'visit', from: at, text: joined(event.outpatient, encounter.department), offPhone: false })
    if (encounter.event === 'admission') {
      if (open) close(open, undefined)
      open = encounter
    }
    if (encounter.event === 'transfer' || encounter.event === 'leave' || encounter.event === 'return')
      items.push({ lane: 'stay', from: at, text: joined(event[encounter.event], encounter.ward), offPhone: false })
    if (encounter.event !== 'discharge') continue
    if (open) close(open, at)
    else items.push({ lane: 'stay', from: at, text: joined(event.discharge, encounter.department), offPhone: false })
    open = undefined
  }
  if (open) close(open, undefined)
  return items
}

function spanOf(group: Pick<RpGroup, 'start' | 'end'>, orderedOn: DateText | undefined) {
  const from = group.start ?? orderedOn
  return from && { from, ...(group.end && { until: group.end.date, end: group.end.by }) }
}

/** One span per RP: what stands in one RP is taken alike. */
function drugSpans(view: ChartView, chart: Chart): TimelineItem[] {
  const prescribed = (shownValue(chart.prescriptions) ?? []).flatMap((order) =>
    order.groups.flatMap((group): TimelineItem[] => {
      const span = spanOf(group, order.orderedOn)
      const text = joined(group.drugs.map(({ name }) => name).join('、'), group.supply)
      return span ? [{ lane: 'prescription', ...span, text, offPhone: isHiddenOnPhone(order) }] : []
    }),
  )
  const injected = (shownValue(chart.injections) ?? []).flatMap((order) =>
    order.groups.flatMap((group): TimelineItem[] => {
      const span = spanOf(group, order.orderedOn)
      const text = joined(view.t.section.injections, group.drugs.map(({ name }) => name).join('、'))
      return span ? [{ lane: 'injection', ...span, text, offPhone: isHiddenOnPhone(order) }] : []
    }),
  )
  const given = (shownValue(chart.administrations) ?? []).flatMap((one): TimelineItem[] => {
    if (one.kind !== 'injection' || !one.start) return []
    const text = joined(view.t.section.administrations, one.drugs.map(({ name }) => name).join('、'))
    const until = one.end && one.end !== one.start ? { until: one.end, end: 'recorded' as const } : {}
    return [{ lane: 'injection', from: one.start, ...until, text, offPhone: isHiddenOnPhone(one) }]
  })
  return [...prescribed, ...injected, ...given]
}

/** One point per time of taking, with the panels that it has values in. */
function labs(view: ChartView, chart: Chart): TimelineItem[] {
  const matrix = shownValue(chart.labs)
  const taken = (matrix?.columns ?? []).map(({ at }, c): TimelineItem => {
    const panels = matrix!.panels.filter(({ rows }) =>
      rows.some((row) => (row.cells[c]?.length ?? 0) > 0 && !isHiddenOnPhone(row)),
    )
    return {
      lane: 'lab',
      from: at,
      text: joined(view.t.section.labs, panels.map(({ panel }) => view.t.lab.panel[panel]).join('、')),
      offPhone: panels.length === 0,
    }
  })
  const grown = (shownValue(chart.microbiology) ?? []).flatMap((one): TimelineItem[] =>
    one.collectedAt && one.organism === undefined
      ? [
          {
            lane: 'lab',
            from: one.collectedAt,
            text: joined(view.t.section.microbiology, one.specimen),
            offPhone: isHiddenOnPhone(one),
          },
        ]
      : [],
  )
  return [...taken, ...grown]
}

function reports(view: ChartView, chart: Chart): TimelineItem[] {
  const examined = (shownValue(chart.examinations) ?? []).flatMap((one): TimelineItem[] =>
    one.at
      ? [
          {
            lane: 'examination',
            from: one.at,
            text: joined(one.name, view.t.exam.stage[one.stage]),
            offPhone: isHiddenOnPhone(one),
          },
        ]
      : [],
  )
  const written = [chart.notes, chart.documents]
    .flatMap((section) => shownValue(section) ?? [])
    .flatMap((one): TimelineItem[] =>
      one.at
        ? [
            {
              lane: 'document',
              from: one.at,
              text: joined(view.t.document.kind[one.kind], one.title, one.department),
              offPhone: isHiddenOnPhone(one),
            },
          ]
        : [],
    )
  return [...examined, ...written]
}

/** `2026-11-20〜2026-11-27（日数からの計算）`. */
export function endWords(view: ChartView, { lane, until, end }: TimelineItem): string {
  const { pictures } = view.words
  if (end === 'open') return lane === 'stay' ? pictures.noDischarge : ''
  if (until === undefined) return ''
  return `${dateWords(until)}${end === 'derived' ? `（${pictures.derivedEnd}）` : ''}`
}
