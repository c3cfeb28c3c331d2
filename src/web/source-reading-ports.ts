/** How the files of a source are read as charts: looked at and set up on screen. */
import type { IntakePart, SourceFile, SourceFiles } from '#vault'
import type { Source } from './read-models.ts'
import type { Refused, Viewer } from './ports.ts'

export type { IntakePart, SourceFile, SourceFiles } from '#vault'

export interface SourceReading {
  readonly source: Pick<Source, 'id' | 'name' | 'kind'>
  readonly parts: readonly (IntakePart & { readonly path: string })[]
}

export interface SourceReadingService {
  /** Undefined for an unknown source and for kinds that are read otherwise. */
  get(viewer: Viewer, sourceId: string): Promise<SourceReading | undefined>
  /** What lies there now. @throws VAULT_SOURCE_UNREADABLE */
  files(viewer: Viewer, sourceId: string, part: number): Promise<SourceFiles>
  /** The beginning of one of the files; journaled, because it shows records. @throws VAULT_SOURCE_UNREADABLE */
  read(viewer: Viewer, sourceId: string, part: number, file: SourceFile, mostBytes: number): Promise<Uint8Array>
  /** @throws INTAKE_SETTINGS_INVALID, VAULT_RUN_IN_PROGRESS */
  save(viewer: Viewer, sourceId: string, part: number, reading: IntakePart): Promise<void>
  addFolder(viewer: Viewer, sourceId: string, path: string): Promise<{ kind: 'ok' } | Refused<'path'>>
}
