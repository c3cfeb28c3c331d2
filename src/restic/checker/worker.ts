import type { SyncBackend } from '#base'
import { BlobIndex, type SharedBlobIndex } from '../blob-index.ts'
import { BlobReader } from '../blob-reader.ts'
import { Sealer, type MasterKey } from '../crypto.ts'
import { Findings } from '../findings.ts'
import { Kernel } from '../kernel/kernel.ts'
import { Marks } from '../marks.ts'
import { Control } from '../workers.ts'
import { PackReader, type PackToRead } from './packs.ts'
import { TreeWalker } from './trees.ts'

/** What a check worker is started with. */
export interface CheckWorkerData {
  readonly index: SharedBlobIndex
  readonly marks: SharedArrayBuffer
  readonly proven: SharedArrayBuffer
  readonly masterKey: MasterKey
  readonly control: SharedArrayBuffer
}

export type CheckJob =
  | { readonly kind: 'trees'; readonly trees: readonly string[] }
  | { readonly kind: 'packs'; readonly packs: readonly PackToRead[] }

/** Findings as they cross between threads. */
export type PlainFindings = Pick<Findings, 'list' | 'errorCount' | 'warningCount'>

/** Answers check jobs in one thread. */
export class CheckJobs {
  readonly #storage: SyncBackend
  readonly #index: BlobIndex
  readonly #marks: Marks
  readonly #proven: Marks
  readonly #sealer: Sealer
  readonly #reader: BlobReader
  readonly #control: Control
  /** Made for the first pack: its buffer, as large as the largest pack, serves them all. */
  #packReader: PackReader | undefined

  constructor(data: CheckWorkerData, storage: SyncBackend) {
    this.#storage = storage
    this.#index = BlobIndex.attach(data.index)
    this.#marks = new Marks(data.marks)
    this.#proven = new Marks(data.proven)
    this.#sealer = new Sealer(new Kernel(), data.masterKey)
    this.#reader = new BlobReader(storage, this.#index, data.masterKey, this.#sealer)
    this.#control = new Control(data.control)
  }

  run(job: CheckJob): PlainFindings {
    return plain(job.kind === 'trees' ? this.#walk(job.trees) : this.#read(job.packs))
  }

  /** A walker that shares this thread's reader. */
  walker(): TreeWalker {
    return new TreeWalker({
      index: this.#index,
      reader: this.#reader,
      marks: this.#marks,
      proven: this.#proven,
      control: this.#control,
    })
  }

  #walk(trees: readonly string[]): Findings {
    const walker = this.walker()
    walker.walk(trees)
    return walker.findings
  }

  #read(packs: readonly PackToRead[]): Findings {
    this.#packReader ??= new PackReader(this.#storage, this.#sealer, this.#index, this.#proven, this.#control)
    const findings = new Findings()
    for (const pack of packs) this.#packReader.read(pack, findings)
    return findings
  }
}

function plain({ list, errorCount, warningCount }: Findings): PlainFindings {
  return { list, errorCount, warningCount }
}
