/** OBX to Observation. The result is what the source wrote; a number stands beside it for trends (extension). */
import { codedValues, nameText, parseTimeStamp, practitioners, type Segment } from '#hl7v2'
import { categoriesOf, isVitalSign } from '../analytes.ts'
import { EXTENSION, extension } from '../extensions.ts'
import { SYSTEM } from '../systems.ts'
import type {
  Annotation,
  CodeableConcept,
  Extension,
  Observation,
  ObservationStatus,
  Quantity,
  Reference,
  ReferenceRange,
} from '../types.ts'
import { addAttachment } from './attachment.ts'
import type { Context } from './context.ts'
import { concept, defined, unitOf, type Fields } from './fields.ts'
import { parseRange, parseResult } from './numbers.ts'
import { fhirDateTime } from './times.ts'

/** HL7 table 0085. An empty OBX-11 is not "final". */
const STATUS: Readonly<Record<string, ObservationStatus>> = {
  F: 'final',
  C: 'corrected',
  P: 'preliminary',
  R: 'preliminary',
  S: 'preliminary',
  I: 'registered',
  O: 'registered',
  N: 'registered',
  X: 'cancelled',
  D: 'entered-in-error',
  W: 'entered-in-error',
  U: 'final',
}

/** Codes of HL7 table 0078 that v3-ObservationInterpretation has too. */
const FLAGS = new Set([
  'H',
  'L',
  'HH',
  'LL',
  'N',
  'A',
  'AA',
  'S',
  'I',
  'R',
  'MS',
  'VS',
  '<',
  '>',
  'U',
  'D',
  'B',
  'W',
  'NEG',
  'POS',
  'IND',
])

type ObservationKind = 'laboratory' | 'vital-signs' | 'exam' | 'procedure' | 'imaging' | 'survey'

export interface ObservationFrame {
  /** The place in the logical id: `obx3`. */
  place: string
  kind: ObservationKind
  /** When it was taken, where OBX-14 does not say it. */
  effective?: string | undefined
  issued?: string | undefined
  specimen?: Reference | undefined
  basedOn?: Reference | undefined
  partOf?: Reference | undefined
  performer?: Reference | undefined
  /** OBR-26. */
  parentResult?: string | undefined
  /** Further extensions. */
  extensions?: readonly Extension[]
  /** NTE segments below the OBX. */
  notes?: readonly Segment[] | undefined
}

export function addObservation(context: Context, segment: Segment, frame: ObservationFrame): Reference {
  const obx = context.fields(segment)
  const code = obx.concept(3) ?? codeless(context, obx)
  const result = obx.text(2) === 'ED' ? fileResult(context, obx, frame.place, code) : resultOf(obx)
  const kind = frame.kind !== 'laboratory' && isVitalSign(code) ? 'vital-signs' : frame.kind
  const issued = frame.issued
  const subId = obx.text(4)
  const observation: Observation = {
    resourceType: 'Observation',
    id: context.id(frame.place),
    status: statusOf(obx),
    category: [{ coding: [{ system: SYSTEM.observationCategory, code: kind }] }, ...categoriesOf(code, result.text)],
    code,
    subject: context.subject,
    ...defined({
      effectiveDateTime: obx.dateTime(14) ?? frame.effective,
      issued,
      specimen: frame.specimen,
    }),
    ...result.value,
    basedOn: list(frame.basedOn),
    partOf: list(frame.partOf),
    performer: list(obx.person(16) ?? frame.performer),
    interpretation: interpretations(context, obx),
    referenceRange: referenceRange(obx, result.unit),
    note: notes(context, frame.notes),
    method: obx.concept(17),
    extension: [
      ...result.extensions,
      ...(frame.extensions ?? []),
      ...(subId ? [extension(EXTENSION.subId, { valueString: subId })] : []),
      ...(frame.parentResult ? [extension(EXTENSION.parentResult, { valueString: frame.parentResult })] : []),
    ],
  } as Observation
  observation.extension?.push(...obx.rest())
  return context.add(observation)
}

function fileResult(context: Context, obx: Fields, place: string, code: CodeableConcept): Result {
  const text = addAttachment(context, obx.ignore(5).segment, place, code)
  return { text, value: { valueString: text }, unit: undefined, extensions: [] }
}

interface Result {
  /** As shown; '' where the message holds no result (only ordered). */
  text: string
  value: Pick<Observation, 'valueString' | 'valueCodeableConcept' | 'valueDateTime'>
  unit: CodeableConcept | undefined
  extensions: Extension[]
}

/** OBX-5 by the type in OBX-2. What is composite keeps its exact form beside the readable one. */
function resultOf(obx: Fields): Result {
  const type = obx.text(2) ?? 'ST'
  const unit = obx.concept(6)
  obx.ignore(5)
  const { segment } = obx
  const exact = segment.text(5) ?? ''
  if (exact === '') return { text: '', value: {}, unit, extensions: numeric(undefined, unit) }
  const source = extension(EXTENSION.sourceText, { valueString: exact })
  switch (type) {
    case 'CWE':
    case 'CE':
    case 'CNE':
    case 'CF':
      return codedResult(segment, exact, unit)
    case 'XCN': {
      const text = practitioners(segment, 5)
        .map((person) => [nameText(person).replace('　', ' '), person.id].filter(Boolean).join(' '))
        .join('、')
      return { text, value: { valueString: text }, unit, extensions: [source] }
    }
    case 'TS':
    case 'DT':
    case 'DTM': {
      const stamp = parseTimeStamp(exact)
      const value = stamp ? { valueDateTime: fhirDateTime(stamp) } : { valueString: exact }
      return { text: exact, value, unit, extensions: [source] }
    }
    default:
      return textResult(type, segment, unit)
  }
}

function codedResult(segment: Segment, exact: string, unit: CodeableConcept | undefined): Result {
  const concepts = codedValues(segment, 5).flatMap((value) => concept(value) ?? [])
  const text = concepts.map((c) => c.text).join('、')
  const coding = concepts.flatMap((c) => c.coding ?? [])
  return {
    text,
    value: { valueCodeableConcept: { ...(coding.length > 0 && { coding }), text: text || exact } },
    unit,
    extensions: numeric(undefined, unit),
  }
}

const PLAIN = new Set(['NM', 'ST', 'TX', 'FT'])

/** NM, ST, TX, FT, SN and whatever else: the text exactly as written, blanks and full-width signs included. */
function textResult(type: string, segment: Segment, unit: CodeableConcept | undefined): Result {
  const { component, repetition } = segment.delimiters
  const exact = segment.text(5) ?? ''
  if (PLAIN.has(type) || !segment.field(5).includes(component)) {
    // A repetition of TX or FT is a new line (HL7 2.A.79).
    const text = type === 'TX' || type === 'FT' ? exact.replaceAll(repetition, '\n') : exact
    return { text, value: { valueString: text }, unit, extensions: numeric(text, unit) }
  }
  const text = compositeText(type, segment)
  const source = extension(EXTENSION.sourceText, { valueString: exact })
  return { text, value: { valueString: text }, unit, extensions: [source, ...numeric(text, unit)] }
}

/** SN `>^100` is one piece; ZRD (JAHIS) is drug and amount; other composites are their parts in order. */
function compositeText(type: string, segment: Segment): string {
  const { component } = segment.delimiters
  const parts = segment
    .field(5)
    .split(component)
    .map((_, i) => segment.value(5, i + 1)?.trim() ?? '')
  if (type === 'SN') return parts.join('')
  if (type !== 'ZRD') return parts.filter(Boolean).join(' ')
  const unit = segment.value(5, 5, 2) ?? segment.value(5, 5, 1) ?? ''
  return [parts[1] || parts[0], `${parts[3] ?? ''}${unit}`].filter(Boolean).join(' ')
}

/** The number beside the text, or the unit alone: a unit must not be lost where the result is no number. */
function numeric(text: string | undefined, unit: CodeableConcept | undefined): Extension[] {
  const quantity: Quantity = { ...(text === undefined ? {} : parseResult(text)), ...unitOf(unit) }
  return Object.keys(quantity).length ? [extension(EXTENSION.numericValue, { valueQuantity: quantity })] : []
}

function statusOf(obx: Fields): ObservationStatus {
  const written = obx.text(11)
  if (written === undefined) return 'unknown'
  const status = STATUS[written.toUpperCase()]
  if (!status) obx.unknown(11, written)
  return status ?? 'unknown'
}

/** Every flag the source set, its text kept. No flag gives nothing: it never means normal. */
function interpretations(context: Context, obx: Fields): CodeableConcept[] {
  return obx.concepts(8).map(({ text = '' }) => {
    if (FLAGS.has(text.toUpperCase())) {
      return { coding: [{ system: SYSTEM.interpretation, code: text.toUpperCase() }], text }
    }
    context.problem('code-unknown', `${obx.place}-8`, text)
    return { text }
  })
}

function referenceRange(obx: Fields, unit: CodeableConcept | undefined): ReferenceRange[] {
  const text = obx.whole(7)
  if (text === undefined) return []
  const { low, high } = parseRange(text)
  const bound = (value: number): Quantity => ({ value, ...unitOf(unit) })
  return [
    defined<ReferenceRange>({
      low: low === undefined ? undefined : bound(low),
      high: high === undefined ? undefined : bound(high),
      text,
    }),
  ]
}

/** NTE-3, one note per segment. */
export function notes(context: Context, segments: readonly Segment[] | undefined): Annotation[] {
  return (segments ?? []).flatMap((segment) => {
    const text = context.fields(segment).ignore(2, 4).whole(3)
    return text === undefined ? [] : [{ text }]
  })
}

/** R4 demands a code; an OBX without OBX-3 says so instead of vanishing. */
function codeless(context: Context, obx: Fields): CodeableConcept {
  context.problem('segment-unused', `${obx.place}-3`, obx.segment.raw)
  return { text: '（項目名の記載なし）' }
}

export function list<T>(item: T | undefined): T[] {
  return item === undefined ? [] : [item]
}
