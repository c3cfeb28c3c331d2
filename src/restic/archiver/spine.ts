import { AppError, type ByteString, type SourceFs, type SourceStat } from '#base'
import { encodeNode, nodeType, type Node } from '../node.ts'
import { attempt, buildNode, type Report } from './node-builder.ts'
import type { PreviousFolder } from './previous.ts'
import { noCounts, type FileOutcome, type UnitOutcome } from './protocol.ts'
import { RecordWriter, SIGNATURE_BYTES, writeSignature } from './unit-record.ts'

/** A level with that many folders becomes units where the caller gives no rule: enough to keep every thread busy. */
const ENOUGH_UNITS = 256
/** Beyond that many entries the main thread lists no further level itself. */
const MAX_SPINE_ENTRIES = 20_000

interface Common {
  readonly path: ByteString
  readonly name: ByteString
  readonly stat: SourceStat
}

export interface SpineFolder extends Common {
  readonly kind: 'folder'
  readonly previous: PreviousFolder | undefined
  readonly children: SpineChild[]
  isComplete: boolean
  /** Whether names come from a listing, not from the given paths. */
  readonly isListed: boolean
}

export interface SpineUnit extends Common {
  readonly kind: 'unit'
  /** Its tree in the parent snapshot. */
  readonly parentTree: string | undefined
  outcome: UnitOutcome | undefined
}

export interface SpineFile extends Common {
  readonly kind: 'file'
  readonly isNew: boolean
  /** Known from the start where it did not change. */
  outcome: FileOutcome
}

interface SpineOther extends Common {
  readonly kind: 'other'
}

export type SpineChild = SpineFolder | SpineUnit | SpineFile | SpineOther

export interface SpineRules {
  readonly fs: SourceFs
  readonly isExcluded: (path: ByteString) => boolean
  readonly isUnit: ((path: ByteString, depth: number) => boolean) | undefined
  readonly racyFromNs: bigint
  readonly report: Report
}

/**
 * The folders above the units, from the root of the file system down: listed by the main thread, which cuts the source
 * into units on the way. Everything in them that is no unit is theirs.
 */
export class Spine {
  readonly root: SpineFolder
  readonly units: SpineUnit[] = []
  readonly files: SpineFile[] = []
  readonly counts = noCounts()
  readonly #rules: SpineRules
  readonly #signature = Buffer.alloc(SIGNATURE_BYTES)
  #entries = 0

  /**
   * @param paths absolute
   * @throws RESTIC_SOURCE_MISSING where none of them can be reached
   */
  constructor(paths: readonly ByteString[], previous: PreviousFolder | undefined, rules: SpineRules) {
    this.#rules = rules
    const stat = rules.fs.stat('/')
    this.root = { kind: 'folder', path: '', name: '', stat, previous, children: [], isComplete: true, isListed: false }
    const wanted = topmost(paths)
    const targets = wanted.includes('/') ? [this.root] : wanted.flatMap((path) => this.#target(path))
    if (targets.length === 0 && this.files.length === 0) throw new AppError('RESTIC_SOURCE_MISSING')
    this.#descend(targets)
  }

  /** Makes the folders that lead to a path and the path's own entry; the folder to list, where it is one. */
  #target(path: ByteString): SpineFolder[] {
    let folder = this.root
    const names = path.split('/').filter((name) => name !== '')
    for (const [i, name] of names.entries()) {
      const isLast = i === names.length - 1
      const known = folder.children.find((child) => child.name === name)
      const child = known ?? this.#entry(folder, name, isLast)
      if (!child) return []
      if (!known) insert(folder.children, child)
      if (child.kind !== 'folder') {
        // A link or a file on the way down: what was asked for lies behind it and is not saved. Never without a word.
        if (!isLast) this.#rules.report({ path, operation: 'stat', code: 'ENOTDIR' })
        return []
      }
      folder = child
    }
    return [folder]
  }

  /** Level by level, until every folder is listed or belongs to a unit. */
  #descend(start: SpineFolder[]): void {
    let level = start
    for (let depth = 1; level.length > 0; depth++) {
      for (const folder of level) this.#list(folder)
      const next = level.flatMap((folder) => folder.children.filter((child) => child.kind === 'folder'))
      const enough = next.length >= ENOUGH_UNITS || this.#entries > MAX_SPINE_ENTRIES
      const { isUnit } = this.#rules
      const units = new Set(next.filter((folder) => (isUnit ? isUnit(folder.path, depth) : enough)))
      for (const folder of level) this.#cutOff(folder, units)
      level = next.filter((folder) => !units.has(folder))
    }
  }

  #list(folder: SpineFolder): void {
    const { fs, isExcluded, report } = this.#rules
    const names = attempt(() => fs.list(folder.path || '/'), folder.path, 'list', report)
    if (!names) folder.isComplete = false
    for (const name of (names ?? []).sort()) {
      if (isExcluded(`${folder.path}/${name}`)) continue
      const child = this.#entry(folder, name, true)
      if (child) folder.children.push(child)
      else folder.isComplete = false
    }
  }

  #entry(parent: SpineFolder, name: ByteString, isListed: boolean): SpineChild | undefined {
    const { fs, report } = this.#rules
    const path = `${parent.path}/${name}`
    const stat = attempt(() => fs.stat(path), path, 'stat', report)
    if (!stat) return undefined
    this.#entries++
    const previous = parent.previous?.child(name)
    switch (nodeType(Number(stat.mode))) {
      case 'dir': {
        const folder = previous?.folder()
        return { kind: 'folder', path, name, stat, previous: folder, children: [], isComplete: true, isListed }
      }
      case 'file': {
        writeSignature(this.#signature, stat, this.#rules.racyFromNs)
        const content = previous?.unchangedContent(stat, this.#signature)
        const outcome = content && {
          content: [...content.content],
          sizeBytes: content.sizeBytes,
          note: content.note,
        }
        const file: SpineFile = { kind: 'file', path, name, stat, isNew: previous === undefined, outcome }
        this.files.push(file)
        return file
      }
      default:
        return { kind: 'other', path, name, stat }
    }
  }

  #cutOff(folder: SpineFolder, units: ReadonlySet<SpineChild>): void {
    for (const [i, child] of folder.children.entries()) {
      if (child.kind !== 'folder' || !units.has(child)) continue
      const { path, name, stat, previous } = child
      const unit: SpineUnit = { kind: 'unit', path, name, stat, parentTree: previous?.tree, outcome: undefined }
      folder.children[i] = unit
      this.units.push(unit)
    }
  }

  /**
   * Stores the spine's trees once all units and files have their outcomes, deepest first.
   * @param saveTree gets each folder's JSON and the tree that the folder had
   * @returns the root's tree, and the spine's own record body
   */
  async finish(
    saveTree: (json: string, previousTree: string | undefined) => Promise<string>,
  ): Promise<{ tree: string; body: Uint8Array<ArrayBuffer> }> {
    const record = new RecordWriter()
    const tree = await this.#finishFolder(this.root, record, saveTree)
    return { tree, body: record.take() }
  }

  async #finishFolder(
    folder: SpineFolder,
    record: RecordWriter,
    saveTree: (json: string, previousTree: string | undefined) => Promise<string>,
  ): Promise<string> {
    const start = record.beginFolder(folder.name, this.#sign(folder.stat))
    const nodes: string[] = []
    for (const child of folder.children) {
      const node = await this.#finishChild(child, record, saveTree)
      if (node) nodes.push(encodeNode(node))
    }
    const tree = await saveTree(`{"nodes":[${nodes.join(',')}]}\n`, folder.previous?.tree)
    record.endFolder(start, tree, folder.children.length, folder.isComplete && folder.isListed)
    if (folder !== this.root) {
      const before = folder.previous?.tree
      this.counts[before === undefined ? 'dirsNew' : before === tree ? 'dirsUnmodified' : 'dirsChanged']++
    }
    return tree
  }

  async #finishChild(
    child: SpineChild,
    record: RecordWriter,
    saveTree: (json: string, previousTree: string | undefined) => Promise<string>,
  ): Promise<Node | undefined> {
    if (child.kind === 'folder')
      return this.#node(child, { subtree: await this.#finishFolder(child, record, saveTree) })
    const signature = this.#sign(child.stat)
    if (child.kind === 'other') {
      record.other(child.name, signature)
      return this.#node(child, undefined)
    }
    if (child.kind === 'unit') {
      const tree = child.outcome?.tree
      if (tree === undefined) return undefined
      record.endFolder(record.beginFolder(child.name, signature), tree, 0, false)
      return this.#node(child, { subtree: tree })
    }
    if (!child.outcome) return undefined
    if (BigInt(child.outcome.sizeBytes) !== child.stat.size) signature.fill(0)
    record.file(child.name, signature, child.outcome.content, child.outcome.note)
    return this.#node(child, child.outcome)
  }

  #node(child: SpineChild, content: Parameters<typeof buildNode>[4]): Node | undefined {
    const { fs, report } = this.#rules
    return buildNode(fs, child.path, child.name, child.stat, content, report)
  }

  #sign(stat: SourceStat): Buffer {
    writeSignature(this.#signature, stat, this.#rules.racyFromNs)
    return this.#signature
  }
}

/** The paths, normalised, without those that lie below another one, in the order in which their folders list them. */
function topmost(paths: readonly ByteString[]): ByteString[] {
  const clean = paths.map((path) => path.split('/').filter((name) => name !== ''))
  // NUL sorts before every other byte, as the end of a name does.
  const keys = [...new Set(clean.map((names) => names.join('\0')))].sort()
  return keys
    .filter((key) => !keys.some((other) => key !== other && key.startsWith(`${other}\0`)))
    .map((key) => `/${key.replaceAll('\0', '/')}`)
}

function insert(children: SpineChild[], child: SpineChild): void {
  children.push(child)
  children.sort((a, b) => (a.name < b.name ? -1 : 1))
}
