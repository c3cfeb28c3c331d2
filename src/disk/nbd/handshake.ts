import type { Writable } from 'node:stream'
import type { Export } from './server.ts'
import type { ExactReader } from './reader.ts'
import {
  HandshakeFlag,
  Info,
  MOST_PAYLOAD,
  NBD_MAGIC,
  Option,
  OPTION_MAGIC,
  OPTION_REPLY_MAGIC,
  OptionReply,
  TransmissionFlag,
} from './wire.ts'

/** Names and requests of clients are short. */
const MOST_OPTION_BYTES = 8192
/** A client that only ever asks is none. */
const MOST_OPTIONS = 64

export interface Haggling {
  readonly reader: ExactReader
  readonly to: Writable
  readonly exports: readonly Export[]
  /** Nothing is told, not even names, before the line is secured. */
  readonly needsTls: boolean
}

export interface Greeted {
  readonly noZeroes: boolean
}

/** The first words of both; undefined where the client speaks another NBD. */
export async function greet({ reader, to }: Pick<Haggling, 'reader' | 'to'>): Promise<Greeted | undefined> {
  const hello = Buffer.alloc(18)
  hello.writeBigUInt64BE(NBD_MAGIC, 0)
  hello.writeBigUInt64BE(OPTION_MAGIC, 8)
  hello.writeUInt16BE(HandshakeFlag.fixedNewstyle | HandshakeFlag.noZeroes, 16)
  to.write(hello)
  const flags = (await reader.take(4))?.readUInt32BE()
  if (flags === undefined || (flags & HandshakeFlag.fixedNewstyle) === 0) return undefined
  return { noZeroes: (flags & HandshakeFlag.noZeroes) !== 0 }
}

/** Speaks until a client has chosen an export, or asks for TLS; undefined where it left, or spoke no NBD. */
export async function haggle(
  { reader, to, exports, needsTls }: Haggling,
  { noZeroes }: Greeted,
): Promise<Export | 'tls' | undefined> {
  for (let n = 0; n < MOST_OPTIONS; n++) {
    const head = await reader.take(16)
    if (!head || head.readBigUInt64BE(0) !== OPTION_MAGIC) return undefined
    const option = head.readUInt32BE(8)
    const length = head.readUInt32BE(12)
    if (length > MOST_OPTION_BYTES) return undefined
    const data = await reader.take(length)
    if (!data) return undefined
    const answer = (kind: number, payload: Buffer = Buffer.alloc(0)) => to.write(optionReply(option, kind, payload))
    if (option === Option.abort) {
      answer(OptionReply.ack)
      return undefined
    }
    if (needsTls) {
      // This one has no answer that says no.
      if (option === Option.exportName) return undefined
      const isStart = option === Option.startTls && length === 0
      answer(isStart ? OptionReply.ack : OptionReply.tlsRequired)
      if (isStart) return 'tls'
      continue
    }
    if (option === Option.exportName) {
      const chosen = find(exports, data.toString())
      if (chosen) to.write(Buffer.concat([sizeAndFlags(chosen), Buffer.alloc(noZeroes ? 0 : 124)]))
      return chosen
    }
    if (option === Option.list) {
      if (length > 0) answer(OptionReply.invalid)
      else {
        for (const { name } of exports) answer(OptionReply.server, withLength(name))
        answer(OptionReply.ack)
      }
    } else if (option === Option.info || option === Option.go) {
      const name = nameIn(data)
      const chosen = name === undefined ? undefined : find(exports, name)
      if (!chosen) {
        answer(name === undefined ? OptionReply.invalid : OptionReply.unknown)
        continue
      }
      answer(OptionReply.info, Buffer.concat([uint16(Info.export), sizeAndFlags(chosen)]))
      answer(OptionReply.info, blockSizes())
      answer(OptionReply.ack)
      if (option === Option.go) return chosen
    } else answer(OptionReply.unsupported)
  }
  return undefined
}

/** The empty name is the first: what a client asks for that was told nothing. */
function find(exports: readonly Export[], name: string): Export | undefined {
  return name === '' ? exports[0] : exports.find((one) => one.name === name)
}

function nameIn(data: Buffer): string | undefined {
  const length = data.length < 6 ? Infinity : data.readUInt32BE(0)
  return 4 + length + 2 <= data.length ? data.toString('utf8', 4, 4 + length) : undefined
}

function sizeAndFlags({ disk }: Export): Buffer {
  const { hasFlags, flush, fua, trim, writeZeroes, readOnly, multiConnection } = TransmissionFlag
  const canWrite = 'write' in disk
  const about = Buffer.alloc(10)
  about.writeBigUInt64BE(BigInt(disk.sizeBytes), 0)
  about.writeUInt16BE(hasFlags | multiConnection | (canWrite ? flush | fua | trim | writeZeroes : readOnly), 8)
  return about
}

function blockSizes(): Buffer {
  const sizes = Buffer.alloc(14)
  sizes.writeUInt16BE(Info.blockSize, 0)
  sizes.writeUInt32BE(1, 2)
  sizes.writeUInt32BE(64 * 1024, 6)
  sizes.writeUInt32BE(MOST_PAYLOAD, 10)
  return sizes
}

function optionReply(option: number, kind: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(20)
  head.writeBigUInt64BE(OPTION_REPLY_MAGIC, 0)
  head.writeUInt32BE(option, 8)
  head.writeUInt32BE(kind, 12)
  head.writeUInt32BE(payload.length, 16)
  return Buffer.concat([head, payload])
}

function withLength(text: string): Buffer {
  const bytes = Buffer.from(text)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}
