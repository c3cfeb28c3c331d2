/** A generation held in memory: for tests of this room and of the rooms above, with the same contract as the vault's reader. */
import { createHash } from 'node:crypto'
import { AppError, type EpochMs } from '#base'
import { observe, patientFolderDepth } from '#ssmix2'
import type { GenerationReader, UnitNotes } from '../ports.ts'

export interface MemoryGeneration extends GenerationReader {
  /** Flips a byte: the next read of the file finds it damaged. */
  damage(path: string): void
  readonly reads: string[]
}

/** `files`: path to bytes. Units are patient folders; what lies outside them belongs to the unit ''. */
export function memoryGeneration(
  files: ReadonlyMap<string, Uint8Array>,
  generationId: string,
  asOf: EpochMs,
): MemoryGeneration {
  const units = Map.groupBy(files.keys(), unitOf)
  const broken = new Set<string>()
  const reads: string[] = []
  return {
    generationId,
    asOf,
    reads,
    damage: (path) => broken.add(path),
    units: () => [...units].map(([unitPath, paths]) => unitNotes(unitPath, paths, files)),
    unit: async (unitPath) =>
      (units.get(unitPath) ?? []).map((path) => ({ path, sizeBytes: files.get(path)!.length, mtimeMs: asOf })),
    async readFile(path) {
      reads.push(path)
      const bytes = files.get(path)
      if (!bytes) throw new AppError('STORAGE_NOT_FOUND', { subject: path })
      if (broken.has(path)) throw new AppError('RESTIC_DAMAGED', { subject: path })
      return bytes
    },
  }
}

function unitOf(path: string): string {
  const segments = path.split('/')
  const depth = patientFolderDepth(segments)
  return depth === undefined ? '' : segments.slice(0, depth).join('/')
}

function unitNotes(unitPath: string, paths: readonly string[], files: ReadonlyMap<string, Uint8Array>): UnitNotes {
  const hash = createHash('sha256')
  for (const path of paths.toSorted()) hash.update(path).update(files.get(path)!)
  return {
    unitPath,
    signature: hash.digest('hex').slice(0, 32),
    notes: () => paths.map((path) => ({ path, note: observe(path, files.get(path)!) })),
  }
}
