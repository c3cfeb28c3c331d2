/**
 * A survey as bytes, to be kept sealed. What a chart needs (where a few patients' bytes lie) is found without decoding the rest:
 *
 *     version(1) formLength(4) form headLength(4) head slotCount(4) slot*slotCount body
 *     head = zstd of the survey's JSON, without names and ranges of patients
 *     slot = place(4) in the body, per patient in the head's order
 *     body = per patient: varint length, names as UTF-8 separated by NUL; varint count, per range varints: gap from the last
 *            end (twice; odd: from the beginning instead), length
 *
 * Little-endian.
 */
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { ByteRange, FileSurvey, SurveyedPatient } from './format.ts'

const VERSION = 1
/** A survey of a million patients is below this. */
const MOST_HEAD_BYTES = 2 ** 30

type HeadPatient = Omit<SurveyedPatient, 'ranges' | 'names'>
export type SurveyHead = Omit<FileSurvey, 'patients' | 'form'> & { readonly patients: readonly HeadPatient[] }

export function encodeSurvey(survey: FileSurvey): Buffer {
  const patients = survey.patients.map(({ ranges: _r, names: _n, ...patient }): HeadPatient => patient)
  const packed = zstdCompressSync(Buffer.from(JSON.stringify({ ...survey, form: undefined, patients })))
  const bodies = survey.patients.map(bodyOf)
  const slots = Buffer.alloc(4 + 4 * bodies.length)
  slots.writeUInt32LE(bodies.length, 0)
  let place = 0
  bodies.forEach((body, i) => {
    slots.writeUInt32LE(place, 4 + 4 * i)
    place += body.length
  })
  const form = Buffer.from(survey.form ?? '')
  return Buffer.concat([Buffer.of(VERSION), u32(form.length), form, u32(packed.length), packed, slots, ...bodies])
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value, 0)
  return bytes
}

function bodyOf({ names, ranges }: SurveyedPatient): Buffer {
  const text = Buffer.from(names.join('\0'))
  const length: number[] = []
  put(length, text.length)
  return Buffer.concat([Buffer.from(length), text, Buffer.from(varints(ranges))])
}

function varints(ranges: readonly ByteRange[]): number[] {
  const bytes: number[] = []
  put(bytes, ranges.length)
  let last = 0
  for (const [start, end] of ranges) {
    // A range that goes back (the same line for two parts of one document) is put whole.
    put(bytes, start >= last ? (start - last) * 2 : start * 2 + 1)
    put(bytes, end - start)
    last = end
  }
  return bytes
}

function put(bytes: number[], value: number): void {
  let rest = value
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80)
    rest = Math.floor(rest / 0x80)
  }
  bytes.push(rest)
}

/** A survey, opened. Throws RangeError where the bytes are none of this version. */
export class SurveyFile {
  readonly #bytes: Buffer
  readonly #headAt: number
  readonly #slotsAt: number
  #head: SurveyHead | undefined

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (this.#bytes.readUInt8(0) !== VERSION) throw new RangeError('another version of survey')
    this.#headAt = 9 + this.#bytes.readUInt32LE(1)
    this.#slotsAt = this.#headAt + this.#bytes.readUInt32LE(this.#headAt - 4)
  }

  get form(): string | undefined {
    return this.#bytes.toString('utf8', 5, this.#headAt - 4) || undefined
  }

  /** Everything but the ranges. */
  get head(): SurveyHead {
    this.#head ??= JSON.parse(
      zstdDecompressSync(this.#bytes.subarray(this.#headAt, this.#slotsAt), {
        maxOutputLength: MOST_HEAD_BYTES,
      }).toString(),
    ) as SurveyHead
    return this.#head
  }

  /** Names and ranges. @param patient its number in the head */
  patient(patient: number): { names: string[]; ranges: ByteRange[] } {
    const count = this.#bytes.readUInt32LE(this.#slotsAt)
    if (patient >= count) throw new RangeError('no such patient')
    const bodies = this.#slotsAt + 4 + 4 * count
    const cursor = new VarintCursor(this.#bytes, bodies + this.#bytes.readUInt32LE(this.#slotsAt + 4 + 4 * patient))
    const names = cursor.text(cursor.next()).split('\0')
    let last = 0
    const ranges = Array.from({ length: cursor.next() }, (): ByteRange => {
      const code = cursor.next()
      const start = code % 2 === 0 ? last + code / 2 : (code - 1) / 2
      last = start + cursor.next()
      return [start, last]
    })
    return { names, ranges }
  }
}

class VarintCursor {
  readonly #bytes: Buffer
  #at: number

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes
    this.#at = at
  }

  next(): number {
    let [value, scale, byte] = [0, 1, 0]
    do {
      byte = this.#bytes.readUInt8(this.#at++)
      value += (byte & 0x7f) * scale
      scale *= 0x80
    } while (byte > 0x7f)
    return value
  }

  text(length: number): string {
    const start = this.#at
    this.#at += length
    return this.#bytes.toString('utf8', start, this.#at)
  }
}
