/**
 * The edition on its medium: names, shapes and the few rules that builder and reader share (docs/edition-format.md). Free of
 * Node and of the browser alike.
 */
import type { EpochMs } from '#base'
import type { Chart } from '#chart/browser'

export const FORMAT = 'toride-edition-1'
export const PAGE_NAME = 'index.html'
export const MANIFEST_NAME = 'data/manifest.html'
export const INDEX_NAME = 'data/index.html'
export const KDF_ITERATIONS = 2_000_000
export const NONCE_BYTES = 12

/** 診療用 holds the whole chart; 受付用 what a clerk may see, and nothing else is in it. */
export const KINDS = ['care', 'reception'] as const
export type EditionKind = (typeof KINDS)[number]

/** One source of the institution as one backup has it. Patients of two sources are two, even of one number. */
export interface EditionSource {
  /** As the institution calls it. */
  readonly name: string
  /** Id of the backup. */
  readonly generation: string
  /** When that backup began: nothing later is in it. */
  readonly asOf: EpochMs
  /** `YYYY-MM-DD`: dated records before it were left out; absent: none. */
  readonly since?: string
}

/** What is told before the passphrase: nothing of any patient. */
export interface Head {
  readonly format: typeof FORMAT
  /** 32 hex digits, chance: the same on every disc of one edition, another one in every build. */
  readonly bundle: string
  /** Number in the register; it only grows. */
  readonly number: number
  readonly disc: { readonly n: number; readonly of: number }
  readonly kind: EditionKind
  readonly institution: string
  readonly isSample: boolean
  /** At least one; a patient's `source` is a place in it. */
  readonly sources: readonly EditionSource[]
  /** Of the oldest of them, retired systems passed over: what is newer may be lacking. */
  readonly asOf: EpochMs
  readonly madeAt: EpochMs
  /** Patients whose charts are on this disc, and in the edition. */
  readonly patients: { readonly here: number; readonly all: number }
  readonly program: string
}

/** A file of the disc by its SHA-256 (hex), as `sha256sum` and `certutil` say it. */
export interface FileEntry {
  readonly name: string
  readonly bytes: number
  readonly sha256: string
}

/** The data key under one passphrase; the name is for people (当直室の封筒). All base64. */
export interface Slot {
  readonly name: string
  readonly nonce: string
  readonly sealed: string
  /** Present where the passphrase opens the envelope's private key instead of the data key itself. */
  readonly envelope?: Envelope
}

/** The private key (PKCS #8, P-256) under the passphrase, and the public point (raw) that this edition was sealed with. */
export interface Envelope {
  readonly key: string
  readonly ephemeral: string
}

export interface Manifest {
  readonly head: Head
  readonly kdf: { readonly name: 'PBKDF2-SHA256'; readonly iterations: number; readonly salt: string }
  readonly slots: readonly Slot[]
  readonly page: FileEntry
  readonly index: FileEntry
  readonly packs: readonly FileEntry[]
}

/** What `data/manifest.html` carries: the manifest's exact text, and who signed it (ECDSA P-256, SHA-256, r‖s). */
export interface SignedManifest {
  readonly manifest: string
  /** SubjectPublicKeyInfo, base64. */
  readonly publicKey: string
  readonly signature: string
}

/** Where a sealed record lies: number of the pack in the manifest, and its bytes inside the pack's payload. */
export interface Location {
  readonly pack: number
  readonly offset: number
  readonly length: number
}

export interface DocumentPlace extends Location {
  /** Path as the chart names it. */
  readonly path: string
}

/** Of the sealed index, for the whole edition. */
export interface About {
  /** Must be the manifest's: a manifest that somebody else signed gives itself away here. */
  readonly head: Head
  /** Fingerprint of the key that signed the manifest. */
  readonly signer: string
  /** SHA-256 of every pack in the manifest's order. */
  readonly packs: readonly string[]
  /** In the order of {@link Head.sources}. */
  readonly sources: readonly SourceFacts[]
  /** What a ward cannot do without, as the institution decided. */
  readonly minimums: readonly WardNeeds[]
  /** Ways to a patient that is searched by no name: wards, bookings of a day. Rows of the index. */
  readonly lists: readonly PatientList[]
  /** Papers that travel with it, sealed like charts. */
  readonly extras: readonly (Location & {
    readonly title: string
    readonly contentType: string
    /** Of one that ages. */
    readonly madeAt?: EpochMs
  })[]
  readonly leftOut: LeftOut
}

export interface SourceFacts {
  /** What this source does not carry at all. */
  readonly missing: Chart['missing']
  /** Its patient numbers are the house's: the same number in another such source is told beside it. */
  readonly sharesNumbers: boolean
}

export interface WardNeeds {
  readonly ward: string
  readonly topics: readonly Chart['missing'][number]['topic'][]
  /** Name of who decided it, and when. */
  readonly by: string
  readonly onMs: EpochMs
}

export interface PatientList {
  readonly kind: 'ward' | 'booking'
  readonly source: number
  /** Name of the ward, or the day `YYYY-MM-DD`. */
  readonly title: string
  /** `note`: the room, or time and department of the appointment. */
  readonly rows: readonly { readonly row: number; readonly note: string; readonly bed?: string }[]
}

/** What is not on the disc, and why; counts over the whole edition. */
export interface LeftOut {
  /** Dated records before {@link Head.since}. */
  readonly older: number
  /** Documents of patients who are neither in hospital nor booked, where only theirs were asked for. */
  readonly notFirst: number
  /** Documents for which the medium had no room. */
  readonly noRoom: number
  /** Documents and charts that could not be read out of the backup. */
  readonly unreadable: number
}

export type Purpose = 'slot' | 'index' | 'chart' | 'documents' | 'document' | 'extra' | 'log'

/** Bound to each sealed record: a record that is put in another's place does not open. */
export function associatedData(bundle: string, purpose: Purpose, about: readonly string[]): Uint8Array {
  return new TextEncoder().encode(JSON.stringify([FORMAT, bundle, purpose, ...about]))
}

/** What every record of a patient is bound to: a key may be the same in two sources. */
export const boundTo = ({ patientKey, source }: { readonly patientKey: string; readonly source: number }) => [
  patientKey,
  String(source),
]

/** HKDF-SHA256 over the data key; salt = the bundle's 16 bytes. */
export const subkeyInfo = (purpose: Purpose) => `toride edition 1 ${purpose}`

const BEFORE = '<!doctype html><meta charset="utf-8"><title>Toride</title><script type="text/plain" id="d">'
const AFTER = '</script><script>parent.postMessage(document.getElementById("d").textContent,"*")</script>\n'

/** A data file is a page that hands its base64 to whoever framed it; framed in a sandbox it can do nothing else. */
export const dataPage = (base64: string): string => BEFORE + base64 + AFTER

/** The base64 of a data page that was read as text; undefined where it is none. */
export function payloadOf(page: string): string | undefined {
  return page.startsWith(BEFORE) && page.endsWith(AFTER) ? page.slice(BEFORE.length, -AFTER.length) : undefined
}

/** Files in folders of 256, lower-case names: `data/00/p00000.html`. */
export function packName(n: number): string {
  const folder = Math.floor(n / 256)
  return `data/${folder.toString(16).padStart(2, '0')}/p${String(n).padStart(5, '0')}.html`
}
