/** Small files of the Keeper's own: JSON, replaced whole and durably. */
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
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

const read = new Map<string, { readonly mark: string; readonly value: unknown }>()

/**
 * The same for what is asked for at every request (policy, clients): parsed again only when another file is there. Whoever
 * gets it must not change it.
 */
export function readKnownJson<T>(path: string, parse: (value: unknown) => T): T | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  if (stat === undefined) {
    read.delete(path)
    return undefined
  }
  const mark = `${stat.ino} ${stat.mtimeNs} ${stat.ctimeNs} ${stat.size}`
  const known = read.get(path)
  if (known?.mark === mark) return known.value as T
  const value = readJson(path, parse)
  read.set(path, { mark, value })
  return value
}

export function writeJson(path: string, value: unknown): void {
  const fresh = `${path}.new`
  writeFileSync(fresh, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600, flush: true })
  renameSync(fresh, path)
  syncFolder(dirname(path))
}
