/**
 * A clinic's files in memory, and what normal nights and attackers do to them: what the archiver's worker would see, without
 * a repository, so that years and hundreds of attacks fit into a test. Everything follows from a seed.
 */
import { createCipheriv, createHash } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { look, RunChanges, type Figures, type SeenFile } from '#signs'
import { zipOf } from '../../tools/zip.ts'

export class Random {
  #state: number
  constructor(seed: string) {
    this.#state = createHash('sha256').update(seed).digest().readUInt32LE() || 1
  }
  /** xorshift32, 0 ≤ n < below. */
  below(below: number): number {
    this.#state ^= this.#state << 13
    this.#state ^= this.#state >>> 17
    this.#state ^= this.#state << 5
    this.#state >>>= 0
    return this.#state % below
  }
  chance(share: number): boolean {
    return this.below(1_000_000) < share * 1_000_000
  }
  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!
  }
  bytes(length: number): Buffer {
    const key = createHash('sha256')
      .update(String(this.below(2 ** 31)))
      .digest()
    return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length))
  }
}

const WORDS = '内科 発熱 咳嗽 処方 アムロジピン 血圧 経過 良好 次回 予約 検査 陰性 腹痛 改善 説明 同意 外来 病棟'.split(
  ' ',
)
const prose = (random: Random, words: number): string =>
  Array.from({ length: words }, () => random.pick(WORDS)).join('、')

/** Contents by the ending of the name, valid of their kind. */
const MAKERS: Readonly<Record<string, (random: Random) => Buffer>> = {
  hl7: (r) =>
    Buffer.from(
      `MSH|^~\\&|EHR|見本|||20261101||OMP^O09|${r.below(1e9)}|P|2.5||||||~ISO IR87\rPID|1||${r.below(1e7)}\r` +
        `RXE|1|${prose(r, 6 + r.below(40))}\r`,
    ),
  xml: (r) =>
    Buffer.from(
      `<?xml version="1.0"?><ClinicalDocument><text>${prose(r, 30 + r.below(300))}</text></ClinicalDocument>`,
    ),
  csv: (r) =>
    Buffer.from(
      Array.from({ length: 5 + r.below(80) }, (_, i) => `${i},${r.below(9999)},${r.pick(WORDS)}`).join('\r\n'),
    ),
  txt: (r) => Buffer.from(prose(r, 3 + r.below(200))),
  // Windows' own encoding of Japanese: two bytes a character, no UTF-8.
  sjis: (r) => Buffer.from(Array.from({ length: 60 + r.below(400) }, () => [0x82, 0x9f + r.below(80)]).flat()),
  pdf: (r) => pdf(deflateRawSync(Buffer.from(prose(r, 500 + r.below(2000))))),
  jpg: (r) => jpeg(r.bytes(4000 + r.below(40_000))),
  xlsx: (r) =>
    zipOf([
      { name: 'xl/a.xml', bytes: Buffer.from(prose(r, 200)) },
      { name: 'b.xml', bytes: r.bytes(3000) },
    ]),
  dcm: (r) => dicom(r.bytes(2000 + r.below(20_000))),
  idx: (r) => Buffer.concat(Array.from({ length: 200 }, (_, i) => Buffer.from([i, 0, r.below(40), 0]))),
}

function pdf(stream: Buffer): Buffer {
  const body = Buffer.concat([
    Buffer.from('%PDF-1.5\n1 0 obj\n<</Filter/FlateDecode>>stream\n'),
    stream,
    Buffer.from('\nendstream\nendobj\n'),
  ])
  return Buffer.concat([body, Buffer.from(`xref\n0 2\ntrailer<<>>\nstartxref\n${body.length}\n%%EOF\n`)])
}

function jpeg(noise: Buffer): Buffer {
  const head = Buffer.from(
    'ffd8ffe000104a46494600010100000100010000ffc4001f0000010501010101010100000000000000000102030405060708090a0bffda0008010100003f00',
    'hex',
  )
  return Buffer.concat([
    head,
    Buffer.from([...noise].flatMap((byte) => (byte === 0xff ? [0xff, 0] : [byte]))),
    Buffer.from([0xff, 0xd9]),
  ])
}

function dicom(pixels: Buffer): Buffer {
  const element = (group: number, number: number, vr: string, value: Buffer): Buffer => {
    const head = Buffer.alloc(8)
    head.writeUInt16LE(group, 0)
    head.writeUInt16LE(number, 2)
    head.write(vr, 4)
    head.writeUInt16LE(value.length, 6)
    return Buffer.concat([head, value])
  }
  const meta = [
    element(2, 2, 'UI', Buffer.from('1.2.840.10008.5.1.4.1.1.7\0')),
    element(2, 0x10, 'UI', Buffer.from('1.2.840.10008.1.2.1\0')),
  ]
  const set = [
    element(8, 0x20, 'DA', Buffer.from('20261101')),
    element(8, 0x60, 'CS', Buffer.from('CR')),
    element(0x10, 0x20, 'LO', Buffer.from('00001234')),
  ]
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), ...meta, ...set, pixels])
}

export class ClinicFiles {
  readonly files: Map<string, Buffer>
  readonly random: Random
  #night = 0
  #before = new Map<string, SeenFile>()
  #seen = new Map<string, SeenFile>()

  /** @param files of a clinic that is there; absent: a new one */
  constructor(seed: string, files?: ReadonlyMap<string, Buffer>) {
    this.random = new Random(seed)
    this.files = new Map(files)
    if (!files) this.#furnish()
    this.run()
  }

  #furnish(): void {
    for (let p = 0; p < 120; p++) for (let n = 0; n < 8 + this.random.below(8); n++) this.add(p)
    for (let n = 0; n < 10; n++) this.files.set(`system/log/app${n}.log`, MAKERS['txt']!(this.random))
    for (let n = 0; n < 4; n++) this.files.set(`system/store${n}.dat`, this.random.bytes(30_000))
  }

  add(patient = this.random.below(140)): string {
    const ending = this.random.pick([
      'hl7',
      'hl7',
      'hl7',
      'xml',
      'csv',
      'txt',
      'sjis',
      'pdf',
      'jpg',
      'jpg',
      'xlsx',
      'dcm',
      'idx',
    ])
    const path = `p${patient}/${this.#night}-${this.random.below(1e9)}.${ending}`
    this.files.set(path, MAKERS[ending]!(this.random))
    return path
  }

  /** Anew under the same name, of its own kind. */
  rewrite(path: string): void {
    const ending = path.slice(path.lastIndexOf('.') + 1)
    this.files.set(path, (MAKERS[ending] ?? MAKERS['txt']!)(this.random))
  }

  rename(from: string, to: string): void {
    this.files.set(to, this.files.get(from)!)
    this.files.delete(from)
  }

  paths(start = 'p'): string[] {
    return [...this.files.keys()].filter((path) => path.startsWith(start))
  }

  /** A night's backup: what changed since the one before, as the judge gets it. */
  run(): Figures {
    this.#night++
    this.#before = this.#seen
    this.#seen = new Map(
      [...this.files].map(([path, bytes]) => {
        const content = createHash('sha1').update(bytes).digest('hex')
        const before = this.#before.get(path)
        return [
          path,
          before?.content === content ? before : { path, content, sizeBytes: bytes.length, look: look(path, bytes) },
        ]
      }),
    )
    const changes = new RunChanges()
    for (const unit of new Set([...this.#before.keys(), ...this.#seen.keys()].map((path) => path.split('/')[0]!)))
      changes.unit(unit, inUnit(this.#before, unit), inUnit(this.#seen, unit))
    return changes.figures(this.#before.size, this.#seen.size)
  }
}

function inUnit(files: ReadonlyMap<string, SeenFile>, unit: string): SeenFile[] {
  return [...files.values()].filter(({ path }) => path.startsWith(`${unit}/`))
}
