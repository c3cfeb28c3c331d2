/** One pass over a FHIR file: NDJSON, a Bundle, a resource, or a list of resources. */
import {
  boundProblems,
  type CalledRecord,
  type FileSurvey,
  type IntakeProblem,
  type SharedRecord,
  type Surveyor,
} from '../format.ts'
import { LineCutter, type ByteLine } from '../byte-lines.ts'
import { type GatheredRecord, PatientGatherer } from '../patients.ts'
import { MOST_WHOLE_BYTES } from '../whole-file.ts'
import { elementRanges } from './element-ranges.ts'
import { type Json, list, object, text } from './json.ts'
import { identityOf } from './patient-number.ts'
import { patientNames, sharedNames } from './patient-names.ts'
import { calledRecords, staysOf } from './stays.ts'
import { bookingOf, careDateOf, recordKind, versionOf } from './record.ts'

/**
 * How the ranges were cut: `lines` whole lines of NDJSON; `entries` elements of one document's list, with the commas
 * between them; `whole` the one document.
 */
export type FhirForm = 'lines' | 'entries' | 'whole'

const UTF8 = new TextDecoder('utf-8', { fatal: true })

export class FhirSurveyor implements Surveyor {
  readonly #patients = new PatientGatherer()
  readonly #shared: SharedRecord[] = []
  readonly #called: CalledRecord[] = []
  readonly #problems: IntakeProblem[] = []
  readonly #lines = new LineCutter((line) => this.#line(line))
  #records = 0
  /** Undefined until the lines have shown whether the file is one document. */
  #form: FhirForm | undefined
  /** A first line that is a document by itself: the only one, or the first of many. */
  #first: { readonly value: unknown; readonly line: Omit<ByteLine, 'bytes'> } | undefined
  #whole: Uint8Array[] | undefined = []
  #size = 0

  /** @param isLines the file's name says that it is NDJSON: a broken first line is then only that */
  constructor(isLines: boolean) {
    if (isLines) this.#form = 'lines'
  }

  take(bytes: Uint8Array): void {
    this.#size += bytes.length
    if (this.#form !== 'lines') {
      if (this.#size > MOST_WHOLE_BYTES) this.#whole = undefined
      this.#whole?.push(bytes.slice())
    }
    if (this.#form !== 'whole') this.#lines.take(bytes)
  }

  end(): FileSurvey {
    if (this.#form !== 'whole') this.#lines.end()
    if (this.#first) this.#form = 'whole'
    if (this.#form === 'whole') this.#document()
    if (this.#size === 0) this.#fail('empty-file', 'file')
    return {
      records: this.#records,
      patients: this.#patients.result(),
      shared: this.#shared,
      ...(this.#called.length > 0 && { called: this.#called }),
      problems: boundProblems(this.#problems),
      ...(this.#form && { form: this.#form }),
    }
  }

  #line({ bytes, number, start, end }: ByteLine): void {
    if (this.#form === 'whole') return
    if (!bytes) return this.#fail('line-too-long', `line ${number}`)
    if (isBlank(bytes)) return
    const parsed = parse(number === 1 ? withoutMark(bytes) : bytes)
    if (this.#form === undefined && !this.#first) {
      // A document over many lines begins with a line that is none by itself.
      if (parsed.ok) this.#first = { value: parsed.value, line: { number, start, end } }
      else this.#form = 'whole'
      return
    }
    if (this.#first) this.#beginLines(this.#first)
    if (!parsed.ok) {
      this.#records++
      return this.#fail(parsed.problem, `line ${number}`)
    }
    this.#value(parsed.value, [start, end], `line ${number}`)
  }

  /** A second line: the file is NDJSON. */
  #beginLines({ value, line }: { readonly value: unknown; readonly line: Omit<ByteLine, 'bytes'> }): void {
    this.#form = 'lines'
    this.#first = undefined
    this.#whole = undefined
    this.#value(value, [line.start, line.end], `line ${line.number}`)
  }

  #document(): void {
    if (!this.#whole) return this.#fail('file-too-large', 'file')
    const bytes = Buffer.concat(this.#whole)
    const parsed = parse(withoutMark(bytes))
    if (!parsed.ok) {
      this.#records++
      // Only a first line that is whole tells of NDJSON, and a broken one cannot.
      return this.#fail(parsed.problem, 'file')
    }
    const entries = this.#manyPatients(parsed.value)
    if (entries === undefined) return this.#value(parsed.value, [0, bytes.length], 'file')
    this.#form = 'entries'
    const ranges = elementRanges(bytes, Array.isArray(parsed.value) ? undefined : 'entry')
    if (ranges.length !== entries.length) return this.#fail('shape-wrong', 'file')
    entries.forEach((entry, i) => {
      const { resource, fullUrl } = unwrapped(entry)
      if (resource !== undefined) this.#resource(resource, ranges[i]!, `entry ${i + 1}`, fullUrl)
    })
  }

  /** The elements of a list or Bundle of several patients' records, or of records alone; undefined where it is one's. */
  #manyPatients(value: unknown): readonly unknown[] | undefined {
    const entries = Array.isArray(value) ? (value as unknown[]) : entriesOf(object(value))
    return entries && people(entries) !== 1 ? entries : undefined
  }

  /** A value that is one patient's, or of a line whatever it holds. */
  #value(value: unknown, range: readonly [number, number], where: string): void {
    const resource = object(value)
    const entries = Array.isArray(value) ? (value as unknown[]) : entriesOf(resource)
    if (!entries) return this.#resource(value, range, where)
    const inner = entries.map(unwrapped).filter((entry) => entry.resource !== undefined)
    const one = people(entries) === 1 ? onlyPerson(inner, resource?.['type'] === 'document') : undefined
    for (const entry of inner) this.#resource(entry.resource, range, where, entry.fullUrl, one)
    if (inner.length === 0) this.#records++
  }

  #resource(
    value: unknown,
    range: readonly [number, number],
    where: string,
    fullUrl?: string,
    owner?: readonly string[],
  ): void {
    this.#records++
    const resource = object(value)
    if (!resource || text(resource['resourceType']) === undefined) return this.#fail('shape-wrong', where)
    const kind = recordKind(resource)
    this.#called.push(...calledRecords(resource, fullUrl))
    const names = owner ?? patientNames(resource, fullUrl)
    if (names.length === 0) {
      if (kind === 'Patient' || NEEDS_PATIENT.has(kind.split(':')[0]!)) return this.#fail('patient-missing', where)
      const shared = sharedNames(resource, fullUrl)
      if (shared.length > 0) this.#shared.push({ names: shared, range })
      return
    }
    this.#patients.add(names, {
      range,
      kind,
      careDate: careDateOf(resource),
      ...(kind === 'Patient' && { identity: identityOf(resource) }),
      ...listed(resource),
    })
    for (const also of alsoHolds(resource)) this.#patients.add(names, { range, kind: also })
  }

  #fail(code: IntakeProblem['code'], where: string): void {
    this.#problems.push({ code, where })
  }
}

/** What a record holds besides what its type says: a report's document; another record of the same person. */
function alsoHolds(resource: Json): string[] {
  if (resource['resourceType'] === 'Patient') return list(resource['link']).length > 0 ? ['Patient:linked'] : []
  const isReport = resource['resourceType'] === 'DiagnosticReport' && list(resource['presentedForm']).length > 0
  return isReport ? ['DocumentReference:report'] : []
}

/** What of a record stands on the lists of wards and of the day. */
function listed(resource: Json): Pick<GatheredRecord, 'booking' | 'stays' | 'version'> {
  const [booking, stays, version] = [bookingOf(resource), staysOf(resource), versionOf(resource)]
  const of = version && { version }
  return {
    ...(booking && { booking: { ...booking, ...of } }),
    ...(stays.length > 0 && { stays: stays.map((stay) => ({ ...stay, ...of })) }),
    ...of,
  }
}

/** Care that is somebody's: without a patient it must not be taken for a thing of nobody. */
const NEEDS_PATIENT = new Set([
  'AllergyIntolerance',
  'Condition',
  'Coverage',
  'Composition',
  'DiagnosticReport',
  'DocumentReference',
  'Encounter',
  'Flag',
  'Immunization',
  'MedicationAdministration',
  'MedicationDispense',
  'MedicationRequest',
  'MedicationStatement',
  'NutritionOrder',
  'Observation',
  'Procedure',
  'ServiceRequest',
])

type Parsed = { ok: true; value: unknown } | { ok: false; problem: 'json-broken' | 'text-unreadable' }

function parse(bytes: Uint8Array): Parsed {
  let words: string
  try {
    words = UTF8.decode(bytes)
  } catch {
    return { ok: false, problem: 'text-unreadable' }
  }
  try {
    return { ok: true, value: JSON.parse(words) }
  } catch {
    return { ok: false, problem: 'json-broken' }
  }
}

function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.length < 64 && bytes.every((byte) => byte <= 0x20)
}

function entriesOf(resource: Json | undefined): readonly unknown[] | undefined {
  return resource?.['resourceType'] === 'Bundle' ? list(resource['entry']) : undefined
}

/** An entry of a Bundle, or an element of a list that is a resource itself. An entry without resource holds nothing. */
function unwrapped(entry: unknown): { resource: unknown; fullUrl?: string } {
  const wrapper = object(entry)
  if (!wrapper || wrapper['resourceType'] !== undefined) return { resource: entry }
  const fullUrl = text(wrapper['fullUrl'])
  return { resource: wrapper['resource'], ...(fullUrl && { fullUrl }) }
}

/**
 * How many people a document speaks of. What names nobody in a document of one patient is that patient's (JP-CLINS: parts
 * of a letter name nobody); where anything in it names somebody else, each record stands for itself.
 */
function people(entries: readonly unknown[]): number {
  const gatherer = new PatientGatherer()
  for (const { resource, fullUrl } of entries.map(unwrapped)) {
    const names = patientNames(object(resource) ?? {}, fullUrl)
    if (names.length > 0) gatherer.add(names, { range: [0, 0], kind: '' })
  }
  return gatherer.result().length
}

/** All names of the one person. A document's own ids mean nothing outside it where the patient has a number. */
function onlyPerson(entries: readonly { resource: unknown; fullUrl?: string }[], isDocument: boolean): string[] {
  const names = new Set(entries.flatMap(({ resource, fullUrl }) => patientNames(object(resource) ?? {}, fullUrl)))
  const numbers = [...names].filter((name) => !name.startsWith('Patient/'))
  return isDocument && numbers.length > 0 ? numbers : [...names]
}
