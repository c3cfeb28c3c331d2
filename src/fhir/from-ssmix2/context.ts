/** What one conversion carries: the message, where it came from, and what has come out so far. */
import { codedValue, patientIdentifier } from '#hl7v2'
import type { Message, Segment } from '#hl7v2'
import { logicalId } from '../logical-id.ts'
import type { Conversion, FhirProblem, FhirProblemCode, Origin } from '../problem.ts'
import type { Extension, Identifier, Meta, Reference, Resource } from '../types.ts'
import { Fields } from './fields.ts'

/** Segments that identify the message and give other segments their context; they need no resource of their own. */
const HEADER = new Set(['MSH', 'EVN', 'PID', 'PV1', 'PV2', 'SFT', 'UAC'])

export class Context {
  readonly message: Message
  readonly origin: Origin
  readonly resources: Resource[] = []
  readonly problems: FhirProblem[] = []
  readonly patientId: string
  readonly #claimed = new Map<Segment, Fields>()
  readonly #places: ReadonlyMap<Segment, string>

  constructor(message: Message, origin: Origin) {
    this.message = message
    this.origin = origin
    this.#places = placesOf(message)
    const pid = message.first('PID')
    const written = pid ? patientIdentifier(pid) : ''
    this.patientId = written || origin.patientId
    if (!written) this.problem('patient-missing', 'PID-3')
    // Leading zeros are padding of the storage, not another patient.
    else if (unpadded(written) !== unpadded(origin.patientId)) this.problem('patient-differs', 'PID-3', written)
  }

  /** Reads a segment; from here on it counts as used. */
  fields(segment: Segment): Fields {
    const known = this.#claimed.get(segment)
    if (known) return known
    const fields = new Fields(segment, this.place(segment), this)
    this.#claimed.set(segment, fields)
    return fields
  }

  isClaimed(segment: Segment): boolean {
    return this.#claimed.has(segment)
  }

  /** `OBX[3]`, counted from 1 within the message. */
  place(segment: Segment): string {
    return this.#places.get(segment) ?? segment.id
  }

  problem(code: FhirProblemCode, where: string, text?: string): void {
    this.problems.push({ code, path: this.origin.path, where, ...(text !== undefined && { text }) })
  }

  get subject(): Reference {
    return { reference: `Patient/${logicalId(this.patientId)}` }
  }

  id(place: string): string {
    const { origin } = this
    return logicalId(this.patientId, origin.careDate ?? '-', origin.dataKind, origin.orderNo, place)
  }

  get meta(): Meta {
    return { source: this.origin.path }
  }

  /** Segments that hang on a resource but have no element in it, field by field. */
  rests(segments: readonly Segment[]): Extension[] {
    return segments.flatMap((segment) => (this.isClaimed(segment) ? [] : this.fields(segment).rest()))
  }

  /** Adds a resource without its empty elements; gives back a reference to it. */
  add(resource: Resource): Reference {
    const pruned = prune({ ...resource, meta: { ...this.meta, ...resource.meta } }) as Resource
    this.resources.push(pruned)
    return { reference: `${pruned.resourceType}/${pruned.id}` }
  }

  finish(): Conversion {
    for (const segment of this.message.segments) {
      if (this.#claimed.has(segment) || HEADER.has(segment.id)) continue
      this.problem('segment-unused', this.place(segment), segment.raw)
    }
    return { resources: this.resources, problems: this.problems }
  }

  /** The path's 診療日 as a FHIR date: for the kinds whose rule ties it to what happened. */
  get careDay(): string | undefined {
    return this.origin.careDate?.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3')
  }

  /** 入院 or 外来 by PV1-2, for orders that do not say it themselves. */
  get patientClass(): string | undefined {
    const segment = this.message.first('PV1')
    return segment ? (codedValue(segment, 2)?.code ?? undefined) : undefined
  }
}

export function placerNumber(value: string): Identifier {
  return {
    type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'PLAC' }] },
    value,
  }
}

export function fillerNumber(value: string): Identifier {
  return {
    type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'FILL' }] },
    value,
  }
}

function unpadded(id: string): string {
  return id.trim().replace(/^0+(?=.)/, '')
}

function placesOf(message: Message): Map<Segment, string> {
  const counts = new Map<string, number>()
  return new Map(
    message.segments.map((segment) => {
      const count = (counts.get(segment.id) ?? 0) + 1
      counts.set(segment.id, count)
      return [segment, `${segment.id}[${count}]`]
    }),
  )
}

/** R4 JSON has no empty arrays, objects or strings, and no undefined. Hot: a fifth of a conversion with `Object.entries`. */
function prune(value: unknown): unknown {
  if (value === null || value === '') return undefined
  if (typeof value !== 'object') return value
  return Array.isArray(value) ? pruneItems(value) : pruneElements(value as Record<string, unknown>)
}

function pruneItems(value: unknown[]): unknown[] | undefined {
  const items = value.map(prune)
  if (items.every((item, i) => item === value[i])) return items.length > 0 ? value : undefined
  const kept = items.filter((item) => item !== undefined)
  return kept.length > 0 ? kept : undefined
}

/** What has nothing empty in it stays the object that it is. */
function pruneElements(value: Record<string, unknown>): Record<string, unknown> | undefined {
  const names = Object.keys(value)
  let kept: Record<string, unknown> | undefined
  for (const [i, name] of names.entries()) {
    const item = prune(value[name])
    if (item === value[name] && item !== undefined) {
      if (kept) kept[name] = item
      continue
    }
    if (!kept) {
      kept = {}
      for (const before of names.slice(0, i)) kept[before] = value[before]
    }
    if (item !== undefined) kept[name] = item
  }
  const result = kept ?? value
  return (kept ? hasKeys(kept) : names.length > 0) ? result : undefined
}

function hasKeys(value: object): boolean {
  for (const _ in value) return true
  return false
}
