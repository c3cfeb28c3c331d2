import { randomFillSync } from 'node:crypto'
import { AppError } from '#base'

export type BlobType = 'data' | 'tree'

/** Where one blob lies. `uncompressedLength` 0 means stored as it is. */
export interface BlobLocation {
  readonly packId: string
  readonly type: BlobType
  readonly offset: number
  /** Sealed length in bytes. */
  readonly length: number
  readonly uncompressedLength: number
}

export type PackedBlob = { readonly id: string } & Omit<BlobLocation, 'packId'>

/** What crosses to worker threads. */
export interface SharedBlobIndex {
  readonly entries: SharedArrayBuffer
  readonly slots: SharedArrayBuffer
  readonly packs: SharedArrayBuffer
}

/** Number of an entry: stable for the life of the index. */
export type EntryNumber = number

// Words of the header in front of the entries.
const COUNT = 0
const PACK_COUNT = 1
const SEGMENTS = 2
const FIRST_BITS = 3
const SEED = 4 // and 5
const SEGMENT_COUNTS = 16
const HEADER_WORDS = 64
// Words of an entry: id (8), pack number + 1 (0 while the pack is open), offset, length | TREE, uncompressed length.
const ENTRY_WORDS = 12
const PACK = 8
const OFFSET = 9
const LENGTH = 10
const ULENGTH = 11
const TREE = 1 << 31
const ID_BYTES = 32
/** Reserved addresses, not memory: about 33 million blobs in 2 million packs. */
const MAX_ENTRIES = 2 ** 25
const MAX_SLOTS = 2 ** 27
const MAX_PACKS = 2 ** 21
/** Two megabytes of slots: a repository of 250,000 blobs never probes a second segment. */
const MIN_FIRST_BITS = 19
const GROWTH_BYTES = 4 * 1024 * 1024

/**
 * All blobs of a repository in shared memory, about 60 bytes each. Threads look up and insert at the same time without
 * locks: an entry is written first and then published by one compare-and-swap into a slot. A blob may lie in several
 * packs. Slots come in segments, each twice the one before, so that growing moves nothing under a reader.
 *
 * Views have a fixed length and are renewed when a buffer grew: V8 reads length-tracking views thirty times slower.
 */
export class BlobIndex {
  readonly shared: SharedBlobIndex
  #entries: Int32Array
  #slots: Int32Array
  #packs: Uint8Array
  readonly #wanted = new Int32Array(8)
  readonly #wantedBytes = new Uint8Array(this.#wanted.buffer)
  readonly #firstBits: number
  readonly #seedA: number
  readonly #seedB: number
  /** In hex, as asked for. */
  readonly #packIds: string[] = []
  /** Only in the thread that adds packs. */
  readonly #packNumbers = new Map<string, number>()

  private constructor(shared: SharedBlobIndex) {
    this.shared = shared
    this.#entries = new Int32Array(shared.entries, 0, shared.entries.byteLength / 4)
    this.#slots = new Int32Array(shared.slots, 0, shared.slots.byteLength / 4)
    this.#packs = new Uint8Array(shared.packs, 0, shared.packs.byteLength)
    this.#firstBits = this.#entries[FIRST_BITS]!
    this.#seedA = this.#entries[SEED]!
    this.#seedB = this.#entries[SEED + 1]! | 1
  }

  /** @param expectedBlobs only tunes the first segment */
  static create(expectedBlobs = 0): BlobIndex {
    const bits = Math.min(26, Math.max(MIN_FIRST_BITS, Math.ceil(Math.log2(expectedBlobs * 2 + 1))))
    const buffer = (bytes: number, maxBytes: number): SharedArrayBuffer =>
      new SharedArrayBuffer(bytes, { maxByteLength: maxBytes })
    const entries = buffer(GROWTH_BYTES, (HEADER_WORDS + MAX_ENTRIES * ENTRY_WORDS) * 4)
    const header = new Int32Array(entries, 0, HEADER_WORDS)
    header[SEGMENTS] = 1
    header[FIRST_BITS] = bits
    // A forger of index files must not be able to aim at one slot.
    const seeds = randomFillSync(new Int32Array(2))
    header.set(seeds, SEED)
    return new BlobIndex({
      entries,
      slots: buffer(4 * 2 ** bits, 4 * MAX_SLOTS),
      packs: buffer(64 * 1024, ID_BYTES * MAX_PACKS),
    })
  }

  /** The same index in another thread. */
  static attach(shared: SharedBlobIndex): BlobIndex {
    return new BlobIndex(shared)
  }

  /** Blobs counted with their duplicates. */
  get blobCount(): number {
    return Atomics.load(this.#entries, COUNT)
  }

  get packCount(): number {
    return Atomics.load(this.#entries, PACK_COUNT)
  }

  has(id: Uint8Array | string, type?: BlobType): boolean {
    return this.lookup(id, type) !== -1
  }

  /** Every place that claims to hold the blob, in the order in which they were added. */
  find(id: Uint8Array | string, type?: BlobType): BlobLocation[] {
    return this.entriesOf(id, type).map((entry) => this.location(entry))
  }

  /** The entries of these places. */
  entriesOf(id: Uint8Array | string, type?: BlobType): EntryNumber[] {
    const found: EntryNumber[] = []
    this.#want(id)
    this.#probe(type, (entry) => {
      if (this.#word(entry, PACK) !== 0) found.push(entry)
      return false
    })
    return found.sort((a, b) => a - b)
  }

  /** The first entry of a blob, or -1. Includes blobs whose pack is still open. */
  lookup(id: Uint8Array | string, type?: BlobType): EntryNumber {
    this.#want(id)
    return this.#probe(type, () => true)
  }

  /**
   * Claims a blob for the caller, who then must store it: its new entry, or the bitwise complement (negative) of the
   * entry that some thread claimed or some pack held before.
   */
  claim(id: Uint8Array, type: BlobType): EntryNumber {
    const known = this.lookup(id, type)
    return known !== -1 ? ~known : this.#insert(type, true)
  }

  /** Claims one more place for a blob that may be known: prune and repair move blobs. */
  claimAgain(id: Uint8Array, type: BlobType): EntryNumber {
    this.#want(id)
    return this.#insert(type, false)
  }

  /** Fills in where a claimed blob went; in the thread that adds packs. */
  place(entry: EntryNumber, packNumber: number, offset: number, length: number, uncompressedLength: number): void {
    const at = this.#at(entry)
    this.#entries[at + OFFSET] = offset
    this.#entries[at + LENGTH] = (this.#entries[at + LENGTH]! & TREE) | length
    this.#entries[at + ULENGTH] = uncompressedLength
    Atomics.store(this.#entries, at + PACK, packNumber + 1)
  }

  /** Adds one pack with its blobs; false where it is known already. For readers of index files and of packs. */
  addPack(packId: string, blobs: readonly PackedBlob[]): boolean {
    if (this.#packNumbers.has(packId)) return false
    const packNumber = this.addPackId(packId)
    for (const blob of blobs) {
      this.#want(blob.id)
      this.place(this.#insert(blob.type, false), packNumber, blob.offset, blob.length, blob.uncompressedLength)
    }
    return true
  }

  /** Number of a pack, for {@link place}; the pack counts as known. */
  addPackId(packId: string): number {
    const number = this.#entries[PACK_COUNT]!
    const end = (number + 1) * ID_BYTES
    if (number >= MAX_PACKS) throw tooLarge('packs')
    if (end > this.#packs.length) {
      grow(this.shared.packs, end)
      this.#packs = new Uint8Array(this.shared.packs, 0, this.shared.packs.byteLength)
    }
    this.#packs.set(Buffer.from(packId, 'hex'), number * ID_BYTES)
    Atomics.store(this.#entries, PACK_COUNT, number + 1)
    this.#packNumbers.set(packId, number)
    return number
  }

  packIds(): string[] {
    return Array.from({ length: this.packCount }, (_, number) => this.packId(number))
  }

  packId(number: number): string {
    return (this.#packIds[number] ??= this.#packBytes(number).toString('hex'))
  }

  /** Calls `visit` for every stored blob; `id` is only valid during the call. */
  forEach(visit: (id: Buffer, location: BlobLocation) => void): void {
    const id = Buffer.alloc(ID_BYTES)
    for (let entry = 0; entry < this.blobCount; entry++) {
      if (this.#word(entry, PACK) === 0) continue
      this.readId(entry, id)
      visit(id, this.location(entry))
    }
  }

  /**
   * The first place of a blob that `accept` takes, without allocating for the others: for the many look-ups of a backup.
   * @param accept gets the pack's number
   */
  firstPlaced(id: Uint8Array, type: BlobType, accept: (packNumber: number) => boolean): EntryNumber {
    this.#want(id)
    return this.#probe(type, (entry) => this.#word(entry, PACK) !== 0 && accept(this.#word(entry, PACK) - 1))
  }

  /** Number of the pack that holds an entry, or -1 while that pack is open. */
  packNumber(entry: EntryNumber): number {
    return this.#word(entry, PACK) - 1
  }

  location(entry: EntryNumber): BlobLocation {
    const length = this.#word(entry, LENGTH)
    return {
      packId: this.packId(this.packNumber(entry)),
      type: length & TREE ? 'tree' : 'data',
      offset: this.#word(entry, OFFSET) >>> 0,
      length: length & ~TREE,
      uncompressedLength: this.#word(entry, ULENGTH) >>> 0,
    }
  }

  /** Copies an entry's id to `target` at `at`. */
  readId(entry: EntryNumber, target: Uint8Array, at = 0): void {
    const start = this.#at(entry)
    target.set(new Uint8Array(this.#entries.buffer, start * 4, ID_BYTES), at)
  }

  #packBytes(number: number): Buffer {
    if ((number + 1) * ID_BYTES > this.#packs.length) {
      this.#packs = new Uint8Array(this.shared.packs, 0, this.shared.packs.byteLength)
    }
    return Buffer.from(this.#packs.subarray(number * ID_BYTES, (number + 1) * ID_BYTES))
  }

  #want(id: Uint8Array | string): void {
    this.#wantedBytes.set(typeof id === 'string' ? Buffer.from(id, 'hex') : id)
  }

  /** Walks the entries that carry the wanted id until `stop` says so; that entry, or -1. */
  #probe(type: BlobType | undefined, stop: (entry: EntryNumber) => boolean): EntryNumber {
    for (let segment = Atomics.load(this.#entries, SEGMENTS) - 1; segment >= 0; segment--) {
      const { base, mask } = this.#segment(segment)
      for (let i = this.#hash() & mask; ; i = (i + 1) & mask) {
        const entry = Atomics.load(this.#slots, base + i) - 1
        if (entry === -1) break
        if (this.#matches(entry, type) && stop(entry)) return entry
      }
    }
    return -1
  }

  #insert(type: BlobType, unique: boolean): EntryNumber {
    const entry = Atomics.add(this.#entries, COUNT, 1)
    const at = this.#at(entry)
    this.#entries.set(this.#wanted, at)
    this.#entries[at + PACK] = 0
    this.#entries[at + LENGTH] = type === 'tree' ? TREE : 0
    const segment = this.#openSegment()
    const { base, mask } = this.#segment(segment)
    for (let i = this.#hash() & mask; ; i = (i + 1) & mask) {
      const other = Atomics.compareExchange(this.#slots, base + i, 0, entry + 1) - 1
      if (other === -1) break
      // Another thread was faster: its entry counts, ours stays unplaced and unreachable.
      if (unique && this.#matches(other, type)) return ~other
    }
    Atomics.add(this.#entries, SEGMENT_COUNTS + segment, 1)
    return entry
  }

  /** The newest segment, after opening one where it is more than half full. */
  #openSegment(): number {
    const segment = Atomics.load(this.#entries, SEGMENTS) - 1
    if (Atomics.load(this.#entries, SEGMENT_COUNTS + segment) * 2 < 2 ** (this.#firstBits + segment)) return segment
    const end = 2 ** this.#firstBits * (2 ** (segment + 2) - 1)
    if (end > MAX_SLOTS) throw tooLarge('blobs')
    grow(this.shared.slots, end * 4)
    Atomics.compareExchange(this.#entries, SEGMENTS, segment + 1, segment + 2)
    return Atomics.load(this.#entries, SEGMENTS) - 1
  }

  #segment(segment: number): { base: number; mask: number } {
    const first = 2 ** this.#firstBits
    const base = first * (2 ** segment - 1)
    const size = first * 2 ** segment
    if (base + size > this.#slots.length) {
      this.#slots = new Int32Array(this.shared.slots, 0, this.shared.slots.byteLength / 4)
    }
    return { base, mask: size - 1 }
  }

  #hash(): number {
    const mixed = Math.imul(this.#wanted[0]! ^ this.#seedA, this.#seedB) ^ this.#wanted[1]!
    return Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> 1
  }

  #matches(entry: EntryNumber, type: BlobType | undefined): boolean {
    const at = this.#at(entry)
    for (let k = 0; k < 8; k++) if (this.#entries[at + k] !== this.#wanted[k]) return false
    return type === undefined || ((this.#entries[at + LENGTH]! & TREE) !== 0) === (type === 'tree')
  }

  #word(entry: EntryNumber, word: number): number {
    return Atomics.load(this.#entries, this.#at(entry) + word)
  }

  /** Index of an entry's first word; makes sure that the buffer and the view reach its end. */
  #at(entry: EntryNumber): number {
    const at = HEADER_WORDS + entry * ENTRY_WORDS
    if (at + ENTRY_WORDS > this.#entries.length) {
      if (entry >= MAX_ENTRIES) throw tooLarge('blobs')
      grow(this.shared.entries, (at + ENTRY_WORDS) * 4)
      this.#entries = new Int32Array(this.shared.entries, 0, this.shared.entries.byteLength / 4)
    }
    return at
  }
}

/** Makes a buffer at least `bytes` long; another thread may do the same at the same time. */
function grow(buffer: SharedArrayBuffer, bytes: number): void {
  while (buffer.byteLength < bytes) {
    const next = Math.min(buffer.maxByteLength, Math.ceil(bytes / GROWTH_BYTES) * GROWTH_BYTES)
    try {
      buffer.grow(next)
    } catch (error) {
      if (buffer.byteLength < bytes) throw error
    }
  }
}

function tooLarge(what: string): AppError {
  return new AppError('RESTIC_TOO_LARGE', { detail: `more ${what} than the index can hold` })
}
