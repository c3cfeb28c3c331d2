/** Small files of the Keeper's own: JSON, replaced whole and durably. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { AppError, codeOf } from '#base'
import { syncFolder } from '#storage'

export function readJson<T>(path: string, parse: (value: unknown) => T): T | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
  try {
    return parse(JSON.parse(text))
  } catch (cause) {
    throw new AppError('KEEPER_FILE_DAMAGED', { detail: path.split('/').at(-1)!, cause })
  }
}

export function writeJson(path: string, value: unknown): void {
  const fresh = `${path}.new`
  writeFileSync(fresh, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600, flush: true })
  renameSync(fresh, path)
  syncFolder(dirname(path))
}
