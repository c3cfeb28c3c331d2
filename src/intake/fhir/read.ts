/** One patient's bytes of a FHIR file to resources, and what of them no view has a place for. */
import { readResources, type ReadResult, type Resource, type UnknownResource } from '#fhir'
import type { ByteRange, IntakeReading, IntakeRemark, IntakeRequest } from '../format.ts'
import { embeddedIn, lifted, presentedForms, withoutPlaces } from './embedded.ts'
import type { Json } from './json.ts'
import { patientNames } from './patient-names.ts'
import type { FhirForm } from './survey.ts'

const UTF8 = new TextDecoder('utf-8')

/** A piece of the file that is read by itself. */
interface Unit {
  readonly range: ByteRange
  /** As entries of a Bundle. */
  readonly entries: string
}

export function readFhir({ file, slices, ranges, form, names }: IntakeRequest): IntakeReading {
  const units = slices.flatMap((slice, i) => unitsIn(slice, ranges?.[i] ?? [0, slice.length], form as FhirForm))
  // What carries documents is read alone, so that the document is found again by the place of its record.
  const [carrying, plain] = [units.filter(mayCarry), units.filter((unit) => !mayCarry(unit))]
  const results = [
    ...readPlain(plain, file.path),
    ...carrying.map((unit) => {
      const result = read([unit], file.path)
      return { ...result, resources: lifted(result.resources, unit.range) }
    }),
  ]
  const isOthers = (resource: Resource | UnknownResource): boolean => {
    const own = patientNames(resource as unknown as Json)
    // Names that a document gives only inside itself are in no survey: then it is one patient's.
    return form !== 'whole' && own.length > 0 && !own.some((name) => names.has(name))
  }
  const others = results.flatMap((result) => result.others).filter((other) => !isOthers(other))
  return {
    resources: results.flatMap((result) => result.resources).filter((resource) => !isOthers(resource)),
    others,
    remarks: remarksOf(results, others),
  }
}

/** Together; where one of them breaks that (nesting that ends the stack), each alone, so that it costs itself. */
function readPlain(units: readonly Unit[], name: string): ReadResult[] {
  const together = read(units, name)
  const isBroken = together.problems.some(({ code }) => code === 'json-broken')
  return isBroken && units.length > 1 ? units.map((unit) => read([unit], name)) : [together]
}

function remarksOf(results: readonly ReadResult[], others: readonly UnknownResource[]): IntakeRemark[] {
  const remarks: IntakeRemark[] = results
    .flatMap(({ problems }) => problems)
    // What is not in this patient's part of the file may well be in the rest.
    .filter(({ code }) => code !== 'reference-dangling')
    .map(({ code, where, text }) => ({ code, where, ...(text && { text }) }))
  for (const [type, all] of Map.groupBy(others, ({ resourceType }) => resourceType))
    remarks.push({ code: 'type-unused', where: type, text: String(all.length) })
  return remarks
}

/** The bytes of a document inside a record, by its place (`lifted`). Undefined where nothing is there. */
export function embeddedDocument(slice: Uint8Array, form: string | undefined, pointer: string): Uint8Array | undefined {
  const [unit] = unitsIn(slice, [0, slice.length], form as FhirForm)
  return unit && embeddedIn(read([unit], '').resources, pointer)
}

function read(units: readonly Unit[], name: string): ReadResult {
  const entries = units.map((unit) => unit.entries).join(',')
  const bundle = `{"resourceType":"Bundle","type":"collection","entry":[${entries}]}`
  const result = readResources(Buffer.from(bundle), name)
  return { ...result, resources: withoutPlaces([...result.resources, ...presentedForms(result.resources)]) }
}

const mayCarry = ({ entries }: Unit): boolean =>
  /"resourceType"\s*:\s*"(?:DocumentReference|Binary|DiagnosticReport)"/.test(entries) && /"data"\s*:/.test(entries)

function unitsIn(slice: Uint8Array, range: ByteRange, form: FhirForm): Unit[] {
  if (form === 'lines') return linesIn(slice, range[0])
  const text = UTF8.decode(slice).replace(/^\uFEFF/, '')
  // Elements of a Bundle are entries themselves, those of a list are resources.
  return [{ range, entries: form === 'entries' ? entryList(text) : wrapped(text) }]
}

function linesIn(slice: Uint8Array, start: number): Unit[] {
  const units: Unit[] = []
  let from = 0
  while (from < slice.length) {
    const feed = slice.indexOf(0x0a, from)
    const end = feed === -1 ? slice.length : feed
    const line = UTF8.decode(slice.subarray(from, end)).replace(/^\uFEFF/, '')
    if (line.trim() !== '') units.push({ range: [start + from, start + end], entries: wrapped(line) })
    from = end + 1
  }
  return units
}

const wrapped = (json: string): string => `{"resource":${json}}`

function entryList(text: string): string {
  const elements = JSON.parse(`[${text}]`) as Json[]
  if (elements[0]?.['resourceType'] === undefined) return text
  return wrapped(`[${text}]`)
}
