import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { z } from 'zod'
import { manualClock } from '#base'
import { formatCheckpoint, generateSigner, rootAt } from '#tlog'
import {
  comparePrinted,
  ENTRY_TYPES,
  FINDING_CODES,
  type GenerationsView,
  newEntry,
  printCheckpoint,
  type SeenRepository,
  type SeenSnapshot,
  verifyLedger,
} from './index.ts'
import { type MemoryFiles, memoryFiles } from './memory-files.fixture.ts'
import { createWriter, type LedgerWriter, openWriter } from './writer.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 10, 1)
const hash = (text: string) => createHash('sha256').update(text).digest('hex')
const repository = hash('repository')
const iso = (ms: number) => new Date(ms).toISOString()

interface World {
  writer: LedgerWriter
  files: MemoryFiles
  clock: ReturnType<typeof manualClock>
  keys: { load(name: string): Uint8Array | undefined; save(name: string, secret: Uint8Array): void }
  seen: SeenSnapshot[]
}

/** Five generations, an hour apart, each locked for a day at the primary place. */
async function world(): Promise<World> {
  const clock = manualClock(START)
  const secrets = new Map<string, Uint8Array>()
  const keys = {
    load: (name: string) => secrets.get(name),
    save: (name: string, secret: Uint8Array) => void secrets.set(name, secret),
  }
  const files = memoryFiles()
  const writer = await createWriter(files, { keys, clock, origin: 'clinic.example/ledger' })
  const made: World = { writer, files, clock, keys, seen: [] }
  for (let n = 0; n < 5; n++) await record(made, n)
  return made
}

async function record({ writer, clock, seen }: World, n: number): Promise<void> {
  clock.advance(HOUR)
  const [snapshot, tree] = [hash(`snapshot ${n}`), hash(`tree ${n}`)]
  const timeMs = clock.now() - 5 * 60_000
  const subject = `generation:${snapshot}` as const
  await writer.append(
    newEntry('generation.recorded', {
      actor: 'system:vault',
      subject,
      data: {
        source: 'ssmix2',
        repository,
        snapshot,
        tree,
        snapshotTime: iso(timeMs),
        manifest: hash('m'),
        indexCount: 1,
        indexHash: hash('i'),
        indexNames: [hash('i')],
        files: 10,
        bytes: 1000,
        addedBytes: 10,
        started: iso(timeMs),
        finished: iso(clock.now()),
        skipped: 0,
        closure: { result: 'complete', blobs: 3, packs: 1, missing: 0 },
        walk: 'full',
      },
    }),
  )
  const until = clock.now() + 24 * HOUR
  await writer.append(
    newEntry('generation.locked', {
      actor: 'system:vault',
      subject,
      data: { repository, snapshot, place: 'local', until: iso(until), strength: 'logical', objects: 4 },
    }),
  )
  seen.push({ snapshot, contentHash: snapshot, tree, timeMs, lockedUntilMs: until })
}

const viewOf = (snapshots: readonly SeenSnapshot[], other: Partial<SeenRepository> = {}): GenerationsView => ({
  repositories: async () => [{ repository, place: 'local', primary: true, snapshots, ...other }],
})

const verify = async (w: World, view?: GenerationsView, known?: { size: number; root: Uint8Array }[]) =>
  verifyLedger({ tiles: w.files, verifier: w.writer.signer, ...(known ? { known } : {}) }, view)

const codes = (report: { findings: readonly { code: string }[] }) => report.findings.map((f) => f.code)

test('a whole ledger over untouched repositories has nothing to say', async () => {
  const w = await world()
  const report = await verify(w, viewOf(w.seen))
  assert.deepEqual(report, {
    ok: true,
    checkpoint: report.checkpoint,
    entries: 11,
    generations: 5,
    generationsSeen: 5,
    findings: [],
  })
})

test('deleted, replaced, back-dated, forged, unlocked generations are found and named', async () => {
  const w = await world()
  const [first, second] = [w.seen[0]!, w.seen[1]!]
  const rest = w.seen.slice(1)
  const deleted = await verify(w, viewOf(rest))
  assert.equal(deleted.ok, false)
  assert.deepEqual(deleted.findings, [
    { code: 'GENERATION_DELETED', severity: 'error', index: 1, repository, place: 'local', snapshot: first.snapshot },
  ])
  const check = async (snapshots: readonly SeenSnapshot[]) => codes(await verify(w, viewOf(snapshots)))
  assert.deepEqual(await check([{ ...first, contentHash: hash('other') }, ...rest]), ['GENERATION_REPLACED'])
  assert.deepEqual(await check([{ ...first, tree: hash('other') }, ...rest]), ['GENERATION_REPLACED'])
  assert.deepEqual(await check([{ snapshot: first.snapshot, contentHash: first.snapshot }, ...rest]), [
    'GENERATION_REPLACED',
  ])
  assert.deepEqual(await check([{ ...first, timeMs: first.timeMs! - HOUR }, ...rest]), ['GENERATION_TIME_DIFFERS'])
  assert.deepEqual(await check([{ ...first, lockedUntilMs: START }, ...rest]), ['GENERATION_LOCK_SHORTER'])
  const forged = { snapshot: hash('f'), contentHash: hash('f'), tree: hash('t') }
  assert.deepEqual(await check([...w.seen, { ...forged, timeMs: second.timeMs! + 1 }]), ['GENERATION_BACKDATED'])
  assert.deepEqual(await check([...w.seen, { snapshot: forged.snapshot, contentHash: forged.contentHash }]), [
    'GENERATION_BACKDATED',
  ])
  const after = await verify(w, viewOf([...w.seen, { ...forged, timeMs: w.clock.now() }]))
  assert.deepEqual(codes(after), ['GENERATION_UNKNOWN'])
  assert.equal(after.ok, true)
})

test('a mirror must hold what was locked there, no more; a repository out of reach is not called deleted', async () => {
  const w = await world()
  const moved = await verify(w, viewOf([], { place: 'new-disk', primary: true }))
  assert.deepEqual(
    codes(moved),
    Array.from({ length: 5 }, () => 'GENERATION_DELETED'),
  )
  const mirror = { place: 'usb', primary: false }
  assert.deepEqual(codes(await verify(w, viewOf([], mirror))), [])
  const { snapshot } = w.seen[2]!
  const data = {
    repository,
    snapshot,
    place: 'usb',
    until: iso(w.clock.now() + HOUR),
    strength: 'logical',
    objects: 1,
  } as const
  await w.writer.append(newEntry('generation.lock-extended', { actor: 'system:vault', data }))
  assert.deepEqual(codes(await verify(w, viewOf([], mirror))), ['GENERATION_DELETED'])
  assert.deepEqual(codes(await verify(w, { repositories: async () => [] })), ['REPOSITORY_NOT_SEEN'])
})

test('letting go: after the lock it is in order, before it is not', async () => {
  const w = await world()
  const expire = (n: number) =>
    w.writer.append(
      newEntry('generation.expired', {
        actor: 'system:vault',
        data: { repository, snapshot: w.seen[n]!.snapshot, reason: 'policy' },
      }),
    )
  await expire(0)
  assert.deepEqual(codes(await verify(w)), ['LEDGER_EXPIRED_WHILE_LOCKED'])
  w.clock.advance(48 * HOUR)
  await expire(1)
  const report = await verify(w, viewOf(w.seen.slice(1)))
  assert.deepEqual(codes(report), ['LEDGER_EXPIRED_WHILE_LOCKED', 'GENERATION_NOT_YET_REMOVED'])
  assert.equal(report.generations, 3)
})

test('time: a step back is found unless it was noted, a snapshot outside its run too', async () => {
  const w = await world()
  w.clock.set(START)
  const note = () =>
    w.writer.append(newEntry('settings.changed', { actor: 'system:x', data: { area: 'a', changes: ['b'] } }))
  await note()
  assert.deepEqual(codes(await verify(w)), ['LEDGER_TIME_WENT_BACK'])
  const honest = await world()
  honest.clock.set(START)
  await honest.writer.append(
    newEntry('clock.jumped', { actor: 'system:clock', data: { byMs: -5 * HOUR, at: iso(START) } }),
  )
  await honest.writer.append(newEntry('service.started', { actor: 'system:x', data: { version: '1', host: 'h' } }))
  assert.deepEqual(codes(await verify(honest)), [])
})

test('the log itself: cut off, rewritten, damaged anywhere, signed by another key', async () => {
  const w = await world()
  const { size } = w.writer
  const kept = { size, root: await rootAt({ tiles: w.files, size }, size) }
  await record(w, 9)
  assert.deepEqual(codes(await verify(w, undefined, [kept])), [])
  assert.deepEqual(codes(await verify(w, undefined, [{ size: size + 99, root: kept.root }])), ['LEDGER_SHORTER'])
  assert.deepEqual(codes(await verify(w, undefined, [{ size, root: Buffer.alloc(32) }])), ['LEDGER_REWRITTEN'])

  // Somebody with the signing key leaves generation 0 out and signs a new log: only the kept checkpoint tells.
  const forged = await world()
  const other = memoryFiles()
  const writer = await createWriter(other, { keys: w.keys, clock: manualClock(START), origin: 'clinic.example/ledger' })
  for (let n = 0; n < 20; n++)
    await writer.append(newEntry('service.started', { actor: 'system:x', data: { version: '1', host: String(n) } }))
  assert.deepEqual(codes(await verifyLedger({ tiles: other, verifier: w.writer.signer, known: [kept] })), [
    'LEDGER_REWRITTEN',
  ])
  assert.deepEqual(codes(await verifyLedger({ tiles: forged.files, verifier: w.writer.signer })), [
    'LEDGER_SIGNATURE_INVALID',
  ])
  assert.deepEqual(codes(await verifyLedger({ tiles: memoryFiles(), verifier: w.writer.signer })), ['LEDGER_MISSING'])
  assert.deepEqual(codes(await verifyLedger({ tiles: w.files, verifier: generateSigner('x') })), [
    'LEDGER_SIGNATURE_INVALID',
  ])

  const lying = w.files.copy()
  lying.content.set(
    'checkpoint',
    Buffer.from(
      formatCheckpoint({ origin: w.writer.signer.name, size: w.writer.size, root: kept.root }, [w.writer.signer]),
    ),
  )
  assert.deepEqual(codes(await verifyLedger({ tiles: lying, verifier: w.writer.signer })), ['LEDGER_ROOT_DIFFERS'])
})

test('any one bit turned in any file of the ledger is found', async () => {
  const w = await world()
  for (const [path, whole] of w.files.content) {
    if (path === 'verifier-key') continue
    for (let at = 0; at < whole.length; at += 97) {
      const damaged = w.files.copy()
      const bytes = Buffer.from(whole)
      bytes[at]! ^= 4
      damaged.content.set(path, bytes)
      const report = await verifyLedger({ tiles: damaged, verifier: w.writer.signer })
      assert.equal(report.ok, false, `${path} byte ${at}: ${codes(report).join()}`)
    }
  }
})

test('entries of a newer program are passed over with a notice, and still hashed', async () => {
  const w = await world()
  const types = ENTRY_TYPES as Record<string, unknown>
  types['generation.blessed'] = z.object({ how: z.string() })
  await w.writer.append({ type: 'generation.blessed', actor: 'system:x', data: { how: 'much' } } as never)
  delete types['generation.blessed']
  const report = await verify(w)
  assert.deepEqual(codes(report), ['LEDGER_UNKNOWN_TYPE'])
  assert.ok(report.ok)
  await openWriter(w.files, { keys: w.keys, clock: w.clock })
})

test('on paper: the same, mistyped, shorter, rewritten', async () => {
  const w = await world()
  const { checkpoint } = await verify(w)
  const printed = printCheckpoint(checkpoint!)
  assert.match(printed.code, /^([0-9A-Z]{6} ){8}[0-9A-Z]{6}$/)
  await record(w, 7)
  const log = { tiles: w.files, size: w.writer.size }
  const typed = async (code: string, size = printed.size) =>
    (await comparePrinted(log, printed.origin, { size, code })).result
  assert.equal(await typed(printed.code), 'same')
  const sloppy = printed.code.toLowerCase().replaceAll(' ', '').replaceAll('0', 'o').replaceAll('1', 'l')
  assert.equal(await typed(sloppy), 'same')
  assert.equal(
    await typed(
      printed.code.replaceAll(' ', '　').replace(/[0-9]/g, (d) => String.fromCharCode(d.charCodeAt(0) + 0xfee0)),
    ),
    'same',
  )
  const swapped = printed.code.replace(/^(.)/, (first) => (first === '0' ? '1' : '0'))
  assert.equal(await typed(swapped), 'mistyped')
  assert.equal(await typed(printed.code, printed.size + 1), 'mistyped')
  assert.equal(await typed('ABC'), 'mistyped')
  const longer = printCheckpoint({ ...checkpoint!, size: 999 })
  assert.equal(await typed(longer.code, 999), 'log-is-shorter')
  const rewritten = printCheckpoint({ ...checkpoint!, root: Buffer.alloc(32, 7) })
  assert.equal(await typed(rewritten.code), 'differs')
})

test('every finding code says how bad it is', () => {
  for (const severity of Object.values(FINDING_CODES)) assert.match(severity, /^(error|warning|notice)$/)
})
