/** What a run sees of an SS-MIX2 storage's files while they are read anyway. */
import type { Observer } from '#restic'
import { observe, pathText } from '#ssmix2'

/** Larger files of an SS-MIX2 storage are documents and pictures: their path says what they are. */
const MOST_OBSERVED_BYTES = 4 * 1024 * 1024

/** @param roots folders of the source as bytes: an observed path is told from there */
export function ssmix2Observer(roots: readonly string[]): Observer {
  return {
    maxBytes: MOST_OBSERVED_BYTES,
    observeFile(unitPath, filePath, bytes) {
      const path = `${unitPath}/${filePath}`
      const root = roots.find((r) => path.startsWith(`${r}/`)) ?? ''
      return observe(pathText(path.slice(root.length + 1)), bytes)
    },
  }
}
