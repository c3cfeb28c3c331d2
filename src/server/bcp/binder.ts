/** The printed binder as sheets, in Japanese: what lies beside the emergency PC when every screen is dark. */
import { BINDER_OLD_DAYS, type BinderPart, hashOfText, ORDERS, type Version } from '#bcp'
import { callTree, CUT_STAGES, type Register, type RegisterEntry, roleCards } from '#governance'
import { cutOrder } from '#incident'
import type { Block, OfficeDocument } from '#office'
import type { Registers } from '#reading'
import { type BookPart, bookPages, type Page, SLIP_KINDS, type TreeBox } from '#sheets'
import { callTreeBox, FORMATS, MESSAGES } from '#web'
import { openDeciders } from '../services/incident-registers.ts'
import { callTable, fiveMinutesOnPage, roleDocument } from '../cards/documents.ts'

const { bcp: t, registers: words, paper } = MESSAGES.ja
const DAY_MS = 86_400_000
/** The days that the cover names. */
const AGES = [30, 90, BINDER_OLD_DAYS, 365] as const

export interface BinderFacts {
  readonly house: string
  readonly version: Version
  readonly registers: Readonly<Record<Register, readonly RegisterEntry[]>>
  /** As the first minutes need them. */
  readonly first: Registers
  /** Kit, manuals of departments, cards of state services. */
  readonly papers: readonly OfficeDocument[]
}

interface Part {
  readonly code: BinderPart
  readonly sheets: readonly BookPart[]
}

const heading = (text: string, level: 1 | 2 | 3 = 1): Block => ({ kind: 'heading', level, text })
const paragraph = (text: string): Block => ({ kind: 'paragraph', text })

export function binderParts({ house, version, registers, first, papers }: BinderFacts): Part[] {
  const root = callTree(registers)
  const door = {
    cuts: cutOrder(first.cuts),
    // The sheet for the wall, as anybody may print it.
    phones: first.phones.filter(({ isFirst, isPrivate }) => isFirst && !isPrivate),
    hasPrivate: false,
    deciders: openDeciders(registers.person),
    openSinceMs: undefined,
    isStation: false,
  }
  const sheet = (code: BinderPart, blocks: readonly Block[]): Part => ({
    code,
    sheets: [{ document: paperOf(house, t.binder.part[code], blocks) }],
  })
  const tree: TreeBox = callTreeBox(MESSAGES.ja, root)
  return [
    { code: 'five', sheets: [{ document: fiveMinutesOnPage(house, door, 'ja') }] },
    { code: 'roles', sheets: [{ document: roleDocument(house, roleCards(registers), 'ja') }] },
    {
      code: 'tree',
      sheets: [{ tree, title: words.treeTitle, lead: words.treeLead }, { document: callTable(house, root, 'ja') }],
    },
    sheet('cut-list', cutBlocks(registers.connection)),
    { code: 'plan', sheets: [{ document: JSON.parse(version.document) as OfficeDocument }] },
    sheet('orders', orderBlocks(version)),
    sheet('forms', formBlocks(registers.supply)),
    { code: 'papers', sheets: papers.map((document) => ({ document })) },
  ]
}

const paperOf = (house: string, title: string, blocks: readonly Block[]): OfficeDocument => ({
  title,
  language: 'ja',
  header: house,
  blocks: [heading(title), ...blocks],
})

function cutBlocks(connections: readonly RegisterEntry[]): Block[] {
  const head = [
    words.sheetDone,
    words.field.name,
    words.field.place,
    words.field.stops,
    words.sheetTime,
    words.sheetWho,
  ]
  const stages = CUT_STAGES.flatMap((stage, i): Block[] => {
    const rows = connections
      .filter(({ values }) => values['stage'] === stage)
      .map(({ values }) => [
        '□',
        values['name'] ?? '',
        [values['place'], values['mark'], values['mayCut']].filter(Boolean).join('／'),
        values['stops'] ?? '',
        '',
        '',
      ])
    return [
      heading(`${i + 1}. ${words.choice[stage] ?? stage}`, 2),
      rows.length === 0 ? paragraph(t.empty) : { kind: 'table', header: head, rows, widths: [1, 5, 5, 5, 2, 3] },
    ]
  })
  return [paragraph(words.cutLead), ...stages]
}

/** Which work of the house stops last, and what comes back first. */
function orderBlocks({ draft }: Version): Block[] {
  return (['care', 'recovery'] as const).flatMap((order): Block[] => {
    const codes = draft.orders[order].filter((code) => ORDERS[order].includes(code))
    return [
      heading(t.order[order], 2),
      codes.length === 0
        ? paragraph(t.undecided)
        : { kind: 'list', numbered: true, items: codes.map((code) => t[order][code] ?? code) },
    ]
  })
}

function formBlocks(supplies: readonly RegisterEntry[]): Block[] {
  const lying = supplies.filter(({ values }) => ['forms', 'labels', 'paper'].includes(values['kind'] ?? ''))
  return [
    paragraph(t.binder.formsLead),
    {
      kind: 'table',
      header: [t.binder.form, t.binder.formCount, t.binder.formPlace],
      rows: SLIP_KINDS.map((kind) => [paper.slip.kinds[kind], '', '']),
      widths: [4, 2, 4],
    },
    heading(t.live.supplies, 2),
    lying.length === 0
      ? paragraph(t.empty)
      : {
          kind: 'table',
          // What is counted each month stands on the screen: it would make every binder old.
          header: [t.head.name, words.field.minimum, t.head.place],
          rows: lying.map(({ values }) => [values['name'] ?? '', values['minimum'] ?? '', values['place'] ?? '']),
        },
  ]
}

/** What stands there, without dates of printing. */
export const hashesOf = (parts: readonly Part[]): Record<BinderPart, string> =>
  Object.fromEntries(parts.map(({ code, sheets }) => [code, hashOfText(JSON.stringify(sheets))])) as Record<
    BinderPart,
    string
  >

export interface Printed {
  readonly number: number
  readonly at: number
  readonly by: string
  readonly sample: string | undefined
}

/** All sheets behind their cover; the contents name the sheet on which each begins. */
export function binderPages(facts: BinderFacts, parts: readonly Part[], printed: Printed): Page[] {
  const { house, version } = facts
  const day = FORMATS.ja.fullDate(printed.at)
  const foot = {
    ...(printed.sample !== undefined && { sample: printed.sample }),
    what: `${t.binder.title}　${house}`,
    by: t.binder.foot(day, t.version(String(version.number))),
  }
  const book = (starts: readonly number[]) =>
    bookPages([{ document: coverOf(facts, parts, printed, starts) }, ...parts.flatMap(({ sheets }) => sheets)], foot)
  const { starts } = book([])
  let at = 1
  const first = parts.map(({ sheets }) => {
    const start = starts[at]!
    at += sheets.length
    return start
  })
  return book(first).pages
}

function coverOf(
  { house, version }: BinderFacts,
  parts: readonly Part[],
  { number, at, by }: Printed,
  starts: readonly number[],
): OfficeDocument {
  const f = FORMATS.ja
  return {
    title: t.binder.title,
    language: 'ja',
    blocks: [
      heading(t.binder.title),
      heading(house),
      {
        kind: 'table',
        header: [],
        widths: [1, 3],
        rows: [
          [t.binder.printedOn, f.fullDate(at)],
          [t.binder.printedBy, by],
          [t.binder.printing, t.binder.printingNumber(String(number))],
          [
            t.binder.planVersion,
            `${t.version(String(version.number))}　${t.approvedOn(f.fullDate(version.approvedAt), version.approvedBy)}`,
          ],
          [t.binder.fingerprint, version.hash.slice(0, 16)],
        ],
      },
      heading(t.binder.ageTitle, 2),
      paragraph(t.binder.ageRule),
      {
        kind: 'table',
        header: [t.binder.ageDay, t.binder.ageWords],
        widths: [2, 3],
        rows: AGES.map((days) => [
          f.fullDate(at + days * DAY_MS),
          days === BINDER_OLD_DAYS ? t.binder.ageReplace(String(days)) : t.binder.ageOver(String(days)),
        ]),
      },
      heading(t.binder.contents, 2),
      {
        kind: 'table',
        header: [t.binder.what, t.binder.sheet],
        widths: [4, 1],
        rows: parts.map(({ code }, i) => [t.binder.part[code], String(starts[i] ?? '')]),
      },
      paragraph(t.binder.secret),
    ],
  }
}
