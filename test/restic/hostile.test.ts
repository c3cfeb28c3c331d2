/** A repository whose writer wants to harm the reader (SECURITY 16): it has the keys and writes well-formed files. */
import assert from 'node:assert/strict'
import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { isAppError } from '#base'
import { posixTarget } from '#posix'
import { check, encodeNode, Repository, restore, type Node, type RestoreResult } from '#restic'
import { memBackend } from '#storage'
import { scratch } from './toride-repo.ts'

const cost = { N: 1024, r: 8, p: 1 }
const owner = { hostname: 'h', username: 'u', created: '2026-01-01T00:00:00Z' }
const times = { mtimeNs: 1n, atimeNs: 1n, ctimeNs: 1n, uid: 0, gid: 0 }
type Entry = Partial<Node> & { name: Buffer; type: Node['type'] }

/** Writes a tree as it is told, without the checks of our own writer. */
class Attacker {
  readonly backend: ReturnType<typeof memBackend>
  readonly repository: Repository
  readonly #index: Awaited<ReturnType<Repository['loadIndex']>>
  readonly #writer: ReturnType<Repository['packWriter']>

  private constructor(repository: Repository, index: Awaited<ReturnType<Repository['loadIndex']>>) {
    this.repository = repository
    this.backend = repository.backend as ReturnType<typeof memBackend>
    this.#index = index
    this.#writer = repository.packWriter(index)
  }

  static async create(): Promise<Attacker> {
    const repository = await Repository.init(memBackend(), { password: 'x', owner, cost })
    return new Attacker(repository, await repository.loadIndex())
  }

  data(text: string): Promise<string> {
    return this.#writer.add('data', Buffer.from(text))
  }

  tree(entries: readonly Entry[]): Promise<string> {
    const nodes = entries.map((entry) => encodeNode({ mode: 0o644, content: null, ...times, ...entry }))
    return this.#writer.add('tree', Buffer.from(`{"nodes":[${nodes.join(',')}]}\n`))
  }

  async file(name: string | Buffer, text = 'evil'): Promise<Entry> {
    return { name: Buffer.from(name as string), type: 'file', sizeBytes: text.length, content: [await this.data(text)] }
  }

  folder(name: string | Buffer, subtree: string): Entry {
    return { name: Buffer.from(name as string), type: 'dir', subtree, mode: 2 ** 31 + 0o755 }
  }

  async restore(tree: string, target: string, special = false): Promise<RestoreResult> {
    await this.#writer.finish()
    return restore({
      repository: this.repository,
      index: this.#index,
      storage: this.backend.sync,
      fs: posixTarget,
      tree,
      settings: {
        target,
        overwrite: 'always',
        include: [],
        exclude: [],
        ignoreCase: false,
        sparse: true,
        special,
        owner: false,
      },
    })
  }

  async check(tree: string): Promise<string[]> {
    await this.#writer.finish()
    await this.repository.saveUnpacked('snapshots', JSON.stringify({ time: owner.created, tree, paths: ['/'] }))
    const result = await check({ repository: this.repository, storage: this.backend.sync, readData: 'all' })
    return [...new Set(result.findings.map((one) => one.what))].toSorted()
  }
}

/** The target, and all that lies beside it: a witness that must stay as it was. */
function place(t: TestContext): { target: string; outside: string[]; look: () => string[] } {
  const base = scratch(t)
  mkdirSync(join(base, 'victim'))
  writeFileSync(join(base, 'victim', 'file'), 'untouched')
  const look = () =>
    readdirSync(base, { recursive: true })
      .map(String)
      .filter((path) => !path.startsWith('target'))
      .toSorted()
  return { target: join(base, 'target'), outside: look(), look }
}

test('names that are no names are refused one by one, the rest is restored', async (t) => {
  const evil = await Attacker.create()
  const { target, outside, look } = place(t)
  const names = ['..', '.', '', '../victim/file', '/etc/cron.d/x', 'a/b', 'nul\0byte']
  const entries = await Promise.all([...names.map((name) => evil.file(name)), evil.file('good')])
  const folders = await Promise.all(
    names.map(async (name) => evil.folder(name, await evil.tree([await evil.file('in')]))),
  )
  const root = await evil.tree([...entries, ...folders])
  const result = await evil.restore(root, target)
  assert.deepEqual(readdirSync(target), ['good'])
  assert.deepEqual(look(), outside)
  assert.equal(result.problemCount, names.length * 2)
  assert.ok(result.problems.every((one) => one.code === 'RESTIC_HOSTILE'))
  assert.ok(
    result.problems.some((one) => one.path === '/../victim/file'),
    'the refusal names the node',
  )
  assert.ok((await evil.check(root)).includes('tree-name'))
})

test('a file beneath a symbolic link does not leave the target', async (t) => {
  const evil = await Attacker.create()
  const { target, outside, look } = place(t)
  const inner = await evil.tree([await evil.file('file'), await evil.file('new')])
  const link: Entry = { name: Buffer.from('door'), type: 'symlink', linkTarget: Buffer.from('../victim') }
  for (const entries of [
    [link, evil.folder('door', inner)],
    [evil.folder('door', inner), link],
    [link, evil.folder('e', inner), evil.folder('door', inner)],
  ]) {
    await evil.restore(await evil.tree(entries), target)
    assert.deepEqual(look(), outside)
    assert.equal(readFileSync(join(target, '../victim/file'), 'utf8'), 'untouched')
  }
  assert.ok((await evil.check(await evil.tree([link, evil.folder('door', inner)]))).includes('tree-doubled'))
})

test('a link that stood in the target before is not followed either', async (t) => {
  const evil = await Attacker.create()
  const { target, outside, look } = place(t)
  const inner = await evil.tree([await evil.file('file')])
  const root = await evil.tree([evil.folder('door', inner), await evil.file('single')])
  mkdirSync(target)
  symlinkSync('../victim', join(target, 'door'))
  symlinkSync('../victim/file', join(target, 'single'))
  const result = await evil.restore(root, target)
  assert.deepEqual(look(), outside)
  assert.equal(readFileSync(join(target, '../victim/file'), 'utf8'), 'untouched')
  assert.deepEqual(
    result.problems.map((one) => one.path),
    ['/door'],
  )
  assert.ok(
    lstatSync(join(target, 'single')).isFile(),
    'a link in the place of a file is replaced, not written through',
  )
})

test('devices, pipes and setuid only on request', async (t) => {
  const evil = await Attacker.create()
  const { target } = place(t)
  const setuid = { ...(await evil.file('root shell')), mode: 2 ** 23 + 0o755 }
  const root = await evil.tree([
    { name: Buffer.from('disk'), type: 'dev', device: 0x800n, mode: 2 ** 26 + 0o666 },
    { name: Buffer.from('pipe'), type: 'fifo', mode: 2 ** 25 + 0o666 },
    setuid,
  ])
  const result = await evil.restore(root, target)
  assert.deepEqual(readdirSync(target), ['root shell'])
  assert.equal(lstatSync(join(target, 'root shell')).mode & 0o7777, 0o755)
  assert.equal(result.specialSkipped, 3)
  await evil.restore(root, target, true)
  assert.equal(lstatSync(join(target, 'root shell')).mode & 0o7777, 0o4755)
})

test('a chain of folders costs bounded depth', async (t) => {
  const evil = await Attacker.create()
  const { target } = place(t)
  let tree = await evil.tree([])
  for (let depth = 0; depth < 3000; depth++) tree = await evil.tree([evil.folder('d', tree)])
  const result = await evil.restore(tree, target)
  assert.deepEqual(
    result.problems.map((one) => one.code),
    ['RESTIC_HOSTILE'],
  )
  assert.deepEqual(await evil.check(tree), [])
})

test('a file that claims more than it has, or has more than it claims, is refused and leaves nothing', async (t) => {
  const evil = await Attacker.create()
  const { target } = place(t)
  const zeros = await evil.data('\0'.repeat(1_000_000))
  const files: Entry[] = [
    { name: Buffer.from('a bomb'), type: 'file', sizeBytes: 10, content: Array.from({ length: 100_000 }, () => zeros) },
    { name: Buffer.from('b short'), type: 'file', sizeBytes: 2 ** 50, content: [zeros] },
    { name: Buffer.from('c missing'), type: 'file', sizeBytes: 1, content: ['ab'.repeat(32)] },
  ]
  const root = await evil.tree(files)
  const result = await evil.restore(root, target)
  assert.deepEqual(readdirSync(target), [])
  assert.deepEqual(result.problems.map((one) => `${one.path} ${one.code}`).toSorted(), [
    '/a bomb RESTIC_DAMAGED',
    '/b short RESTIC_DAMAGED',
    '/c missing RESTIC_BLOB_MISSING',
  ])
  assert.deepEqual(await evil.check(root), ['node-content-missing', 'node-size'])
})

test('what is there survives a restore that fails', async (t) => {
  const evil = await Attacker.create()
  const { target } = place(t)
  mkdirSync(target)
  writeFileSync(join(target, 'chart'), 'the good old one')
  const root = await evil.tree([{ name: Buffer.from('chart'), type: 'file', sizeBytes: 1, content: ['ab'.repeat(32)] }])
  const result = await evil.restore(root, target)
  assert.equal(result.problemCount, 1)
  assert.deepEqual(readdirSync(target), ['chart'])
  assert.equal(readFileSync(join(target, 'chart'), 'utf8'), 'the good old one')
})

test('trees that are no trees, giant lengths and overlapping blobs are findings, not crashes', async () => {
  const evil = await Attacker.create()
  const good = await evil.tree([await evil.file('x')])
  await evil.check(good)
  const packs = (await evil.repository.loadIndex()).packIds()
  const forged = {
    id: packs[0]!,
    blobs: [
      { id: 'cd'.repeat(32), type: 'data' as const, offset: 0, length: 2 ** 31 - 1, uncompressedLength: 2 ** 32 - 1 },
      { id: 'ce'.repeat(32), type: 'data' as const, offset: 10, length: 40, uncompressedLength: 2 ** 31 },
      { id: 'cf'.repeat(32), type: 'data' as const, offset: 20, length: 40, uncompressedLength: 0 },
    ],
  }
  for (const { name } of await evil.backend.list('index')) await evil.backend.remove({ kind: 'index', name })
  await evil.repository.saveIndexFile([forged])
  const result = await check({ repository: evil.repository, storage: evil.backend.sync, readData: 'all' })
  assert.ok(result.errorCount > 0)
  const index = await evil.repository.loadIndex()
  for (const id of ['cd', 'ce', 'cf']) {
    await assert.rejects(evil.repository.loadBlob(index, id.repeat(32), 'data'), (e) => isAppError(e))
  }

  // A length that does not fit into 31 bits makes the whole index file a finding.
  await evil.repository.saveIndexFile([{ id: packs[0]!, blobs: [{ ...forged.blobs[0]!, length: 2 ** 31 }] }])
  await assert.rejects(evil.repository.loadIndex(), (e) => isAppError(e, 'RESTIC_DAMAGED'))
  const again = await check({ repository: evil.repository, storage: evil.backend.sync, readData: 'all' })
  assert.ok(again.findings.some(({ what }) => what === 'index-unreadable'))
})

test('a key file that asks for a costly scrypt is refused at once', async () => {
  const evil = await Attacker.create()
  const [key] = await evil.backend.list('keys')
  const text = JSON.parse((await evil.backend.load({ kind: 'keys', name: key!.name })).toString()) as object
  evil.backend.files.set(`keys/${key!.name}`, Buffer.from(JSON.stringify({ ...text, N: 2 ** 30, r: 64, p: 64 })))
  const before = performance.now()
  await assert.rejects(Repository.open(evil.backend, { password: 'x' }), (e) => isAppError(e))
  assert.ok(performance.now() - before < 5000)
})
