/** The database's own tools: where they lie, and what their errors mean. */
import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, type ErrorCode } from '#base'
import { USUAL_PATH } from './run-command.ts'

/** @throws COMMANDS_TOOL_MISSING */
export function findTool(folder: string | undefined, ...names: readonly string[]): string {
  const folders = folder === undefined ? [...USUAL_PATH.split(':'), ...newestPostgres()] : [folder]
  for (const name of names) for (const path of folders.map((one) => join(one, name))) if (existsSync(path)) return path
  throw new AppError('COMMANDS_TOOL_MISSING')
}

/** Debian keeps each version in a folder of its own. */
function newestPostgres(): string[] {
  const version = (path: string): number => Number(/(\d+)\/bin$/.exec(path)?.[1] ?? 0)
  return globSync('/usr/lib/postgresql/*/bin').toSorted((a, b) => version(b) - version(a))
}

/** In this order: a refused login is told on the line that begins with the connection. */
const MEANINGS: readonly (readonly [RegExp, ErrorCode])[] = [
  [/No space left on device|(?:Errcode:|errno) 28\b/, 'STORAGE_FULL'],
  [/server version mismatch/, 'COMMANDS_TOOL_TOO_OLD'],
  [
    /password authentication failed|no password supplied|(?:Peer|Ident|LDAP) authentication failed|no pg_hba\.conf entry/,
    'COMMANDS_LOGIN_REFUSED',
  ],
  [/role ".*" does not exist|is not permitted to log in/, 'COMMANDS_LOGIN_REFUSED'],
  [/error:? (?:1045|1698|1251|2059)\b|Got error: (?:1045|1698|1251|2059)\b/i, 'COMMANDS_LOGIN_REFUSED'],
  [/database ".*" does not exist|error:? 1049\b/i, 'COMMANDS_DATABASE_UNKNOWN'],
  [/permission denied|error:? (?:1044|1142|1143|1227|1370)\b|must be superuser/i, 'COMMANDS_NOT_ALLOWED'],
  [/lock timeout|error:? (?:1205|1213)\b|Lock wait timeout/i, 'COMMANDS_DATABASE_BUSY'],
  [
    /connection to server|could not connect|server closed the connection|terminating connection|error:? (?:200[2356]|2013)\b/i,
    'COMMANDS_UNREACHABLE',
  ],
]

/** What a tool that failed was told, from what it printed (in English: LC_ALL=C.UTF-8). */
export function meaningOf(log: string): ErrorCode {
  return MEANINGS.find(([pattern]) => pattern.test(log))?.[1] ?? 'COMMANDS_DUMP_FAILED'
}
