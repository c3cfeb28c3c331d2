/**
 * Every file that a generation needs, against what lies in the local place: is it there, has it its size, is it held as the
 * ledger promises, and where asked, do its bytes give its name. A file that many generations share is looked at once.
 */
import { createHash } from 'node:crypto'
import { type Clock, isAppError } from '#base'
import type { LedgerGeneration, SeenObjects } from '#journal'
import type { Generations } from './generations.ts'
import { type ManifestObject, objectKey, readManifest } from '#attest'
import { closureOf } from './record.ts'
import { LOCAL_PLACE, type OpenRepository } from './repositories.ts'

export interface ObjectsParts {
  readonly opened: OpenRepository
  readonly generations: Generations
  readonly clock: Clock
  /** Reads every byte. */
  readonly readData: boolean
}

interface SeenObject {
  /** Undefined where it is gone. */
  readonly sizeBytes: number | undefined
  readonly heldUntilMs: number
  readonly hasAttribute: boolean
  readonly isDamaged: boolean
}

export class ObjectsSeen {
  readonly #parts: ObjectsParts
  readonly #sizes: ReadonlyMap<string, number>
  readonly #seen = new Map<string, SeenObject>()
  #indexed: Promise<ReadonlySet<string>> | undefined

  private constructor(parts: ObjectsParts, sizes: ReadonlyMap<string, number>) {
    this.#parts = parts
    this.#sizes = sizes
  }

  static async of(parts: ObjectsParts): Promise<ObjectsSeen> {
    const sizes = new Map<string, number>()
    const { backend } = parts.opened
    for (const kind of ['data', 'index', 'keys', 'snapshots'] as const)
      for (const { name, sizeBytes } of await backend.list(kind)) sizes.set(objectKey({ kind, name }), sizeBytes)
    const config = { kind: 'config', name: '' } as const
    const stat = await backend.stat(config)
    if (stat) sizes.set(objectKey(config), stat.sizeBytes)
    return new ObjectsSeen(parts, sizes)
  }

  async of({ recorded, lockedUntilMs, attributeAt }: LedgerGeneration): Promise<SeenObjects> {
    const { objects, missing, manifestLost } = await this.#wanted(recorded)
    const now = this.#parts.clock.now()
    const promised = attributeAt.has(LOCAL_PLACE) && (lockedUntilMs.get(LOCAL_PLACE) ?? 0) > now
    const found = { missing, indexesMissing: 0, lifted: 0, damaged: 0, manifestLost }
    let indexGone = false
    for (const object of objects) {
      const seen = await this.#look(object)
      const isIndex = object.kind === 'index'
      if (seen.sizeBytes !== object.sizeBytes) {
        // An index whose own lock is over may have been joined with others; that its packs are named is asked below.
        if (!isIndex) found.missing++
        else if (seen.heldUntilMs > now) found.indexesMissing++
        indexGone ||= isIndex
        continue
      }
      // An index is held by the generation that wrote it, and only until that one's end.
      if (promised && !seen.hasAttribute && (!isIndex || seen.heldUntilMs > now)) found.lifted++
      if (seen.isDamaged) found.damaged++
    }
    if (indexGone) found.missing += await this.#unindexed(objects)
    return found
  }

  /** The recorded manifest; where the database lost it, what the trees of the snapshot name now. */
  async #wanted(recorded: LedgerGeneration['recorded']) {
    const { generations, opened } = this.#parts
    const kept = readManifest(await generations.manifest(recorded.snapshot), recorded.manifest)
    if (kept) return { objects: kept, missing: 0, manifestLost: false }
    try {
      const { closure, objects } = await closureOf(opened, recorded)
      // What was incomplete when it was taken is said with the generation, not as a loss.
      const missing = Math.max(0, closure.missing.length - recorded.closure.missing)
      return { objects, missing, manifestLost: true }
    } catch (error) {
      // Not even its index can be read.
      if (!isAppError(error)) throw error
      return { objects: [], missing: 1, manifestLost: true }
    }
  }

  async #look(object: ManifestObject): Promise<SeenObject> {
    const key = objectKey(object)
    const known = this.#seen.get(key)
    if (known) return known
    const { backend } = this.#parts.opened
    const state = await backend.retention.state(object)
    const sizeBytes = this.#sizes.get(key)
    const seen = {
      sizeBytes,
      heldUntilMs: state?.untilMs ?? 0,
      hasAttribute: state?.strength === 'immutable-attribute',
      isDamaged: sizeBytes !== undefined && (await this.#isDamaged(object)),
    }
    this.#seen.set(key, seen)
    return seen
  }

  /** Every file but the config is named by the SHA-256 of its bytes; the config proved itself when the repository opened. */
  async #isDamaged(object: ManifestObject): Promise<boolean> {
    if (!this.#parts.readData || object.kind === 'config') return false
    try {
      const bytes = await this.#parts.opened.backend.load(object)
      return createHash('sha256').update(bytes).digest('hex') !== object.name
    } catch (error) {
      if (!isAppError(error)) throw error
      return true
    }
  }

  /** How many packs no index file names that is there and can be read. */
  async #unindexed(objects: readonly ManifestObject[]): Promise<number> {
    this.#indexed ??= this.#indexedPacks()
    const indexed = await this.#indexed
    return objects.filter(({ kind, name }) => kind === 'data' && !indexed.has(name)).length
  }

  async #indexedPacks(): Promise<ReadonlySet<string>> {
    try {
      return new Set((await this.#parts.opened.repository.loadIndex()).packIds())
    } catch (error) {
      if (!isAppError(error)) throw error
      return new Set()
    }
  }
}
