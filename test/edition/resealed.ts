/** A disc as somebody makes it who has the passphrase and a key of his own: everything in it may be altered, and is sealed. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync, inflateSync } from 'node:zlib'
import { makeSigningKey, signerOf } from '#edition'
import {
  type About,
  boundTo,
  dataPage,
  encodeIndex,
  INDEX_NAME,
  type Manifest,
  MANIFEST_NAME,
  payloadOf,
} from '#edition/format'
import { Disc } from '../../src/edition/disc.ts'
import { EditionIndex } from '../../src/edition/format/index-table.ts'
import { fromBase64, slotKey, subkey, unseal } from '../../src/edition/format/web-crypto.ts'
import { Sealer } from '../../src/edition/seal.ts'
import { PASSPHRASE } from './made.ts'

export interface Alterations {
  /** Each chart as JSON text. */
  readonly chart?: (text: string) => string
  readonly about?: (about: About) => About
  /** The encoded index, before it is packed. */
  readonly index?: (bytes: Uint8Array) => Uint8Array
  readonly name?: (text: string) => string
}

const pageAt = (disc: string, name: string) => payloadOf(readFileSync(join(disc, name), 'latin1'))!

export async function reseal(disc: string, alter: Alterations): Promise<void> {
  const signed = JSON.parse(Buffer.from(pageAt(disc, MANIFEST_NAME), 'base64').toString()) as { manifest: string }
  const manifest = JSON.parse(signed.manifest) as Manifest
  const { bundle } = manifest.head
  const [slot] = manifest.slots
  const typed = await slotKey(PASSPHRASE, fromBase64(manifest.kdf.salt), manifest.kdf.iterations)
  const sealedKey = new Uint8Array([...fromBase64(slot!.nonce), ...fromBase64(slot!.sealed)])
  const dataKey = (await unseal(typed, sealedKey, { bundle, purpose: 'slot', about: [slot!.name] }))!
  const open = async (purpose: 'index' | 'chart', sealed: Uint8Array<ArrayBuffer>, about: readonly string[]) =>
    inflateSync((await unseal(await subkey(dataKey, bundle, purpose), sealed, { bundle, purpose, about }))!)
  const sealer = new Sealer(bundle, dataKey)
  const index = new EditionIndex(await open('index', fromBase64(pageAt(disc, INDEX_NAME)), []))
  const packs = manifest.packs.map(({ name }) => fromBase64(pageAt(disc, name)))
  const fresh = new Disc(disc, 1)
  const rows = Array.from({ length: index.size }, (_, row) => index.entry(row))
  const patients = []
  for (const patient of rows) {
    const { pack, offset, length } = patient.chart!
    const text = await open('chart', packs[pack]!.subarray(offset, offset + length), boundTo(patient))
    const altered = (alter.chart ?? String)(text.toString())
    const chart = fresh.add(sealer.seal('chart', boundTo(patient), deflateSync(altered)))
    const name = alter.name ?? String
    patients.push({ ...patient, kanji: name(patient.kanji), kana: name(patient.kana), chart, documents: undefined })
  }
  fresh.closePack()
  const signer = signerOf(makeSigningKey())
  const about = (alter.about ?? ((same: About) => same))({
    ...index.about,
    extras: [],
    signer: signer.fingerprint,
    packs: fresh.packs.map(({ sha256 }) => sha256),
  })
  const encoded = encodeIndex(about, patients)
  const sealed = sealer.seal('index', [], deflateSync((alter.index ?? ((same) => same))(encoded)))
  const page = fresh.write(INDEX_NAME, dataPage(sealed.toString('base64')))
  const text = JSON.stringify({ ...manifest, head: about.head, index: page, packs: fresh.packs })
  sign(disc, signer, text)
}

/** Any text as the manifest of a disc, rightly signed by a key that nobody knows. */
export function sign(disc: string, signer: ReturnType<typeof signerOf>, manifest: string): void {
  const page = {
    manifest,
    publicKey: signer.publicKey.toString('base64'),
    signature: signer.sign(manifest).toString('base64'),
  }
  rmSync(join(disc, MANIFEST_NAME))
  writeFileSync(join(disc, MANIFEST_NAME), dataPage(Buffer.from(JSON.stringify(page)).toString('base64')))
}
