/**
 * Appending to the ledger. Order of every append: bundle and tiles (new names, together, durable), then the checkpoint
 * (atomic replacement). A crash before the checkpoint leaves files that nobody refers to and the next append overwrites; a crash
 * after it leaves partial tiles that the next opening sweeps. There is no state in which the log does not open.
 */
import { AppError, type Clock } from '#base'
import {
  bundlePath,
  type Checkpoint,
  decodeBundle,
  encodeBundle,
  formatCheckpoint,
  Frontier,
  generateSigner,
  leafHash,
  type NoteSigner,
  openCheckpoint,
  signerFromSeed,
  TILE_WIDTH,
  type TileReader,
  verifierKeyText,
} from '#tlog'
import { encodeEntry } from './codec.ts'
import { type EntryType, newEntry, type NewEntry } from './entry.ts'
import { type LedgerFiles, liveTiles } from './files.ts'
import type { KeyStore } from './key-store.ts'
import { sweep } from './sweep.ts'

/** Names inside a ledger's folder. */
export const CHECKPOINT = 'checkpoint'
export const VERIFIER_KEY = 'verifier-key'
/** Name of the signing key in the key store: 32 bytes, the Ed25519 seed. */
export const SIGNING_KEY = 'ledger-signing'

export interface AppendedEntry {
  readonly index: number
  /** RFC 3339, UTC. */
  readonly at: string
  /** Root of the tree right after this entry's batch, and its size: what a receipt quotes. */
  readonly size: number
  readonly root: Uint8Array
}

interface WriterOptions {
  readonly keys: KeyStore
  readonly clock: Clock
}

export async function createWriter(
  files: LedgerFiles,
  { keys, clock, origin }: WriterOptions & { readonly origin: string },
): Promise<LedgerWriter> {
  const kept = keys.load(SIGNING_KEY)
  const signer = kept ? signerFromSeed(origin, kept) : generateSigner(origin)
  if (!kept) keys.save(SIGNING_KEY, signer.seed)
  const verifierKey = verifierKeyText(signer)
  await files.write(VERIFIER_KEY, Buffer.from(`${verifierKey}\n`))
  const writer = new LedgerWriter(files, signer, clock, { frontier: Frontier.empty(), bundle: [] })
  await writer.append(newEntry('ledger.created', { actor: 'system:setup', data: { origin, verifierKey } }))
  return writer
}

export async function openWriter(files: LedgerFiles, { keys, clock }: WriterOptions): Promise<LedgerWriter> {
  const note = await files.read(CHECKPOINT)
  if (!note) throw new AppError('JOURNAL_NOT_FOUND')
  const seed = keys.load(SIGNING_KEY)
  if (!seed) throw new AppError('JOURNAL_KEY_MISSING')
  const signer = signerFromSeed(Buffer.from(note).toString().split('\n')[0]!, seed)
  const state = await loadState(files, signer)
  await completeEnd(files, state)
  await sweep(files, state.frontier.size)
  return new LedgerWriter(files, signer, clock, state)
}

/**
 * A ledger that was copied while it grew has an older checkpoint beside wider partial tiles. They hold its end; here it is
 * written out again, before the sweep takes the wider ones away.
 */
async function completeEnd(files: LedgerFiles, state: LedgerState): Promise<void> {
  for (const { path, bytes } of partials(state)) if (!(await files.read(path))) await files.write(path, bytes)
}

/** What appending needs to know: the edge of the tree, and the entries of the bundle that is not yet full. */
interface LedgerState {
  readonly frontier: Frontier
  readonly bundle: readonly Uint8Array[]
}

interface PendingEntry {
  readonly bytes: Uint8Array
  readonly at: string
  resolve(appended: AppendedEntry): void
  reject(error: unknown): void
}

export class LedgerWriter {
  readonly files: LedgerFiles
  readonly signer: NoteSigner
  private readonly clock: Clock
  /** Undefined after a failed append: what is on the disk must be read again before the next. */
  private state: LedgerState | undefined
  private knownSize: number
  private pending: PendingEntry[] = []
  private working: Promise<void> | undefined
  private closed = false

  constructor(files: LedgerFiles, signer: NoteSigner, clock: Clock, state: LedgerState) {
    this.files = files
    this.signer = signer
    this.clock = clock
    this.state = state
    this.knownSize = state.frontier.size
  }

  /** Entries under the newest durable checkpoint. */
  get size(): number {
    return this.knownSize
  }

  async append<T extends EntryType>(entry: NewEntry<T>): Promise<AppendedEntry> {
    if (this.closed) throw new AppError('JOURNAL_CLOSED')
    const at = new Date(this.clock.now()).toISOString()
    const bytes = encodeEntry({ ...newEntry(entry.type, entry), v: 1, at })
    return new Promise((resolve, reject) => {
      this.pending.push({ bytes, at, resolve, reject })
      this.working ??= this.work()
    })
  }

  async close(): Promise<void> {
    this.closed = true
    await this.working
  }

  /** Commits batch after batch until nothing waits: entries that come while one batch is written share the next. */
  private async work(): Promise<void> {
    // Lets everything of this turn of the event loop into the first batch.
    await Promise.resolve()
    while (this.pending.length > 0) {
      const batch = this.pending.splice(0)
      try {
        const under = await this.commit(batch.map((entry) => entry.bytes))
        batch.forEach((entry, i) =>
          entry.resolve({ size: under.size, root: under.root, index: under.size - batch.length + i, at: entry.at }),
        )
      } catch (error) {
        this.state = undefined
        for (const entry of batch) entry.reject(error)
      }
    }
    this.working = undefined
  }

  /** Makes the entries durable and returns the checkpoint they are under. */
  private async commit(entries: readonly Uint8Array[]): Promise<Pick<Checkpoint, 'size' | 'root'>> {
    const before = (this.state ??= await loadState(this.files, this.signer))
    const { after, files } = extend(before, entries)
    await writeAll(this.files, files)
    const checkpoint = { origin: this.signer.name, size: after.frontier.size, root: after.frontier.root() }
    await this.files.write(CHECKPOINT, Buffer.from(formatCheckpoint(checkpoint, [this.signer])))
    this.state = after
    this.knownSize = after.frontier.size
    await this.removePartials(before, after)
    return checkpoint
  }

  /** The old partial tiles are of no use any more; if one cannot be removed now, the next opening does it. */
  private async removePartials(before: LedgerState, after: LedgerState): Promise<void> {
    const needed = new Set(partialPaths(after))
    const old = partialPaths(before).filter((path) => !needed.has(path))
    await Promise.allSettled(old.map((path) => this.files.remove(path)))
  }
}

/**
 * All at once: disks make what is flushed together durable in one go, and a reader waits for it. Nobody refers to any of
 * them yet, so their order is free. Returns, or throws, when none is being written any more.
 */
async function writeAll(to: LedgerFiles, files: readonly NamedFile[]): Promise<void> {
  const written = await Promise.allSettled(files.map(({ path, bytes }) => to.write(path, bytes)))
  const failed = written.find((one) => one.status === 'rejected')
  if (failed) throw failed.reason
}

/** The state after more entries, and the files that have to be written for it. Touches neither `before` nor storage. */
function extend(before: LedgerState, entries: readonly Uint8Array[]): { after: LedgerState; files: NamedFile[] } {
  const frontier = before.frontier.clone()
  const files: NamedFile[] = []
  let bundle = [...before.bundle]
  for (const entry of entries) {
    bundle.push(entry)
    files.push(...frontier.append(leafHash(entry)))
    if (bundle.length < TILE_WIDTH) continue
    files.push({ path: bundlePath(frontier.size / TILE_WIDTH - 1, TILE_WIDTH), bytes: encodeBundle(bundle) })
    bundle = []
  }
  const after = { frontier, bundle }
  const known = new Set(partialPaths(before))
  files.push(...partials(after).filter((file) => !known.has(file.path)))
  return { after, files }
}

interface NamedFile {
  readonly path: string
  readonly bytes: Uint8Array
}

function partials({ frontier, bundle }: LedgerState): NamedFile[] {
  const tiles = frontier.partialTiles()
  if (bundle.length === 0) return tiles
  return [...tiles, { path: bundlePathOf(frontier.size), bytes: encodeBundle(bundle) }]
}

const partialPaths = (state: LedgerState): string[] => partials(state).map((file) => file.path)

/** Path of the partial bundle at the end of a tree of `size` entries. */
const bundlePathOf = (size: number): string => bundlePath(Math.floor(size / TILE_WIDTH), size % TILE_WIDTH)

/** Reads the end of the log and checks it against the signed checkpoint. Throws JOURNAL_DAMAGED. */
async function loadState(files: LedgerFiles, signer: NoteSigner): Promise<LedgerState> {
  try {
    const note = (await files.read(CHECKPOINT)) ?? new Uint8Array()
    const { size, root } = openCheckpoint(Buffer.from(note).toString(), [signer])
    const tiles = liveTiles(files)
    const frontier = await Frontier.load(tiles, size)
    if (Buffer.compare(frontier.root(), root) !== 0)
      throw new AppError('JOURNAL_DAMAGED', { detail: 'root of the tree' })
    return { frontier, bundle: await loadBundle(tiles, size, frontier) }
  } catch (cause) {
    if (cause instanceof AppError && cause.code.startsWith('TLOG_'))
      throw new AppError('JOURNAL_DAMAGED', { detail: cause.message, cause })
    throw cause
  }
}

/** The last, partial bundle; its entries must be those the tree was made of. */
async function loadBundle(tiles: TileReader, size: number, frontier: Frontier): Promise<Uint8Array[]> {
  const width = size % TILE_WIDTH
  if (width === 0) return []
  const bundle = decodeBundle((await tiles.read(bundlePathOf(size))) ?? new Uint8Array(), width)
  const hashes = Buffer.concat(bundle.map(leafHash))
  const tile = frontier.partialTiles()[0]!.bytes
  if (!hashes.equals(tile)) throw new AppError('JOURNAL_DAMAGED', { detail: 'last entries do not fit the tree' })
  return bundle
}
