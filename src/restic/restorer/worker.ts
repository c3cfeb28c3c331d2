import type { SyncBackend, TargetFs } from '#base'
import { BlobIndex, type SharedBlobIndex } from '../blob-index.ts'
import { BlobReader } from '../blob-reader.ts'
import type { MasterKey } from '../crypto.ts'
import type { Node } from '../node.ts'
import { Control } from '../workers.ts'
import { writeBlobs, type WriterContext } from './file-writer.ts'
import { TargetFolder } from './folder.ts'
import { emptyTally, type RestoreSettings, type RestoreTally } from './ports.ts'
import { SubtreeRestorer, type RestoreMode } from './subtree.ts'

/** What a restore worker is started with. */
export interface RestoreWorkerData {
  readonly index: SharedBlobIndex
  readonly masterKey: MasterKey
  readonly settings: RestoreSettings
  readonly control: SharedArrayBuffer
}

/** `folders`: whole subtrees. `slice`: some files of a large folder. `range`: a part of a large file that exists. */
export type RestoreJob =
  | { readonly kind: 'folders'; readonly mode: RestoreMode; readonly folders: readonly Subtree[] }
  | {
      readonly kind: 'slice'
      readonly mode: RestoreMode
      readonly folder: readonly Uint8Array[]
      readonly tree: string
      readonly from: number
      readonly to: number
    }
  | {
      readonly kind: 'range'
      readonly folder: readonly Uint8Array[]
      readonly name: Uint8Array
      readonly blobs: readonly string[]
      readonly position: number
    }

/** A folder that is to be restored with all beneath it, and the names of those above it. */
export interface Subtree {
  readonly above: readonly Uint8Array[]
  readonly node: Node
}

/** The context of one thread. */
export function writerContext(data: RestoreWorkerData, storage: SyncBackend, fs: TargetFs): WriterContext {
  const index = BlobIndex.attach(data.index)
  const reader = new BlobReader(storage, index, data.masterKey)
  return { fs, index, reader, settings: data.settings, control: new Control(data.control), lastLarge: {} }
}

/** Answers a worker's jobs. */
export class RestoreJobs {
  readonly #context: WriterContext
  readonly #root: TargetFolder

  constructor(context: WriterContext) {
    this.#context = context
    this.#root = TargetFolder.root(context.fs, context.settings.target, context.settings.whole)
  }

  run(job: RestoreJob): RestoreTally {
    if (job.kind === 'range') return this.#range(job)
    const restorer = new SubtreeRestorer(this.#context, job.mode)
    if (job.kind === 'slice') {
      const folder = this.#root.descend(job.folder)
      const all = restorer.nodesOf({ subtree: job.tree })
      restorer.restoreNodes(folder, all.slice(job.from, job.to), () => {}, all)
      folder.closeAll()
    } else {
      for (const subtree of job.folders) this.#subtree(restorer, subtree)
    }
    return restorer.tally
  }

  /** As one node of its parent, so that its own failure is named like any other. */
  #subtree(restorer: SubtreeRestorer, { above: names, node }: Subtree): void {
    const above = this.#root.descend(names)
    restorer.restoreNodes(above, [revive(node)], (child, childNode) => restorer.restoreFolder(child, childNode))
    above.closeAll()
  }

  #range(job: Extract<RestoreJob, { kind: 'range' }>): RestoreTally {
    const { fs } = this.#context
    const folder = this.#root.descend(job.folder)
    const file = fs.openFile(folder.handle, job.name)
    try {
      writeBlobs(this.#context, file, job.blobs, job.position)
    } finally {
      fs.close(file)
      folder.closeAll()
    }
    return emptyTally()
  }
}

/** Structured clone turns Buffers into plain Uint8Arrays. */
export function revive(node: Node): Node {
  return {
    ...node,
    name: Buffer.from(node.name),
    ...(node.linkTarget && { linkTarget: Buffer.from(node.linkTarget) }),
    ...(node.extendedAttributes && {
      extendedAttributes: node.extendedAttributes.map((a) => ({
        name: Buffer.from(a.name),
        value: Buffer.from(a.value),
      })),
    }),
  }
}
