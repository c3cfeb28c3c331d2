/** Making, sealing and opening the patient index of a generation. */
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { AppError } from '#base'
import { IntakeJoin } from '../intake/join.ts'
import type { GenerationReader, IntakeReader } from '../ports.ts'
import { PatientIndex } from './patient-index.ts'
import { INDEX_VERSION, openSealedIndex, readIndexHeader, sealIndex } from './sealed-file.ts'
import { readUnit, type UnitEntry } from './unit-entry.ts'
import { decodeUnits, encodeUnits } from './unit-table.ts'

/** An index of a million patients is below this; more is a hostile file. */
const MAX_PAYLOAD_BYTES = 2 ** 31

export interface BuiltIndex {
  /** What is stored: sealed, bound to the generation. */
  readonly sealed: Buffer
  /** Units whose notes were read, and those taken over from the previous index. */
  readonly unitsRead: number
  readonly unitsReused: number
}

/**
 * Makes the index of a generation from its observer's notes; no file is read but admission records with notes of old.
 * Units whose signature is that of `previous` (the index of the generation before) are taken over without looking at their
 * notes.
 */
export async function buildPatientIndex(
  reader: GenerationReader,
  key: Uint8Array,
  previous?: PatientIndex,
): Promise<BuiltIndex> {
  if (reader.intake) return buildOfFiles(reader, reader.intake, key)
  const signatures = previous?.signatureOf()
  const known = previous?.unitEntries()
  const entries: UnitEntry[] = []
  let unitsReused = 0
  for await (const unit of reader.units()) {
    const same = signatures?.get(unit.unitPath) === unit.signature
    entries.push(same ? known!.get(unit.unitPath)!() : await readUnit(unit, reader))
    if (same) unitsReused++
  }
  return { sealed: seal(reader, encodeUnits(entries), key), unitsRead: entries.length - unitsReused, unitsReused }
}

/**
 * Opens into memory. Throws CHART_INDEX_DAMAGED: the index can always be built again from the generation.
 * @param reading of the reader's `intake`: an index that was made when the files were read otherwise names other bytes
 */
export function openPatientIndex(
  sealed: Uint8Array,
  key: Uint8Array,
  generationId: string,
  reading?: string,
): PatientIndex {
  const header = readIndexHeader(sealed)
  if (header.reading !== reading) throw new AppError('CHART_INDEX_DAMAGED', { detail: 'made of another reading' })
  const packed = openSealedIndex(sealed, key, generationId)
  return new PatientIndex(generationId, header.asOf, decodeUnits(inflate(packed, header.payloadBytes)))
}

/** Surveys are kept by the reader; joining them is quick enough to be done anew for each generation. */
async function buildOfFiles(reader: GenerationReader, intake: IntakeReader, key: Uint8Array): Promise<BuiltIndex> {
  const join = new IntakeJoin()
  let unitsRead = 0
  for await (const file of intake.files()) {
    join.add(file)
    unitsRead++
  }
  const joined = join.finish((patientKey) => intake.isHidden(patientKey))
  return { sealed: seal(reader, encodeUnits(joined.entries, joined), key), unitsRead, unitsReused: 0 }
}

function seal(reader: GenerationReader, payload: Uint8Array, key: Uint8Array): Buffer {
  const header = {
    version: INDEX_VERSION,
    generationId: reader.generationId,
    asOf: reader.asOf,
    ...(reader.intake && { reading: reader.intake.reading }),
    payloadBytes: payload.length,
  } as const
  return sealIndex(header, zstdCompressSync(payload), key)
}

function inflate(packed: Buffer, payloadBytes: number): Buffer {
  if (payloadBytes > MAX_PAYLOAD_BYTES) throw new AppError('CHART_INDEX_DAMAGED', { detail: 'payload too large' })
  const payload = zstdDecompressSync(packed, { maxOutputLength: Math.max(payloadBytes, 1) })
  if (payload.length !== payloadBytes) throw new AppError('CHART_INDEX_DAMAGED', { detail: 'payload has another size' })
  return payload
}
