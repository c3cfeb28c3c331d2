/**
 * Packed charts of the last build, sealed under a key of the institution, so that the next night makes anew only what
 * changed. Two files: the charts one after the other, and a table that names the data file; the table is written last and
 * renamed into place, so that a build that is killed leaves the older pair. Whoever is not asked for is not taken over.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { deflateSync, inflateSync } from 'node:zlib'
import type { DateText } from '#chart'
import type { MadeChart } from './make-chart.ts'

export interface CacheOptions {
  readonly folder: string
  /** 32 bytes. */
  readonly key: Uint8Array
  /**
   * Whatever a chart depends on beside the patient's own files and the backup's moment: kind and period of the edition,
   * program, erasure register.
   */
  readonly tag: string
}

/** `madeAt` and `until`: of which backups' moments the chart is true; '' = of all later ones. */
type Row = readonly [signature: string, madeAt: DateText, until: DateText, offset: number, length: number]
interface Table {
  readonly data: string
  readonly missing: MadeChart['missing']
  readonly rows: Readonly<Record<string, Row>>
}

const TABLE = 'charts.table'
const NONCE = 12
const TAG = 16

export class ChartCache {
  readonly #options: CacheOptions
  readonly #asOf: DateText
  readonly #before: { readonly table: Table; readonly rows: Map<string, Row>; readonly file: number } | undefined
  readonly #dataName = `charts-${randomBytes(8).toString('hex')}.data`
  readonly #file: number
  readonly #rows: Record<string, Row> = {}
  #size = 0
  #missing: MadeChart['missing'] = []
  reused = 0

  /** @param asOf when the backup began */
  constructor(options: CacheOptions, asOf: DateText) {
    this.#options = options
    this.#asOf = asOf
    mkdirSync(options.folder, { recursive: true, mode: 0o700 })
    this.#before = this.#openBefore()
    this.#sweep(this.#before?.table.data)
    this.#file = openSync(join(options.folder, this.#dataName), 'wx', 0o600)
  }

  /** What the last build made of exactly these files, which is taken over; undefined: to be made. */
  take(patientKey: string, signature: string): MadeChart | undefined {
    const row = this.#before?.rows.get(this.#name(patientKey))
    if (!row || row[0] !== signature) return undefined
    const [, madeAt, until, offset, length] = row
    // An older generation is not what the last one told of the same files.
    if (this.#asOf < madeAt || (until !== '' && this.#asOf >= until)) return undefined
    const sealed = Buffer.alloc(length)
    readSync(this.#before!.file, sealed, 0, length, offset)
    const plain = this.#unseal(sealed, patientKey)
    if (!plain) return undefined
    const metaBytes = plain.readUInt32LE(0)
    const meta = JSON.parse(plain.toString('utf8', 4, 4 + metaBytes)) as Pick<MadeChart, 'documents' | 'older'>
    this.reused++
    this.#append(patientKey, [signature, madeAt, until], sealed)
    this.#missing = this.#before!.table.missing
    return { ...meta, packed: plain.subarray(4 + metaBytes), holdsUntil: until, missing: this.#missing }
  }

  keep(patientKey: string, signature: string, made: MadeChart): void {
    if (made.holdsUntil === null) return
    this.#missing = made.missing
    const meta = Buffer.from(JSON.stringify({ documents: made.documents, older: made.older }))
    const length = Buffer.alloc(4)
    length.writeUInt32LE(meta.length)
    const sealed = this.#seal(Buffer.concat([length, meta, made.packed]), patientKey)
    this.#append(patientKey, [signature, this.#asOf, made.holdsUntil ?? ''], sealed)
  }

  /** The build is whole: the next one goes on from here. */
  commit(): void {
    const table: Table = { data: this.#dataName, missing: this.#missing, rows: this.#rows }
    const path = join(this.#options.folder, TABLE)
    writeFileSync(`${path}.tmp`, this.#seal(deflateSync(JSON.stringify(table)), TABLE), { mode: 0o600 })
    renameSync(`${path}.tmp`, path)
    this.#close(this.#dataName)
  }

  /** Without a new table: the next build goes on from the one before. */
  discard(): void {
    this.#close(this.#before?.table.data)
  }

  #close(current: string | undefined): void {
    if (this.#before) closeSync(this.#before.file)
    closeSync(this.#file)
    this.#sweep(current)
  }

  #append(patientKey: string, validity: readonly [string, DateText, DateText], sealed: Buffer): void {
    writeSync(this.#file, sealed)
    this.#rows[this.#name(patientKey)] = [...validity, this.#size, sealed.length]
    this.#size += sealed.length
  }

  #openBefore() {
    try {
      const path = join(this.#options.folder, TABLE)
      const plain = this.#unseal(readFileSync(path), TABLE)
      if (!plain) return undefined
      const table = JSON.parse(inflateSync(plain).toString()) as Table
      const file = openSync(join(this.#options.folder, table.data), 'r')
      return { table, rows: new Map(Object.entries(table.rows)), file }
    } catch {
      // Not there, of another key or period, or cut off: it is made anew.
      return undefined
    }
  }

  /** Data that no table names: of builds that were cut short, and of the one before. */
  #sweep(current: string | undefined): void {
    const { folder } = this.#options
    for (const name of readdirSync(folder))
      if (name.endsWith('.data') && name !== current) rmSync(join(folder, name), { force: true })
  }

  /** Patients are not named even inside the sealed table. */
  #name(patientKey: string): string {
    return createHash('sha256').update(this.#options.key).update(patientKey).digest('base64').slice(0, 24)
  }

  #seal(plain: Uint8Array, about: string): Buffer {
    const nonce = randomBytes(NONCE)
    const cipher = createCipheriv('aes-256-gcm', this.#options.key, nonce).setAAD(this.#about(about))
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  }

  #unseal(sealed: Buffer, about: string): Buffer | undefined {
    try {
      const nonce = sealed.subarray(0, NONCE)
      const cipher = createDecipheriv('aes-256-gcm', this.#options.key, nonce, { authTagLength: TAG }).setAAD(
        this.#about(about),
      )
      cipher.setAuthTag(sealed.subarray(-TAG))
      return Buffer.concat([cipher.update(sealed.subarray(NONCE, -TAG)), cipher.final()])
    } catch {
      return undefined
    }
  }

  #about(about: string): Buffer {
    return Buffer.from(JSON.stringify(['toride edition cache 2', this.#options.tag, about]))
  }
}
