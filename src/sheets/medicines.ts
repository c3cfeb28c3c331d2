/**
 * Drugs on paper. Each record keeps what the source wrote; the same drug recorded again and again stands once, with its
 * newest record and the number of the others, so that a sheet shows all drugs instead of one drug's history.
 */
import type { Administration, Chart, InjectionGroup, InjectionOrder, PrescriptionOrder, RpGroup } from '#chart'
import { gapRows } from './cautions.ts'
import type { Line } from './page.ts'
import { unbroken } from './line-break.ts'
import { type Audience, type PaperView, withoutOnPaper } from './paper-words.ts'
import { type Block, bold, plain, type Row, remark, row, smallRow } from './sheet.ts'
import { amountWords, dateWords, doseWords, endWords, spanWords, statusWords } from './texts.ts'

const DAY_MS = 86_400_000
/** Days before the as-of date within which a record stands with all its words; older ones by name and date. */
const RECENT_DAYS = { prescriptions: 400, injections: 31 } as const
/** Of the medication sheet: so many orders stand there however old they are. */
const ORDERS_LEAST = 10
const ADMINISTRATIONS_MOST = 40
/** 朝 昼 夕 眠前: nothing is printed into them. */
const BOXES = 4

const cutoff = (chart: Chart, days: number) =>
  new Date(chart.generation.asOf - days * DAY_MS).toISOString().slice(0, 10)
/** What carries no date may be of today. */
const isRecent = (date: string | undefined, since: string) => date === undefined || date.slice(0, 10) >= since

type Part = 'prescriptions' | 'injections'

/** Rows of a part, or the words that stand instead of them. */
function partRows(
  view: PaperView,
  section: Chart[Part] | Chart['administrations'],
  items: readonly unknown[],
  rows: readonly Row[],
): Row[] {
  if (section.access === 'withheld') return [remark(...plain(view.t.withheld[section.why]))]
  const nothing = section.without.length > 0 ? withoutOnPaper(view, section.without) : view.t.none
  return [...gapRows(view, section.gaps), ...(items.length === 0 ? [remark(...plain(nothing))] : rows)]
}

/** What is recorded stands in another block of the sheet. */
const orNone = (view: PaperView, rows: readonly Row[]): readonly Row[] =>
  rows.length > 0 ? rows : [remark(...plain(view.p.noneHere))]

const ordersOf = <T>(section: { access: 'shown'; value: readonly T[] } | { access: 'withheld' }): readonly T[] =>
  section.access === 'shown' ? section.value : []

const dosesUnbroken = (view: PaperView, dose: RpGroup['drugs'][number]['dose']) =>
  doseWords(view, dose).split('\u3000').map(unbroken).join('\u3000')

interface DrugRecord {
  readonly order: PrescriptionOrder
  readonly group: RpGroup
  readonly drug: RpGroup['drugs'][number]
  /** Earlier records of the same drug. */
  earlier: number
}

/** Newest first, as the chart has its orders. A cancelled record never stands for one that is not. */
function drugRecords(orders: readonly PrescriptionOrder[]): DrugRecord[] {
  const found = new Map<string, DrugRecord>()
  for (const order of orders)
    for (const group of order.groups)
      for (const drug of group.drugs) {
        const key = JSON.stringify([drug.name, drug.status, order.beforeAdmission])
        const newest = found.get(key)
        if (newest && newest.order !== order) newest.earlier++
        // Twice in one order (morning and evening) are two rows.
        else found.set(newest ? `${key} ${found.size}` : key, { order, group, drug, earlier: 0 })
      }
  return [...found.values()]
}

function drugRow(view: PaperView, { order, group, drug, earlier }: DrugRecord): Row {
  const { t, p, f } = view
  const line: Line = [
    ...bold(drug.name),
    ...plain(` ${dosesUnbroken(view, drug.dose)}`),
    ...(drug.dose.contradictory ? bold(` ▲${t.prescription.contradictory}`) : []),
    ...(drug.status ? bold(` 【${statusWords(view, drug.status)}】`) : []),
  ]
  const details = [
    dateWords(order.orderedOn),
    order.department,
    usageWords(view, group),
    endWords(view, group.end),
    ...drug.comments,
    earlier > 0 ? p.sameDrug(f.count(earlier)) : '',
  ]
  return {
    lines: [
      { text: line, size: 'body' },
      { text: plain(details.filter(Boolean).join(' ')), size: 'small' },
    ],
  }
}

function usageWords({ t }: PaperView, group: RpGroup): string {
  const usage = group.usage ?? t.prescription.noUsage
  return [`${usage}${group.usageDecoded ? t.prescription.usageDecoded : ''}`, group.route, group.supply]
    .filter(Boolean)
    .join(' ')
}

/** Names and dates, one after the other: nothing is left out, only said in short. */
function inShort(entries: readonly { name: string; date: string | undefined }[], title: string, note: string): Block[] {
  if (entries.length === 0) return []
  const words = entries.map(({ name, date }) => `${name}（${dateWords(date)}）`).join('、')
  return [{ title, note, rows: [smallRow(...plain(words))], columns: 1 }]
}

/** Of the summary: every drug once. What was ordered before an admission stands apart (USERS.md, clinical safety). */
export function drugBlocks(view: PaperView, chart: Chart): Block[] {
  const { t, p } = view
  const records = drugRecords(ordersOf(chart.prescriptions))
  const since = cutoff(chart, RECENT_DAYS.prescriptions)
  const recent = records.filter(({ order }) => isRecent(order.orderedOn, since))
  const older = records.filter((record) => !recent.includes(record))
  const here = recent.filter(({ order }) => !order.beforeAdmission)
  const before = recent.filter(({ order }) => order.beforeAdmission)
  const rows = (list: readonly DrugRecord[]) => list.map((record) => drugRow(view, record))
  return [
    {
      title: t.section.prescriptions,
      note: t.prescription.note,
      rows: partRows(view, chart.prescriptions, records, orNone(view, rows(here))),
      columns: 2,
    },
    ...(before.length > 0
      ? [{ title: `▲ ${t.prescription.beforeAdmission}`, rows: rows(before), columns: 2 as const }]
      : []),
    ...inShort(
      older.map(({ drug, order }) => ({ name: drug.name, date: order.orderedOn })),
      p.olderDrugs,
      p.olderNote,
    ),
  ]
}

const mixtureOf = (group: InjectionGroup) =>
  JSON.stringify([group.drugs, group.status, group.usage, group.rate, group.kind])

/** Of the summary: each mixture once, with how often it was ordered before. */
export function injectionBlocks(view: PaperView, chart: Chart): Block[] {
  const { t, p, f } = view
  const found = new Map<string, { order: InjectionOrder; group: InjectionGroup; times: number; first?: string }>()
  for (const order of ordersOf(chart.injections))
    for (const group of order.groups) {
      const known = found.get(mixtureOf(group))
      const date = group.start ?? order.orderedOn
      if (known) Object.assign(known, { times: known.times + 1, first: date })
      else found.set(mixtureOf(group), { order, group, times: 1 })
    }
  const all = [...found.values()]
  const since = cutoff(chart, RECENT_DAYS.injections)
  const dateOf = ({ order, group }: (typeof all)[number]) => group.start ?? order.orderedOn
  const recent = all.filter((one) => isRecent(dateOf(one), since))
  const older = all.filter((one) => !recent.includes(one))
  const rows = recent.map(({ order, group, times, first }) => {
    const { lines } = injectionRow(view, order, group)
    const again = times > 1 ? ` ${p.sameInjection(f.count(times), dateWords(first))}` : ''
    return {
      lines: [...lines.slice(0, -1), { text: [...lines.at(-1)!.text, ...plain(again)], size: 'small' as const }],
    }
  })
  return [
    {
      title: t.section.injections,
      note: t.injection.note,
      rows: partRows(view, chart.injections, all, orNone(view, rows)),
      columns: 2,
    },
    ...inShort(
      older.map((one) => ({ name: one.group.drugs.map(({ name }) => name).join('＋'), date: dateOf(one) })),
      p.olderInjections,
      p.olderNote,
    ),
  ]
}

const drugsWords = (view: PaperView, drugs: InjectionGroup['drugs']): Line =>
  drugs.flatMap(({ name, amount }, i) => [
    ...bold(`${i > 0 ? '＋' : ''}${name}`),
    ...plain(
      ` ${amount ? unbroken(`${view.t.injection.amount} ${amountWords(amount)}`) : view.t.injection.amountMissing}\u3000`,
    ),
  ])

function injectionRow(view: PaperView, order: InjectionOrder, group: InjectionGroup): Row {
  const { t } = view
  const details = [
    dateWords(group.start ?? order.orderedOn),
    group.kind,
    group.usage,
    group.route && `${t.injection.route} ${group.route}`,
    group.site && `${t.injection.site} ${group.site}`,
    group.volume && `${t.injection.volume} ${amountWords(group.volume)}`,
    group.rate && `${t.injection.rate} ${amountWords(group.rate)}`,
    group.end && endWords(view, group.end),
    order.department,
    ...group.comments,
  ]
  return {
    lines: [
      {
        text: [
          ...drugsWords(view, group.drugs),
          ...(group.status ? bold(`【${statusWords(view, group.status)}】`) : []),
        ],
        size: 'body',
      },
      { text: plain(details.filter(Boolean).join(' ')), size: 'small' },
    ],
  }
}

/** Orders of the medication sheet: the recent ones, and never fewer than the newest ten. */
function chosen<T extends { readonly orderedOn?: string }>(orders: readonly T[], since: string) {
  const shown = orders.filter((order, i) => i < ORDERS_LEAST || isRecent(order.orderedOn, since))
  return { shown, older: orders.length - shown.length }
}

/** Of the medication sheet: every order whole, one RP a row, with boxes for what is given from now on. */
export function orderBlocks(view: PaperView, chart: Chart, audience: Audience): Block[] {
  const { t, p } = view
  const orders = ordersOf(chart.prescriptions)
  const { shown, older } = chosen(orders, cutoff(chart, RECENT_DAYS.prescriptions))
  const boxes = audience === 'staff' ? BOXES : 0
  const here = shown.filter((order) => !order.beforeAdmission)
  const before = shown.filter((order) => order.beforeAdmission)
  const rows = (list: readonly PrescriptionOrder[]) => list.flatMap((order) => prescriptionRows(view, order, boxes))
  const injections = ordersOf(chart.injections)
  const given = chosen(injections, cutoff(chart, RECENT_DAYS.injections))
  const note = boxes > 0 ? `${t.prescription.note} ${p.boxes}` : t.prescription.note
  return [
    {
      title: t.section.prescriptions,
      note,
      rows: [...partRows(view, chart.prescriptions, orders, orNone(view, rows(here))), ...olderRow(view, older)],
      columns: 1,
    },
    ...(before.length > 0
      ? [{ title: `▲ ${t.prescription.beforeAdmission}`, rows: rows(before), columns: 1 as const }]
      : []),
    {
      title: t.section.injections,
      note: t.injection.note,
      rows: [
        ...partRows(
          view,
          chart.injections,
          injections,
          given.shown.flatMap((order) => order.groups.map((group) => ({ ...injectionRow(view, order, group), boxes }))),
        ),
        ...olderRow(view, given.older),
      ],
      columns: 1,
    },
  ]
}

const olderRow = (view: PaperView, older: number): Row[] =>
  older > 0 ? [remark(...bold(view.p.olderOrders(view.f.count(older))))] : []

function prescriptionRows(view: PaperView, order: PrescriptionOrder, boxes: number): Row[] {
  const { t } = view
  const facts = [
    t.prescription.setting[order.setting],
    t.prescription.dispensing[order.dispensing],
    order.department,
    order.prescriber,
  ]
  const rps = order.groups.map((group): Row => ({
    boxes,
    lines: [
      ...group.drugs.map((drug) => ({
        text: [
          ...bold(drug.name),
          ...plain(` ${dosesUnbroken(view, drug.dose)}`),
          ...(drug.dose.contradictory ? bold(` ▲${t.prescription.contradictory}`) : []),
          ...(drug.status ? bold(` 【${statusWords(view, drug.status)}】`) : []),
          ...plain(drug.comments.length > 0 ? ` ${drug.comments.join('、')}` : ''),
        ],
        size: 'body' as const,
      })),
      {
        text: [
          ...plain(`${t.prescription.rp(group.rp)} `),
          ...bold(usageWords(view, group)),
          ...plain(
            ` ${group.start ? `${t.prescription.start} ${dateWords(group.start)} ` : ''}${endWords(view, group.end)}`,
          ),
        ],
        size: 'small' as const,
      },
    ],
  }))
  return [remark(...bold(`■ ${dateWords(order.orderedOn)}`), ...plain(` ${facts.filter(Boolean).join(' ')}`)), ...rps]
}

/** What was recorded as given, and that this is not all (USERS.md: a MAR print says 前回実施は不明). */
export function administrationBlock(view: PaperView, chart: Chart): Block {
  const { t, p, f } = view
  const items = ordersOf(chart.administrations)
  const more = items.length - ADMINISTRATIONS_MOST
  const line = (item: Administration): Row =>
    row(
      ...bold(`${spanWords(item.start, item.end)} `),
      ...plain(
        `${item.drugs.map(({ name, amount }) => `${name} ${amount ? amountWords(amount) : t.injection.amountMissing}`).join('、')} `,
      ),
      ...plain(
        [
          t.administration.kind[item.kind],
          item.route,
          item.rate,
          statusWords(view, item.status),
          item.by && `${t.administration.by} ${item.by}`,
          ...item.comments,
        ]
          .filter(Boolean)
          .join(' '),
      ),
    )
  return {
    title: t.section.administrations,
    note: t.administration.note,
    rows: [
      ...partRows(view, chart.administrations, items, items.slice(0, ADMINISTRATIONS_MOST).map(line)),
      ...(more > 0 ? [remark(...bold(p.olderAdministrations(f.count(more))))] : []),
    ],
    columns: 1,
  }
}
