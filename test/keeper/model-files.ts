/** Files of a repository's folder as the model handles them: found, spoilt, hashed, hidden. */
import {
  chmodSync,
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Backend, FileKind } from '#base'
import type { ManifestObject } from '#attest'
import { setImmutable } from '#posix'
import type { Chance } from '../robustness/seed.ts'
import { sha256 } from '../robustness/source.ts'

export function filesOf(folder: string): string[] {
  const all = readdirSync(folder, { recursive: true, withFileTypes: true })
  return all
    .filter((entry) => entry.isFile() && /^[0-9a-f]{64}$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
}

export function flip(path: string, chance: Chance): void {
  setImmutable(path, false)
  const { mode } = statSync(path)
  chmodSync(path, 0o600)
  const file = openSync(path, 'r+')
  const at = chance.below(fstatSync(file).size)
  const byte = Buffer.alloc(1)
  readSync(file, byte, 0, 1, at)
  byte[0]! ^= 1 << chance.below(8)
  writeSync(file, byte, 0, 1, at)
  closeSync(file)
  chmodSync(path, mode)
}

export function hashAt(folder: string, { kind, name }: ManifestObject): string {
  try {
    return sha256(
      readFileSync(
        kind === 'data' ? join(folder, 'data', name.slice(0, 2), name) : join(folder, kind, name).replace(/\/$/, ''),
      ),
    )
  } catch {
    return 'gone'
  }
}

/** The backend as if only these files were there. */
export function onlyOf(backend: Backend, objects: readonly ManifestObject[]): Backend {
  const list = async (kind: FileKind) => objects.filter((object) => object.kind === kind)
  return { ...backend, list }
}
