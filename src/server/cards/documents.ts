/** The sheets as plain blocks, in Japanese: they hang on the wall and lie in the box. */
import { phonesOf, type RegisterEntry, type RoleCard } from '#governance'
import { CUT_GROUPS } from '#incident'
import type { Block, OfficeDocument } from '#office'
import { type DoorView, MESSAGES } from '#web'

const heading = (text: string, level: 1 | 2 = 2): Block => ({ kind: 'heading', level, text })
const paragraph = (text: string): Block => ({ kind: 'paragraph', text })
const list = (items: readonly string[]): Block => ({ kind: 'list', items })
const joined = (...parts: readonly (string | undefined)[]) => parts.filter(Boolean).join('　')

/** @param most lines of each group and of the phones; what is left out is told */
export function fiveMinutesDocument(house: string, door: DoorView, most: number): OfficeDocument {
  const t = MESSAGES.ja.trouble
  const title = MESSAGES.ja.cards.five
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
    ...(door.deciders.length > 0 ? [paragraph(t.deciders(door.deciders.slice(0, most).join('、')))] : []),
    list(phones.length > 0 ? phones : [MESSAGES.ja.cards.callNone]),
    heading(t.step4),
    list(t.paper),
    ...(isCut ? [paragraph(MESSAGES.ja.cards.more)] : []),
  ]
  return { title, language: 'ja', header: house, blocks }
}

export function roleDocument(house: string, cards: readonly RoleCard[]): OfficeDocument {
  const { cards: t, registers } = MESSAGES.ja
  const person = (entry: RegisterEntry) => joined(entry.values['name'], phonesOf(entry.values) || t.noPhone)
  const blocks = cards.flatMap(({ duty, holder, deputies, calls }, i): Block[] => [
    ...(i > 0 ? [{ kind: 'pageBreak' } as const] : []),
    heading(registers.choice[duty] ?? duty, 1),
    paragraph(`${t.holder}: ${holder ? person(holder) : t.nobody}`),
    ...(deputies.length > 0 ? [paragraph(`${t.deputies}: ${deputies.map(person).join('、')}`)] : []),
    heading(t.toDo),
    { kind: 'list', numbered: true, items: t.lines[duty] ?? [] },
    heading(t.call),
    list(
      calls.length > 0
        ? calls.map((one) => joined(person(one), one.unverified ? `▲ ${registers.unverified}` : ''))
        : [t.callNone],
    ),
  ])
  return { title: t.rolesTitle, language: 'ja', header: house, blocks }
}
