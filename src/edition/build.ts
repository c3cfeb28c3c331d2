/**
 * Makes an edition: charts of all patients, then documents of those who matter first, then the index, then the manifest.
 * Streams: beside a pack and a batch it holds what the index needs. What exists in the folder is never touched: a build writes
 * into a folder that is new, so that one that was cut short is no edition (it has no manifest).
 */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, institutionDate, isAppError } from '#base'
import { type PatientEntry, recordCounts } from '#chart'
import { ChartMakers } from './chart-makers.ts'
import { Disc, pageBytes } from './disc.ts'
import { finishDiscs } from './finish.ts'
import { boundTo, type IndexedPatient } from './format/index.ts'
import type { ChartPolicy, MadeChart, WantedDocument } from './make-chart.ts'
import type { EditionOrder, MadeEdition, SourceOrder } from './order.ts'
import { periodStart } from './period.ts'
import { Rows } from './rows.ts'
import { Sealer } from './seal.ts'
import { SourceCharts } from './source-charts.ts'

/** Charts may fill this much of a disc; the rest is for documents, index and papers. */
const CHART_SHARE = 0.8
/** Patients that go to a thread at once. */
const BATCH = 16
/** Page, manifest and the file system's own tables. */
const RESERVED_BYTES = 12 << 20
/** A document larger than this is looked at in the restored data. */
const MAX_DOCUMENT_BYTES = 64 << 20

interface Placed {
  readonly patient: PatientEntry
  readonly source: number
  readonly documentsWanted: readonly WantedDocument[]
  readonly disc: number
  readonly chart: IndexedPatient['chart']
  documents: IndexedPatient['documents']
}

/** @throws STORAGE_EXISTS, the reader's errors where a place cannot be reached, the file system's (full) */
export async function buildEdition(order: EditionOrder): Promise<MadeEdition> {
  if (existsSync(order.folder)) throw new AppError('STORAGE_EXISTS', { detail: 'folder of a new edition' })
  return new Build(order).run()
}

/** Before it dated records are left out; each source has the period before its own backup. */
function sinceOf({ months }: Pick<EditionOrder, 'months'>, { reader }: SourceOrder): string | undefined {
  return months === undefined ? undefined : periodStart(institutionDate(reader.asOf), months)
}

class Build {
  readonly #order: EditionOrder
  readonly #rows: Rows
  readonly #sealer = new Sealer(randomBytes(16).toString('hex'), randomBytes(32))
  readonly #discs: Disc[] = []
  /** By row of the index. */
  readonly #placed: Placed[] = []
  readonly #leftOut = { older: 0, notFirst: 0, noRoom: 0, unreadable: 0 }

  constructor(order: EditionOrder) {
    this.#order = order
    this.#rows = new Rows(order.sources)
  }

  async run(): Promise<MadeEdition> {
    const lists = this.#rows.lists(this.#order.kind)
    const first = this.#rows.first(lists)
    const order = this.#rows.inOrder(first)
    this.#nextDisc()
    const charts = await this.#addCharts(order)
    const waiting = order.filter((row) => !first.has(row))
    for (const disc of this.#discs) {
      disc.closePack()
      await this.#addDocuments(disc, [...first], this.#order.documents !== 'none')
      await this.#addDocuments(disc, waiting, this.#order.documents === 'all')
    }
    const { sources } = this.#order
    const discs = await finishDiscs(this.#order, {
      sealer: this.#sealer,
      discs: this.#discs,
      lists,
      leftOut: this.#leftOut,
      patients: this.#indexed(),
      since: sources.map((source) => sinceOf(this.#order, source)),
      missing: charts.map(({ missing }) => missing),
    })
    const { bundle } = this.#sealer
    const logKey = this.#sealer.key('log')
    const reused = charts.reduce((sum, one) => sum + one.reused, 0)
    return { bundle, discs, leftOut: this.#leftOut, patients: this.#rows.size, reused, logKey }
  }

  /** In order, while the next ones are read and made. */
  async #addCharts(rows: readonly number[]): Promise<readonly SourceCharts[]> {
    const charts: SourceCharts[] = []
    const makers = new ChartMakers()
    try {
      for (const source of this.#order.sources) charts.push(new SourceCharts(source, this.#policy(source)))
      const going: { readonly rows: readonly number[]; readonly made: Promise<(MadeChart | undefined)[]> }[] = []
      let done = 0
      for (let at = 0; at < rows.length || going.length > 0;) {
        this.#order.signal?.throwIfAborted()
        while (at < rows.length && going.length < makers.ahead) {
          const batch = rows.slice(at, (at += BATCH))
          const made = this.#make(batch, charts, makers)
          // Awaited in its turn; what fails meanwhile is said then.
          made.catch(() => undefined)
          going.push({ rows: batch, made })
        }
        const next = going.shift()!
        const made = await next.made
        next.rows.forEach((row, i) => this.#addChart(row, made[i]))
        this.#order.report?.((done += next.rows.length), rows.length)
      }
      for (const one of charts) one.commit()
      return charts
    } catch (error) {
      for (const one of charts) one.discard()
      throw error
    } finally {
      await makers.close()
    }
  }

  /** Of a batch, each source makes its own. */
  async #make(
    rows: readonly number[],
    charts: readonly SourceCharts[],
    makers: ChartMakers,
  ): Promise<(MadeChart | undefined)[]> {
    const made = new Map<number, MadeChart | undefined>()
    const bySource = Map.groupBy(rows, (row) => this.#rows.place(row).source)
    for (const [source, of] of bySource) {
      const own = await charts[source]!.make(
        of.map((row) => this.#rows.place(row).own),
        makers,
      )
      of.forEach((row, i) => made.set(row, own[i]))
    }
    return rows.map((row) => made.get(row))
  }

  #policy(source: SourceOrder): ChartPolicy {
    const { access, kind } = this.#order
    const since = sinceOf(this.#order, source)
    return { access, reasonGiven: kind === 'care', ...(since && { since }) }
  }

  /** Without `made` it could not be made of what the backup holds: it is in the index and says so. */
  #addChart(row: number, made: MadeChart | undefined): void {
    const patient = this.#rows.entry(row)
    const { source } = this.#rows.place(row)
    if (made) this.#leftOut.older += made.older
    else this.#leftOut.unreadable++
    const sealed = made && this.#sealer.seal('chart', boundTo({ ...patient, source }), made.packed)
    const disc = this.#discFor(sealed?.length ?? 0)
    const chart = sealed && disc.add(sealed)
    disc.patients++
    this.#placed[row] = {
      patient,
      source,
      documentsWanted: made?.documents ?? [],
      disc: disc.n,
      chart,
      documents: undefined,
    }
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
    if (capacity === undefined || last.bytes + pageBytes(bytes) <= (capacity - this.#reserved) * CHART_SHARE)
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
      const sealed = this.#sealer.seal('documents', this.#bound(row), Buffer.from(JSON.stringify(list)))
      this.#placed[row]!.documents = disc.add(sealed)
    }
    disc.closePack()
  }

  async #addDocument(disc: Disc, row: number, { path }: WantedDocument) {
    const { sources } = this.#order
    const { reader } = sources[this.#placed[row]!.source]!
    let bytes: Uint8Array
    try {
      bytes = await reader.readFile(path)
    } catch (error) {
      if (!isAppError(error) || (error.kind !== 'damaged' && error.kind !== 'not-found')) throw error
      this.#leftOut.unreadable++
      return undefined
    }
    if (bytes.length > MAX_DOCUMENT_BYTES || pageBytes(bytes.length) > this.#room(disc)) {
      this.#leftOut.noRoom++
      return undefined
    }
    return { path, ...disc.add(this.#sealer.seal('document', [...this.#bound(row), path], bytes)) }
  }

  #bound(row: number): string[] {
    const { patient, source } = this.#placed[row]!
    return boundTo({ ...patient, source })
  }

  /** For documents, after what else comes onto the disc. */
  #room(disc: Disc): number {
    const { capacity } = this.#order
    return capacity === undefined ? Infinity : capacity - this.#reserved - this.#indexBytes() - disc.bytes
  }

  get #reserved(): number {
    return RESERVED_BYTES + this.#order.extras.reduce((sum, { bytes }) => sum + pageBytes(bytes.length), 0)
  }

  /** Generous: measured 16 bytes a patient before base64. */
  #indexBytes(): number {
    return this.#placed.length * 64
  }

  #indexed(): IndexedPatient[] {
    return this.#placed.map(({ patient, source, disc, chart, documents }) => ({
      source,
      patientKey: patient.patientKey,
      patientId: patient.patientId,
      kanji: patient.kanji,
      kana: patient.kana,
      birthDate: patient.birthDate,
      sex: patient.sex,
      lastCareDate: patient.lastCareDate,
      recordCount: recordCounts(patient).records,
      documentCount: recordCounts(patient).documents,
      isProtected: this.#order.isProtected(patient.patientKey),
      disc,
      chart,
      documents,
    }))
  }
}
