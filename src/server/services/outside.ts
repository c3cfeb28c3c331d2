/** What root defined on this machine, as the screens show and try it; the definitions themselves never leave here. */
import { type AppError, isAppError } from '#base'
import { isUnc, localPathOf } from '#commands'
import type { Source, SourceOptions } from '#vault'
import type { BackupService, Choice, Source as SourceModel, SourceInput } from '#web'
import type { Institution } from '../institution.ts'
import { withoutUndefined } from './read-model.ts'
import { demand } from './viewers.ts'

type OutsideService = Pick<BackupService, 'outsideChoices' | 'commandRecords' | 'impact'>

export function outsideService(
  { vault }: Institution,
  model: (source: Source) => Promise<SourceModel>,
): OutsideService {
  return {
    async outsideChoices() {
      try {
        const { databases, hooks } = vault.commands.read()
        return { databases: choices(databases), hooks: choices(hooks) }
      } catch (error) {
        if (!isAppError(error)) throw error
        return { databases: [], hooks: [], problem: error.code }
      }
    },
    async commandRecords(viewer, sourceId) {
      demand(viewer, 'manage-backup')
      const source = await vault.source(sourceId)
      return source ? vault.runs.commandRecords(source) : []
    },
    async impact(sourceId) {
      const source = await vault.source(sourceId)
      if (!source) return undefined
      const newest = (await vault.generations.list({ sourceId, limit: 1 }))[0]
      return withoutUndefined({
        source: await model(source),
        ...connectionOf(vault, source),
        seconds: newest && Math.round((newest.finishedAt - newest.startedAt) / 1000),
        sizeBytes: newest?.bytes,
      })
    },
  }
}

const choices = (defined: Readonly<Record<string, { readonly name: string }>>): Choice[] =>
  Object.entries(defined).map(([id, { name }]) => ({ id, name }))

/** Undefined where root took the definition away, or nobody may use it now. */
function definitionsOf(vault: Institution['vault']) {
  try {
    return vault.commands.read()
  } catch (error) {
    if (!isAppError(error)) throw error
    return undefined
  }
}

function connectionOf(vault: Institution['vault'], { options }: Source) {
  const database = definitionsOf(vault)?.databases[options.definition ?? '']
  if (!database) return {}
  const { user, host, port = database.kind === 'postgresql' ? 5432 : 3306, timeoutMinutes } = database
  return { accountName: user, host, port, timeoutMinutes }
}

/** The names that people know; the id where the definition is gone. */
export function namesOf({ vault }: Institution, { kind, options }: Source): Pick<SourceModel, 'database' | 'hook'> {
  if (options.definition === undefined && options.hook === undefined) return {}
  const defined = definitionsOf(vault)
  const { definition = '', hook } = options
  return {
    ...(kind === 'database' ? { database: defined?.databases[definition]?.name ?? definition } : {}),
    ...(hook === undefined ? {} : { hook: defined?.hooks[hook]?.name ?? hook }),
  }
}

export function toOptions({ kind, definition, hook, everyHours, onChange }: SourceInput): SourceOptions {
  return {
    ...(kind === 'database' ? { definition } : {}),
    ...(kind === 'dumps' ? { everyHours } : {}),
    ...(hook === '' ? {} : { hook }),
    ...(onChange && (kind === 'folder' || kind === 'csv' || kind === 'intake') ? { onChange } : {}),
  }
}

/**
 * Folders as this server sees them: `\\server\share\folder` is looked up among the defined shares.
 * @returns undefined where a share is not defined
 */
export function localPaths({ vault }: Institution, paths: readonly string[]): string[] | undefined {
  const shares = paths.some(isUnc) ? (definitionsOf(vault)?.shares ?? {}) : {}
  const local = paths.map((path) => (isUnc(path) ? localPathOf(shares, path) : path))
  return local.every((path) => path !== undefined) ? local : undefined
}

/** What root has to mend: said in its own sentences, not at a field. */
export const isOutside = (error: unknown): error is AppError =>
  isAppError(error) && /^(?:COMMANDS|VAULT_SHARE|POSIX_SHARE)_/.test(error.code)

/** Connects for real; what stands in the way is an answer. */
export async function tryOutside(
  { vault }: Institution,
  { definition }: SourceInput,
): Promise<Awaited<ReturnType<BackupService['trySource']>>> {
  try {
    const { tables, unsafeTables } = await vault.tryDatabase(definition)
    return {
      kind: 'ok',
      trial: { kind: 'database', files: 0, sizeBytes: 0, more: false, kinds: [], tables, unsafeTables },
    }
  } catch (error) {
    if (!isAppError(error)) throw error
    return { kind: 'failed', errorCode: error.code }
  }
}
