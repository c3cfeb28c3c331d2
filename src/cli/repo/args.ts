import { readFileSync } from 'node:fs'
import { parseArgs, type ParseArgsConfig } from 'node:util'
import { AppError, systemError } from '#base'
import type { CliIo } from '../io.ts'
import { say } from '../messages.ts'

/** Options that every sub-command takes; names as restic's. */
export const GLOBAL_OPTIONS = {
  repo: { type: 'string', short: 'r' },
  'password-file': { type: 'string', short: 'p' },
  json: { type: 'boolean' },
  quiet: { type: 'boolean', short: 'q' },
  'no-lock': { type: 'boolean' },
  'retry-lock': { type: 'string' },
  'key-hint': { type: 'string' },
  'cache-dir': { type: 'string' },
  'no-cache': { type: 'boolean' },
  pin: { type: 'string' },
  cacert: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

/** Of the commands that read from a second repository. */
export const FROM_OPTIONS = {
  'from-repo': { type: 'string' },
  'from-password-file': { type: 'string' },
  'from-pin': { type: 'string' },
  'from-cacert': { type: 'string' },
} as const

export type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>

export interface Parsed {
  readonly values: Values
  readonly positionals: readonly string[]
}

/** @throws BASE_CONFIG_INVALID naming the argument */
export function parse(args: readonly string[], options: NonNullable<ParseArgsConfig['options']>): Parsed {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...GLOBAL_OPTIONS, ...options },
      allowPositionals: true,
    })
    return { values, positionals }
  } catch (error) {
    throw invalid(error instanceof Error ? error.message.split('. ')[0]! : 'unknown')
  }
}

export function text(values: Values, name: string): string | undefined {
  const value = values[name]
  return typeof value === 'string' ? value : undefined
}

export function list(values: Values, name: string): string[] {
  const value = values[name]
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

export function flag(values: Values, name: string): boolean {
  return values[name] === true
}

/** A whole number, `unlimited` as -1 where allowed. */
export function count(values: Values, name: string): number | undefined {
  const value = text(values, name)
  if (value === undefined) return undefined
  if (value === 'unlimited') return -1
  if (!/^\d{1,9}$/.test(value)) throw invalid(`--${name} ${value}`)
  return Number(value)
}

export function invalid(detail: string): AppError {
  return new AppError('BASE_CONFIG_INVALID', { detail })
}

export function repositoryPath(values: Values, io: CliIo): string {
  const path = text(values, 'repo') ?? io.env['RESTIC_REPOSITORY']
  if (!path) throw invalid(say(io, 'needRepo'))
  return path
}

/** The first line of the password file, or RESTIC_PASSWORD. */
export function password(values: Values, io: CliIo, option = 'password-file'): string {
  const file = text(values, option) ?? (option === 'password-file' ? io.env['RESTIC_PASSWORD_FILE'] : undefined)
  if (file !== undefined) return readPassword(file)
  const given = option === 'password-file' ? io.env['RESTIC_PASSWORD'] : undefined
  if (!given) throw invalid(say(io, 'needPassword'))
  return given
}

function readPassword(file: string): string {
  try {
    // restic strips a byte order mark and the line's end.
    return readFileSync(file, 'utf8')
      .replace(/^\ufeff/, '')
      .split(/\r?\n/)[0]!
  } catch (error) {
    throw systemError(error, 'read the password file')
  }
}

/** `30s`, `5m`, `1h` in milliseconds. */
export function duration(value: string | undefined): number {
  const match = /^(\d{1,6})(s|m|h)$/.exec(value ?? '0s')
  if (match === null) throw invalid(`duration ${value}`)
  return Number(match[1]) * { s: 1000, m: 60_000, h: 3_600_000 }[match[2] as 's' | 'm' | 'h']
}
