/** Writes the sample clinic, or lets time pass in one that is there. */
import { join } from 'node:path'
import { AppError } from '#base'
import type { EpochMs } from '#base'
import { DAY_MS, dateOf, dayOf, monthsBefore } from './calendar.ts'
import { castOf } from './cast.ts'
import { sampleDisk } from './disk.ts'
import { FACILITY } from './hospital.ts'
import { lifeOf } from './life.ts'
import { drawPeople } from './people.ts'
import type { Person } from './person.ts'
import { plant } from './planted.ts'
import { transactionFiles } from './transaction-log.ts'
import { SAMPLE_MINIMUM_PATIENTS } from './types.ts'
import type { RecordEvent, SampleClinic, SampleClinicOptions, SampleDisk } from './types.ts'
import { Versions } from './versions.ts'
import type { RenameStep, Roots, WriteStep } from './versions.ts'

const STATE_FILE = 'sample.json'
const TRANSACTION_ROOT = `transaction/${FACILITY.id}`
/** Stays are planned ahead; records that lie further on than `asOf` are left out when written. */
const LOG_KEPT_DAYS_BEFORE_ANCHOR = 31

/** What is remembered between calls. The history is a function of it, so nothing else need be. */
interface State {
  readonly version: 1
  readonly seed: string
  readonly patients: number
  readonly months: number
  readonly anchor: EpochMs
  readonly asOf: EpochMs
}

function readState(disk: SampleDisk): State | undefined {
  const bytes = disk.read(STATE_FILE)
  if (!bytes) {
    if (!disk.isEmpty()) throw new AppError('SAMPLE_FOLDER_FOREIGN', { detail: 'the folder holds something else' })
    return undefined
  }
  const state = JSON.parse(bytes.toString('utf8')) as State
  if (state.version !== 1) throw new AppError('SAMPLE_FOLDER_FOREIGN', { detail: 'sample.json of another version' })
  return state
}

/** The state after this call; a folder that holds a sample keeps its seed, size and anchor. */
function nextState(before: State | undefined, options: SampleClinicOptions): State {
  if (before && options.asOf < before.asOf)
    throw new AppError('SAMPLE_AS_OF_PAST', { context: { asOf: options.asOf, written: before.asOf } })
  const { seed = 'toride', patients = 300, months = 14, asOf } = options
  if (patients < SAMPLE_MINIMUM_PATIENTS)
    throw new AppError('BASE_CONFIG_INVALID', { context: { patients, least: SAMPLE_MINIMUM_PATIENTS } })
  return before ? { ...before, asOf } : { version: 1, seed, patients, months, anchor: asOf, asOf }
}

function rootsOf({ anchor, months }: State): Roots {
  return {
    undated: `standardized/${FACILITY.id}_00`,
    earlier: `standardized/${FACILITY.id}_01`,
    later: `standardized/${FACILITY.id}_02`,
    extended: `extended/${FACILITY.id}`,
    splitDate: `${dateOf(monthsBefore(anchor, Math.floor(months / 2))).slice(0, 6)}01`,
  }
}

/** All records up to `asOf`, by time; patients in the order of their ids where times are the same. */
function historyOf(people: readonly Person[], state: State): RecordEvent[] {
  const firstDay = dayOf(monthsBefore(state.anchor, state.months))
  const period = { firstDay, anchorDay: dayOf(state.anchor), lastDay: dayOf(state.asOf) }
  const events = people.flatMap((person) => lifeOf(person, period, state.seed))
  return events.filter((event) => event.at <= state.asOf).toSorted((a, b) => a.at - b.at)
}

/** Folds steps that one call both writes and renames: the disk only sees the end. */
function settle(steps: readonly (WriteStep | RenameStep)[]): { writes: Map<string, WriteStep>; renames: RenameStep[] } {
  const writes = new Map<string, WriteStep>()
  const renames: RenameStep[] = []
  const renamed = new Map<string, number>()
  for (const step of steps) {
    if (step.step === 'write') {
      writes.set(step.path, step)
      continue
    }
    if (moveWrites(writes, step)) continue
    const earlier = renamed.get(step.from)
    if (earlier !== undefined) renames[earlier] = { ...renames[earlier]!, to: step.to }
    else renames.push(step)
    renamed.set(step.to, earlier ?? renames.length - 1)
  }
  return { writes, renames }
}

/** A rename of something that this call writes: a file, or a content folder with its files. */
function moveWrites(writes: Map<string, WriteStep>, { from, to }: RenameStep): boolean {
  const file = writes.get(from)
  const inside = file ? [from] : [...FOLDER_FILES.map((name) => `${from}/${name}`)].filter((path) => writes.has(path))
  for (const path of inside) {
    const write = writes.get(path)!
    const moved = to + path.slice(from.length)
    writes.delete(path)
    writes.set(moved, { ...write, path: moved })
  }
  return inside.length > 0
}
/** Main documents as `documents.ts` names them. */
const FOLDER_FILES = ['main_document.hl7', 'main_document.xml', 'main_document.pdf', 'main_document.jpg']

/**
 * Writes the sample up to `asOf`. On a folder that already holds one it carries the same history on: it writes only what
 * is new, renames what was corrected or deleted, and keeps seed, size and anchor of the first call.
 * @throws AppError SAMPLE_AS_OF_PAST (time runs forward only), SAMPLE_FOLDER_FOREIGN (something else lies there),
 * BASE_CONFIG_INVALID (too few patients for the cast)
 */
export function writeSampleClinic(options: SampleClinicOptions): SampleClinic {
  const disk = options.disk ?? sampleDisk(options.folder)
  const before = readState(disk)
  const state = nextState(before, options)
  const roots = rootsOf(state)
  const firstDay = dayOf(monthsBefore(state.anchor, state.months))
  const people = drawPeople({ seed: state.seed, patients: state.patients, anchorDay: dayOf(state.anchor), firstDay })
  const events = historyOf(people, state)
  const planted = plant(people, roots, state.anchor)
  const versions = new Versions(roots)
  const steps = [...planted.steps, ...events.flatMap((event) => versions.apply(event))]
  const { writes, renames } = settle(steps.filter((step) => step.at > (before?.asOf ?? -Infinity)))
  const logged = events.filter((event) => event.at > state.anchor - LOG_KEPT_DAYS_BEFORE_ANCHOR * DAY_MS)
  for (const [path, file] of transactionFiles(logged))
    if (file.at > (before?.asOf ?? -Infinity))
      writes.set(`${TRANSACTION_ROOT}/${path}`, { step: 'write', path: `${TRANSACTION_ROOT}/${path}`, ...file })
  for (const { from, to } of renames) disk.rename(from, to)
  let bytes = 0
  for (const { path, at, bytes: make } of writes.values()) {
    const content = make()
    bytes += content.length
    disk.write(path, content, at)
  }
  disk.write(STATE_FILE, Buffer.from(`${JSON.stringify(state)}\n`), state.asOf)
  return {
    facility: { name: FACILITY.name, id: FACILITY.id, beds: FACILITY.beds },
    roots: absoluteRoots(options.folder, roots),
    patients: people.filter((person) => events.some((event) => event.patient === person.id)).map((person) => person.id),
    anchor: state.anchor,
    asOf: state.asOf,
    cast: castOf(people, dayOf(state.anchor)),
    problems: planted.problems,
    changes: { written: writes.size, renamed: renames.length, bytes },
    files: countFiles(steps, transactionFiles(logged).size),
  }
}

function absoluteRoots(folder: string, roots: Roots): SampleClinic['roots'] {
  const at = (root: string): string => join(folder, root)
  return {
    standardized: [at(roots.undated), at(roots.earlier), at(roots.later)],
    extended: [at(roots.extended)],
    transactionLog: at(TRANSACTION_ROOT),
  }
}

/** By data kind; renames change no count. */
function countFiles(steps: readonly (WriteStep | RenameStep)[], logFiles: number): Record<string, number> {
  const counts: Record<string, number> = { transaction: logFiles }
  for (const step of steps) {
    if (step.step !== 'write') continue
    const kind = step.path.split('/')[6] ?? '-'
    counts[kind] = (counts[kind] ?? 0) + 1
  }
  return counts
}
