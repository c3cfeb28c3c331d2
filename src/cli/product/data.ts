/** Which data folder a verb works on. */
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs, type ParseArgsConfig } from 'node:util'
import { AppError, systemClock } from '#base'
import { type Look, openToLook } from '#server'
import { peekDataFolder } from '#vault'
import packageJson from '../../../package.json' with { type: 'json' }
import type { CliIo } from '../io.ts'

export const VERSION = packageJson.version

/** The folder given with --data, else the institution's own, else the sample's; where `npm start` makes them. */
export function dataFolder(given: string | undefined, io: CliIo): string {
  if (given !== undefined) return resolve(given)
  const base = io.env['XDG_DATA_HOME'] ?? join(io.env['HOME'] ?? homedir(), '.local', 'share')
  const own = join(base, 'toride')
  return existsSync(join(own, 'toride.json')) ? own : join(base, 'toride-sample')
}

/** @throws VAULT_FOLDER_FOREIGN where no data folder lies there */
export function lookInto(given: string | undefined, io: CliIo): Promise<Look> {
  return openToLook(existing(given, io), { clock: systemClock, version: VERSION })
}

export function existing(given: string | undefined, io: CliIo): string {
  const path = dataFolder(given, io)
  if (!peekDataFolder(path)) throw new AppError('VAULT_FOLDER_FOREIGN')
  return path
}

type Options = NonNullable<ParseArgsConfig['options']>

/** `--data` and what the verb adds. @throws BASE_CONFIG_INVALID */
export function options(args: readonly string[], more: Options = {}) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { data: { type: 'string' }, help: { type: 'boolean' }, ...more },
      allowPositionals: true,
    })
    const found: Readonly<Record<string, unknown>> = values
    const one = (name: string): string | undefined => {
      const value = found[name]
      return typeof value === 'string' ? value : undefined
    }
    const all = (name: string): string[] => {
      const values = found[name]
      return Array.isArray(values) ? values.filter((value) => typeof value === 'string') : []
    }
    return { text: one, all, has: (name: string) => found[name] === true, words: positionals }
  } catch (cause) {
    throw new AppError('BASE_CONFIG_INVALID', { cause, detail: (cause as Error).message })
  }
}
