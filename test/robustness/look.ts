/** What a repository really holds: generations read blob by blob, the judgement of stock restic, files under their names. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { TestContext } from 'node:test'
import { posixTarget } from '#posix'
import { type BlobIndex, decodeTree, loadSnapshot, type Repository, restore, type RestoreResult } from '#restic'
import { openLocalBackend } from '#storage'
import { stockRestics } from '../restic/stock-restic.ts'
import { contentsOf, type Contents, sha256 } from './source.ts'

export const COST = { N: 1024, r: 8, p: 1 }
export const OWNER = { hostname: 'h', username: 'u', created: '2026-01-01T00:00:00Z' }
export const PASSWORD = '砦'

export const [stock] = stockRestics()

/** In memory where there is such a place: what kill -9 leaves is the same, and 200 rounds spare the disk. */
export function scratch(t: TestContext): string {
  const path = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'toride-robust-'))
  t.after(() => {
    // Locked generations carry the immutable attribute where the file system has it.
    spawnSync('chattr', ['-R', '-f', '-i', path])
    // A small disk that a suite mounted in it.
    spawnSync('umount', ['-l', join(path, 'small')], { stdio: 'ignore' })
    rmSync(path, { recursive: true, force: true })
  })
  return path
}

/**
 * Every file of a snapshot, read out of its packs and hashed.
 * @param root the source's folder: paths are told from there
 * @throws RESTIC_BLOB_MISSING, RESTIC_DAMAGED, STORAGE_NOT_FOUND where anything it needs is lost
 */
export async function readGeneration(repository: Repository, snapshotId: string, root: string): Promise<Contents> {
  const index = await repository.loadIndex()
  const { tree } = await loadSnapshot(repository, snapshotId)
  const found = new Map<string, string>()
  await readTree({ repository, index, found }, tree, '')
  const inside = [...found].filter(([path]) => path.startsWith(`${root}/`))
  return new Map(inside.map(([path, hash]): [string, string] => [path.slice(root.length + 1), hash]).toSorted())
}

interface Reading {
  readonly repository: Repository
  readonly index: BlobIndex
  readonly found: Map<string, string>
}

async function readTree(reading: Reading, tree: string, path: string): Promise<void> {
  const { repository, index, found } = reading
  for (const node of decodeTree(await repository.loadBlob(index, tree, 'tree'))) {
    const name = `${path}/${node.name.toString('utf8')}`
    if (node.subtree !== undefined) await readTree(reading, node.subtree, name)
    if (node.type !== 'file') continue
    const hash = createHash('sha256')
    for (const id of node.content ?? []) hash.update(await repository.loadBlob(index, id, 'data'))
    found.set(name, hash.digest('hex'))
  }
}

export function assertSame(actual: Contents, expected: Contents, what: string): void {
  assert.deepEqual([...actual].toSorted(), [...expected].toSorted(), what)
}

/** Restores onto the disk through the engine's own restore. */
export async function restoreTo(repository: Repository, snapshotId: string, target: string): Promise<RestoreResult> {
  const { tree } = await loadSnapshot(repository, snapshotId)
  return restore({
    repository,
    index: await repository.loadIndex(),
    storage: openLocalBackend(repository.backend.location).sync,
    fs: posixTarget,
    tree,
    settings: {
      target,
      overwrite: 'always',
      include: [],
      exclude: [],
      ignoreCase: false,
      sparse: true,
      special: true,
      owner: false,
    },
  })
}

/** Restores onto the disk and compares every byte. */
export async function assertRestores(
  repository: Repository,
  id: string,
  { root, expected }: { readonly root: string; readonly expected: Contents },
): Promise<void> {
  const target = mkdtempSync(join(repository.backend.location, '..', 'restored-'))
  const { problems } = await restoreTo(repository, id, target)
  assert.deepEqual(problems, [])
  assertSame(contentsOf(join(target, root)), expected, `restored ${id.slice(0, 8)}`)
  rmSync(target, { recursive: true, force: true })
}

/** Stock restic finds nothing but, at most, packs that no index names. */
export function assertStockClean(path: string, password: string, readData = false): void {
  if (stock!.missing) return
  const { status, output } = stock!.try(path, password, 'check', '--no-lock', ...(readData ? ['--read-data'] : []))
  assert.equal(status, 0, output)
}

/** No file under a final name holds something else than its name says. */
export function assertNamesHold(path: string): void {
  for (const kind of ['data', 'index', 'snapshots']) {
    for (const name of readdirSync(join(path, kind), { recursive: true }) as string[]) {
      const file = basename(name)
      if (/^[0-9a-f]{64}$/.test(file))
        assert.equal(sha256(readFileSync(join(path, kind, name))), file, `${kind}/${name}`)
    }
  }
}
