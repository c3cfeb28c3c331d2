/** What a run sees of files while they are read anyway. */
import type { Observer } from '#restic'
import { look, writeLook } from '#signs'
import { observe, parseStoragePath, pathText } from '#ssmix2'

/** Larger files of an SS-MIX2 storage are documents and pictures: their path says what they are. */
const MOST_OBSERVED_BYTES = 4 * 1024 * 1024
/** As large as the engine hands over whole; of larger ones the beginning is looked at. */
const MOST_LOOKED_AT_BYTES = 8 * 1024 * 1024

/** @param roots folders of the source as bytes: an observed path is told from there */
export function ssmix2Observer(roots: readonly string[]): Observer {
  return {
    maxBytes: MOST_OBSERVED_BYTES,
    observeFile(unitPath, filePath, bytes, sizeBytes) {
      if (bytes.length < sizeBytes) return undefined
      const path = `${unitPath}/${filePath}`
      const root = roots.find((r) => path.startsWith(`${r}/`)) ?? ''
      const below = pathText(path.slice(root.length + 1))
      return observe(below, bytes, looksRandom(below, bytes))
    },
  }
}

/** Records have no ending; the storage they lie in says that they are messages. */
function looksRandom(path: string, bytes: Uint8Array): boolean {
  const isMessage = isMsh(bytes) || parseStoragePath(path).place?.storage === 'standard'
  const what = look(isMessage ? 'record.hl7' : lastName(path), bytes)
  return what === 'random' || what === 'broken'
}

/** What begins as a message needs no look at its path. */
const isMsh = (bytes: Uint8Array): boolean => bytes[0] === 0x4d && bytes[1] === 0x53 && bytes[2] === 0x48

/** Of any other source: one byte for each file. */
export const looksObserver: Observer = {
  maxBytes: MOST_LOOKED_AT_BYTES,
  observeFile: (_, filePath, bytes, sizeBytes) => writeLook(look(lastName(pathText(filePath)), bytes, sizeBytes)),
}

const lastName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
