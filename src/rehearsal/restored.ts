/** The files of a generation where they were written back: read from there, with nothing of the vault. */
import { type Dirent, lstatSync, openSync, closeSync, readSync, readFileSync, readdirSync } from 'node:fs'
import { AppError } from '#base'
import type { GenerationReader, UnitFile } from '#chart'
import { pathText } from '#ssmix2'

const SLASH = Buffer.from('/')

export interface RestoredFile {
  /** Below the target, as text. */
  readonly path: string
  readonly bytes: Buffer
  readonly sizeBytes: number
  readonly mtimeMs: number
}

/** All regular files below a folder, in the order of their names' bytes. */
export function* restoredFiles(target: string, below = ''): IterableIterator<RestoredFile> {
  const root = locate(target, below)
  if (root) yield* walk(root, below)
}

function* walk(folder: Buffer, text: string): IterableIterator<RestoredFile> {
  const entries: Dirent<Buffer>[] = readdirSync(folder, { withFileTypes: true, encoding: 'buffer' })
  for (const entry of entries.toSorted((a, b) => Buffer.compare(a.name, b.name))) {
    const bytes = Buffer.concat([folder, SLASH, entry.name])
    const path = `${text}/${pathText(entry.name)}`
    if (entry.isDirectory()) yield* walk(bytes, path)
    else if (entry.isFile()) {
      const { size, mtimeNs } = lstatSync(bytes, { bigint: true })
      yield { path, bytes, sizeBytes: Number(size), mtimeMs: Number(mtimeNs / 1_000_000n) }
    }
  }
}

/**
 * A path as text may be that of another writing of the same name: looked for name by name. No link that came back is followed:
 * it leads to the files of this computer.
 */
export function locate(target: string, path: string): Buffer | undefined {
  let at: Buffer = Buffer.from(target)
  for (const name of path.split('/').filter((one) => one !== '')) {
    if (!isOf(at, 'folder')) return undefined
    const plain = Buffer.concat([at, SLASH, Buffer.from(name)])
    const found = isOf(plain, 'any')
      ? plain
      : readdirSync(at, { encoding: 'buffer' })
          .filter((one) => pathText(one) === name)
          .map((one) => Buffer.concat([at, SLASH, one]))[0]
    if (!found || !isOf(found, 'any')) return undefined
    at = found
  }
  return at
}

function isOf(path: Buffer, kind: 'folder' | 'any'): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  return stat !== undefined && (stat.isDirectory() || (kind === 'any' && stat.isFile()))
}

/** The same generation read from the files that came back. What the vault's own reader only lists (notes) is not asked. */
export function restoredReader(target: string, of: GenerationReader): GenerationReader {
  const demand = (path: string): Buffer => {
    const found = locate(target, path)
    if (!found) throw new AppError('VAULT_FILE_UNKNOWN', { subject: path })
    return found
  }
  const { intake } = of
  return {
    generationId: of.generationId,
    asOf: of.asOf,
    units: () => of.units(),
    unit: async (unitPath) =>
      [...restoredFiles(target, unitPath)].map(({ path, sizeBytes, mtimeMs }): UnitFile => ({
        path,
        sizeBytes,
        mtimeMs,
      })),
    readFile: async (path) => readFileSync(demand(path)),
    ...(intake && {
      intake: {
        reading: intake.reading,
        files: () => intake.files(),
        isHidden: (key: string) => intake.isHidden(key),
        file: (path: string) => intake.file(path),
        readRanges: async (path: string, ranges: readonly (readonly [number, number])[]) =>
          readRanges(demand(path), ranges),
      },
    }),
  }
}

function readRanges(path: Buffer, ranges: readonly (readonly [number, number])[]): Uint8Array[] {
  const file = openSync(path, 'r')
  try {
    return ranges.map(([from, to]) => {
      const bytes = Buffer.alloc(to - from)
      return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, from))
    })
  } finally {
    closeSync(file)
  }
}
