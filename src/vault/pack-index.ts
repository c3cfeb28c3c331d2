/**
 * What the packs themselves say they hold, from their sealed headers. Index files are claims: whoever has the repository's
 * password can add one that names blobs where there are none, and restic calls the next backup saved. The closure of a
 * generation therefore believes headers only, and a run builds on no pack that an index file lies about.
 *
 * Index files and packs are named by their hash, so what was once proved of them is remembered in the catalogue: a night
 * reads the headers of its own packs. Every full walk forgets it first (docs/design/vault.md).
 */
import { hash } from 'node:crypto'
import { isAppError, type Backend, type ListedFile } from '#base'
import { BlobIndex, type IndexedPack, type PackedBlob, packSizeBytes, readPackHeader, type Repository } from '#restic'
import type { OpenRepository } from './repositories.ts'

/** Most headers fit: 41 bytes a blob, some thousand blobs in a pack of small files. */
const TAIL_BYTES = 128 * 1024
const READ_AT_ONCE = 8

type Opened = Pick<OpenRepository, 'repository' | 'catalogue'>

export interface ProvedIndex {
  /** Blobs by the packs' own word. Packs that cannot be read or whose header is no header hold nothing. */
  readonly index: BlobIndex
  readonly liars: Contradictions['liars']
}

export interface Contradictions {
  /** Packs that an index file lies about, or whose header cannot be read. */
  readonly packs: ReadonlySet<string>
  /** Packs that are there and that nothing contradicts. */
  readonly sound: ReadonlySet<string>
  /** Index files that say what no pack bears out; what the packs that they name really hold. */
  readonly liars: ReadonlyMap<string, readonly IndexedPack[]>
}

/** Proves what the index files say; those that were proved before are not even loaded. */
export async function contradictions(opened: Opened): Promise<Contradictions> {
  const { backend } = opened.repository
  // Index files before packs: what another writer adds in between only makes more packs known.
  const indexFiles = await backend.list('index')
  const packs = await backend.list('data')
  const proof = new Proof(opened, packs)
  for (const { name } of indexFiles) if (!opened.catalogue.isProved(aboutIndex(name))) await proof.prove(name)
  const { contradicted, liars } = proof
  return {
    packs: contradicted,
    sound: new Set(packs.flatMap(({ name }) => (contradicted.has(name) ? [] : name))),
    liars,
  }
}

/** Every blob of the packs. Packs that no proved claim describes are read. */
export async function indexOfPacks(opened: Opened, packs: readonly ListedFile[]): Promise<ProvedIndex> {
  const index = BlobIndex.create()
  const proof = new Proof(opened, packs)
  for (const { name } of await opened.repository.backend.list('index'))
    for (const claim of await proof.prove(name)) index.addPack(claim.id, claim.blobs)
  const known = new Set(index.packIds())
  const others = packs.filter((pack) => !known.has(pack.name))
  await eachAtOnce(others, async ({ name }) => {
    const blobs = await proof.header(name)
    if (blobs) index.addPack(name, blobs)
  })
  return { index, liars: proof.liars }
}

class Proof {
  readonly contradicted = new Set<string>()
  readonly liars = new Map<string, IndexedPack[]>()
  readonly #opened: Opened
  readonly #sizes: ReadonlyMap<string, number>

  constructor(opened: Opened, packs: readonly ListedFile[]) {
    this.#opened = opened
    this.#sizes = new Map(packs.map((pack) => [pack.name, pack.sizeBytes]))
  }

  /** The claims of an index file that are true; one that cannot be read claims nothing. */
  async prove(name: string): Promise<readonly IndexedPack[]> {
    const { catalogue } = this.#opened
    const claims = await readIndexFile(this.#opened.repository, name)
    const there = claims.filter((claim) => this.#sizes.has(claim.id))
    const proved = there.filter((claim) => this.#hasItsSize(claim) && catalogue.isProved(aboutPack(claim)))
    const known = new Set(proved)
    const read: IndexedPack[] = []
    const corrected: IndexedPack[] = []
    await eachAtOnce(there, async (claim) => {
      if (known.has(claim)) return
      const header = await this.header(claim.id)
      if (header && textOf(header) === textOf(claim.blobs)) return void read.push(claim)
      this.contradicted.add(claim.id)
      // A header that cannot be read is damage of the pack, not a lie of the index.
      if (header) corrected.push({ id: claim.id, blobs: header })
    })
    const lies = corrected.length > 0 || there.length < claims.length
    if (lies) this.liars.set(name, [...proved, ...read, ...corrected])
    const isWhole = proved.length + read.length === claims.length && claims.length > 0
    catalogue.prove([...read.map(aboutPack), ...(isWhole ? [aboutIndex(name)] : [])])
    return [...proved, ...read]
  }

  /** Its blobs by its own word; undefined where it cannot be read. Not kept: those of a million blobs are 200 MB. */
  header(pack: string): Promise<readonly PackedBlob[] | undefined> {
    return readHeader(this.#opened.repository, { name: pack, sizeBytes: this.#sizes.get(pack) ?? 0 })
  }

  #hasItsSize({ id, blobs }: IndexedPack): boolean {
    return this.#sizes.get(id) === packSizeBytes(blobs)
  }
}

const aboutIndex = (name: string): string => `index ${name}`
const aboutPack = ({ id, blobs }: IndexedPack): string => `pack ${id} ${hash('sha256', textOf(blobs))}`

/** restic lists blobs in any order. */
function textOf(blobs: readonly PackedBlob[]): string {
  return blobs
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ type, id, offset, length, uncompressedLength: plain }) => `${type} ${id} ${offset} ${length} ${plain}\n`)
    .join('')
}

async function readIndexFile(repository: Repository, name: string): Promise<readonly IndexedPack[]> {
  try {
    return (await repository.loadIndexFile(name)).packs
  } catch (error) {
    if (!isAppError(error)) throw error
    return []
  }
}

async function eachAtOnce<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const queue = [...all]
  const next = async (): Promise<void> => {
    for (let one = queue.pop(); one !== undefined; one = queue.pop()) await work(one)
  }
  await Promise.all(Array.from({ length: READ_AT_ONCE }, next))
}

async function readHeader({ backend, sealer }: Repository, { name, sizeBytes }: ListedFile) {
  try {
    const first = readPackHeader(sealer, await tail(backend, name, sizeBytes, TAIL_BYTES), sizeBytes)
    if ('blobs' in first) return first.blobs
    const second = readPackHeader(sealer, await tail(backend, name, sizeBytes, first.needBytes), sizeBytes)
    return 'blobs' in second ? second.blobs : undefined
  } catch (error) {
    if (!isAppError(error)) throw error
    return undefined
  }
}

function tail(backend: Backend, name: string, sizeBytes: number, wanted: number): Promise<Buffer> {
  const length = Math.min(wanted, sizeBytes)
  return backend.load({ kind: 'data', name }, sizeBytes - length, length)
}
