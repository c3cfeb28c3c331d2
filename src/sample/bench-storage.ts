/**
 * Large storages for measurements: messages of the sample clinic as templates, in which patient (number, name, birth date,
 * sex) and order numbers are written anew, so that every file differs and has a real size (0.4-6 KB). 30 files a patient,
 * one in two hundred in hospital, and some PDFs.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { atTime, dateOfDay, dayFrom, stamp17 } from './calendar.ts'
import { writeSampleClinic } from './clinic.ts'
import { type BenchPerson, benchPerson, cutAtPerson } from './bench-people.ts'
import { memoryDisk } from './memory-disk.ts'
import { randomBytes } from './random-bytes.ts'
import { randomFor } from './random.ts'
import { SAMPLE_MINIMUM_PATIENTS } from './types.ts'

export interface BenchStorage {
  readonly folder: string
  readonly seed: string
  readonly patients: number
  readonly files: number
  readonly bytes: number
}

const FILES_PER_PATIENT = 30
const PATIENTS_PER_INPATIENT = 200
const PDFS = 30
const FIRST_DAY = dayFrom(2026, 1, 5)
const VISITS = 6

/** Bytes whose patient and order number may be overwritten in place: both keep their length. */
interface Fixed {
  readonly bytes: Buffer
  readonly patientAt: readonly number[]
  readonly orderAt: readonly number[]
}

/** A message before and after what says who the patient is. */
type Template = readonly [before: Fixed, after: Fixed]

type Templates = ReadonlyMap<string, readonly Template[]>

function offsetsOf(bytes: Buffer, text: string): number[] {
  const offsets: number[] = []
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + text.length)) offsets.push(at)
  return offsets
}

/** Current messages of a small sample clinic, by data kind. */
function templatesFrom(seed: string): Templates {
  const disk = memoryDisk()
  const asOf = atTime(dayFrom(2026, 11, 20), 18)
  const clinic = writeSampleClinic({ folder: '', seed, asOf, patients: SAMPLE_MINIMUM_PATIENTS, disk })
  const wrong = new Set(clinic.problems.map(({ path }) => path))
  const templates = new Map<string, Template[]>()
  for (const [path, file] of disk.files) {
    const match = /^standardized\/.*\/(\d{10})_[\d-]+_([A-Z]{3}(?:-\d\d)?)_(\d{15})_\d{17}_[^_]*_1$/.exec(path)
    if (!match || wrong.has(path)) continue
    const [, patient = '', kind = '', order = ''] = match
    const parts = cutAtPerson(Buffer.from(file.bytes))
    if (!parts) continue
    const fixed = (bytes: Buffer): Fixed => ({
      bytes,
      patientAt: offsetsOf(bytes, patient),
      orderAt: offsetsOf(bytes, order),
    })
    templates.set(kind, [...(templates.get(kind) ?? []), [fixed(parts[0]), fixed(parts[1])]])
  }
  return templates
}

const patientId = (index: number): string => String(1_000_000 + index * 13).padStart(10, '0')
/** Who the nth patient is. */
export const benchPersonAt = (index: number): BenchPerson => benchPerson(index, patientId(index))

function patientFolder(folder: string, index: number): string {
  const id = patientId(index)
  return join(folder, id.slice(0, 3), id.slice(3, 6), id)
}

/** One file of the layout. */
interface Planned {
  readonly kind: string
  readonly date: string
  readonly order: string
  readonly stamp: string
  readonly flag: '1' | '2'
}

const UNDATED = ['ADT-00', 'ADT-61', 'PPR-01']
const PER_VISIT = ['ADT-12', 'OMP-01', 'OML-01', 'OML-11']
const NO_ORDER = '999999999999999'

const isUndated = (kind: string): boolean => kind === 'ADT-00' || kind === 'ADT-61' || kind === 'PPR-01'

/** The 30 files of a patient: three undated, four a visit, and every other visit a corrected prescription. */
function planPatient(index: number): Planned[] {
  const order = (visit: number, n: number): string => `26${String(index).padStart(9, '0')}${visit}${n}00`
  const undated = UNDATED.map((kind): Planned => ({
    kind,
    date: '-',
    order: NO_ORDER,
    stamp: stamp17(atTime(FIRST_DAY, 3) + index),
    flag: '1',
  }))
  const visits = Array.from({ length: VISITS }, (_, visit) => {
    const day = FIRST_DAY + (index % 28) + visit * 42
    const at = atTime(day, 9) + (index % 10_000)
    const common = { date: dateOfDay(day), stamp: stamp17(at), flag: '1' } as const
    const files = PER_VISIT.map((kind, n): Planned => ({
      ...common,
      kind,
      order: kind === 'ADT-12' ? NO_ORDER : order(visit, n),
    }))
    const corrected: Planned = {
      ...common,
      kind: 'OMP-01',
      order: order(visit, 1),
      stamp: stamp17(at - 60_000),
      flag: '2',
    }
    return visit % 2 === 0 ? [...files, corrected] : files
  })
  const planned = [...undated, ...visits.flat()].slice(0, FILES_PER_PATIENT)
  if (index % PATIENTS_PER_INPATIENT !== 0) return planned
  // The last examination of somebody in hospital gives way to the admission.
  const last = planned.findLastIndex(({ kind }) => kind === 'OML-01')
  return planned.toSpliced(last, 1, { ...planned[last]!, kind: 'ADT-22', order: NO_ORDER })
}

const nameOf = (id: string, file: Planned): string =>
  `${id}_${file.date}_${file.kind}_${file.order}_${file.stamp}_${isUndated(file.kind) ? '-' : '01'}_${file.flag}`

/** Bytes for one file: a template of its kind with this patient and order. */
function fill(templates: Templates, kind: string, pick: number, person: BenchPerson, order: string): Buffer {
  const list = templates.get(kind)!
  const [before, after] = list[pick % list.length]!
  for (const { bytes, patientAt, orderAt } of [before, after]) {
    for (const at of patientAt) bytes.write(person.id, at, 'latin1')
    for (const at of orderAt) bytes.write(order, at, 'latin1')
  }
  return Buffer.concat([before.bytes, person.fields, after.bytes])
}

function writePatient(folder: string, index: number, templates: Templates): number {
  const person = benchPersonAt(index)
  const base = patientFolder(folder, index)
  const made = new Set<string>()
  let bytes = 0
  planPatient(index).forEach((file, n) => {
    const directory = `${base}/${file.date}/${file.kind}`
    if (!made.has(directory)) mkdirSync(directory, { recursive: true })
    made.add(directory)
    const content = fill(templates, file.kind, index * 7 + n * 3, person, file.order)
    writeFileSync(`${directory}/${nameOf(person.id, file)}`, content)
    bytes += content.length
  })
  return bytes
}

/** PDFs of 60-300 KB, as scanned letters are: nothing to compress. */
function writePdfs(folder: string, seed: string): number {
  const random = randomFor(`${seed}/pdf`)
  let bytes = 0
  mkdirSync(join(folder, 'scans'), { recursive: true })
  for (let i = 0; i < PDFS; i++) {
    const body = randomBytes(`${seed}/pdf/${i}`, random.int(60_000, 300_000))
    const content = Buffer.concat([Buffer.from('%PDF-1.5\n'), body, Buffer.from('\n%%EOF\n')])
    writeFileSync(join(folder, 'scans', `${String(i).padStart(4, '0')}.pdf`), content)
    bytes += content.length
  }
  return bytes
}

/**
 * Writes a storage of about `files` files (a multiple of 30, and 30 PDFs). Over 10,000 files a second on a local disk.
 * The folder must be new or empty.
 */
export function writeBenchStorage(options: { folder: string; files: number; seed?: string }): BenchStorage {
  const { folder, files, seed = 'bench' } = options
  const templates = templatesFrom(seed)
  const patients = Math.max(1, Math.round((files - PDFS) / FILES_PER_PATIENT))
  let bytes = writePdfs(folder, seed)
  for (let index = 0; index < patients; index++) bytes += writePatient(folder, index, templates)
  return { folder, seed, patients, files: patients * FILES_PER_PATIENT + PDFS, bytes }
}

/** The folder of one patient, for restoring a single chart. */
export function benchPatientFolder({ folder, patients }: BenchStorage, nth: number): string {
  return patientFolder(folder, nth % patients)
}

/**
 * One day's change to 1 % of the files: six in ten are new (a visit of today), three in ten a correction (`_1` becomes
 * `_2` and a new `_1` appears), one in ten an edit in place. `day` counts from 1, once each.
 */
export function touchOnePercent({ folder, seed, patients, files }: BenchStorage, day: number): { changed: number } {
  const random = randomFor(`${seed}/day/${day}`)
  const templates = templatesFrom(seed)
  const wanted = Math.round(files / 100)
  const touched = new Set<number>()
  let changed = 0
  while (changed < wanted && touched.size < patients) {
    const index = random.int(0, patients - 1)
    if (touched.has(index)) continue
    touched.add(index)
    const kind = random.next()
    if (kind < 0.4) changed += addVisit(folder, index, day, templates)
    else if (kind < 0.7) changed += correct(folder, index, day, templates)
    else changed += edit(folder, index, day)
  }
  return { changed }
}

function addVisit(folder: string, index: number, day: number, templates: Templates): number {
  const id = patientId(index)
  const date = dateOfDay(FIRST_DAY + 300 + day)
  const stamp = stamp17(atTime(FIRST_DAY + 300 + day, 9) + (index % 10_000))
  PER_VISIT.forEach((kind, n) => {
    const order = kind === 'ADT-12' ? NO_ORDER : `27${String(index).padStart(9, '0')}${day % 10}${n}00`
    const directory = `${patientFolder(folder, index)}/${date}/${kind}`
    mkdirSync(directory, { recursive: true })
    writeFileSync(
      `${directory}/${nameOf(id, { kind, date, order, stamp, flag: '1' })}`,
      fill(templates, kind, index + n + day, benchPersonAt(index), order),
    )
  })
  return PER_VISIT.length
}

/** The last prescription is corrected. A patient who was corrected before is corrected again on the new version. */
function correct(folder: string, index: number, day: number, templates: Templates): number {
  const id = patientId(index)
  const file = planPatient(index).findLast(({ kind, flag }) => kind === 'OML-11' && flag === '1')!
  const directory = `${patientFolder(folder, index)}/${file.date}/${file.kind}`
  const from = `${directory}/${nameOf(id, file)}`
  try {
    renameSync(from, `${from.slice(0, -1)}2`)
  } catch {
    return edit(folder, index, day) // renamed on an earlier day
  }
  const stamp = stamp17(atTime(FIRST_DAY + 300 + day, 11) + (index % 10_000))
  writeFileSync(
    `${directory}/${nameOf(id, { ...file, stamp })}`,
    fill(templates, file.kind, index + day, benchPersonAt(index), file.order),
  )
  return 2
}

/** ADT-00 written over in place, as some systems do: another MSH-10 in the same bytes. */
function edit(folder: string, index: number, day: number): number {
  const id = patientId(index)
  const file = planPatient(index)[0]!
  const path = `${patientFolder(folder, index)}/-/${file.kind}/${nameOf(id, file)}`
  const text = readFileSync(path, 'latin1')
  writeFileSync(path, text.replace(/(\|ADT\^A08\^ADT_A01\|)[^|]*/, `$1EDIT${day}`), 'latin1')
  return 1
}
