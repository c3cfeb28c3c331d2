/** The sheets as plain blocks: they hang on the wall and lie in the box. */
import { type CallNode, phonesOf, type RegisterEntry, type RoleCard } from '#governance'
import { CUT_GROUPS } from '#incident'
import type { Block, OfficeDocument } from '#office'
import { documentPages } from '#sheets'
import { callRows, type DoorView, type Language, MESSAGES } from '#web'

const heading = (text: string, level: 1 | 2 = 2): Block => ({ kind: 'heading', level, text })
const paragraph = (text: string): Block => ({ kind: 'paragraph', text })
const list = (items: readonly string[]): Block => ({ kind: 'list', items })
const joined = (...parts: readonly (string | undefined)[]) => parts.filter(Boolean).join('　')

/** As much as one page of A4 holds. */
export function fiveMinutesOnPage(house: string, door: DoorView, language: Language): OfficeDocument {
  const all = [8, 5, 3, 2].map((most) => fiveMinutesDocument(house, door, most, language))
  const fits = (document: OfficeDocument) => documentPages(document, { what: '', by: '' }).length === 1
  return all.find(fits) ?? fiveMinutesDocument(house, door, 1, language)
}

/** @param most lines of each group and of the phones; what is left out is told */
function fiveMinutesDocument(house: string, door: DoorView, most: number, language: Language): OfficeDocument {
  const { trouble: t, cards } = MESSAGES[language]
  const title = cards.five
  const groups = CUT_GROUPS.map((group) => ({ group, cuts: door.cuts.filter((cut) => cut.group === group) }))
  const isCut = door.phones.length > most || groups.some(({ cuts }) => cuts.length > most)
  const phones = door.phones
    .slice(0, most)
    .map(({ who, phone, note, isUnchecked }) => joined(phone, who, note, isUnchecked ? `▲ ${t.unchecked}` : undefined))
  const blocks: Block[] = [
    heading(title, 1),
    paragraph(t.fire),
    heading(t.step1),
    list(t.handsOff),
    heading(t.step2),
    paragraph(t.cutNote),
    ...groups.flatMap(({ group, cuts }) => [
      paragraph(t.cutGroup[group]),
      list(cuts.length === 0 ? [t.cutNone] : cuts.slice(0, most).map((c) => joined(c.name, c.place, c.how, c.phone))),
    ]),
    heading(t.step3),
    ...(door.deciders.length > 0
      ? [paragraph(t.deciders(door.deciders.slice(0, most).join(MESSAGES[language].policy.join)))]
      : []),
    list(phones.length > 0 ? phones : [cards.callNone]),
    heading(t.step4),
    list(t.paper),
    ...(isCut ? [paragraph(cards.more)] : []),
  ]
  return { title, language, header: house, blocks }
}

export function roleDocument(house: string, cards: readonly RoleCard[], language: Language): OfficeDocument {
  const { cards: t, registers, policy } = MESSAGES[language]
  const person = (entry: RegisterEntry) => joined(entry.values['name'], phonesOf(entry.values) || t.noPhone)
  const blocks = cards.flatMap(({ duty, holder, deputies, calls }, i): Block[] => [
    ...(i > 0 ? [{ kind: 'pageBreak' } as const] : []),
    heading(registers.choice[duty] ?? duty, 1),
    paragraph(`${t.holder}: ${holder ? person(holder) : t.nobody}`),
    ...(deputies.length > 0 ? [paragraph(`${t.deputies}: ${deputies.map(person).join(policy.join)}`)] : []),
    heading(t.toDo),
    { kind: 'list', numbered: true, items: t.lines[duty] ?? [] },
    heading(t.call),
    list(
      calls.length > 0
        ? calls.map((one) => joined(person(one), one.unverified ? `▲ ${registers.unverified}` : ''))
        : [t.callNone],
    ),
  ])
  return { title: t.rolesTitle, language, header: house, blocks }
}

/** The calls in their order, to be ticked off with the time. */
export function callTable(house: string, root: CallNode, language: Language): OfficeDocument {
  const t = MESSAGES[language].registers
  return {
    title: t.treeTable,
    language,
    header: house,
    blocks: [
      heading(t.treeTable, 1),
      paragraph(t.treeTableLead),
      { kind: 'table', header: t.treeHead, rows: callRows(MESSAGES[language], root), widths: [2, 4, 5, 5, 5, 2, 3] },
    ],
  }
}
