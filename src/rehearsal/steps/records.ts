/** What came back against what the vault says there is: numbers, and whole charts field by field. */
import { randomBytes, randomInt } from 'node:crypto'
import { setImmediate as letOthers } from 'node:timers/promises'
import { AppError, systemClock } from '#base'
import {
  buildPatientIndex,
  type Chart,
  chartOf,
  gatherChart,
  type GenerationReader,
  openPatientIndex,
  type PatientIndex,
} from '#chart'
import { holdsCharts } from '#vault'
import { MOST_DETAILS } from '../model.ts'
import { locate, restoredFiles, restoredReader } from '../restored.ts'
import { type Found, not, passed, type RunContext } from './context.ts'

const KEY_BYTES = 32
/** Tries for one chart of which all files came back, where only a part did. */
const TRIES = 50
const FILES_AT_ONCE = 5000

export async function records(context: RunContext): Promise<Found> {
  const { generation, job, vault, source, target } = context
  job.report({ phase: 'records' })
  const { share, files } = context.restored!
  const onDisk = await countFiles(target, job.signal)
  const counted = { files: onDisk }
  if (onDisk !== files || (share === 1 && onDisk !== generation.files))
    return not('failed', 'REHEARSAL_COUNTS_DIFFER', { ...counted, differences: Math.abs(onDisk - generation.files) })
  if (!holdsCharts(source)) return passed(counted)
  const started = systemClock.monotonic()
  const reader = await vault.openGeneration(generation.id)
  const index = await ownIndex(reader, generation.id)
  const figures = { ...counted, patients: index.size }
  const isHidden = (await vault.erasures.hidden()).tag !== ''
  if (!isHidden && generation.patients !== undefined && index.size !== generation.patients)
    return not('failed', 'REHEARSAL_COUNTS_DIFFER', {
      ...figures,
      differences: Math.abs(index.size - generation.patients),
    })
  const compared = await compareCharts(context, reader, index, started)
  const all = { ...figures, ...compared }
  return compared.differences > 0 ? not('failed', 'REHEARSAL_CHARTS_DIFFER', all) : passed(all)
}

/** Nobody's reading key is needed: an index of its own, under a key that nobody keeps. */
async function ownIndex(reader: GenerationReader, generationId: string): Promise<PatientIndex> {
  const key = randomBytes(KEY_BYTES)
  const { sealed } = await buildPatientIndex(reader, key)
  return openPatientIndex(sealed, key, generationId, reader.intake?.reading)
}

/** `minimumMs`: from nothing to the first chart, which is what an institution waits for that reads out of its backup. */
async function compareCharts(context: RunContext, reader: GenerationReader, index: PatientIndex, started: number) {
  const { target, settings, details, job } = context
  const other = restoredReader(target, reader)
  const differing: { patient: string; field: string }[] = []
  let [charts, fields, minimumMs] = [0, 0, 0]
  for (const row of chosen(context, index)) {
    if (job.signal.aborted) throw new AppError('BASE_CANCELLED')
    const ofVault = await chartAt(reader, index, row)
    minimumMs ||= Math.max(1, Math.round(systemClock.monotonic() - started))
    const ofFiles = await chartAt(other, index, row)
    const { patientId } = index.entry(row)
    const compared = compare(ofVault, ofFiles)
    fields += compared.fields
    differing.push(...compared.differing.map((field) => ({ patient: patientId, field })))
    charts++
    job.report({ phase: 'records', filesDone: charts, filesTotal: settings.charts })
  }
  details.charts = differing.slice(0, MOST_DETAILS)
  return { charts, fields, differences: differing.length, minimumMs }
}

/** Rows at random, each once; where only a part came back, of those whose units are all there. */
function chosen({ target, restored, settings }: RunContext, index: PatientIndex): Set<number> {
  const rows = new Set<number>()
  const isThere = (row: number): boolean =>
    restored!.share === 1 || index.entry(row).units.every((unit) => locate(target, unit) !== undefined)
  const wanted = Math.min(settings.charts, index.size)
  for (let tries = 0; rows.size < wanted && tries < wanted * TRIES; tries++) {
    const row = randomInt(index.size)
    if (isThere(row)) rows.add(row)
  }
  return rows
}

async function chartAt(reader: GenerationReader, index: PatientIndex, row: number): Promise<Chart> {
  return chartOf(await gatherChart(reader, index, row, { patients: [], total: 0 }))
}

/** Every value of two charts; a field is named by its way down, without what it holds. */
export function compare(one: unknown, other: unknown, path = ''): { fields: number; differing: string[] } {
  const isLeaf = (value: unknown): boolean => typeof value !== 'object' || value === null
  if (isLeaf(one) || isLeaf(other)) return { fields: 1, differing: Object.is(one, other) ? [] : [path] }
  let fields = 0
  const differing: string[] = []
  const [a, b] = [one as Record<string, unknown>, other as Record<string, unknown>]
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const step = Array.isArray(one) ? '[]' : `.${key}`
    const below = compare(a[key], b[key], `${path}${step}`)
    fields += below.fields
    differing.push(...below.differing)
  }
  return { fields, differing }
}

async function countFiles(target: string, signal: AbortSignal): Promise<number> {
  let count = 0
  for (const _ of restoredFiles(target))
    if (++count % FILES_AT_ONCE === 0) {
      await letOthers()
      if (signal.aborted) throw new AppError('BASE_CANCELLED')
    }
  return count
}
