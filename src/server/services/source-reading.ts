/** Setting up how the files of a source are read as charts. Who does it sees records of patients: it takes both rights. */
import { AppError } from '#base'
import { listSourceFiles, mayBeRead, partsFor, readBeginning, whereItLeads, type Source } from '#vault'
import type { SourceReadingService, Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { pathRefusal } from './backup.ts'
import { localPaths } from './outside.ts'
import { demand } from './viewers.ts'

export function sourceReadingService(institution: Institution): SourceReadingService {
  const { vault, ledger } = institution
  const find = async (viewer: Viewer, id: string): Promise<Source | undefined> => {
    demand(viewer, 'manage-backup')
    demand(viewer, 'see-documents')
    const source = await vault.source(id)
    return source && mayBeRead(source) && !source.replaced ? source : undefined
  }
  const demandSource = async (viewer: Viewer, id: string): Promise<Source> => {
    const source = await find(viewer, id)
    if (!source) throw new AppError('VAULT_SOURCE_INVALID', { context: { why: 'unknown' } })
    return source
  }
  const rootOf = ({ paths }: Source, part: number): string => {
    const root = paths[part]
    if (root === undefined) throw new AppError('VAULT_SOURCE_INVALID', { context: { why: 'no such path' } })
    return root
  }
  const note = (viewer: Viewer, id: string, ...changes: string[]) =>
    ledger.append({
      type: 'settings.changed',
      actor: `person:${viewer.personId}`,
      subject: `source:${id}`,
      data: { area: 'sources', changes },
    })
  return {
    async get(viewer, id) {
      const source = await find(viewer, id)
      if (!source) return undefined
      const parts = partsFor(source).map((part, i) => ({ ...part, path: source.paths[i]! }))
      return { source: { id, name: source.name, kind: source.kind }, parts }
    },
    async files(viewer, id, part) {
      return listSourceFiles(rootOf(await demandSource(viewer, id), part))
    },
    async read(viewer, id, part, file, mostBytes) {
      const root = rootOf(await demandSource(viewer, id), part)
      const listed = listSourceFiles(root).files.find(({ path }) => path === file.path)
      if (!listed) throw new AppError('VAULT_SOURCE_UNREADABLE')
      const bytes = readBeginning(root, listed, mostBytes)
      await note(viewer, id, 'looked')
      return bytes
    },
    async save(viewer, id, part, reading) {
      const source = await demandSource(viewer, id)
      rootOf(source, part)
      const parts = partsFor(source).map((before, i) => (i === part ? reading : before))
      await vault.setReading(id, parts)
      await note(viewer, id, 'reading', reading.format)
    },
    async addFolder(viewer, id, typed) {
      await demandSource(viewer, id)
      const [path] = localPaths(institution, [typed]) ?? []
      if (path === undefined) return { kind: 'refused', field: 'path', code: 'share-not-defined' }
      const present = await vault.sources()
      if (present.some(({ paths }) => paths.includes(whereItLeads(path))))
        return { kind: 'refused', field: 'path', code: 'already-there' }
      try {
        await vault.addFolder(id, path)
      } catch (error) {
        return { kind: 'refused', field: 'path', code: pathRefusal(error) }
      }
      await note(viewer, id, 'folder')
      return { kind: 'ok' }
    },
  }
}
