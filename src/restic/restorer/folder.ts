import { isAppError, type TargetFs } from '#base'
import type { Node } from '../node.ts'

/** Deeper folders than any file system's paths can name are an attack on memory and file descriptors. */
export const MAX_DEPTH = 1000

/**
 * A folder of the target that is made and opened when something goes into it: with filters most are never needed. Opened
 * step by step from the target's own handle, never by a path.
 */
export class TargetFolder {
  readonly #fs: TargetFs
  readonly parent: TargetFolder | undefined
  readonly name: Buffer
  /** The snapshot's node; undefined for the target itself. */
  readonly node: Node | undefined
  readonly depth: number
  #handle: number | undefined

  constructor(fs: TargetFs, parent: TargetFolder | undefined, name: Buffer, node?: Node, handle?: number) {
    this.#fs = fs
    this.parent = parent
    this.name = name
    this.node = node
    this.depth = parent === undefined ? 0 : parent.depth + 1
    this.#handle = handle
  }

  /** @param strict no symbolic link on the way to it either: whoever plants one must not lead a restore elsewhere */
  static root(fs: TargetFs, path: string, strict = false): TargetFolder {
    const handle = strict ? openEach(fs, path) : fs.openRoot(path)
    return new TargetFolder(fs, undefined, Buffer.alloc(0), undefined, handle)
  }

  child(name: Buffer, node?: Node): TargetFolder {
    return new TargetFolder(this.#fs, this, name, node)
  }

  /** The folder some names below this one. */
  descend(names: readonly Uint8Array[]): TargetFolder {
    return names.reduce((folder: TargetFolder, name) => folder.child(Buffer.from(name)), this)
  }

  /** Made and opened. @throws STORAGE_EXISTS where something else has the name */
  get handle(): number {
    if (this.#handle === undefined) {
      const above = this.parent!.handle
      // Without a node it is on the way to something that another thread found: there already, as a rule.
      this.#handle = this.node ? this.#make(above) : (this.#open(above) ?? this.#make(above))
    }
    return this.#handle
  }

  #make(above: number): number {
    this.#fs.makeFolder(above, this.name)
    return this.#fs.openFolder(above, this.name)
  }

  #open(above: number): number | undefined {
    try {
      return this.#fs.openFolder(above, this.name)
    } catch (error) {
      if (isAppError(error, 'STORAGE_NOT_FOUND')) return undefined
      throw error
    }
  }

  get isOpen(): boolean {
    return this.#handle !== undefined
  }

  close(): void {
    if (this.#handle !== undefined) this.#fs.close(this.#handle)
    this.#handle = undefined
  }

  /** Closes this folder and those above it, up to the target. */
  closeAll(): void {
    if (this.parent === undefined) return
    this.close()
    this.parent.closeAll()
  }

  get names(): Buffer[] {
    return this.parent === undefined ? [] : [...this.parent.names, this.name]
  }

  /** Bytes as characters, for patterns and problems; '' for the target itself. */
  get path(): string {
    return this.parent === undefined ? '' : `${this.parent.path}/${this.name.toString('latin1')}`
  }
}

function openEach(fs: TargetFs, path: string): number {
  let handle = fs.openRoot('/')
  for (const name of path.split('/').filter((part) => part !== '')) {
    const above = handle
    try {
      fs.makeFolder(above, Buffer.from(name))
      handle = fs.openFolder(above, Buffer.from(name))
    } finally {
      fs.close(above)
    }
  }
  return handle
}
