/**
 * A repository that decays or is tampered with. Every byte of a tiny one is flipped in turn; and each kind of damage by
 * itself: our check names it, stock restic agrees, the restore names what is lost, the next backup heals what the source
 * still has.
 */
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { type FileKind, isAppError } from '#base'
import { check, type IndexedPack, repairPacks, Repository, type Secret } from '#restic'
import { memBackend, openLocalBackend } from '#storage'
import { backUpSource } from './engine.ts'
import { assertSame, COST, OWNER, PASSWORD, readGeneration, restoreTo, scratch, stock } from './look.ts'
import { chance, rounds } from './seed.ts'
import { contentsOf, type Contents, sha256 } from './source.ts'

interface Made {
  readonly base: string
  readonly path: string
  readonly source: string
  readonly cache: string
  readonly contents: Contents
  readonly id: string
}

/** Two generations of a few short files, in packs of some hundred bytes. */
async function make(t: TestContext): Promise<Made> {
  const base = scratch(t)
  const [path, source, cache] = [join(base, 'repo'), join(base, 'source'), join(base, 'cache')]
  for (const unit of ['1', '2']) {
    mkdirSync(join(source, unit), { recursive: true })
    for (const name of ['a', 'b']) writeFileSync(join(source, unit, name), `${unit} ${name} 患者`)
  }
  const backend = openLocalBackend(path)
  const repository = await Repository.init(backend, { password: PASSWORD, owner: OWNER, cost: COST })
  for (const kind of ['locks', 'data']) mkdirSync(join(path, kind), { recursive: true })
  await backUpSource(repository, source, cache)
  writeFileSync(join(source, '2', 'c'), 'new in the second')
  const { snapshotId } = await backUpSource(repository, source, cache)
  return { base, path, source, cache, contents: contentsOf(source), id: snapshotId }
}

function filesOf(path: string, kind: string): string[] {
  if (kind === 'config') return [join(path, 'config')]
  return (readdirSync(join(path, kind), { recursive: true }) as string[])
    .map((name) => join(path, kind, name))
    .filter((file) => statSync(file).isFile())
    .toSorted()
}

const KINDS: readonly FileKind[] = ['config', 'data', 'index', 'keys', 'snapshots']

function inMemory(path: string): ReturnType<typeof memBackend> {
  const backend = memBackend()
  for (const kind of KINDS)
    for (const file of filesOf(path, kind))
      backend.files.set(`${kind}/${kind === 'config' ? '' : file.slice(-64)}`, readFileSync(file))
  return backend
}

async function judge(backend: ReturnType<typeof memBackend>, secret: Secret): Promise<'clean' | 'reported'> {
  const repository = await Repository.open(backend, secret)
  const { errorCount } = await check({ repository, storage: backend.sync, readData: 'all' })
  return errorCount > 0 ? 'reported' : 'clean'
}

test('a flipped bit in every byte of every file is reported', async (t) => {
  const { path } = await make(t)
  const backend = inMemory(path)
  const random = chance(t)
  const { masterKey } = await Repository.open(backend, { password: PASSWORD })
  let flips = 0
  for (const [name, bytes] of inMemory(path).files) {
    for (let at = 0; at < bytes.length; at++) {
      const spoiled = Buffer.from(bytes)
      spoiled[at]! ^= 1 << random.below(8)
      backend.files.set(name, spoiled)
      flips++
      // Without scrypt where the key file is not what was flipped.
      const secret = name.startsWith('keys') ? { password: PASSWORD } : { masterKey }
      const verdict = await judge(backend, secret).catch((error: unknown) => {
        assert.ok(isAppError(error), `${name} at ${at}: ${String(error)}`)
        return 'refused'
      })
      assert.notEqual(verdict, 'clean', `${name} at ${at}`)
    }
    backend.files.set(name, bytes)
  }
  t.diagnostic(`${flips} flips`)
})

test('stock restic agrees about flipped bits', { skip: stock!.missing }, async (t) => {
  const { base, path } = await make(t)
  const random = chance(t)
  for (let round = 0; round < rounds(30); round++) {
    const kind = KINDS[round % KINDS.length]!
    const file = random.pick(filesOf(path, kind))
    const copy = join(base, 'copy')
    cpSync(path, copy, { recursive: true })
    const at = random.below(statSync(file).size)
    flip(file.replace(path, copy), at)
    const ours = await judge(inMemory(copy), { password: PASSWORD }).catch(() => 'refused')
    const { status, output } = stock!.try(copy, PASSWORD, 'check', '--read-data', '--no-lock')
    // Restic 0.14 opens a key file that does not hash to its name where what it reads of it is whole; we, as 0.19, refuse.
    const stricter = kind === 'keys' && ours === 'refused' && status === 0
    assert.ok(
      stricter || (ours === 'clean') === (status === 0),
      `${kind} at ${at}: we say ${ours}, stock restic:\n${output}`,
    )
    rmSync(copy, { recursive: true })
  }
})

function flip(file: string, at: number): void {
  chmodSync(file, 0o600)
  const bytes = readFileSync(file)
  bytes[at]! ^= 0x10
  writeFileSync(file, bytes)
}

interface Damage {
  readonly name: string
  readonly what: (made: Made, repository: Repository) => void | Promise<void>
  /** What our check must say; nothing where the damage is harmless. */
  readonly findings: readonly string[]
  /** What stock restic says: `look` without reading data, which it would try again for a minute where a pack is gone. */
  readonly stock: 'finds' | 'finds-by-a-look' | 'clean' | 'too-slow'
  /** Whether the newest generation loses files. */
  readonly loses: boolean
}

const withType = async (repository: Repository, type: 'data' | 'tree'): Promise<IndexedPack[]> => {
  const all: IndexedPack[] = []
  await repository.loadIndex((_name, packs) => all.push(...packs))
  return all.filter((pack) => pack.blobs[0]!.type === type)
}
const packFile = ({ path }: Made, { id }: IndexedPack): string => join(path, 'data', id.slice(0, 2), id)
const largest = (packs: readonly IndexedPack[]): IndexedPack =>
  packs.toSorted((a, b) => b.blobs.length - a.blobs.length)[0]!

const DAMAGES: readonly Damage[] = [
  {
    name: 'a truncated pack',
    what: async (made, repository) => {
      const file = packFile(made, largest(await withType(repository, 'data')))
      chmodSync(file, 0o600)
      truncateSync(file, 50)
    },
    findings: ['pack-size', 'pack-header'],
    stock: 'finds',
    loses: true,
  },
  {
    name: 'a removed pack of data',
    what: async (made, repository) => rmSync(packFile(made, largest(await withType(repository, 'data')))),
    findings: ['pack-missing'],
    stock: 'finds-by-a-look',
    loses: true,
  },
  {
    name: 'all packs of trees removed',
    what: async (made, repository) =>
      (await withType(repository, 'tree')).forEach((pack) => rmSync(packFile(made, pack))),
    findings: ['pack-missing', 'tree-unreadable'],
    stock: 'too-slow',
    loses: true,
  },
  {
    name: 'a flipped byte in a blob',
    what: async (made, repository) => flip(packFile(made, largest(await withType(repository, 'data'))), 20),
    findings: ['pack-hash', 'blob-unreadable'],
    stock: 'finds',
    loses: true,
  },
  {
    name: 'an index file that names a pack that does not exist',
    what: async (_made, repository) =>
      void (await repository.saveIndexFile([forged('cd'.repeat(32), 'not yet saved', 0)])),
    findings: ['pack-missing'],
    stock: 'finds-by-a-look',
    loses: false,
  },
  {
    name: 'an index file that was lost',
    what: ({ path }) => filesOf(path, 'index').forEach((file) => rmSync(file)),
    findings: ['tree-unreadable'],
    stock: 'finds',
    loses: true,
  },
  {
    name: 'an index file doubled under another seal',
    what: async (_made, repository) => {
      const [first] = await repository.backend.list('index')
      await repository.saveIndexFile((await repository.loadIndexFile(first!.name)).packs)
    },
    findings: [],
    stock: 'clean',
    loses: false,
  },
  {
    name: 'foreign files in every folder',
    what: ({ path }) => {
      for (const folder of ['.', 'data', 'data/00', 'index', 'snapshots', 'keys', 'locks']) {
        mkdirSync(join(path, folder), { recursive: true })
        writeFileSync(join(path, folder, '.DS_Store'), 'x')
        writeFileSync(join(path, folder, 'Thumbs.db'), 'x')
      }
    },
    findings: [],
    stock: 'clean',
    loses: false,
  },
]

/** An index entry for a text that is in none of the packs. */
function forged(packId: string, text: string, offset: number): IndexedPack {
  const length = Buffer.byteLength(text) + 32
  return { id: packId, blobs: [{ id: sha256(text), type: 'data', offset, length, uncompressedLength: 0 }] }
}

for (const damage of DAMAGES) {
  test(`${damage.name}: named, agreed, restored as far as possible, healed`, async (t) => {
    const made = await make(t)
    const { path, source, cache, contents, base } = made
    const backend = openLocalBackend(path)
    const repository = await Repository.open(backend, { password: PASSWORD })
    await damage.what(made, repository)

    const { findings } = await check({ repository, storage: openLocalBackend(path).sync, readData: 'all' })
    const errors = new Set(findings.filter((one) => one.severity === 'error').map((one) => one.what as string))
    for (const what of damage.findings) assert.ok(errors.has(what), `${what} among ${[...errors].join()}`)
    if (damage.findings.length === 0) assert.deepEqual([...errors], [])
    if (!stock!.missing && damage.stock !== 'too-slow') {
      const how = damage.stock === 'finds-by-a-look' ? [] : ['--read-data']
      const { status, output } = stock!.try(path, PASSWORD, 'check', '--no-lock', ...how)
      assert.equal(status === 0, damage.stock === 'clean', output)
    }

    const target = join(base, 'restored')
    const outcome = await restoreTo(repository, made.id, target).catch((error: unknown) => {
      assert.ok(isAppError(error), String(error))
      return undefined
    })
    const restored = contentsOf(outcome ? join(target, source) : mkdirSync(join(base, 'nothing'), { recursive: true })!)
    for (const [name, hash] of restored) assert.equal(hash, contents.get(name), `${name} is right or not there`)
    const named = outcome === undefined || outcome.problemCount === contents.size - restored.size
    assert.ok(named && damage.loses === restored.size < contents.size, 'each loss is named')

    // Everything is still in the source: one more backup must hold all of it, whatever lies in the repository.
    writeFileSync(join(source, '1', 'late'), 'not yet saved')
    await heal(damage, repository, made)
    const next = await backUpSource(repository, source, cache)
    const healed = await Repository.open(openLocalBackend(path), { password: PASSWORD })
    assertSame(await readGeneration(healed, next.snapshotId, source), contentsOf(source), 'the next generation')
  })
}

/** Only bytes that rotted inside a pack of the right size are not seen by a backup: the check saw them, repair drops them. */
async function heal(damage: Damage, repository: Repository, made: Made): Promise<void> {
  if (damage.name !== 'a flipped byte in a blob') return
  await repairPacks(repository, [largest(await withType(repository, 'data')).id])
  rmSync(made.cache, { recursive: true })
}
