/**
 * Makes an edition: charts of all patients, then documents of those who matter first, then the index, then the manifest.
 * Streams: beside a pack and a batch it holds what the index needs. What exists in the folder is never touched: a build writes
 * into a folder that is new, so that one that was cut short is no edition (it has no manifest).
 */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { addDays, AppError, type Clock, institutionDate, isAppError } from '#base'
import { type ChartAccess, gatherChart, type GenerationReader, type PatientEntry, type PatientIndex } from '#chart'
import { ChartCache, type CacheOptions } from './chart-cache.ts'
import { ChartMakers } from './chart-makers.ts'
import { Disc, pageBytes } from './disc.ts'
import {
  type About,
  dataPage,
  type EditionKind,
  encodeIndex,
  FORMAT,
  type Head,
  INDEX_NAME,
  type IndexedPatient,
  KDF_ITERATIONS,
  type LeftOut,
  type Manifest,
  MANIFEST_NAME,
  PAGE_NAME,
  type PatientList,
  type SignedManifest,
} from './format/index.ts'
import type { ChartPolicy, MadeChart, WantedDocument } from './make-chart.ts'
import { periodStart } from './period.ts'
import { Sealer, sealSlots, type Signer, type SlotPassphrase } from './seal.ts'

export interface EditionOrder {
  readonly reader: GenerationReader
  /** Of the same generation. */
  readonly index: PatientIndex
  readonly kind: EditionKind
  readonly access: ChartAccess
  /** A folder that does not exist yet: `disc-1`, `disc-2` … are made in it. */
  readonly folder: string
  /** The reader's page, the same in every edition of this version of the program. */
  readonly page: string
  readonly about: Pick<Head, 'number' | 'institution' | 'isSample' | 'program'>
  readonly slots: readonly SlotPassphrase[]
  readonly signer: Signer
  /** Undefined: records of all times. */
  readonly months: number | undefined
  /** Bytes of one disc; undefined: one folder of any size. */
  readonly capacity: number | undefined
  readonly documents: 'first' | 'all' | 'none'
  readonly isProtected: (patientKey: string) => boolean
  /** Papers for the reader's own shelf, sealed like charts. */
  readonly extras: readonly { readonly title: string; readonly contentType: string; readonly bytes: Uint8Array }[]
  /** Plain files at the top of each disc: what to read first, how to verify. */
  readonly papers: (disc: DiscFacts) => readonly { readonly name: string; readonly text: string }[]
  readonly clock: Clock
  readonly signal?: AbortSignal
  readonly report?: (done: number, of: number) => void
  /** Charts of the last build, for the next; absent: each is made anew. */
  readonly cache?: CacheOptions
  /** Rounds of the passphrase; less only in tests. */
  readonly iterations?: number
}

export interface DiscFacts {
  readonly head: Head
  readonly fingerprint: string
  readonly pageSha256: string
}

export interface MadeDisc extends DiscFacts {
  readonly folder: string
  readonly bytes: number
  readonly files: number
}

export interface MadeEdition {
  readonly bundle: string
  readonly discs: readonly MadeDisc[]
  readonly leftOut: LeftOut
  readonly patients: number
  /** Charts that were taken over from the last build. */
  readonly reused: number
}

/** Charts may fill this much of a disc; the rest is for documents, index and papers. */
const CHART_SHARE = 0.8
/** Patients that go to a thread at once. */
const BATCH = 16
/** Papers, page, manifest and the file system's own tables. */
const RESERVED_BYTES = 12 << 20
/** Who is expected that long after the backup counts as booked. */
const BOOKED_DAYS = 14
/** A document larger than this is looked at in the restored data. */
const MAX_DOCUMENT_BYTES = 64 << 20

interface Placed {
  readonly patient: PatientEntry
  readonly documentsWanted: readonly WantedDocument[]
  readonly disc: number
  readonly chart: IndexedPatient['chart']
  documents: IndexedPatient['documents']
}

/** @throws VAULT_EDITION_FOLDER_TAKEN, the reader's errors where a place cannot be reached, the file system's (full) */
export async function buildEdition(order: EditionOrder): Promise<MadeEdition> {
  if (existsSync(order.folder)) throw new AppError('STORAGE_EXISTS', { detail: 'folder of a new edition' })
  return new Build(order).run()
}

class Build {
  readonly #order: EditionOrder
  readonly #sealer = new Sealer(randomBytes(16).toString('hex'), randomBytes(32))
  readonly #discs: Disc[] = []
  /** By row of the index. */
  readonly #placed: Placed[] = []
  readonly #leftOut = { older: 0, notFirst: 0, noRoom: 0, unreadable: 0 }
  #missing: About['missing'] = []

  constructor(order: EditionOrder) {
    this.#order = order
  }

  async run(): Promise<MadeEdition> {
    const lists = this.#lists()
    const first = new Set(lists.flatMap(({ rows }) => rows.map(({ row }) => row)))
    const order = this.#rows(first)
    this.#nextDisc()
    const reused = await this.#addCharts(order)
    const waiting = order.filter((row) => !first.has(row))
    for (const disc of this.#discs) {
      disc.closePack()
      await this.#addDocuments(disc, [...first], this.#order.documents !== 'none')
      await this.#addDocuments(disc, waiting, this.#order.documents === 'all')
    }
    return this.#finish(lists, reused)
  }

  /** Who is in hospital or booked, then newest care: whoever was here last week is likelier to come than last year's. */
  #rows(first: ReadonlySet<number>): number[] {
    const { index } = this.#order
    const others = Array.from({ length: index.size }, (_, row) => ({ row, last: index.entry(row).lastCareDate }))
      .filter(({ row }) => !first.has(row))
      .toSorted((a, b) => (a.last < b.last ? 1 : a.last > b.last ? -1 : a.row - b.row))
    return [...first, ...others.map(({ row }) => row)]
  }

  /** In order, while the next ones are read and made. @returns how many were taken over */
  async #addCharts(rows: readonly number[]): Promise<number> {
    const policy = this.#policy()
    const wanted = this.#order.cache
    const tag = JSON.stringify([wanted?.tag, policy])
    const cache = wanted && new ChartCache({ ...wanted, tag })
    const makers = new ChartMakers(policy)
    try {
      const signatures = cache && this.#signatures()
      const going: { readonly rows: readonly number[]; readonly made: Promise<(MadeChart | undefined)[]> }[] = []
      let done = 0
      for (let at = 0; at < rows.length || going.length > 0;) {
        this.#order.signal?.throwIfAborted()
        while (at < rows.length && going.length < makers.ahead) {
          const batch = rows.slice(at, (at += BATCH))
          const made = this.#makeAll(batch, makers, cache, signatures)
          // Awaited in its turn; what fails meanwhile is said then.
          made.catch(() => undefined)
          going.push({ rows: batch, made })
        }
        const next = going.shift()!
        const made = await next.made
        next.rows.forEach((row, i) => this.#addChart(row, made[i]))
        this.#order.report?.((done += next.rows.length), rows.length)
      }
      cache?.commit()
      return cache?.reused ?? 0
    } catch (error) {
      cache?.close()
      throw error
    } finally {
      await makers.close()
    }
  }

  async #makeAll(
    rows: readonly number[],
    makers: ChartMakers,
    cache: ChartCache | undefined,
    signatures: ((row: number) => string | undefined) | undefined,
  ): Promise<(MadeChart | undefined)[]> {
    const { reader, index } = this.#order
    const keyOf = (row: number) => index.entry(row).patientKey
    const known = rows.map((row) => {
      const signature = signatures?.(row)
      return signature === undefined ? undefined : cache?.take(keyOf(row), signature)
    })
    const toMake = rows.filter((_, i) => !known[i])
    if (toMake.length === 0) return known
    const nobody = { patients: [], total: 0 }
    const gathered = await Promise.all(toMake.map((row) => gatherChart(reader, index, row, nobody)))
    const made = await makers.make(gathered)
    toMake.forEach((row, i) => {
      const signature = signatures?.(row)
      if (made[i] && signature !== undefined) cache?.keep(keyOf(row), signature, made[i])
    })
    const fresh = new Map(toMake.map((row, i) => [row, made[i]]))
    return rows.map((row, i) => known[i] ?? fresh.get(row))
  }

  /** What a patient's chart is made of, as one text; undefined where the source cannot tell. */
  #signatures(): (row: number) => string | undefined {
    const { index, reader } = this.#order
    if (reader.intake) return () => undefined
    const units = index.signatureOf()
    return (row) =>
      index
        .entry(row)
        .units.map((unit) => units.get(unit) ?? '')
        .join()
  }

  #policy(): ChartPolicy {
    const { access, kind } = this.#order
    const since = this.#since()
    return { access, reasonGiven: kind === 'care', ...(since && { since }) }
  }

  /** Without `made` it could not be made of what the backup holds: it is in the index and says so. */
  #addChart(row: number, made: MadeChart | undefined): void {
    const patient = this.#order.index.entry(row)
    if (made) {
      this.#missing = made.missing
      this.#leftOut.older += made.older
    } else this.#leftOut.unreadable++
    const sealed = made && this.#sealer.seal('chart', [patient.patientKey], made.packed)
    const disc = this.#discFor(sealed?.length ?? 0)
    const chart = sealed && disc.add(sealed)
    disc.patients++
    this.#placed[row] = {
      patient,
      documentsWanted: made?.documents ?? [],
      disc: disc.n,
      chart,
      documents: undefined,
    }
  }

  #since(): string | undefined {
    const { months, reader } = this.#order
    return months === undefined ? undefined : periodStart(institutionDate(reader.asOf), months)
  }

  #nextDisc(): Disc {
    const n = this.#discs.length + 1
    const disc = new Disc(join(this.#order.folder, `disc-${n}`), n)
    this.#discs.push(disc)
    return disc
  }

  #discFor(bytes: number): Disc {
    const { capacity } = this.#order
    const last = this.#discs.at(-1)!
    if (capacity === undefined || last.bytes + pageBytes(bytes) <= (capacity - RESERVED_BYTES) * CHART_SHARE)
      return last
    last.closePack()
    return this.#nextDisc()
  }

  /** Texts of all before pictures of anybody. */
  async #addDocuments(disc: Disc, rows: readonly number[], isWanted: boolean): Promise<void> {
    const here = rows.filter((row) => this.#placed[row]!.disc === disc.n)
    const places = new Map<number, ({ path: string } & NonNullable<IndexedPatient['documents']>)[]>()
    for (const rank of [0, 1] as const)
      for (const row of here)
        for (const document of this.#placed[row]!.documentsWanted) {
          if (document.rank !== rank) continue
          if (!isWanted) {
            this.#leftOut.notFirst++
            continue
          }
          this.#order.signal?.throwIfAborted()
          const place = await this.#addDocument(disc, row, document)
          if (place) places.set(row, [...(places.get(row) ?? []), place])
        }
    disc.closePack()
    for (const [row, list] of places) {
      const { patient } = this.#placed[row]!
      const sealed = this.#sealer.seal('documents', [patient.patientKey], Buffer.from(JSON.stringify(list)))
      this.#placed[row]!.documents = disc.add(sealed)
    }
    disc.closePack()
  }

  async #addDocument(disc: Disc, row: number, { path }: WantedDocument) {
    const { reader, capacity } = this.#order
    const room = capacity === undefined ? Infinity : capacity - RESERVED_BYTES - this.#indexBytes() - disc.bytes
    let bytes: Uint8Array
    try {
      bytes = await reader.readFile(path)
    } catch (error) {
      if (!isAppError(error) || (error.kind !== 'damaged' && error.kind !== 'not-found')) throw error
      this.#leftOut.unreadable++
      return undefined
    }
    if (bytes.length > MAX_DOCUMENT_BYTES || pageBytes(bytes.length) > room) {
      this.#leftOut.noRoom++
      return undefined
    }
    const { patientKey } = this.#placed[row]!.patient
    return { path, ...disc.add(this.#sealer.seal('document', [patientKey, path], bytes)) }
  }

  /** Generous: measured 16 bytes a patient before base64. */
  #indexBytes(): number {
    return this.#placed.length * 64
  }

  async #finish(lists: PatientList[], reused: number): Promise<MadeEdition> {
    const { signer, reader, kind, about, slots, iterations, clock, index, page, extras } = this.#order
    const since = this.#since()
    const heads = this.#discs.map((disc): Head => ({
      format: FORMAT,
      bundle: this.#sealer.bundle,
      ...about,
      kind,
      disc: { n: disc.n, of: this.#discs.length },
      asOf: reader.asOf,
      madeAt: clock.now(),
      generation: reader.generationId,
      ...(since && { since }),
      patients: { here: disc.patients, all: index.size },
    }))
    const sealedSlots = await sealSlots(this.#sealer, slots, iterations ?? KDF_ITERATIONS)
    const patients = this.#indexed()
    const discs = this.#discs.map((disc, d): MadeDisc => {
      const head = heads[d]!
      const placedExtras = extras.map(({ title, contentType, bytes }, n) => ({
        title,
        contentType,
        ...disc.add(this.#sealer.seal('extra', [String(n)], bytes)),
      }))
      disc.closePack()
      const packs = disc.packs.map(({ sha256 }) => sha256)
      const aboutIndex: About = {
        head,
        signer: signer.fingerprint,
        packs,
        missing: this.#missing,
        lists,
        extras: placedExtras,
        leftOut: this.#leftOut,
      }
      const sealed = this.#sealer.seal('index', [], deflateSync(encodeIndex(aboutIndex, patients)))
      const files = {
        page: disc.write(PAGE_NAME, page),
        index: disc.write(INDEX_NAME, dataPage(sealed.toString('base64'))),
      }
      const manifest: Manifest = { head, ...sealedSlots, ...files, packs: disc.packs }
      const facts = { head, fingerprint: signer.fingerprint, pageSha256: files.page.sha256 }
      for (const { name, text } of this.#order.papers(facts)) disc.write(name, text)
      // Last: a disc without it is none.
      disc.write(MANIFEST_NAME, dataPage(signed(manifest, signer)))
      return { ...facts, folder: disc.folder, bytes: disc.bytes, files: disc.packs.length + 3 }
    })
    return { bundle: this.#sealer.bundle, discs, leftOut: this.#leftOut, patients: index.size, reused }
  }

  #indexed(): IndexedPatient[] {
    return this.#placed.map(({ patient, disc, chart, documents }) => ({
      patientKey: patient.patientKey,
      patientId: patient.patientId,
      kanji: patient.kanji,
      kana: patient.kana,
      birthDate: patient.birthDate,
      sex: patient.sex,
      lastCareDate: patient.lastCareDate,
      isProtected: this.#order.isProtected(patient.patientKey),
      disc,
      chart,
      documents,
    }))
  }

  /** Wards as the records tell them, and who is expected in the two weeks after; wards not for reception. */
  #lists(): PatientList[] {
    const { index, kind } = this.#order
    const seesStays = kind === 'care'
    const wards = seesStays ? index.inpatients().wards : []
    const day = institutionDate(index.asOf)
    const days = Array.from({ length: BOOKED_DAYS }, (_, n) => addDays(day, n)).map((title) => ({
      title,
      expected: index.bookings(title).filter(({ by }) => by === 'appointment' || seesStays),
    }))
    return [
      ...wards.map(({ name, patients }): PatientList => ({
        kind: 'ward',
        title: name,
        rows: patients.map(({ row, place }) => ({ row, note: [place.room, place.bed].filter(Boolean).join(' ') })),
      })),
      ...days
        .filter(({ expected }) => expected.length > 0)
        .map(({ title, expected }): PatientList => ({
          kind: 'booking',
          title,
          rows: expected.map(({ row, start, department }) => ({
            row,
            note: [start.slice(11, 16), department].filter(Boolean).join(' '),
          })),
        })),
    ]
  }
}

function signed(manifest: Manifest, signer: Signer): string {
  const text = JSON.stringify(manifest)
  const page: SignedManifest = {
    manifest: text,
    publicKey: signer.publicKey.toString('base64'),
    signature: signer.sign(text).toString('base64'),
  }
  return Buffer.from(JSON.stringify(page)).toString('base64')
}
