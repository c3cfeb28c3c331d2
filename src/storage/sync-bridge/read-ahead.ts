import type { FileRef, SyncBackend } from '#base'

/** The first reading in a pack, and the largest: each that goes on where the last one ended is twice as long. */
const FIRST_BYTES = 128 * 1024
const LARGEST_BYTES = 2 * 1024 * 1024
/** Packs that are read by turns. */
const PACKS = 8

interface Window {
  readonly sizeBytes: number
  readonly at: number
  readonly bytes: Buffer
}

/**
 * Reads packs in longer stretches than asked for: restoring and checking go through the blobs of a pack nearly in their
 * order, and over a network each reading costs a round trip. Packs never change under their names.
 */
export class ReadAhead {
  readonly #storage: Pick<SyncBackend, 'load' | 'stat'>
  readonly #windows = new Map<string, Window>()

  constructor(storage: Pick<SyncBackend, 'load' | 'stat'>) {
    this.#storage = storage
  }

  loadInto(file: FileRef, offset: number, target: Uint8Array): void {
    const { at, bytes } = this.#windowFor(file, offset, target.length)
    target.set(bytes.subarray(offset - at, offset - at + target.length))
  }

  forget(file: FileRef): void {
    this.#windows.delete(file.name)
  }

  #windowFor(file: FileRef, offset: number, length: number): Pick<Window, 'at' | 'bytes'> {
    const known = file.kind === 'data' ? this.#windows.get(file.name) : undefined
    if (known && holds(known, offset, length)) return known
    const sizeBytes = file.kind === 'data' ? (known?.sizeBytes ?? this.#storage.stat(file)?.sizeBytes ?? 0) : 0
    const stretch = Math.min(stretchFrom(known, offset), sizeBytes - offset)
    // Whole packs, and what ends behind the file's end, are for the storage itself to give or refuse.
    if (length >= stretch) return { at: offset, bytes: this.#storage.load(file, offset, length) }
    const window = { sizeBytes, at: offset, bytes: this.#storage.load(file, offset, stretch) }
    this.#keep(file.name, window)
    return window
  }

  #keep(name: string, window: Window): void {
    this.#windows.delete(name)
    if (this.#windows.size >= PACKS) this.#windows.delete(this.#windows.keys().next().value!)
    this.#windows.set(name, window)
  }
}

function holds({ at, bytes }: Window, offset: number, length: number): boolean {
  return offset >= at && offset + length <= at + bytes.length
}

function stretchFrom(known: Window | undefined, offset: number): number {
  const goesOn = known && offset >= known.at && offset <= known.at + 2 * known.bytes.length
  return goesOn ? Math.min(LARGEST_BYTES, 2 * known.bytes.length) : FIRST_BYTES
}
