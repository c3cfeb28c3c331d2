/** Two years of nightly generations under retention locks: what is kept restores, and nothing grows without bound. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '#base'
import {
  applyPolicy,
  check,
  encodeSnapshot,
  encodeTree,
  loadSnapshots,
  prune,
  removeSnapshots,
  Repository,
  type Node,
} from '#restic'
import { memBackend } from '#storage'
import { noise } from './nasty-tree.ts'

const DAY_MS = 86_400_000
const NIGHTS = 730
const LOCK_DAYS = 21
const POLICY = { daily: 21, weekly: 8, monthly: 13 }
const times = { mtimeNs: 1n, atimeNs: 1n, ctimeNs: 1n, uid: 0, gid: 0 }

test('index files, dead bytes and held files stay bounded', async () => {
  const clock = manualClock(Date.UTC(2026, 0, 1, 17))
  const backend = memBackend(clock)
  const owner = { hostname: 'h', username: 'u', created: '2026-01-01T00:00:00Z' }
  const repository = await Repository.init(backend, { password: 'x', owner, cost: { N: 1024, r: 8, p: 1 } })
  const clinic = new Map<string, Node>()
  let worst = { indexFiles: 0, deadShare: 0, held: 0 }

  for (let night = 0; night < NIGHTS; night++) {
    await takeGeneration(repository, clinic, night, clock.now())
    if (night % 7 === 6) {
      const now = { nowNs: BigInt(clock.now()) * 1_000_000n, offsetMinutes: 540 }
      const { snapshots } = await loadSnapshots(repository)
      const { remove } = applyPolicy(snapshots, POLICY, now)
      await removeSnapshots(
        repository,
        remove.map((one) => one.id),
      )
      const result = await prune({ repository, storage: backend.sync, clock })
      assert.equal(result.packsRepacked, 0, 'under locks nothing is repacked')
      const stored = result.bytesNeeded + result.bytesUnused
      worst = {
        indexFiles: Math.max(worst.indexFiles, (await backend.list('index')).length),
        deadShare: Math.max(worst.deadShare, result.bytesUnused / stored),
        held: Math.max(worst.held, result.packsHeld),
      }
    }
    clock.advance(DAY_MS)
  }

  // 21 nights of locked indexes, a week that was not joined yet, and the joined ones.
  assert.ok(worst.indexFiles <= 40, `${worst.indexFiles} index files`)
  assert.ok(worst.deadShare <= 0.5, `${(worst.deadShare * 100).toFixed()} % dead`)
  assert.ok(worst.held <= 3 * 7 * 2 + 14, `${worst.held} packs held`)
  const { snapshots } = await loadSnapshots(repository)
  assert.ok(snapshots.length >= 21 && snapshots.length <= 21 + 8 + 13, `${snapshots.length} generations`)
  const result = await check({ repository, storage: backend.sync, readData: 'all' })
  assert.deepEqual([result.errorCount, result.warningCount], [0, 0], JSON.stringify(result.findings[0]))
})

/** Forty patients, of whom some change each night; everything the generation needs is then held for three weeks. */
async function takeGeneration(
  repository: Repository,
  clinic: Map<string, Node>,
  night: number,
  nowMs: number,
): Promise<void> {
  const index = await repository.loadIndex()
  const writer = repository.packWriter(index)
  for (let i = 0; i < 4; i++) {
    const name = `patient ${(night * 7 + i * 11) % 40}`
    const bytes = noise(20_000, `${night} ${i}`)
    const content = [await writer.add('data', bytes)]
    clinic.set(name, { name: Buffer.from(name), type: 'file', mode: 0o600, ...times, sizeBytes: bytes.length, content })
  }
  const nodes = [...clinic.values()].toSorted((a, b) => Buffer.compare(a.name, b.name))
  const tree = await writer.add('tree', encodeTree(nodes))
  const before = new Set((await repository.backend.list('index')).map((file) => file.name))
  await writer.finish()
  const timeNs = BigInt(nowMs) * 1_000_000n
  const snapshot = await repository.saveUnpacked(
    'snapshots',
    encodeSnapshot({ timeNs, tree, paths: ['/clinic'], hostname: 'h', username: 'u' }),
  )
  const untilMs = nowMs + LOCK_DAYS * DAY_MS
  const retention = repository.backend.retention!
  await retention.lock({ kind: 'snapshots', name: snapshot }, untilMs)
  // An index file is held once, for the generation that wrote it; packs for as long as the newest that needs them.
  for (const { name } of await repository.backend.list('index')) {
    if (!before.has(name)) await retention.lock({ kind: 'index', name }, untilMs)
  }
  const needed = [[tree, 'tree'] as const, ...nodes.map((node) => [node.content![0]!, 'data'] as const)]
  for (const [id, type] of needed) {
    await retention.lock({ kind: 'data', name: index.find(id, type)[0]!.packId }, untilMs)
  }
}
