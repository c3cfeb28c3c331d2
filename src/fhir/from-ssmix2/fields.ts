/**
 * Reading one segment into FHIR data types. Fields that nobody asks for are not lost: {@link Fields.rest} gives them as
 * extensions, as written.
 */
import {
  codedValues,
  nameText,
  parseTimeStamp,
  practitioners,
  quantityWithUnit,
  type CodedValue,
  type Coding as V2Coding,
  type Segment,
  type TimeStamp,
} from '#hl7v2'
import { EXTENSION, extension } from '../extensions.ts'
import { canonicalSystem, SYSTEM } from '../systems.ts'
import type { CodeableConcept, Coding, Extension, Identifier, Period, Quantity, Reference } from '../types.ts'
import type { Context } from './context.ts'
import { parseResult } from './numbers.ts'
import { fhirDate, fhirDateTime, fhirInstant } from './times.ts'

/** Set ids: numbers without meaning outside the message. */
const SET_ID = new Set([
  'AL1',
  'IAM',
  'IN1',
  'ZI1',
  'NK1',
  'DB1',
  'OBX',
  'OBR',
  'SPM',
  'TQ1',
  'ZE1',
  'NTE',
  'PID',
  'PV1',
])

export class Fields {
  readonly segment: Segment
  /** `OBX[3]`. */
  readonly place: string
  readonly #context: Context
  readonly #read = new Set<number>()

  constructor(segment: Segment, place: string, context: Context) {
    this.segment = segment
    this.place = place
    this.#context = context
    if (SET_ID.has(segment.id)) this.#read.add(1)
  }

  /** One component of the first repetition; undefined where absent or `""`. Surrounding blanks are not part of it. */
  text(n: number, component = 1): string | undefined {
    this.#read.add(n)
    return this.segment.value(n, component)?.trim() || undefined
  }

  /** The whole field as written, unescaped: free text. */
  whole(n: number): string | undefined {
    this.#read.add(n)
    return this.segment.text(n) || undefined
  }

  /** Every repetition of a coded field. A component that is only `""` is absent. */
  concepts(n: number): CodeableConcept[] {
    this.#read.add(n)
    return codedValues(this.segment, n).flatMap((value) => concept(value) ?? [])
  }

  concept(n: number): CodeableConcept | undefined {
    return this.concepts(n)[0]
  }

  /** Codes that were read elsewhere (TQ1-3), as codings. */
  codings(
    codes: readonly { code?: string | undefined; display?: string | undefined; system?: string | undefined }[],
  ): Coding[] {
    return codes.flatMap(({ code, display, system }) => coding({ code, text: display, system }) ?? [])
  }

  stamp(n: number): TimeStamp | undefined {
    const written = this.text(n)
    if (written === undefined) return undefined
    const stamp = parseTimeStamp(written)
    if (!stamp) this.#keep(n, 'time-invalid', written)
    return stamp
  }

  /** FHIR dateTime. What is not a time becomes a problem, and stays in {@link rest}. */
  dateTime(n: number): string | undefined {
    const stamp = this.stamp(n)
    return stamp && fhirDateTime(stamp)
  }

  date(n: number): string | undefined {
    const stamp = this.stamp(n)
    return stamp && fhirDate(stamp)
  }

  instant(n: number): string | undefined {
    const stamp = this.stamp(n)
    return stamp && fhirInstant(stamp)
  }

  period(start: number, end: number): Period | undefined {
    const period = { start: this.dateTime(start), end: this.dateTime(end) }
    return period.start || period.end ? defined(period) : undefined
  }

  /** A number field with its unit in another field; the text as written stays beside the number. */
  quantity(n: number, unitField?: number): Quantity | undefined {
    const written = this.text(n)
    const unit = unitField === undefined ? undefined : this.concept(unitField)
    return this.#amount(n, written, unit)
  }

  /** CQ: `3^TAB&錠&MR9P`, `5^d`, `14^日分`. */
  quantityWithUnit(n: number): Quantity | undefined {
    this.#read.add(n)
    const { value, unit } = quantityWithUnit(this.segment, n)
    const coded: V2Coding = unit
    return this.#amount(n, value ?? undefined, concept({ ...coded, alternate: NONE, originalText: undefined }))
  }

  /** XCN: the ideographic name (XCN.15 `I`, else the first). */
  person(n: number): Reference | undefined {
    this.#read.add(n)
    const people = practitioners(this.segment, n)
    const person = people.find(({ representation }) => representation === 'I') ?? people[0]
    if (!person) return undefined
    const display = nameText({ family: person.family, given: person.given }).replace('　', ' ').trim()
    const id = person.id?.trim()
    if (!display && !id) return undefined
    return { ...(id && { identifier: { value: id } }), ...(display && { display }) }
  }

  /** EI: `123456701^LAB`. */
  identifier(n: number): Identifier | undefined {
    const value = this.text(n)
    const namespace = this.text(n, 2)
    return value === undefined ? undefined : { value, ...(namespace && { system: canonicalSystem(namespace) }) }
  }

  /** Marks fields as dealt with elsewhere. */
  ignore(...fields: readonly number[]): this {
    for (const n of fields) this.#read.add(n)
    return this
  }

  /** A code outside its table: reported, and left in {@link rest} as written. */
  unknown(n: number, written: string | undefined): void {
    this.#context.problem('code-unknown', `${this.place}-${n}`, written)
    this.keep(n)
  }

  /** Leaves fields that were read but have no element of their own in {@link rest}. */
  keep(...fields: readonly number[]): this {
    for (const n of fields) this.#read.delete(n)
    return this
  }

  /** Every filled field that nobody read, as written. */
  rest(): Extension[] {
    const { segment } = this
    const left: Extension[] = []
    for (let n = 1; n <= segment.fieldCount; n++) {
      const written = segment.field(n)
      if (written === '' || this.#read.has(n) || /^["\s]*$/.test(written)) continue
      left.push({
        url: EXTENSION.otherField,
        extension: [
          extension('field', { valueString: `${segment.id}-${n}` }),
          extension('text', { valueString: segment.text(n) ?? '' }),
        ],
      })
    }
    return left
  }

  #amount(n: number, written: string | undefined, unit: CodeableConcept | undefined): Quantity | undefined {
    if (written === undefined) return undefined
    const number = parseResult(written)
    if (!number) this.#context.problem('number-invalid', `${this.place}-${n}`, written)
    return quantity(written, unit)
  }

  /** Reports what could not be read and leaves it in {@link rest}. */
  #keep(n: number, code: 'time-invalid', written: string): void {
    this.#read.delete(n)
    const where = `${this.place}-${n}`
    const known = this.#context.problems.some((problem) => problem.where === where)
    if (!known) this.#context.problem(code, where, written)
  }
}

const NONE: V2Coding = { code: undefined, text: undefined, system: undefined }

/** CE/CWE: both triplets as codings; the text is what the sender wrote (CWE.9, else the first name, else the code). */
export function concept(value: CodedValue): CodeableConcept | undefined {
  const { alternate } = value
  const text =
    value.originalText?.trim() ||
    value.text?.trim() ||
    alternate.text?.trim() ||
    value.code?.trim() ||
    alternate.code?.trim()
  if (!text) return undefined
  const [first, second] = [coding(value), coding(alternate)]
  const codings = first && second ? [first, second] : first ? [first] : second ? [second] : []
  return { ...(codings.length > 0 && { coding: codings }), text }
}

function coding(triplet: V2Coding): Coding | undefined {
  const code = triplet.code?.trim()
  const display = triplet.text?.trim()
  const system = triplet.system?.trim()
  if (!code && !(display && system)) return undefined
  return { ...(system && { system: systemOf(system, code) }), ...(code && { code }), ...(display && { display }) }
}

/** v2 names all JAMI codes JAMISDP01; their lengths tell usage (16), additional usage (8) and body site (3) apart. */
function systemOf(name: string, code: string | undefined): string {
  const system = canonicalSystem(name)
  if (system !== SYSTEM.usage) return system
  if (code?.length === 8) return SYSTEM.usageAdditional
  return code?.length === 3 ? SYSTEM.bodySiteExternal : system
}

/**
 * A quantity from text. The exact text stays beside the number wherever the number does not print as the same
 * (`5.0`, `＜0.5`, `1,200`), and alone where there is no number.
 */
export function quantity(written: string, unit?: CodeableConcept): Quantity {
  const number = parseResult(written)
  const exact = number && `${number.comparator ?? ''}${number.value}` === written
  return defined({
    ...(!exact && { extension: [extension(EXTENSION.sourceText, { valueString: written })] }),
    ...number,
    ...unitOf(unit),
  })
}

/** Unit text as written; code and system only for systems that have a URI. */
export function unitOf(unit: CodeableConcept | undefined): Pick<Quantity, 'unit' | 'code' | 'system'> {
  const coded = unit?.coding?.find(({ code, system }) => code && system === SYSTEM.merit9)
  return defined({ unit: unit?.text, code: coded?.code, system: coded?.system })
}

/** Without the keys that are undefined. */
export function defined<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  const kept: Record<string, unknown> = {}
  for (const name of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[name]
    if (item !== undefined) kept[name] = item
  }
  return kept as T
}
