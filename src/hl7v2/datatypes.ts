/** Data types of HL7 v2.5 (chapter 2A) as SS-MIX2 fills them. Each reader gives one value per repetition. */
import { toValue } from './message.ts'
import type { Segment } from './message.ts'
import { parseTimeStamp } from './timestamp.ts'
import type {
  Address,
  CodedValue,
  Coding,
  Delimiters,
  Identifier,
  PersonName,
  Practitioner,
  Telecom,
  Timing,
  Value,
} from './types.ts'

/** Component n (from 1) of a repetition as a {@link Value}. */
type Read = (n: number) => Value

function reader(written: string, separator: string, delimiters: Delimiters): Read {
  const parts = written.split(separator)
  return (n) => toValue(parts[n - 1], delimiters)
}

function each<T>(segment: Segment, n: number, make: (read: Read, written: string) => T): T[] {
  const { delimiters } = segment
  return segment.repetitions(n).map((written) => make(reader(written, delimiters.component, delimiters), written))
}

export function personNames(segment: Segment, n: number): PersonName[] {
  return each(segment, n, (read, written) => ({
    family: surname(written, segment.delimiters),
    given: read(2),
    middle: read(3),
    type: read(7),
    representation: read(8),
  }))
}

/** XPN.1 is FN: its first sub-component is the surname, the others repeat parts of it. */
function surname(written: string, delimiters: Delimiters): Value {
  const [name = ''] = written.split(delimiters.component)
  return toValue(name.split(delimiters.subComponent)[0], delimiters)
}

/** Family and given name joined by an ideographic space; senders that do not split write all in the family name. */
export function nameText(name: Pick<PersonName, 'family' | 'given'> | undefined): string {
  return [name?.family, name?.given].filter(Boolean).join('　')
}

const KANA_ONLY = /^[\p{Script=Hiragana}\p{Script=Katakana}ーｰ・ﾞﾟ\s　]+$/u

/**
 * The written and the read form of a name (XPN.8 I and P). Where a sender left XPN.8 empty, a repetition of kana only
 * counts as the reading if another repetition is not.
 */
export function namePair(names: readonly PersonName[]): { kanji: string; kana: string } {
  const kana =
    names.find((name) => name.representation === 'P') ??
    names.slice(1).find((name) => !name.representation && KANA_ONLY.test(nameText(name)))
  const kanji =
    names.find((name) => name.representation === 'I') ??
    names.find((name) => name !== kana && name.representation !== 'A') ??
    names.find((name) => name !== kana)
  return { kanji: nameText(kanji), kana: nameText(kana) }
}

export function addresses(segment: Segment, n: number): Address[] {
  return each(segment, n, (read) => ({
    street: read(1),
    other: read(2),
    city: read(3),
    state: read(4),
    zip: read(5),
    country: read(6),
    type: read(7),
    free: read(8),
  }))
}

export function telecoms(segment: Segment, n: number): Telecom[] {
  return each(segment, n, (read) => ({
    number: read(12) ?? read(1),
    use: read(2),
    equipment: read(3),
    email: read(4),
  }))
}

export function identifiers(segment: Segment, n: number): Identifier[] {
  return each(segment, n, (read) => ({ id: read(1), checkDigit: read(2), authority: read(4), type: read(5) }))
}

/** PID-3: the repetition of type PI, else the first. */
export function patientIdentifier(pid: Segment): string {
  const ids = identifiers(pid, 3)
  return (ids.find(({ type }) => type === 'PI') ?? ids[0])?.id ?? ''
}

export function codedValues(segment: Segment, n: number): CodedValue[] {
  return each(segment, n, (read) => ({
    ...codingAt(read, 1),
    alternate: codingAt(read, 4),
    originalText: read(9),
  }))
}

export function codedValue(segment: Segment, n: number): CodedValue | undefined {
  return codedValues(segment, n)[0]
}

function codingAt(read: Read, from: number): Coding {
  return { code: read(from), text: read(from + 1), system: read(from + 2) }
}

export function practitioners(segment: Segment, n: number): Practitioner[] {
  return each(segment, n, (read) => ({
    id: read(1),
    family: read(2),
    given: read(3),
    type: read(10),
    representation: read(15),
  }))
}

/** A quantity with its unit, CQ in components: `5^d`, `14^D&日&ISO+`, `3^TAB&錠&MR9P`; a unit without parts is text. */
export function quantityWithUnit(segment: Segment, n: number): { value: Value; unit: Coding } {
  const { delimiters } = segment
  const [value, unit = ''] = (segment.repetitions(n)[0] ?? '').split(delimiters.component)
  const coded = unit.includes(delimiters.subComponent)
  const read = reader(unit, delimiters.subComponent, delimiters)
  return {
    value: toValue(value, delimiters),
    unit: coded ? codingAt(read, 1) : { code: read(1), text: read(1), system: undefined },
  }
}

/** One TQ1 segment. The code, text and system of TQ1-3 are sub-components of its first component (RPT.1 is CWE). */
export function timing(segment: Segment): Timing {
  const { delimiters } = segment
  return {
    quantity: quantityWithUnit(segment, 2),
    patterns: segment.repetitions(3).map((written) => {
      const [first = ''] = written.split(delimiters.component)
      return codingAt(reader(first, delimiters.subComponent, delimiters), 1)
    }),
    duration: quantityWithUnit(segment, 6),
    start: parseTimeStamp(segment.value(7) ?? ''),
    end: parseTimeStamp(segment.value(8) ?? ''),
    priority: codedValue(segment, 9) ?? { code: undefined, text: undefined, system: undefined },
    instruction: segment.text(11),
    occurrences: segment.value(14),
  }
}
