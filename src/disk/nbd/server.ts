/** Serves disks over NBD to whoever reaches the stream: who may, is the business of whoever listens. */
import type { Duplex } from 'node:stream'
import { isAppError } from '#base'
import { type Bytes, zeros } from '../bytes.ts'
import type { WritableDisk } from '../overlay.ts'
import { greet, haggle } from './handshake.ts'
import { ExactReader } from './reader.ts'
import { Command, CommandFlag, Fault, MOST_PAYLOAD, REPLY_MAGIC, REQUEST_MAGIC } from './wire.ts'

export interface Export {
  readonly name: string
  /** Read only where it has no `write`. */
  readonly disk: Bytes | WritableDisk
}

/** Makes a line safe that was none: rejects where the other side does not know the secret. */
export type Secure = (stream: Duplex) => Promise<Duplex>

/** Requests of one client that are worked on at once. */
const AT_ONCE = 32
/** Answers that wait for a slow client, in bytes, before more is read for it. */
const MOST_WAITING = 64 * 1024 * 1024

interface Request {
  readonly flags: number
  readonly command: number
  readonly cookie: bigint
  readonly offset: number
  readonly length: number
  readonly payload: Buffer | undefined
}

/**
 * Until the client leaves. What a disk throws is an I/O error to the client and `onTrouble` to us; a client that breaks the
 * protocol is left.
 * @param secure where it is given, nobody is told or given anything before it has resolved
 */
export async function serveNbd(
  stream: Duplex,
  exports: readonly Export[],
  onTrouble: (error: unknown) => void,
  secure?: Secure,
): Promise<void> {
  // A client that goes away in the middle is no trouble.
  stream.on('error', () => stream.destroy())
  let line = stream
  let reader = new ExactReader(line)
  try {
    const greeted = await greet({ reader, to: line })
    if (!greeted) return
    let chosen = await haggle({ reader, to: line, exports, needsTls: secure !== undefined }, greeted)
    if (chosen === 'tls' && secure) {
      // Words said in the open must not count as said in secret.
      if (!(await reader.release())) return
      line = await secure(stream)
      line.on('error', () => line.destroy())
      reader = new ExactReader(line)
      chosen = await haggle({ reader, to: line, exports, needsTls: false }, greeted)
    }
    if (chosen && chosen !== 'tls') await new Transmission(line, reader, chosen.disk, onTrouble).run()
  } catch (error) {
    if (!line.destroyed) onTrouble(error)
  } finally {
    line.end()
  }
}

class Transmission {
  readonly #stream: Duplex
  readonly #reader: ExactReader
  readonly #disk: Bytes | WritableDisk
  readonly #onTrouble: (error: unknown) => void
  readonly #going = new Set<Promise<void>>()

  constructor(stream: Duplex, reader: ExactReader, disk: Bytes | WritableDisk, onTrouble: (error: unknown) => void) {
    this.#stream = stream
    this.#reader = reader
    this.#disk = disk
    this.#onTrouble = onTrouble
  }

  async run(): Promise<void> {
    for (;;) {
      const request = await this.#next()
      if (!request || request.command === Command.disconnect) break
      const work = this.#answer(request).finally(() => this.#going.delete(work))
      this.#going.add(work)
      if (this.#going.size >= AT_ONCE) await Promise.race(this.#going)
      if (this.#stream.writableLength > MOST_WAITING) await this.#drained()
    }
    await Promise.all(this.#going)
    if ('flush' in this.#disk) await this.#disk.flush()
  }

  async #next(): Promise<Request | undefined> {
    const head = await this.#reader.take(28)
    if (!head || head.readUInt32BE(0) !== REQUEST_MAGIC) return undefined
    const command = head.readUInt16BE(6)
    const length = head.readUInt32BE(24)
    if (command === Command.write && length > MOST_PAYLOAD) return undefined
    const payload = command === Command.write ? await this.#reader.take(length) : undefined
    if (command === Command.write && !payload) return undefined
    return {
      flags: head.readUInt16BE(4),
      command,
      cookie: head.readBigUInt64BE(8),
      offset: Number(head.readBigUInt64BE(16)),
      length,
      payload,
    }
  }

  /** Never rejects. */
  async #answer(request: Request): Promise<void> {
    try {
      const fault = this.#refusal(request)
      const pieces = fault === Fault.none ? await this.#perform(request) : []
      this.#reply(request, fault, pieces)
    } catch (error) {
      this.#onTrouble(error)
      this.#reply(request, isFull(error) ? Fault.space : Fault.io, [])
    }
  }

  #refusal({ command, offset, length }: Request): number {
    const { read, write, trim, writeZeroes, flush } = Command
    const writes = command === write || command === trim || command === writeZeroes
    if (!writes && command !== read && command !== flush) return Fault.invalid
    if (writes && !('write' in this.#disk)) return Fault.permission
    if (command === flush) return Fault.none
    if (command === read && length > MOST_PAYLOAD) return Fault.invalid
    const end = offset + length
    if (end > this.#disk.sizeBytes) return writes ? Fault.space : Fault.invalid
    return Fault.none
  }

  async #perform({ command, flags, offset, length, payload }: Request): Promise<readonly Uint8Array[]> {
    if (command === Command.read) return this.#disk.read(offset, length)
    if (!('write' in this.#disk)) return []
    if (command === Command.write) await this.#disk.write(offset, payload!)
    if (command === Command.writeZeroes) await writeZeroes(this.#disk, offset, length)
    // A trim promises nothing, so nothing is done: what is there stays readable.
    if (command === Command.flush || (flags & CommandFlag.fua) !== 0) await this.#disk.flush()
    return []
  }

  #reply({ cookie }: Request, fault: number, pieces: readonly Uint8Array[]): void {
    if (this.#stream.destroyed) return
    const head = Buffer.alloc(16)
    head.writeUInt32BE(REPLY_MAGIC, 0)
    head.writeUInt32BE(fault, 4)
    head.writeBigUInt64BE(cookie, 8)
    this.#stream.cork()
    this.#stream.write(head)
    for (const piece of pieces) this.#stream.write(piece)
    this.#stream.uncork()
  }

  async #drained(): Promise<void> {
    await new Promise<void>((resolve) => {
      const go = (): void => {
        this.#stream.off('drain', go).off('close', go)
        resolve()
      }
      this.#stream.once('drain', go).once('close', go)
    })
  }
}

async function writeZeroes(disk: WritableDisk, offset: number, length: number): Promise<void> {
  let at = offset
  for (const piece of zeros(length)) {
    await disk.write(at, piece)
    at += piece.length
  }
}

function isFull(error: unknown): boolean {
  return isAppError(error) ? error.code === 'STORAGE_FULL' : (error as NodeJS.ErrnoException).code === 'ENOSPC'
}
