/**
 * Looking into generations of sources without charts (a folder of PDFs, a CSV) as folders and files. Never into SS-MIX2
 * sources: there the roles decide part by part, and a raw file would tell everything.
 */
import { AppError } from '#base'
import { detailSealer, newEntry } from '#journal'
import type { Generation } from '#vault'
import type { BrowseService, FolderView, Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { readingKey } from '../keys.ts'
import { demand, readingOf } from './viewers.ts'

const KINDS = new Set(['folder', 'csv'])

export function browseService({ vault, ledger, clock, reserve }: Institution): BrowseService {
  /** The generation, where this viewer may look into it. @throws ACCESS_DENIED, VAULT_KEY_MISSING */
  async function opened(viewer: Viewer, id: string): Promise<{ generation: Generation; name: string } | undefined> {
    demand(viewer, 'see-documents')
    // The repository's key may lie open for the schedule; reading still takes a person who holds the reading keys.
    readingKey(readingOf(viewer), 'patientSubject')
    const generation = await vault.generations.get(id)
    const source = generation && (await vault.source(generation.sourceId))
    if (!generation || !source) return undefined
    if (!KINDS.has(source.kind)) throw new AppError('ACCESS_DENIED')
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
        data: { repository, snapshot: id, scope: 'part', files: looked.files, bytes: looked.bytes, result: 'complete' },
        sealed: sealer.seal(JSON.stringify({ name: looked.trail.join('/') }), subject),
      }),
    )
  }

  return {
    async folder(viewer, generationId, positions): Promise<FolderView | undefined> {
      const found = await opened(viewer, generationId)
      const folder = found && (await (await vault.browse(generationId)).folder(positions))
      if (!found || !folder) return undefined
      await journal(viewer, found.generation, { trail: folder.trail, files: 0, bytes: 0 })
      return {
        generationId,
        sourceName: found.name,
        takenAtMs: found.generation.startedAt,
        trail: folder.trail.slice(folder.trail.length - positions.length),
        entries: folder.entries,
      }
    },
    async file(viewer, generationId, positions) {
      const found = await opened(viewer, generationId)
      const started = clock.monotonic()
      const file = found && (await (await vault.browse(generationId)).file(positions))
      if (!found || !file) return undefined
      const { name, bytes } = file
      await journal(viewer, found.generation, { trail: [name], files: 1, bytes: bytes.byteLength })
      // A file out of the generation, every byte checked: evidence that it can be read, as a chart is elsewhere.
      const durationMs = Math.round(clock.monotonic() - started)
      const proof = { files: 1, bytes: bytes.byteLength, durationMs }
      await reserve.spend(() => vault.chartOpened(generationId, proof)).catch(() => undefined)
      return { name, bytes, sourceName: found.name, takenAtMs: found.generation.startedAt }
    },
  }
}

interface Looked {
  readonly trail: readonly string[]
  readonly files: number
  readonly bytes: number
}
