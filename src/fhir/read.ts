/** Foreign FHIR: a resource, a Bundle, a list of resources, or NDJSON. What cannot be read is named with its reason. */
import { EXTENSION, extension } from './extensions.ts'
import type { FhirProblem } from './problem.ts'
import { indexReferences, resolveReference, type IndexEntry } from './references.ts'
import { dropMisshapen, isObject, type JsonObject } from './shape.ts'
import type { Reference, Resource, UnknownResource } from './types.ts'

export interface ReadResult {
  /** In the file's order; a Bundle's entries in place of the Bundle. `meta.source` is the file's name. */
  readonly resources: Resource[]
  /** Types that Toride has no view for (Composition, CarePlan, …), kept whole. */
  readonly others: UnknownResource[]
  readonly problems: FhirProblem[]
}

const KNOWN = new Set<string>([
  'AllergyIntolerance',
  'Appointment',
  'Binary',
  'Condition',
  'Coverage',
  'DiagnosticReport',
  'DocumentReference',
  'Encounter',
  'Flag',
  'Location',
  'Medication',
  'MedicationAdministration',
  'MedicationRequest',
  'NutritionOrder',
  'Observation',
  'OperationOutcome',
  'Organization',
  'Patient',
  'Practitioner',
  'Procedure',
  'Provenance',
  'ServiceRequest',
  'Specimen',
])

/** A bundle in a bundle in a bundle is real (searchset of documents); deeper is an attack. */
const MAX_DEPTH = 4

/**
 * Reads UTF-8 JSON with or without a BOM. Never throws: broken JSON gives no resources and one problem `json-broken` with
 * the parser's reason; in NDJSON only the broken line is lost. `name` becomes `meta.source` and names the file in problems.
 */
export function readResources(bytes: Uint8Array, name: string): ReadResult {
  const problems: FhirProblem[] = []
  const report: Report = (code, where, text) => problems.push({ code, path: name, where, ...(text && { text }) })
  const entries: IndexEntry[] = []
  for (const { value, where } of documents(bytes, report)) collect(value, where, 0, entries, report, name)
  checkReferences(entries, report)
  const all = entries.map(({ resource }) => resource)
  return {
    resources: all.filter((resource): resource is Resource => KNOWN.has(resource.resourceType)),
    others: all.filter((resource): resource is UnknownResource => !KNOWN.has(resource.resourceType)),
    problems,
  }
}

type Report = (code: FhirProblem['code'], where: string, text?: string) => void

interface Document {
  value: unknown
  where: string
}

function documents(bytes: Uint8Array, report: Report): Document[] {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    report('json-broken', 'file', 'not UTF-8')
    return []
  }
  const whole = parse(text)
  if ('value' in whole) return [{ value: whole.value, where: 'file' }]
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  // NDJSON: a first line that is a document by itself. Otherwise it is one document, and broken.
  if (lines.length < 2 || !('value' in parse(lines[0]!))) {
    report('json-broken', 'file', whole.reason)
    return []
  }
  return text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return []
    const parsed = parse(line)
    if ('value' in parsed) return [{ value: parsed.value, where: `line ${i + 1}` }]
    report('json-broken', `line ${i + 1}`, parsed.reason)
    return []
  })
}

function parse(text: string): { value: unknown } | { reason: string } {
  try {
    return { value: JSON.parse(text, keepDecimals) }
  } catch (error) {
    return { reason: reasonOf(error, text) }
  }
}

/**
 * Where the parser stopped and at which character, without the text around it, which may be a patient's. The engine names
 * either a position or an excerpt, whose place in the text gives the line.
 */
function reasonOf(error: unknown, text: string): string {
  const message = error instanceof Error ? error.message : ''
  const line = /line (\d+) column \d+/.exec(message)?.[1]
  if (line) return `syntax error in line ${line}`
  const [, token, cut = '', excerpt] =
    /^Unexpected token '(.+?)', (\.\.\.)?"([\s\S]*)"(?:\.\.\.)? is not valid JSON$/.exec(message) ?? []
  if (token === undefined || excerpt === undefined) return 'ends too early, or is not JSON at all'
  const at = text.indexOf(excerpt) + excerpt.indexOf(token, cut ? CONTEXT : 0)
  return `syntax error in line ${text.slice(0, at).split('\n').length} at '${token}'`
}

/** Characters that the engine shows before the one it stumbled over. */
const CONTEXT = 10

/**
 * FHIR decimals keep their digits (R4 datatypes, decimal): `5.0` is not `5`. JSON.parse loses them, so a Quantity whose
 * number prints differently keeps the text as written in an extension.
 */
function keepDecimals(this: unknown, name: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source
  if (name !== 'value' || typeof value !== 'number' || source === undefined || source === String(value)) return value
  const holder = this as { extension?: unknown }
  const extensions = Array.isArray(holder.extension) ? holder.extension : []
  holder.extension = [...extensions, extension(EXTENSION.sourceText, { valueString: source })]
  return value
}

function collect(
  value: unknown,
  where: string,
  depth: number,
  entries: IndexEntry[],
  report: Report,
  name: string,
): void {
  if (Array.isArray(value)) {
    value.forEach((item, i) => collect(item, `${where}[${i}]`, depth + 1, entries, report, name))
    return
  }
  if (!isObject(value) || typeof value['resourceType'] !== 'string' || depth > MAX_DEPTH) {
    report('shape-wrong', where, depth > MAX_DEPTH ? 'nested too deep' : 'no resourceType')
    return
  }
  if (value['resourceType'] === 'Bundle') collectBundle(value, where, depth, entries, report, name)
  else entries.push({ resource: accept(value, where, report, name) })
}

function collectBundle(
  bundle: JsonObject,
  where: string,
  depth: number,
  entries: IndexEntry[],
  report: Report,
  name: string,
): void {
  const list = bundle['entry'] ?? []
  if (!Array.isArray(list)) {
    report('shape-wrong', `${where}.entry`)
    return
  }
  list.forEach((entry: unknown, i) => {
    const place = `${where}.entry[${i}]`
    // An entry without resource (a deletion in a history, an answer of a batch) holds nothing to show.
    if (!isObject(entry) || entry['resource'] === undefined) return
    const before = entries.length
    collect(entry['resource'], place, depth + 1, entries, report, name)
    const added = entries[before]
    if (added && typeof entry['fullUrl'] === 'string') entries[before] = { ...added, fullUrl: entry['fullUrl'] }
  })
}

/** One resource: misshapen elements out and named, the file in `meta.source`; tags and security labels stay. */
function accept(value: JsonObject, where: string, report: Report, name: string): Resource | UnknownResource {
  const { resource, dropped } = dropMisshapen(value)
  for (const element of dropped) report('shape-wrong', `${where}.${element}`)
  const contained = resource['contained'] as JsonObject[] | undefined
  const meta = resource['meta'] as JsonObject | undefined
  return {
    ...resource,
    ...(contained && {
      contained: contained.flatMap((inner, i) => {
        const inside = dropMisshapen(inner)
        for (const element of inside.dropped) report('shape-wrong', `${where}.contained[${i}].${element}`)
        return [inside.resource]
      }),
    }),
    // Without any it is a document of which nothing can be opened.
    ...(resource['resourceType'] === 'DocumentReference' && { content: resource['content'] ?? [] }),
    meta: { ...meta, source: name },
  } as unknown as Resource | UnknownResource
}

/**
 * References that lead nowhere: contained and `urn:uuid:` ones must be there. Literal references to another server's
 * resources and display-only ones are no fault of the file.
 */
function checkReferences(entries: readonly IndexEntry[], report: Report): void {
  const index = indexReferences(entries)
  for (const { resource } of entries) {
    const owner = resource as { contained?: (Resource | UnknownResource)[] }
    for (const reference of referencesIn(resource)) {
      const url = reference.reference
      if (!url || !/^(#.|urn:uuid:)/.test(url)) continue
      if (!resolveReference(reference, owner, index)) {
        report('reference-dangling', `${resource.resourceType}/${resource.id ?? ''}`, url)
      }
    }
  }
}

function referencesIn(value: unknown): Reference[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn)
  if (!isObject(value)) return []
  const here = typeof value['reference'] === 'string' ? [value as Reference] : []
  return [...here, ...Object.values(value).flatMap(referencesIn)]
}
