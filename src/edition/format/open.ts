/**
 * Opening an edition: manifest, passphrase, index, records. Everything that comes from the medium is taken for hostile until
 * its seal is proven; what is not proven is said and never shown.
 */
import type { Chart } from '#chart/browser'
import {
  type About,
  boundTo,
  dataPage,
  type DocumentPlace,
  type EditionSource,
  type FileEntry,
  KINDS,
  FORMAT,
  type Location,
  type Manifest,
  MANIFEST_NAME,
  type Purpose,
  type SignedManifest,
} from './format.ts'
import { envelopeKey, isEnvelope } from './envelope.ts'
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

/** Each is tried with what is typed. */
const MOST_SLOTS = 16
/** 100 GB of them. */
const MOST_PACKS = 150_000
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
    [head.number, head.asOf, head.madeAt, head.disc.n, head.disc.of, head.patients.here, head.patients.all].every(
      Number.isFinite,
    ) &&
    typeof head.institution === 'string' &&
    KINDS.includes(head.kind) &&
    head.sources.length > 0 &&
    head.sources.every(isSource) &&
    Number.isSafeInteger(kdf.iterations) &&
    kdf.iterations > 0 &&
    kdf.iterations <= MAX_ITERATIONS &&
    typeof kdf.salt === 'string' &&
    slots.length <= MOST_SLOTS &&
    slots.every(
      ({ name, nonce, sealed, envelope }) =>
        [name, nonce, sealed].every((text) => typeof text === 'string' && text.length < 1000) && isEnvelope(envelope),
    ) &&
    packs.length <= MOST_PACKS &&
    [...packs, index].every(
      ({ name, sha256: hash }) =>
        /^data\/(?:[0-9a-f]{2,}\/)?[a-z0-9]+\.html$/.test(name) && /^[0-9a-f]{64}$/.test(hash),
    )
  )
}

const isSource = ({ name, generation, asOf, since }: EditionSource): boolean =>
  typeof name === 'string' &&
  typeof generation === 'string' &&
  Number.isFinite(asOf) &&
  (since === undefined || /^\d{4}-\d{2}-\d{2}$/.test(since))

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
  // Sealed, and still not to be relied on: who has the passphrase could have made it.
  const index = await inflate(packed)
    .then((payload) => new EditionIndex(payload))
    .catch(() => undefined)
  if (!index) return { problem: 'index-damaged' }
  if (!agrees(index.about, cover)) return { problem: 'manifest-changed' }
  return { edition: new Edition(cover, index, dataKey, load) }
}

async function openSlot({ kdf, slots, head }: Manifest, passphrase: string) {
  const typed = await slotKey(passphrase, fromBase64(kdf.salt), kdf.iterations)
  for (const slot of slots) {
    const key = slot.envelope ? await envelopeKey(typed, head.bundle, slot.name, slot.envelope) : typed
    if (!key) continue
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

  /** Reads a patient's sealed bytes ahead, while the person still types who it is: a drive that spins up takes seconds. */
  prepare(row: number): void {
    const { chart, disc } = this.index.entry(row)
    if (chart && disc === this.cover.manifest.head.disc.n) void this.#pack(chart.pack)
  }

  async chart(row: number): Promise<ChartResult> {
    const patient = this.index.entry(row)
    if (patient.disc !== this.cover.manifest.head.disc.n) return { state: 'other-disc' }
    if (!patient.chart) return { state: 'not-made' }
    const pack = await this.#pack(patient.chart.pack)
    if (pack.state === 'missing') return { state: 'missing' }
    const plain = await this.#record(pack.payload, patient.chart, 'chart', boundTo(patient))
    if (!plain) return { state: 'damaged' }
    const whole = await inflate(plain)
      .then((bytes) => JSON.parse(text(bytes)) as StoredChart)
      .catch(() => undefined)
    if (!whole) return { state: 'damaged' }
    const { leftOut, ...stored } = whole
    const { head, sources } = this.index.about
    const { generation: id, asOf } = head.sources[patient.source]!
    const chart = {
      ...stored,
      generation: { id, asOf },
      similar: this.index.similarTo(row),
      missing: sources[patient.source]!.missing,
    }
    return { state: 'opened', chart, leftOut, isPackSound: pack.state === 'sound' }
  }

  /** Those documents of a patient that lie on the disc. Undefined where the list itself is damaged. */
  async documents(row: number): Promise<readonly DocumentPlace[] | undefined> {
    const patient = this.index.entry(row)
    if (!patient.documents) return []
    const plain = await this.#open(patient.documents, 'documents', boundTo(patient))
    return plain && (JSON.parse(text(plain)) as DocumentPlace[])
  }

  async document(row: number, place: DocumentPlace): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#open(place, 'document', [...boundTo(this.index.entry(row)), place.path])
  }

  /** Seals what the reader notes of who looked; it may outlive this object, and opens nothing else. */
  async logKey(): Promise<CryptoKey> {
    return subkey(this.#dataKey, this.cover.manifest.head.bundle, 'log', ['encrypt'])
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
          (await this.#record(file.payload, patient.chart!, 'chart', boundTo(patient))) !== undefined
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
