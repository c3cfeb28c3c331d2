import { AppError } from '#base'
import { kernelModule } from './module.mjs'

/** Address inside a kernel's memory. */
export type Address = number

/** What kernel.wasm exports; the C sources beside it say what each does. */
interface Exports {
  readonly memory: WebAssembly.Memory
  allocate(size: number): Address
  move(to: Address, from: Address, length: number): void
  counters(iv: Address, first: number, blocks: number, out: Address): void
  xor(data: Address, stream: Address, length: number): void
  batch_counters(blobs: Address, count: number, out: Address): number
  batch_xor(blobs: Address, count: number, stream: Address): void
  batch_ivs(blobs: Address, count: number, out: Address): void
  batch_mac(blobs: Address, count: number, r: Address, s: Address): void
  batch_check(blobs: Address, count: number, r: Address, s: Address): number
  rabin_init(polynomial: bigint): void
  rabin_find(data: Address, from: number, to: number): number
  zstd_init(level: number): number
  zstd_compress(to: Address, capacity: number, from: Address, length: number): number
  zstd_decompress(to: Address, capacity: number, from: Address, length: number): number
  zstd_content_size(from: Address, length: number): number
}

/** zstd level 1: on HL7 messages level 3 saves 1 % and costs a third more (docs/design/engine.md). */
const ZSTD_LEVEL = 1

/**
 * The engine's hot loops and their memory: one per thread. Regions are allocated once, by whoever needs one, and never
 * returned; pages that are not touched cost nothing.
 */
export class Kernel {
  readonly call: Exports
  #bytes: Buffer

  constructor() {
    this.call = new WebAssembly.Instance(kernelModule).exports as unknown as Exports
    if (this.call.zstd_init(ZSTD_LEVEL) !== 1) throw new AppError('BASE_BUG', { detail: 'zstd did not start' })
    this.#bytes = Buffer.from(this.call.memory.buffer)
  }

  /** All memory. Growing it detaches older views: take this anew after anything that may allocate. */
  get bytes(): Buffer {
    if (this.#bytes.buffer !== this.call.memory.buffer) this.#bytes = Buffer.from(this.call.memory.buffer)
    return this.#bytes
  }

  /** Writes a text as UTF-8; its length in bytes. There must be room for three bytes a UTF-16 unit. */
  writeText(text: string, at: Address): number {
    return this.bytes.write(text, at, 'utf8')
  }

  view(at: Address, length: number): Uint8Array {
    return this.bytes.subarray(at, at + length)
  }

  allocate(sizeBytes: number): Address {
    // Past 2 GiB the address comes back as a negative number.
    const at = this.call.allocate(sizeBytes) >>> 0
    if (at === 0) throw new AppError('BASE_BUG', { detail: `the kernel has no ${sizeBytes} bytes left` })
    return at
  }
}

/** A stretch of a kernel's memory that grows when asked; what it held moves along. */
export class Region {
  at: Address
  #sizeBytes: number
  readonly #kernel: Kernel

  constructor(kernel: Kernel, sizeBytes: number) {
    this.#kernel = kernel
    this.#sizeBytes = sizeBytes
    this.at = kernel.allocate(sizeBytes)
  }

  /** Makes it at least `sizeBytes` large, keeping the first `keepBytes`. */
  reserve(sizeBytes: number, keepBytes = 0): void {
    if (sizeBytes <= this.#sizeBytes) return
    // The old stretch is lost: doubling bounds that loss to what is in use.
    this.#sizeBytes = Math.max(sizeBytes, 2 * this.#sizeBytes)
    const moved = this.#kernel.allocate(this.#sizeBytes)
    this.#kernel.call.move(moved, this.at, keepBytes)
    this.at = moved
  }
}
