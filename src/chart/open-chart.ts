/** Opening one patient's chart out of a generation: rights, reason, identity, journal, then the chart as this reader may see it. */
import { buildChart, type ChartInput } from './build/chart.ts'
import { confirmed, isConfusable } from './identify.ts'
import { missingIn } from './missing.ts'
import { readIntakePatient } from './intake/read-patient.ts'
import type { Chart, Identity, Part, Sensitivity, SimilarPatient, Unshown } from './model.ts'
import type { PatientEntry, PatientIndex } from './patient-index/patient-index.ts'
import { PARTS, SENSITIVITIES } from './parts.ts'
import type { ChartAccess, GenerationReader, JournalLook, OpeningReason } from './ports.ts'
import { redactFor } from './redact.ts'
import { type GatheredFile, gatherFiles, type PatientRecords, readGathered } from './ssmix2/read-patient.ts'

export interface OpenRequest {
  readonly patientKey: string
  readonly access: ChartAccess
  /** Break-glass: opens what the matrix gives `with-reason`. */
  readonly reason?: OpeningReason
  /** What the reader confirmed of the patient: id, name, reading or birth date as typed. Two are asked where others are similar. */
  readonly identifiers?: readonly string[]
}

export type OpenResult =
  | { readonly outcome: 'opened'; readonly chart: Chart }
  | { readonly outcome: 'not-found' }
  | { readonly outcome: 'denied' }
  | { readonly outcome: 'reason-needed' }
  /** Somebody has the same name or reading: confirm a second identifier. */
  | { readonly outcome: 'identify'; readonly similar: readonly SimilarPatient[] }

export interface Opening {
  readonly reader: GenerationReader
  /** Of the same generation. */
  readonly index: PatientIndex
  readonly journal: JournalLook
}

/**
 * Opens a chart. The look is journaled before anything is handed over, refusals too; where the journal cannot be
 * written, the chart stays closed (the journal's error is thrown). Damaged files are named in the chart.
 *
 * Errors: what the reader throws when a place cannot be reached; never for a damaged file.
 */
export async function openChart(opening: Opening, request: OpenRequest): Promise<OpenResult> {
  const { reader, index } = opening
  const { access, reason } = request
  const admitted = await admit(opening, request)
  if (admitted.outcome !== 'admitted') return admitted
  const { row } = admitted
  const patient = index.entry(row)
  const { patients, total } = index.similarTo(row)
  // Of those who share nothing but a birth date the number is enough: a chart is no place for other people's names.
  const similar = { patients: patients.filter(isConfusable), total }
  if (similar.patients.length > 0 && confirmed(patient, request.identifiers ?? []) < 2)
    return { outcome: 'identify', similar: similar.patients }
  const chart = chartOf(await gatherChart(reader, index, row, similar))
  await admitted.journalOpened(chart.files.read, chart.unshown)
  return { outcome: 'opened', chart: redactFor(chart, access, reason !== undefined) }
}

/** What a chart is made of, as plain data: the reading is done, the work may be another thread's. */
export type GatheredChart = Omit<ChartInput, keyof PatientRecords> & {
  readonly from: { readonly files: readonly GatheredFile[] } | { readonly records: PatientRecords }
}

export async function gatherChart(
  reader: GenerationReader,
  index: PatientIndex,
  row: number,
  similar: Chart['similar'],
): Promise<GatheredChart> {
  const patient = index.entry(row)
  return {
    from: reader.intake
      ? { records: await readIntakePatient(reader.intake, index, row) }
      : { files: await gatherFiles(reader, patient.units) },
    patientKey: patient.patientKey,
    patientId: patient.patientId,
    generation: { id: reader.generationId, asOf: reader.asOf },
    missing: missingIn(reader, index),
    similar,
    knownIdentity: identityOf(patient),
    lastCareDate: patient.lastCareDate,
  }
}

/**
 * The whole chart of a patient as nobody may have it: not journaled, nothing taken out. For {@link openChart}, and for an
 * edition, which journals its making and takes out by its kind.
 */
export function chartOf({ from, ...about }: GatheredChart): Chart {
  return buildChart({ ...('files' in from ? readGathered(from.files) : from.records), ...about })
}

/** One patient's files as resources, whatever kind of source they lie in. */
export async function recordsAt(reader: GenerationReader, index: PatientIndex, row: number) {
  return reader.intake
    ? { ...(await readIntakePatient(reader.intake, index, row)), missing: missingIn(reader, index) }
    : { ...readGathered(await gatherFiles(reader, index.entry(row).units)), missing: missingIn(reader, index) }
}

/** Why a chart stays closed for this reader; undefined where it opens. */
/**
 * Whether this reader may open this patient; a refusal is journaled here, the opening by the caller when it knows what was
 * read, and before anything is handed over.
 */
export async function admit(
  { reader, index, journal }: Opening,
  { patientKey, access, reason }: Pick<OpenRequest, 'patientKey' | 'access' | 'reason'>,
) {
  const row = index.rowOf(patientKey)
  if (row === undefined) return { outcome: 'not-found' } as const
  const look = { generationId: reader.generationId, patientKey, ...(reason && { reason }) }
  const refused = refusal(access, reason)
  if (refused) {
    await journal({ ...look, outcome: 'refused', openedByReason: [], filesRead: 0, filesDamaged: 0 })
    return { outcome: refused } as const
  }
  const journalOpened = async (filesRead: number, unshown: readonly Unshown[]): Promise<void> => {
    const filesDamaged = unshown.filter(({ state }) => state === 'damaged').length
    const byReason = reason ? openedByReason(access) : []
    await journal({ ...look, outcome: 'opened', openedByReason: byReason, filesRead, filesDamaged })
  }
  return { outcome: 'admitted', row, journalOpened } as const
}

function refusal(access: ChartAccess, reason: OpeningReason | undefined): 'denied' | 'reason-needed' | undefined {
  if (access.parts.identity === 'no') return 'denied'
  const needsReason = access.reasonAlways || access.parts.identity === 'with-reason'
  return needsReason && !reason ? 'reason-needed' : undefined
}

function openedByReason(access: ChartAccess): (Part | Sensitivity)[] {
  return [
    ...PARTS.filter((part) => access.parts[part] === 'with-reason'),
    ...SENSITIVITIES.filter((sensitivity) => access.sensitive[sensitivity] === 'with-reason'),
  ]
}

function identityOf({ kanji, kana, birthDate, sex }: PatientEntry): Partial<Identity> {
  return { ...(kanji && { kanji }), ...(kana && { kana }), ...(birthDate && { birthDate }), sex }
}

/** A document's bytes, only where the chart that this reader was given names it: a guessed path opens nothing. */
export async function openDocument(
  reader: GenerationReader,
  chart: Chart,
  path: string,
): Promise<{ readonly contentType: string; readonly bytes: Uint8Array } | undefined> {
  const documents = [chart.notes, chart.documents].flatMap((section) =>
    section.access === 'shown' ? section.value : [],
  )
  const file = documents.flatMap(({ files }) => files).find((candidate) => candidate.path === path)
  return file && { contentType: file.contentType, bytes: await reader.readFile(path) }
}
