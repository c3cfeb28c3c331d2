/** The end of each disc: papers, index, page, and the manifest last. */
import { deflateSync } from 'node:zlib'
import type { Chart } from '#chart'
import type { Disc } from './disc.ts'
import { sealForEnvelopes } from './envelopes.ts'
import {
  type About,
  dataPage,
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
import type { EditionOrder, MadeDisc } from './order.ts'
import { type Sealer, sealSlots, type Signer } from './seal.ts'

interface Filled {
  readonly sealer: Sealer
  readonly discs: readonly Disc[]
  readonly lists: readonly PatientList[]
  readonly leftOut: LeftOut
  readonly patients: readonly IndexedPatient[]
  /** Of each source. */
  readonly since: readonly (string | undefined)[]
  readonly missing: readonly Chart['missing'][]
}

export async function finishDiscs(order: EditionOrder, filled: Filled): Promise<MadeDisc[]> {
  const { slots, iterations } = order
  const { sealer, discs } = filled
  const sealedSlots =
    'envelopes' in slots
      ? sealForEnvelopes(sealer, slots)
      : await sealSlots(sealer, slots, iterations ?? KDF_ITERATIONS)
  const madeAt = order.clock.now()
  return discs.map((disc) => finishDisc(order, filled, disc, headOf(order, filled, disc, madeAt), sealedSlots))
}

function headOf(order: EditionOrder, { sealer, discs, since, patients }: Filled, disc: Disc, madeAt: number): Head {
  const { about, kind, sources } = order
  const going = sources.filter(({ isRetired }) => !isRetired)
  return {
    format: FORMAT,
    bundle: sealer.bundle,
    ...about,
    kind,
    disc: { n: disc.n, of: discs.length },
    sources: sources.map(({ name, reader }, n) => ({
      name,
      generation: reader.generationId,
      asOf: reader.asOf,
      ...(since[n] && { since: since[n] }),
    })),
    asOf: Math.min(...(going.length > 0 ? going : sources).map(({ reader }) => reader.asOf)),
    madeAt,
    patients: { here: disc.patients, all: patients.length },
  }
}

function finishDisc(
  order: EditionOrder,
  { sealer, lists, leftOut, patients, missing }: Filled,
  disc: Disc,
  head: Head,
  sealedSlots: Pick<Manifest, 'kdf' | 'slots'>,
): MadeDisc {
  const { signer, sources, minimums, kind } = order
  const extras = order.extras.map(({ title, contentType, bytes, madeAt }, n) => ({
    title,
    contentType,
    ...(madeAt !== undefined && { madeAt }),
    ...disc.add(sealer.seal('extra', [String(n)], bytes)),
  }))
  disc.closePack()
  const about: About = {
    head,
    signer: signer.fingerprint,
    packs: disc.packs.map(({ sha256 }) => sha256),
    sources: sources.map(({ sharesNumbers }, n) => ({ missing: missing[n]!, sharesNumbers })),
    minimums: kind === 'care' ? minimums : [],
    lists,
    extras,
    leftOut,
  }
  const sealed = sealer.seal('index', [], deflateSync(encodeIndex(about, patients)))
  const files = {
    page: disc.write(PAGE_NAME, order.page),
    index: disc.write(INDEX_NAME, dataPage(sealed.toString('base64'))),
  }
  const manifest: Manifest = { head, ...sealedSlots, ...files, packs: disc.packs }
  const facts = { head, fingerprint: signer.fingerprint, pageSha256: files.page.sha256 }
  for (const { name, text } of order.papers(facts)) disc.write(name, text)
  // Last: a disc without it is none.
  disc.write(MANIFEST_NAME, dataPage(signed(manifest, signer)))
  return { ...facts, folder: disc.folder, bytes: disc.bytes, files: disc.packs.length + 3 }
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
