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
import type { PlantedFiles } from './planted.ts'
import { settle } from './settle.ts'
import { transactionFiles } from './transaction-log.ts'
import { SAMPLE_MINIMUM_PATIENTS } from './types.ts'
import type { RecordEvent, SampleClinic, SampleClinicOptions, SampleDisk } from './types.ts'
import { Versions } from './versions.ts'
import type { RenameStep, Roots, WriteStep } from './versions.ts'

const STATE_FILE = 'sample.json'
const TRANSACTION_ROOT = `transaction/${FACILITY.id}`
/** `asOf` of a sample that has been begun: before everything. */
const NOTHING_WRITTEN: EpochMs = 0
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

function writeState(disk: SampleDisk, state: State): void {
  disk.write(STATE_FILE, Buffer.from(`${JSON.stringify(state)}\n`), state.asOf)
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
function historyOf(people: readonly Person[], state: State, firstDay: number): RecordEvent[] {
  const period = { firstDay, anchorDay: dayOf(state.anchor), lastDay: dayOf(state.asOf) }
  const events = people.flatMap((person) => lifeOf(person, period, state.seed))
  return events.filter((event) => event.at <= state.asOf).toSorted((a, b) => a.at - b.at)
}

/** Everything that is in the storages at `asOf`: records as steps on disk, and the files of the log. */
interface History {
  readonly people: readonly Person[]
  readonly steps: readonly (WriteStep | RenameStep)[]
  readonly logs: readonly WriteStep[]
  readonly planted: PlantedFiles
}

function tell(state: State, roots: Roots): History {
  const firstDay = dayOf(monthsBefore(state.anchor, state.months))
  const people = drawPeople({ seed: state.seed, patients: state.patients, anchorDay: dayOf(state.anchor), firstDay })
  const events = historyOf(people, state, firstDay)
  const planted = plant(people, roots, state.anchor)
  const versions = new Versions(roots)
  const logged = events.filter((event) => event.at > state.anchor - LOG_KEPT_DAYS_BEFORE_ANCHOR * DAY_MS)
  const logs = [...transactionFiles(logged)].map(([name, file]): WriteStep => ({
    step: 'write',
    path: `${TRANSACTION_ROOT}/${name}`,
    ...file,
  }))
  return { people, planted, logs, steps: [...planted.steps, ...events.flatMap((event) => versions.apply(event))] }
}

/** Does what happened after `since`. Renames first: an old path must be free before it is written again. */
function carryOut(disk: SampleDisk, { steps, logs }: History, since: EpochMs): SampleClinic['changes'] {
  const { writes, renames } = settle([...steps, ...logs].filter((step) => step.at > since))
  for (const { from, to } of renames) disk.rename(from, to)
  let bytes = 0
  for (const { path, at, bytes: make } of writes.values()) {
    const content = make()
    bytes += content.length
    disk.write(path, content, at)
  }
  return { written: writes.size, renamed: renames.length, bytes }
}

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
  const history = tell(state, roots)
  // Remembered before and after: a call that was cut short is done again, from the day where the last one ended.
  const since = before?.asOf ?? NOTHING_WRITTEN
  writeState(disk, { ...state, asOf: since })
  const changes = carryOut(disk, history, since)
  writeState(disk, state)
  return {
    facility: { name: FACILITY.name, id: FACILITY.id, beds: FACILITY.beds },
    roots: absoluteRoots(options.folder, roots),
    patients: registered(history),
    anchor: state.anchor,
    asOf: state.asOf,
    cast: castOf(history.people, dayOf(state.anchor)),
    problems: history.planted.problems,
    changes,
    files: countFiles(history),
  }
}

/** Everybody: all are registered in the first night of the history, the newborn at birth. */
const registered = ({ people }: History): string[] => people.map((person) => person.id)

function absoluteRoots(folder: string, roots: Roots): SampleClinic['roots'] {
  const at = (root: string): string => join(folder, root)
  return {
    standardized: [at(roots.undated), at(roots.earlier), at(roots.later)],
    extended: [at(roots.extended)],
    transactionLog: at(TRANSACTION_ROOT),
  }
}

/** By data kind; renames change no count. */
function countFiles({ steps, logs }: History): Record<string, number> {
  const counts: Record<string, number> = { transaction: logs.length }
  for (const { step, ...rest } of steps) {
    if (step !== 'write' || !('path' in rest)) continue
    const [, , , , , careDate, kind] = rest.path.split('/')
    const name = careDate !== undefined && kind !== undefined ? kind : '-'
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}
