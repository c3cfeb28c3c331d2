import type { FileRef, SyncBackend } from '#base'

const BLOCK_BYTES = 128 * 1024
/** The longest stretch read at once; each that goes on where the last one ended is twice as long. */
const MAX_BLOCKS = 16
/** All that is kept: 16 MiB a thread. */
const KEPT_BLOCKS = 128
/** Readings from here on, whole packs above all, pass by. */
const LARGE_BYTES = BLOCK_BYTES * MAX_BLOCKS
const KNOWN_PACKS = 10_000

interface Pack {
  readonly sizeBytes: number
  /** Blocks of the last reading. */
  blocks: number
}

/**
 * Reads packs in longer stretches than asked for: restoring and checking go through the blobs of a pack forwards, backwards
 * or by turns, but all of them, and over a network each reading costs a round trip. Packs never change under their names.
 */
export class ReadAhead {
  readonly #storage: Pick<SyncBackend, 'load' | 'stat'>
  readonly #packs = new Map<string, Pack>()
  /** By pack and number; those used last are at the end. */
  readonly #kept = new Map<string, Uint8Array>()

  constructor(storage: Pick<SyncBackend, 'load' | 'stat'>) {
    this.#storage = storage
  }

  loadInto(file: FileRef, offset: number, target: Uint8Array): void {
    const pack = file.kind === 'data' && target.length < LARGE_BYTES ? this.#pack(file) : undefined
    // What ends behind the file's end is for the storage itself to refuse.
    if (!pack || offset + target.length > pack.sizeBytes) {
      target.set(this.#storage.load(file, offset, target.length))
      return
    }
    for (let done = 0; done < target.length;) {
      const number = Math.floor((offset + done) / BLOCK_BYTES)
      const from = offset + done - number * BLOCK_BYTES
      const part = this.#block(file, pack, number).subarray(from, from + target.length - done)
      target.set(part, done)
      done += part.length
    }
  }

  forget({ name }: FileRef): void {
    this.#packs.delete(name)
    for (const key of this.#kept.keys()) if (key.startsWith(name)) this.#kept.delete(key)
  }

  #pack(file: FileRef): Pack | undefined {
    const known = this.#packs.get(file.name)
    if (known) return known
    const found = this.#storage.stat(file)
    if (!found) return undefined
    if (this.#packs.size >= KNOWN_PACKS) this.#packs.clear()
    const pack = { sizeBytes: found.sizeBytes, blocks: 1 }
    this.#packs.set(file.name, pack)
    return pack
  }

  #block(file: FileRef, pack: Pack, number: number): Uint8Array {
    const key = `${file.name}${number}`
    const known = this.#kept.get(key)
    if (!known) return this.#read(file, pack, number)
    this.#kept.delete(key)
    this.#kept.set(key, known)
    return known
  }

  #read(file: FileRef, pack: Pack, number: number): Uint8Array {
    const goesOn = this.#kept.has(`${file.name}${number - 1}`)
    pack.blocks = goesOn ? Math.min(MAX_BLOCKS, pack.blocks * 2) : 1
    const from = number * BLOCK_BYTES
    const bytes = this.#storage.load(file, from, Math.min(pack.blocks * BLOCK_BYTES, pack.sizeBytes - from))
    for (let i = 0; i * BLOCK_BYTES < bytes.length; i++) {
      // Copied: a part would keep the whole stretch in memory.
      const block =
        bytes.length <= BLOCK_BYTES ? bytes : Uint8Array.from(bytes.subarray(i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES))
      this.#kept.set(`${file.name}${number + i}`, block)
    }
    this.#dropOldest()
    return this.#kept.get(`${file.name}${number}`)!
  }

  #dropOldest(): void {
    for (const key of this.#kept.keys()) {
      if (this.#kept.size <= KEPT_BLOCKS) return
      this.#kept.delete(key)
    }
  }
}
