/**
 * Looking into generations as folders and files. Where a source's records have charts the roles decide part by part, and a
 * raw file would tell everything: only who may write the whole of it to a disk looks there, and says why.
 */
import { AppError } from '#base'
import { detailSealer, type LookReason, newEntry } from '#journal'
import { safeNames, type ZipEntry, zipStream } from '#recovery'
import type { Browser, ContainedFile, Generation } from '#vault'
import type { BrowseService, FolderView, Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { readingKey } from '../keys.ts'
import { demand, readingOf } from './viewers.ts'

const NATURAL = new Intl.Collator('ja', { numeric: true })
/** Of these whoever may see documents sees all. */
const KINDS = new Set(['folder', 'csv'])
/** Together, by one who does not run the backups; more is a restore. */
const MOST_TAKEN = { files: 200, bytes: 500_000_000 }
/** Together by anybody: a browser keeps no larger download alive. */
const MOST_AT_ONCE = { files: 100_000, bytes: 50_000_000_000 }

export function browseService({ vault, ledger, clock, reserve }: Institution): BrowseService {
  /** The generation, where this viewer may look into it. @throws ACCESS_DENIED, VAULT_KEY_MISSING */
  async function opened(
    viewer: Viewer,
    id: string,
    why: LookReason | undefined,
  ): Promise<{ generation: Generation; name: string } | undefined> {
    demand(viewer, 'see-documents')
    // The repository's key may lie open for the schedule; reading still takes a person who holds the reading keys.
    readingKey(readingOf(viewer), 'patientSubject')
    const generation = await vault.generations.get(id)
    const source = generation && (await vault.source(generation.sourceId))
    if (!generation || !source) return undefined
    const isRaw = !KINDS.has(source.kind)
    if (isRaw && (why === undefined || source.kind === 'own-state')) throw new AppError('ACCESS_DENIED')
    if (isRaw) demand(viewer, 'restore')
    return { generation, name: source.name }
  }

  /** Names of files are patient data (0001234_紹介状.pdf): sealed. */
  async function journal(viewer: Viewer, { id, repository }: Generation, looked: Looked): Promise<void> {
    const subject = `generation:${id}` as const
    const sealer = detailSealer(readingKey(readingOf(viewer), 'patientSubject'))
    await ledger.append(
      newEntry('generation.restored', {
        actor: `person:${viewer.personId}`,
        subject,
        data: {
          repository,
          snapshot: id,
          scope: 'part',
          files: looked.files,
          bytes: looked.bytes,
          result: 'complete',
          ...(looked.why && { reason: looked.why }),
        },
        sealed: sealer.seal(JSON.stringify({ name: looked.trail.join('/') }), subject),
      }),
    )
  }

  return {
    async folder(viewer, generationId, positions, why): Promise<FolderView | undefined> {
      const found = await opened(viewer, generationId, why)
      const folder = found && (await (await vault.browse(generationId)).folder(positions))
      if (!found || !folder) return undefined
      await journal(viewer, found.generation, { trail: folder.trail, files: 0, bytes: 0, why })
      return {
        generationId,
        sourceName: found.name,
        takenAtMs: found.generation.startedAt,
        trail: folder.trail.slice(folder.trail.length - positions.length),
        entries: folder.entries.toSorted(byName),
      }
    },
    async file(viewer, generationId, positions, why) {
      const found = await opened(viewer, generationId, why)
      const started = clock.monotonic()
      const file = found && (await (await vault.browse(generationId)).file(positions))
      if (!found || !file) return undefined
      const { name, bytes } = file
      await journal(viewer, found.generation, { trail: [name], files: 1, bytes: bytes.byteLength, why })
      // A file out of the generation, every byte checked: evidence that it can be read, as a chart is elsewhere.
      const durationMs = Math.round(clock.monotonic() - started)
      const proof = { files: 1, bytes: bytes.byteLength, durationMs }
      await reserve.spend(() => vault.chartOpened(generationId, proof)).catch(() => undefined)
      return { name, bytes, sourceName: found.name, takenAtMs: found.generation.startedAt }
    },
    async zip(viewer, generationId, picks, why) {
      const found = await opened(viewer, generationId, why)
      if (!found || picks.length === 0) return undefined
      const browser = await vault.browse(generationId)
      const taken = await count(browser, picks, viewer.can.has('restore') ? MOST_AT_ONCE : MOST_TAKEN)
      if (taken.files === 0) return undefined
      await journal(viewer, found.generation, { ...taken, why })
      const bytes = zipStream(entriesOf(browser, picks))
      return { bytes, sourceName: found.name, takenAtMs: found.generation.startedAt }
    },
  }
}

/** Folders first; 在庫_2 before 在庫_10. */
function byName(a: FolderView['entries'][number], b: FolderView['entries'][number]): number {
  return Number(b.kind === 'folder') - Number(a.kind === 'folder') || NATURAL.compare(a.name, b.name)
}

async function* filesOf(browser: Browser, picks: readonly (readonly number[])[]): AsyncGenerator<ContainedFile> {
  for (const positions of picks) yield* browser.files(positions)
}

/** Before the first byte is sent: what is too much must be said while a page can say it. */
async function count(
  browser: Browser,
  picks: readonly (readonly number[])[],
  most: { files: number; bytes: number },
): Promise<Looked> {
  const taken = { files: 0, bytes: 0, trail: [] as string[] }
  for await (const { names, sizeBytes } of filesOf(browser, picks)) {
    taken.files += 1
    taken.bytes += sizeBytes
    if (taken.trail.length < 20) taken.trail.push(names.join('/'))
    if (taken.files > most.files || taken.bytes > most.bytes) throw new AppError('RECOVERY_TOO_MUCH')
  }
  return taken
}

async function* entriesOf(browser: Browser, picks: readonly (readonly number[])[]): AsyncGenerator<ZipEntry> {
  const safe = safeNames()
  for await (const { names, mtimeMs, content } of filesOf(browser, picks))
    yield { name: safe(names), mtimeMs, content: content() }
}

interface Looked {
  readonly trail: readonly string[]
  readonly files: number
  readonly bytes: number
  readonly why?: LookReason | undefined
}
