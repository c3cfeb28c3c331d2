/** Files of a repository's folder as the model handles them: found, spoilt, hashed, hidden. */
import {
  chmodSync,
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Backend, FileKind, SyncBackend } from '#base'
import type { ManifestObject, Receipt } from '#attest'
import { setImmutable } from '#posix'
import { check, Repository } from '#restic'
import { openPlaceBackend } from '#storage'
import { judge, type Problem } from '../../src/verifier/judge.ts'
import type { Chance } from '../robustness/seed.ts'
import { sha256 } from '../robustness/source.ts'

const KINDS: readonly FileKind[] = ['config', 'keys', 'data', 'index', 'snapshots']

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

/** What a snapshot needs: its packs, and whatever is small. Undefined where it is not whole. */
export async function manifestOf(
  repository: Repository,
  local: Backend & { readonly sync: SyncBackend },
  snapshot: string,
): Promise<ManifestObject[] | undefined> {
  const found = await check({ repository, storage: local.sync, snapshots: [snapshot], readData: 'none' })
  const { index, needed, errorCount } = found
  if (errorCount > 0) return undefined
  const packs = new Set<string>()
  for (let entry = 0; entry < index.blobCount; entry++) if (needed.has(entry)) packs.add(index.location(entry).packId)
  const objects: ManifestObject[] = []
  for (const kind of KINDS)
    for (const { name, sizeBytes } of await local.list(kind)) {
      const isNeeded = kind === 'snapshots' ? name === snapshot : kind !== 'data' || packs.has(name)
      if (isNeeded) objects.push({ kind, name, sizeBytes })
    }
  return objects
}

/** The verifier's judgement on what lies in a Keeper's folder; undefined where the generation is gone. */
export async function judgeThere(
  folder: string,
  masterKey: Repository['masterKey'],
  receipt: Receipt,
): Promise<readonly Problem[] | undefined> {
  const file = join(folder, 'statements', `${receipt.snapshot}.manifest`)
  if (!existsSync(file)) return undefined
  const backend = openPlaceBackend({ kind: 'local', folder })
  const there = new Map<string, number>()
  for (const kind of KINDS)
    for (const { name, sizeBytes } of await backend.list(kind)) there.set(`${kind}/${name}`, sizeBytes)
  const open = () => Repository.open(backend, { masterKey })
  const manifest = readFileSync(file, 'utf8')
  return (await judge({ receipt, manifest, there, backend, open, mustRead: () => true })).problems
}
