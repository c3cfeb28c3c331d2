import type { ByteString, SourceFs } from '#base'
import { noCounts, type WalkCounts } from './protocol.ts'
import { type RecordEntry, SIGNATURE_BYTES, writeSignature } from './unit-record.ts'

export interface CheckRules {
  readonly fs: SourceFs
  readonly isExcluded: (path: ByteString) => boolean
  readonly trustFolderTimes: boolean
  readonly racyFromNs: bigint
}

/**
 * Looks at a folder and all below it for whether everything is as the record says. Nearly always it is, so nothing is
 * made for the entries on the way. At the first difference, whatever it is, it gives up: the ordinary walk looks again,
 * reads what changed and reports what cannot be read.
 */
export class UnchangedCheck {
  readonly #rules: CheckRules
  readonly #signature = Buffer.alloc(SIGNATURE_BYTES)
  #counts: WalkCounts = noCounts()

  constructor(rules: CheckRules) {
    this.#rules = rules
  }

  /**
   * @param signature the folder's own, of now: listing it may be spared where it did not change
   * @returns what there is, counted, or undefined where something differs
   */
  folder(path: ByteString, entry: RecordEntry, signature: Buffer): WalkCounts | undefined {
    this.#counts = noCounts()
    try {
      return this.#isUnchanged(path, entry, entry.hasSignature(signature)) ? this.#counts : undefined
    } catch (error) {
      // The system refused something: the walk will meet it again and name it. A damaged record is read anew.
      if ((error as NodeJS.ErrnoException).syscall !== undefined || error instanceof RangeError) return undefined
      throw error
    }
  }

  #isUnchanged(path: ByteString, folder: RecordEntry, hasSameTimes: boolean): boolean {
    if (!folder.isComplete) return false
    const { fs, isExcluded, trustFolderTimes, racyFromNs } = this.#rules
    const spare = trustFolderTimes && hasSameTimes
    if (spare) this.#counts.listingsSkipped++
    const names = spare ? undefined : fs.list(path).sort()
    let listed = 0
    for (let child = folder.firstChild; child; child = folder.childAfter(child)) {
      if (names) {
        listed = this.#skipExcluded(path, names, listed, child.name)
        if (names[listed++] !== child.name) return false
      }
      const childPath = `${path}/${child.name}`
      if (isExcluded(childPath)) return false
      writeSignature(this.#signature, fs.stat(childPath), racyFromNs)
      if (!child.hasSignature(this.#signature)) return false
      if (child.kind === 'folder' && !this.#isUnchanged(childPath, child, true)) return false
      if (child.kind === 'file') {
        this.#counts.filesUnmodified++
        this.#counts.totalBytes += child.sizeBytes
      }
    }
    this.#counts.dirsUnmodified++
    return !names || this.#skipExcluded(path, names, listed, undefined) === names.length
  }

  /** Past names that are left out by a pattern, up to the one that the record has next. */
  #skipExcluded(path: ByteString, names: readonly ByteString[], from: number, next: ByteString | undefined): number {
    let at = from
    while (at < names.length && names[at] !== next && this.#rules.isExcluded(`${path}/${names[at]}`)) at++
    return at
  }
}
