/**
 * Opening an edition: manifest, passphrase, index, records. Everything that comes from the medium is taken for hostile until
 * its seal is proven; what is not proven is said and never shown.
 */
import type { Chart } from '#chart/browser'
import {
  type About,
  dataPage,
  type DocumentPlace,
  type FileEntry,
  FORMAT,
  type Location,
  type Manifest,
  MANIFEST_NAME,
  type Purpose,
  type SignedManifest,
} from './format.ts'
import { EditionIndex, type EditionPatient } from './index-table.ts'
import { fingerprintOf } from './passphrase.ts'
import { fromBase64, hex, inflate, isSigned, sha256, slotKey, subkey, unseal, utf8 } from './web-crypto.ts'

/** The base64 that a data file hands over; undefined where it is not there or hands over nothing. */
export type LoadPayload = (name: string) => Promise<string | undefined>

/** What can be said of a disc before anybody typed a passphrase. */
export interface Cover {
  readonly manifest: Manifest
  readonly isSigned: boolean
  /** Of the key that signed, to be compared with the label. */
  readonly fingerprint: string
}

export type CoverResult = Cover | { readonly problem: 'missing' | 'unreadable' }

/** More rounds than this are no edition of ours but an attempt to keep the browser busy. */
const MAX_ITERATIONS = 10_000_000

export async function readCover(load: LoadPayload): Promise<CoverResult> {
  const payload = await load(MANIFEST_NAME)
  if (payload === undefined) return { problem: 'missing' }
  try {
    const signed = JSON.parse(text(fromBase64(payload))) as SignedManifest
    const manifest = JSON.parse(signed.manifest) as Manifest
    if (manifest.head.format !== FORMAT || !isUsable(manifest)) return { problem: 'unreadable' }
    return {
      manifest,
      isSigned: await isSigned(signed.manifest, signed.publicKey, signed.signature),
      fingerprint: fingerprintOf(await sha256(fromBase64(signed.publicKey))),
    }
  } catch {
    return { problem: 'unreadable' }
  }
}

const text = (bytes: Uint8Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)

/** Of the shape that the rest of this file relies on. */
function isUsable({ head, kdf, slots, packs, index }: Manifest): boolean {
  return (
    /^[0-9a-f]{32}$/.test(head.bundle) &&
    [head.number, head.asOf, head.madeAt, head.disc.n, head.disc.of, head.patients.here].every(Number.isFinite) &&
    typeof head.institution === 'string' &&
    kdf.iterations > 0 &&
    kdf.iterations <= MAX_ITERATIONS &&
    slots.every((slot) => typeof slot.name === 'string') &&
    [...packs, index].every(({ name }) => /^data\/(?:[0-9a-f]{2,}\/)?[a-z0-9]+\.html$/.test(name))
  )
}

export type UnlockResult =
  | { readonly edition: Edition }
  /** `no-slot`: no passphrase of this disc; the others: the index is not what the manifest and its makers say. */
  | { readonly problem: 'no-slot' | 'index-missing' | 'index-damaged' | 'manifest-changed' }

/** @param passphrase as `readPassphrase` gives it */
export async function unlock(cover: Cover, passphrase: string, load: LoadPayload): Promise<UnlockResult> {
  const { manifest } = cover
  const dataKey = await openSlot(manifest, passphrase)
  if (!dataKey) return { problem: 'no-slot' }
  const page = await loadFile(load, manifest.index)
  if (page.state === 'missing') return { problem: 'index-missing' }
  const key = await subkey(dataKey, manifest.head.bundle, 'index')
  const bound = { bundle: manifest.head.bundle, purpose: 'index' as const, about: [] }
  const packed = await unseal(key, page.payload, bound)
  if (!packed) return { problem: 'index-damaged' }
  const index = new EditionIndex(await inflate(packed))
  if (!agrees(index.about, cover)) return { problem: 'manifest-changed' }
  return { edition: new Edition(cover, index, dataKey, load) }
}

async function openSlot({ kdf, slots, head }: Manifest, passphrase: string) {
  const key = await slotKey(passphrase, fromBase64(kdf.salt), kdf.iterations)
  for (const slot of slots) {
    const sealed = new Uint8Array([...fromBase64(slot.nonce), ...fromBase64(slot.sealed)])
    const dataKey = await unseal(key, sealed, { bundle: head.bundle, purpose: 'slot', about: [slot.name] })
    if (dataKey) return dataKey
  }
  return undefined
}

/** Only who had the passphrase could write the index: a manifest that says otherwise was written by somebody else. */
function agrees(about: About, { manifest, fingerprint }: Cover): boolean {
  return (
    JSON.stringify(about.head) === JSON.stringify(manifest.head) &&
    about.signer === fingerprint &&
    about.packs.length === manifest.packs.length &&
    about.packs.every((hash, n) => hash === manifest.packs[n]!.sha256)
  )
}

type LoadedFile =
  | { readonly state: 'missing' }
  /** `changed`: it is not the file whose hash is in the manifest. Records inside may still be whole. */
  | { readonly state: 'sound' | 'changed'; readonly payload: Uint8Array<ArrayBuffer> }

async function loadFile(load: LoadPayload, file: FileEntry): Promise<LoadedFile> {
  const payload = await load(file.name)
  if (payload === undefined) return { state: 'missing' }
  const isSame = hex(await sha256(utf8(dataPage(payload)))) === file.sha256
  return { state: isSame ? 'sound' : 'changed', payload: fromBase64(payload) }
}

/** A chart as it lies on the disc; what is the same for all patients is put back when it is opened. */
export type StoredChart = Omit<Chart, 'generation' | 'similar' | 'missing'> & {
  /** Dated records before the edition's period, by part. */
  readonly leftOut: Readonly<Record<string, number>>
}

export type ChartResult =
  | {
      readonly state: 'opened'
      readonly chart: Chart
      readonly leftOut: StoredChart['leftOut']
      readonly isPackSound: boolean
    }
  | { readonly state: 'missing' | 'damaged' | 'other-disc' | 'not-made' }

/** What looking over the whole disc found. */
export interface Verification {
  readonly missing: readonly string[]
  /** Files whose hash differs, though every record in them may be whole. */
  readonly changed: readonly string[]
  readonly unreadable: readonly EditionPatient[]
  readonly read: number
}

/** Packs that stay in memory: the last few, as neighbours on a ward lie together. */
const KEPT_PACKS = 4

/** An unlocked edition. Keys live in this object alone and go with it. */
export class Edition {
  readonly cover: Cover
  readonly index: EditionIndex
  readonly #dataKey: Uint8Array<ArrayBuffer>
  readonly #load: LoadPayload
  readonly #keys = new Map<Purpose, Promise<CryptoKey>>()
  readonly #packs = new Map<number, Promise<LoadedFile>>()

  constructor(cover: Cover, index: EditionIndex, dataKey: Uint8Array<ArrayBuffer>, load: LoadPayload) {
    this.cover = cover
    this.index = index
    this.#dataKey = dataKey
    this.#load = load
  }

  async chart(row: number): Promise<ChartResult> {
    const patient = this.index.entry(row)
    if (patient.disc !== this.cover.manifest.head.disc.n) return { state: 'other-disc' }
    if (!patient.chart) return { state: 'not-made' }
    const pack = await this.#pack(patient.chart.pack)
    if (pack.state === 'missing') return { state: 'missing' }
    const plain = await this.#record(pack.payload, patient.chart, 'chart', [patient.patientKey])
    if (!plain) return { state: 'damaged' }
    const { leftOut, ...stored } = JSON.parse(text(await inflate(plain))) as StoredChart
    const { head, missing } = this.index.about
    const chart = {
      ...stored,
      generation: { id: head.generation, asOf: head.asOf },
      similar: this.index.similarTo(row),
      missing: missing as Chart['missing'],
    }
    return { state: 'opened', chart, leftOut, isPackSound: pack.state === 'sound' }
  }

  /** Those documents of a patient that lie on the disc. Undefined where the list itself is damaged. */
  async documents(row: number): Promise<readonly DocumentPlace[] | undefined> {
    const { documents: place, patientKey } = this.index.entry(row)
    if (!place) return []
    const plain = await this.#open(place, 'documents', [patientKey])
    return plain && (JSON.parse(text(plain)) as DocumentPlace[])
  }

  async document(row: number, place: DocumentPlace): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#open(place, 'document', [this.index.entry(row).patientKey, place.path])
  }

  async extra(n: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const place = this.index.about.extras[n]
    return place && this.#open(place, 'extra', [String(n)])
  }

  /** Reads every pack of the disc and opens every chart in it. @param told after each pack */
  async verify(told: (done: number, of: number) => void): Promise<Verification> {
    const { packs, head } = this.cover.manifest
    const patients = Array.from({ length: this.index.size }, (_, row) => this.index.entry(row)).filter(
      (patient) => patient.disc === head.disc.n && patient.chart,
    )
    const byPack = new Map<number, EditionPatient[]>()
    for (const patient of patients)
      byPack.set(patient.chart!.pack, [...(byPack.get(patient.chart!.pack) ?? []), patient])
    const found = { missing: [] as string[], changed: [] as string[], unreadable: [] as EditionPatient[], read: 0 }
    for (let n = 0; n < packs.length; n++) {
      const file = await loadFile(this.#load, packs[n]!)
      if (file.state !== 'sound') found[file.state].push(packs[n]!.name)
      for (const patient of byPack.get(n) ?? []) {
        const isWhole =
          file.state !== 'missing' &&
          (await this.#record(file.payload, patient.chart!, 'chart', [patient.patientKey])) !== undefined
        if (isWhole) found.read++
        else found.unreadable.push(patient)
      }
      told(n + 1, packs.length)
    }
    return found
  }

  async #open(place: Location, purpose: Purpose, about: readonly string[]) {
    const pack = await this.#pack(place.pack)
    return pack.state === 'missing' ? undefined : this.#record(pack.payload, place, purpose, about)
  }

  async #record(payload: Uint8Array<ArrayBuffer>, place: Location, purpose: Purpose, about: readonly string[]) {
    const sealed = payload.subarray(place.offset, place.offset + place.length)
    return unseal(await this.#key(purpose), sealed, { bundle: this.cover.manifest.head.bundle, purpose, about })
  }

  #key(purpose: Purpose): Promise<CryptoKey> {
    const known = this.#keys.get(purpose) ?? subkey(this.#dataKey, this.cover.manifest.head.bundle, purpose)
    this.#keys.set(purpose, known)
    return known
  }

  #pack(n: number): Promise<LoadedFile> {
    const loading = this.#packs.get(n) ?? this.#loadPack(n)
    this.#packs.delete(n)
    this.#packs.set(n, loading)
    for (const oldest of [...this.#packs.keys()].slice(0, -KEPT_PACKS)) this.#packs.delete(oldest)
    return loading
  }

  /** What is not there now may be there when the disc lies in the drive again. */
  async #loadPack(n: number): Promise<LoadedFile> {
    const file = this.cover.manifest.packs[n]
    const loaded: LoadedFile = file ? await loadFile(this.#load, file) : { state: 'missing' }
    if (loaded.state === 'missing') this.#packs.delete(n)
    return loaded
  }
}
