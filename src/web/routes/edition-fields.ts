/** Reads the fields that making an edition now and by night have in common. */
import { field, type WebContextOf } from '../context.ts'
import type { EditionContents, EditionKind } from '../edition-ports.ts'
import type { Messages } from '../messages/index.ts'
import { CONTENTS_FIELDS, type ContentsTyped, DOCUMENTS, MONTHS } from '../pages/edition-fields.tsx'

const MOST_SLOTS = 4
const LONGEST_SLOT = 40
const LONGEST_NAME = 60

/** As a person finds them. */
export const usualContents = (t: Messages, kinds: readonly EditionKind[]): ContentsTyped => ({
  kind: kinds[0] ?? '',
  months: MONTHS[0],
  documents: DOCUMENTS[0],
  holder: '',
  place: '',
  slots: t.editions.form.slotsDefault,
})

export const typedContents = (c: WebContextOf): ContentsTyped =>
  Object.fromEntries(CONTENTS_FIELDS.map((name) => [name, field(c, name)])) as ContentsTyped

/** @param errors is added to; undefined where something is wrong */
export function readContents(
  t: Messages,
  typed: ContentsTyped,
  kinds: readonly EditionKind[],
  errors: Record<string, string>,
): EditionContents | undefined {
  for (const name of ['holder', 'place'] as const) if (typed[name] === '') errors[name] = t.field.required
  const slots = readSlots(typed.slots)
  if (!slots) errors['slots'] = t.editions.form.tooManySlots
  const kind = kinds.find((one) => one === typed.kind)
  if (!kind) errors['kind'] = t.field.required
  if (!slots || !kind) return undefined
  return {
    kind,
    months: Number(MONTHS.find((one) => one === typed.months) ?? MONTHS[0]) || undefined,
    documents: DOCUMENTS.find((one) => one === typed.documents) ?? DOCUMENTS[0],
    holder: typed.holder.slice(0, LONGEST_NAME),
    place: typed.place.slice(0, LONGEST_NAME),
    slots,
  }
}

/** Names of envelopes, one a line; undefined for none, too many, or too long ones. */
function readSlots(text: string): string[] | undefined {
  const slots = [...new Set(text.split(/\r?\n/).map((line) => line.trim()))].filter(Boolean)
  const isRight = slots.length > 0 && slots.length <= MOST_SLOTS && slots.every(({ length }) => length <= LONGEST_SLOT)
  return isRight ? slots : undefined
}
