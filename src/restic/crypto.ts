import { createCipheriv, randomFillSync, type Cipheriv } from 'node:crypto'
import { AppError } from '#base'
import { Region, type Address, type Kernel } from './kernel/kernel.ts'

/** The keys of a repository (restic design.rst, "Keys, Encryption and MAC"). `macR` is clamped where it is used, not here. */
export interface MasterKey {
  /** AES-256 key, 32 bytes. */
  readonly encrypt: Buffer
  /** AES-128 key of Poly1305-AES, 16 bytes. */
  readonly macK: Buffer
  /** Poly1305's r, 16 bytes, possibly unclamped. */
  readonly macR: Buffer
}

/** Bytes that sealing adds: IV(16) in front, MAC(16) behind. */
export const SEAL_OVERHEAD = 32
/** Texts sealed in one batch stay within the processor's cache. */
export const MAX_BATCH_BYTES = 128 * 1024
const LONG_PART = 128 * 1024
const MAX_BATCH_BLOBS = 1024
const IV_POOL_BYTES = 64 * 1024

/**
 * Seals and opens `IV(16) || AES-256-CTR(plaintext) || Poly1305-AES(ciphertext)(16)`. One per thread. Initial vectors come
 * from the operating system, always: a deterministic one would repeat after a snapshot of the machine is rolled back.
 */
export class Sealer {
  readonly kernel: Kernel
  readonly #encryptKey: Buffer
  readonly #blockCipher: Cipheriv
  readonly #nonceCipher: Cipheriv
  /** The clamped key r lies here; the kernel clamps it. */
  readonly #r: Address
  /** Counter blocks, then the key stream. */
  readonly #stream: Address
  /** Sealed{iv, length} for each blob of a batch, and one nonce each. */
  readonly #blobs: Address
  readonly #nonces: Address
  readonly #ivs = Buffer.alloc(IV_POOL_BYTES)
  #ivNonces = Buffer.alloc(0)
  #ivsUsed = IV_POOL_BYTES
  /** Where {@link seal} and {@link open} work; grows to the largest text seen. */
  readonly #work: Region

  constructor(kernel: Kernel, key: MasterKey) {
    this.kernel = kernel
    this.#encryptKey = key.encrypt
    this.#blockCipher = createCipheriv('aes-256-ecb', key.encrypt, null).setAutoPadding(false)
    this.#nonceCipher = createCipheriv('aes-128-ecb', key.macK, null).setAutoPadding(false)
    this.#r = kernel.allocate(16)
    this.#stream = kernel.allocate(MAX_BATCH_BYTES + 16 * MAX_BATCH_BLOBS)
    this.#blobs = kernel.allocate(8 * MAX_BATCH_BLOBS)
    this.#nonces = kernel.allocate(16 * MAX_BATCH_BLOBS)
    this.#work = new Region(kernel, 64 * 1024)
    kernel.bytes.set(key.macR, this.#r)
  }

  /** Sealed bytes with a fresh random IV: 32 more than the plaintext. */
  seal(plaintext: Uint8Array): Buffer {
    this.#work.reserve(plaintext.length + SEAL_OVERHEAD)
    const { at } = this.#work
    this.kernel.bytes.set(plaintext, at + 16)
    this.sealAt([at], [plaintext.length])
    return Buffer.from(this.kernel.view(at, plaintext.length + SEAL_OVERHEAD))
  }

  /** @throws RESTIC_DAMAGED where the MAC does not hold or the IV is zero. */
  open(sealed: Uint8Array): Buffer {
    const length = sealed.length - SEAL_OVERHEAD
    if (length < 0) throw damaged('shorter than its own seal')
    this.#work.reserve(sealed.length)
    const { at } = this.#work
    this.kernel.bytes.set(sealed, at)
    if (!this.openAt([at], [length])) throw damaged('the MAC does not hold')
    return Buffer.from(this.kernel.view(at + 16, length))
  }

  /**
   * Seals texts in the kernel's memory where they stand: `at[i]` is where the IV goes, the text of `lengths[i]` bytes
   * stands 16 behind it, the MAC goes behind the text. Batches are the caller's, up to {@link MAX_BATCH_BYTES}; a longer
   * text comes alone.
   */
  sealAt(at: readonly Address[], lengths: readonly number[]): void {
    const { bytes, call } = this.kernel
    const blobs = this.#describe(at, lengths)
    const pooled = this.#takeIvs(at.length)
    for (let i = 0; i < at.length; i++) bytes.set(this.#ivs.subarray(pooled + 16 * i, pooled + 16 * i + 16), at[i])
    bytes.set(this.#ivNonces.subarray(pooled, pooled + 16 * at.length), this.#nonces)
    this.#applyStream(at, lengths)
    call.batch_mac(blobs, at.length, this.#r, this.#nonces)
  }

  /** The reverse: checks every MAC, then decrypts where the text stands. False, with nothing changed, where one fails. */
  openAt(at: readonly Address[], lengths: readonly number[]): boolean {
    const { bytes, call } = this.kernel
    const blobs = this.#describe(at, lengths)
    call.batch_ivs(blobs, at.length, this.#nonces)
    const ivs = this.kernel.view(this.#nonces, 16 * at.length)
    for (let i = 0; i < ivs.length; i += 16) if (isZero(ivs, i)) return false
    bytes.set(this.#nonceCipher.update(ivs), this.#nonces)
    if (call.batch_check(blobs, at.length, this.#r, this.#nonces) !== at.length) return false
    this.#applyStream(at, lengths)
    return true
  }

  #describe(at: readonly Address[], lengths: readonly number[]): Address {
    if (at.length > MAX_BATCH_BLOBS) throw new AppError('BASE_BUG', { detail: 'a batch of too many blobs' })
    const table = new Uint32Array(this.kernel.bytes.buffer, this.#blobs, 2 * at.length)
    for (let i = 0; i < at.length; i++) {
      table[2 * i] = at[i]!
      table[2 * i + 1] = lengths[i]!
    }
    return this.#blobs
  }

  /** XORs the key stream over the texts that {@link #describe} named. */
  #applyStream(at: readonly Address[], lengths: readonly number[]): void {
    const { call } = this.kernel
    if (at.length === 1 && lengths[0]! > MAX_BATCH_BYTES) {
      this.#applyLong(at[0]!, lengths[0]!)
      return
    }
    const size = call.batch_counters(this.#blobs, at.length, this.#stream)
    this.#encryptCounters(size)
    call.batch_xor(this.#blobs, at.length, this.#stream)
  }

  /** OpenSSL's own counter mode: a cipher for each text pays from about 100 KiB on. */
  #applyLong(at: Address, length: number): void {
    const { kernel } = this
    const stream = createCipheriv('aes-256-ctr', this.#encryptKey, Buffer.from(kernel.view(at, 16)))
    for (let done = 0; done < length; done += LONG_PART) {
      const part = Math.min(LONG_PART, length - done)
      const from = at + 16 + done
      this.#put(stream.update(kernel.view(from, part)), from)
    }
  }

  /**
   * OpenSSL answers each call with memory of its own. Given back at once: left to V8 it makes the whole heap be collected
   * for every 30 MB (measured: a seventh of the time of random reads).
   */
  #put(bytes: Buffer<ArrayBuffer>, at: Address): void {
    this.kernel.bytes.set(bytes, at)
    bytes.buffer.transfer(0)
  }

  #encryptCounters(size: number): void {
    this.#put(this.#blockCipher.update(this.kernel.view(this.#stream, size)), this.#stream)
  }

  /** Offset in the pool of `count` unused IVs in a row. */
  #takeIvs(count: number): number {
    if (this.#ivsUsed + 16 * count > IV_POOL_BYTES) {
      randomFillSync(this.#ivs)
      this.#ivNonces = this.#nonceCipher.update(this.#ivs)
      this.#ivsUsed = 0
    }
    const at = this.#ivsUsed
    this.#ivsUsed += 16 * count
    return at
  }
}

function isZero(bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < 16; i++) if (bytes[at + i] !== 0) return false
  return true
}

function damaged(detail: string): AppError {
  return new AppError('RESTIC_DAMAGED', { detail: `sealed bytes: ${detail}` })
}
