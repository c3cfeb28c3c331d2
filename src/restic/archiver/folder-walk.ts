import { AppError, type ByteString, type SourceFs, type SourceStat } from '#base'
import { encodeNode, nodeType } from '../node.ts'
import type { BlobStore } from './blob-store.ts'
import type { FileSaver } from './file-saver.ts'
import { attempt, buildNode, type Report, type WithAttributes } from './node-builder.ts'
import type { Observer, Seeing } from './ports.ts'
import type { PreviousChild, PreviousFolder } from './previous.ts'
import { addCounts, noCounts, type Control, type WalkCounts } from './protocol.ts'
import { UnchangedCheck } from './unchanged.ts'
import { RecordWriter, SIGNATURE_BYTES, writeSignature } from './unit-record.ts'

export interface WalkTools {
  readonly fs: SourceFs
  readonly files: FileSaver
  readonly store: BlobStore
  readonly control: Control
  readonly report: Report
  readonly observer: Observer | undefined
  readonly isExcluded: (path: ByteString) => boolean
  readonly trustFolderTimes: boolean
  readonly racyFromNs: bigint
}

/** A child of the folder at hand, kept until it is known whether the folder's tree must be written. */
interface Child {
  readonly name: ByteString
  readonly stat: SourceStat
  readonly content:
    | ({ readonly content: readonly string[]; readonly sizeBytes: number } & Partial<WithAttributes>)
    | { readonly subtree: string }
    | undefined
}

interface FolderOutcome {
  readonly tree: string
  readonly changed: boolean
}

/**
 * Walks one unit and stores what changed. A folder none of whose children changed keeps its tree unread and unwritten:
 * a run in which nothing happened does little more than list and lstat.
 */
export class FolderWalk {
  readonly record = new RecordWriter()
  counts: WalkCounts = noCounts()
  readonly #tools: WalkTools
  readonly #check: UnchangedCheck
  #unitPath: ByteString = ''
  #complete = true

  constructor(tools: WalkTools) {
    this.#tools = tools
    this.#check = new UnchangedCheck(tools)
  }

  /**
   * @param previous what the unit held the last time
   * @returns undefined where the unit itself is gone, unreadable, or no folder any more
   */
  unit(
    path: ByteString,
    previous: PreviousFolder | undefined,
  ): (FolderOutcome & { readonly complete: boolean }) | undefined {
    this.record.clear()
    this.#unitPath = path
    this.#complete = true
    const stat = attempt(() => this.#tools.fs.stat(path), path, 'stat', this.#tools.report)
    if (!stat || nodeType(Number(stat.mode)) !== 'dir') return undefined
    const signature = Buffer.from(this.#signature(stat))
    const tree = this.#unchangedTree(path, previous, signature)
    if (tree !== undefined) return { tree, changed: false, complete: true }
    const outcome = this.#folder(path, '', signature, previous)
    return outcome && { ...outcome, complete: this.#complete }
  }

  /** The folder's tree where nothing in it changed since its record. */
  #unchangedTree(path: ByteString, previous: PreviousFolder | undefined, signature: Buffer): string | undefined {
    const entry = previous?.entry
    const counts = entry && this.#check.folder(path, entry, signature)
    if (!counts) return undefined
    addCounts(this.counts, counts)
    this.#tools.control.progress(counts.filesUnmodified, counts.totalBytes)
    return entry.tree
  }

  #folder(
    path: ByteString,
    name: ByteString,
    signature: Buffer,
    previous: PreviousFolder | undefined,
  ): FolderOutcome | undefined {
    if (this.#tools.control.isCancelled) throw new AppError('BASE_CANCELLED')
    const names = this.#names(path, signature, previous)
    if (!names) {
      this.#complete = false
      return undefined
    }
    const start = this.record.beginFolder(name, signature)
    const children: Child[] = []
    let changed = previous?.entry === undefined
    let complete = true
    for (const childName of names) {
      const childPath = `${path}/${childName}`
      if (this.#tools.isExcluded(childPath)) continue
      const outcome = this.#child(childPath, childName, previous?.child(childName))
      if (outcome) {
        children.push(outcome.child)
        changed ||= outcome.changed
      } else complete = false
    }
    if (!complete) this.#complete = false
    changed ||= !complete || children.length !== previous!.entry!.childCount
    const tree = changed ? this.#saveTree(path, children) : previous!.entry!.tree
    this.record.endFolder(start, tree, children.length, complete)
    this.#countFolder(previous, tree)
    return { tree, changed }
  }

  /** Names in rising order of their bytes; from the record where the folder's times may be trusted. */
  #names(path: ByteString, signature: Buffer, previous: PreviousFolder | undefined): ByteString[] | undefined {
    const entry = previous?.entry
    if (this.#tools.trustFolderTimes && entry?.isComplete && entry.hasSignature(signature)) {
      this.counts.listingsSkipped++
      return [...entry.children()].map((child) => child.name)
    }
    return attempt(() => this.#tools.fs.list(path), path, 'list', this.#tools.report)?.sort()
  }

  #child(
    path: ByteString,
    name: ByteString,
    previous: PreviousChild | undefined,
  ): { child: Child; changed: boolean } | undefined {
    const stat = attempt(() => this.#tools.fs.stat(path), path, 'stat', this.#tools.report)
    if (!stat) return undefined
    const signature = this.#signature(stat)
    switch (nodeType(Number(stat.mode))) {
      case 'dir': {
        // The nested call reuses the scratch signature: this one keeps its own.
        const own = Buffer.from(signature)
        const same = previous?.entry?.hasSignature(own) === true
        const folder = this.#subfolder(path, name, own, previous?.folder())
        return folder && { child: { name, stat, content: { subtree: folder.tree } }, changed: folder.changed || !same }
      }
      case 'file':
        return this.#file(path, name, stat, signature, previous)
      default: {
        this.record.other(name, signature)
        const same = previous?.entry?.kind === 'other' && previous.entry.hasSignature(signature)
        return { child: { name, stat, content: undefined }, changed: !same }
      }
    }
  }

  #subfolder(
    path: ByteString,
    name: ByteString,
    signature: Buffer,
    previous: PreviousFolder | undefined,
  ): FolderOutcome | undefined {
    const tree = this.#unchangedTree(path, previous, signature)
    if (tree === undefined) return this.#folder(path, name, signature, previous)
    this.record.copySigned(previous!.entry!, signature)
    return { tree, changed: false }
  }

  #file(
    path: ByteString,
    name: ByteString,
    stat: SourceStat,
    signature: Buffer,
    previous: PreviousChild | undefined,
  ): { child: Child; changed: boolean } | undefined {
    const sizeBytes = Number(stat.size)
    const content = previous?.unchangedContent(stat, signature)
    if (content) {
      if (previous!.entry) this.record.copy(previous!.entry)
      else this.record.file(name, signature, content.content, undefined)
      this.counts.filesUnmodified++
      this.counts.totalBytes += sizeBytes
      this.#tools.control.progress(1, sizeBytes)
      return { child: { name, stat, content }, changed: false }
    }
    let note: Uint8Array | undefined
    const { observer } = this.#tools
    const observe = observer && this.#observe(observer, path, (n) => (note = n))
    const saved = this.#tools.files.save(path, sizeBytes, observe)
    if (!saved) return undefined
    // A size other than lstat's means that it changed while it was read: it must be read again next time.
    if (saved.sizeBytes !== sizeBytes) signature.fill(0)
    this.record.file(name, signature, saved.content, note)
    this.counts[previous ? 'filesChanged' : 'filesNew']++
    this.counts.totalBytes += saved.sizeBytes
    return { child: { name, stat, content: saved }, changed: true }
  }

  #observe(observer: Observer, path: ByteString, keep: (note: Uint8Array | undefined) => void): Seeing {
    const below = path.slice(this.#unitPath.length + 1)
    return {
      maxBytes: observer.maxBytes,
      see: (bytes, sizeBytes) => keep(observer.observeFile(this.#unitPath, below, bytes, sizeBytes)),
    }
  }

  #saveTree(path: ByteString, children: readonly Child[]): string {
    const nodes: string[] = []
    for (const { name, stat, content } of children) {
      const node = buildNode(this.#tools.fs, `${path}/${name}`, name, stat, content, this.#tools.report)
      if (node) nodes.push(encodeNode(node))
    }
    return this.#tools.store.saveTree(`{"nodes":[${nodes.join(',')}]}\n`)
  }

  #countFolder(previous: PreviousFolder | undefined, tree: string): void {
    if (!previous) this.counts.dirsNew++
    else this.counts[previous.tree === tree ? 'dirsUnmodified' : 'dirsChanged']++
  }

  readonly #scratch = Buffer.alloc(SIGNATURE_BYTES)

  #signature(stat: SourceStat): Buffer {
    writeSignature(this.#scratch, stat, this.#tools.racyFromNs)
    return this.#scratch
  }
}
