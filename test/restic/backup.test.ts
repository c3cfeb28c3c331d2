/** Backups of ours judged by stock restic: what it checks, what it restores, and how each continues the other. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { AppError, isAppError, type Backend, type FileRef } from '#base'
import { Repository, unitFiles } from '#restic'
import { openLocalBackend } from '#storage'
import { backUp, memUnitStore } from './back-up.ts'
import { makeNastyTree, noise } from './nasty-tree.ts'
import { stockRestics } from './stock-restic.ts'
import { assertSameLook } from './toride-repo.ts'

const password = '砦'
const owner = { hostname: 'h', username: 'u', created: '2026-01-01T00:00:00Z' }
const cost = { N: 1024, r: 8, p: 1 }

interface Place {
  readonly source: string
  readonly path: string
  readonly repository: Repository
  /** File names that were loaded, by kind. */
  readonly loads: string[]
}

async function place(t: TestContext, version: 1 | 2 = 2): Promise<Place> {
  const base = mkdtempSync(join(tmpdir(), 'toride-backup-'))
  t.after(() => rmSync(base, { recursive: true }))
  const source = join(base, 'source')
  mkdirSync(source)
  const loads: string[] = []
  const local = openLocalBackend(join(base, 'repo'))
  const backend: Backend = {
    ...local,
    load: (file: FileRef, offset, length) => {
      loads.push(file.kind)
      return local.load(file, offset, length)
    },
  }
  const repository = await Repository.init(backend, { password, owner, cost, version })
  return { source, path: join(base, 'repo'), repository, loads }
}

/** Patients as SS-MIX2 lays them out, old enough not to be racy. */
function makePatients(root: string, count: number): void {
  for (let i = 0; i < count; i++) {
    const folder = join(root, '000', String(i).padStart(3, '0'), `0000000${i}`, '20260101', 'OML-11')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `${i}.hl7`), `MSH|^~\\&|${i}`)
  }
}

const isPatient = (_path: string, depth: number): boolean => depth === 3
/** File times move on: what was written a moment ago is read again next time. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 2200))

for (const restic of stockRestics()) {
  for (const version of [1, 2] as const) {
    test(
      `${restic.version} restores our version ${version} backup to the last bit`,
      { skip: restic.missing },
      async (t) => {
        const { source, path, repository } = await place(t, version)
        makeNastyTree(source)
        const result = await backUp(repository, [source])
        assert.deepEqual(result.problems, [])
        restic.run(path, password, 'check', '--read-data')
        const target = join(path, '..', 'restored')
        // 0.14 creates sockets and devices only as root, and reports what it cannot.
        restic.try(path, password, 'restore', 'latest', '--target', target)
        // linktarget_raw came with 0.16.
        const lost = restic.version.startsWith('restic 0.14') ? 'link to no UTF-8' : '\0'
        assertSameLook(join(target, source), source, lost)
      },
    )
  }

  test(`${restic.version} and we continue each other without new data`, { skip: restic.missing }, async (t) => {
    const { source, path, repository } = await place(t)
    makeNastyTree(source)
    const units = memUnitStore()
    await backUp(repository, [source], { units })
    const packsOf = () => new Set(readdirSync(join(path, 'data')).flatMap((f) => readdirSync(join(path, 'data', f))))
    restic.run(path, password, 'backup', '--force', source)
    const index = await repository.loadIndex()
    const ids = new Map<string, number>()
    index.forEach((id, { type }) => {
      if (type === 'data') ids.set(id.toString('hex'), (ids.get(id.toString('hex')) ?? 0) + 1)
    })
    assert.ok(
      [...ids.values()].every((times) => times === 1),
      'the same cuts, nothing stored twice',
    )
    const before = ids.size
    const theirs = await place(t)
    rmSync(theirs.path, { recursive: true })
    restic.run(theirs.path, password, 'init')
    restic.run(theirs.path, password, 'backup', source)
    const opened = await Repository.open(openLocalBackend(theirs.path), { password })
    const ours = await backUp(opened, [source])
    assert.equal(ours.dataBlobs, 0)
    restic.run(theirs.path, password, 'check', '--read-data')
    assert.ok(before > 0 && packsOf().size > 0)
  })
}

const [stock] = stockRestics()
const skip = stock!.missing

test('a run without changes loads no index, writes no blob and gives the same tree', async (t) => {
  const { source, repository, loads } = await place(t)
  makePatients(source, 40)
  await settle()
  const units = memUnitStore()
  const options = { units, isUnit: isPatient }
  let first = await backUp(repository, [source], options)
  assert.deepEqual([first.filesNew, first.units.length], [40, 40])
  for (const trustFolderTimes of [false, true]) {
    loads.length = 0
    let again = await backUp(repository, [source], { ...options, trustFolderTimes })
    // Others make files in the temporary folder, which is in the root tree: then once more.
    for (let tries = 0; again.treeId !== first.treeId && tries < 20; tries++) {
      first = again
      loads.length = 0
      again = await backUp(repository, [source], { ...options, trustFolderTimes })
    }
    assert.equal(again.treeId, first.treeId)
    assert.deepEqual([again.filesUnmodified, again.dataBlobs, again.treeBlobs], [40, 0, 0])
    assert.equal(again.listingsSkipped, trustFolderTimes ? 120 : 0)
    assert.ok(!loads.includes('index'))
  }
})

test('a change above the units needs no index either, and is stored once', async (t) => {
  const { source, path, repository, loads } = await place(t)
  makePatients(source, 40)
  await settle()
  const units = memUnitStore()
  const options = { units, isUnit: isPatient }
  await backUp(repository, [source], options)
  utimesSync(source, 1, 1)
  loads.length = 0
  const changed = await backUp(repository, [source], options)
  const again = await backUp(repository, [source], options)
  assert.ok(changed.treeBlobs >= 3, 'the three folders above the source')
  assert.ok(again.treeBlobs <= 2, 'others may make files in the temporary folder')
  assert.ok(!loads.includes('index'))
  if (!stock!.missing) stock!.run(path, password, 'check', '--read-data')
})

test('changes, removals and additions are seen; the rest keeps its notes and places', { skip }, async (t) => {
  const { source, path, repository } = await place(t)
  makePatients(source, 30)
  const units = memUnitStore()
  await settle()
  await backUp(repository, [source], { units, isUnit: isPatient })
  const file = (i: number) =>
    join(source, '000', String(i).padStart(3, '0'), `0000000${i}`, '20260101', 'OML-11', `${i}.hl7`)
  writeFileSync(file(3), 'changed')
  writeFileSync(`${file(4)}.new`, 'new')
  writeFileSync(`${file(4)}.large.hl7`, noise(1_800_000, 'large'))
  rmSync(file(5))
  rmSync(join(source, '000', '006'), { recursive: true })
  const result = await backUp(repository, [source], { units, isUnit: isPatient, trustFolderTimes: true })
  assert.deepEqual([result.filesChanged, result.filesNew, result.filesUnmodified], [1, 2, 27])
  stock!.run(path, password, 'check', '--read-data')
  const target = join(path, '..', 'restored')
  stock!.run(path, password, 'restore', 'latest', '--target', target)
  assertSameLook(join(target, source), source)

  assert.equal(units.records.size, 29 + 2, 'units, state and spine')
  const [record, large] = [...unitFiles(units.get(join(source, '000/004/00000004'))!)]
  assert.equal(Buffer.from(large!.note!).toString(), '20260101/OML-11/4.hl7.large.hl7 1800000')
  assert.equal(Buffer.from(record!.note!).toString(), '20260101/OML-11/4.hl7 10')
  const [blob] = record!.blobs
  const sealed = await repository.backend.load({ kind: 'data', name: blob!.packId }, blob!.offset, blob!.length)
  const bytes = repository.openBlob(blob!.id.toString('hex'), sealed, blob!.uncompressedLength)
  assert.equal(bytes.toString(), 'MSH|^~\\&|4')
})

test('a cache that outlived its repository, and a prune by others, cost time and no blob', { skip }, async (t) => {
  const { source, path, repository } = await place(t)
  makePatients(source, 20)
  await settle()
  const units = memUnitStore()
  await backUp(repository, [source], { units, isUnit: isPatient })
  rmSync(path, { recursive: true })
  const fresh = await Repository.init(openLocalBackend(path), { password, owner, cost })
  assert.equal((await backUp(fresh, [source], { units, isUnit: isPatient })).filesNew, 20)
  stock!.run(path, password, 'check', '--read-data')

  rmSync(join(source, '000'), { recursive: true })
  writeFileSync(join(source, 'other'), 'x')
  await backUp(fresh, [source], { units: memUnitStore() })
  stock!.run(path, password, 'forget', '--keep-last', '1', '--prune')
  makePatients(source, 20)
  await backUp(fresh, [source], { units, isUnit: isPatient })
  stock!.run(path, password, 'check', '--read-data')
})

test('a lost or truncated pack is noticed, and its files are stored again', async (t) => {
  const { source, path, repository } = await place(t)
  makePatients(source, 20)
  await settle()
  const units = memUnitStore()
  await backUp(repository, [source], { units, isUnit: isPatient })
  const packs = readdirSync(join(path, 'data')).flatMap((f) =>
    readdirSync(join(path, 'data', f)).map((n) => join(path, 'data', f, n)),
  )
  rmSync(packs[0]!)
  writeFileSync(packs[1]!, 'short')
  const healed = await backUp(repository, [source], { units, isUnit: isPatient })
  assert.equal(healed.dataBlobs, 20)
  // Stock restic insists on the lost pack's index for minutes; the records must lead to what is there.
  for (const unit of healed.units) {
    for (const file of unitFiles(units.get(unit)!)) {
      for (const { packId, offset, length, uncompressedLength, id } of file.blobs) {
        const sealed = await repository.backend.load({ kind: 'data', name: packId }, offset, length)
        assert.ok(repository.openBlob(id.toString('hex'), sealed, uncompressedLength).length > 0)
      }
    }
  }
})

test('blobs are reused only out of attested packs', async (t) => {
  const { source, repository } = await place(t)
  makePatients(source, 5)
  await backUp(repository, [source])
  const distrustful = await backUp(repository, [source], { attestedPacks: new Set() })
  assert.equal(distrustful.dataBlobs, 5)
  assert.equal((await backUp(repository, [source])).dataBlobs, 0)
})

test('a run that was cut before its snapshot is continued without reading again', { skip }, async (t) => {
  const { source, path, repository } = await place(t)
  makePatients(source, 30)
  await settle()
  const units = memUnitStore()
  const { backend } = repository
  const cut: Backend = {
    ...backend,
    save: (file, parts) =>
      file.kind === 'snapshots' ? Promise.reject(new AppError('STORAGE_FULL')) : backend.save(file, parts),
  }
  const cutRepository = await Repository.open(cut, { masterKey: repository.masterKey })
  await assert.rejects(backUp(cutRepository, [source], { units, isUnit: isPatient }), (e) =>
    isAppError(e, 'STORAGE_FULL'),
  )
  const resumed = await backUp(repository, [source], { units, isUnit: isPatient })
  assert.deepEqual([resumed.filesUnmodified, resumed.dataBlobs], [30, 0])
  stock!.run(path, password, 'check', '--read-data')
})

test('without records the parent snapshot tells what did not change', async (t) => {
  const { source, repository } = await place(t)
  makePatients(source, 30)
  await settle()
  const { snapshotId } = await backUp(repository, [source], { isUnit: isPatient })
  const next = await backUp(repository, [source], { isUnit: isPatient, parent: snapshotId })
  assert.deepEqual([next.filesUnmodified, next.filesNew, next.dataBlobs], [30, 0, 0])
})

test('what cannot be read is named, counted and left out; the rest is saved', { skip }, async (t) => {
  const { source, path, repository } = await place(t)
  for (const name of ['forbidden', 'fine']) mkdirSync(join(source, 'unit', name), { recursive: true })
  for (const name of ['vanished-early', 'vanished', 'broken', 'growing', 'shrinking', 'fine/ok']) {
    writeFileSync(join(source, 'unit', name), noise(1000, name))
  }
  await settle()
  const units = memUnitStore()
  const options = { units, trouble: true, isUnit: (_p: string, depth: number) => depth === 1 }
  const result = await backUp(repository, [source], options)
  const named = result.problems.map(({ path: p, operation, code }) => `${p.split('/').at(-1)} ${operation} ${code}`)
  assert.deepEqual(named.sort(), [
    'broken read EIO',
    'forbidden list EACCES',
    'vanished open ENOENT',
    'vanished-early stat ENOENT',
  ])
  stock!.run(path, password, 'check', '--read-data')
  const listing = stock!.run(path, password, 'ls', '-l', 'latest')
  assert.match(listing, / 2000 .*growing/)
  assert.match(listing, / 500 .*shrinking/)
  assert.match(listing, /fine\/ok/)
  // Next time nothing of this is taken for granted.
  const again = await backUp(repository, [source], { ...options, trustFolderTimes: true, trouble: false })
  assert.deepEqual([again.problems.length, again.totalFiles], [0, 6])
})

test('cancelling stops the run and writes no snapshot', async (t) => {
  const { source, repository } = await place(t)
  writeFileSync(join(source, 'large'), noise(40_000_000, 'cancel'))
  const abort = new AbortController()
  const running = backUp(repository, [source], { signal: abort.signal })
  setTimeout(() => abort.abort(), 150)
  await assert.rejects(running, (e) => isAppError(e, 'BASE_CANCELLED'))
  assert.deepEqual(await repository.backend.list('snapshots'), [])
})

test('a path that leads through a link is named, not dropped without a word', async (t) => {
  const { source, repository } = await place(t)
  mkdirSync(join(source, 'real'), { recursive: true })
  writeFileSync(join(source, 'real/keep'), 'keep')
  writeFileSync(join(source, 'other'), 'other')
  symlinkSync('real', join(source, 'link'))
  const { problems } = await backUp(repository, [join(source, 'link/keep'), join(source, 'other')])
  assert.deepEqual(
    problems.map(({ path, code }) => [path, code]),
    [[join(source, 'link/keep'), 'ENOTDIR']],
  )
})

test('several paths, excludes and a missing source', { skip }, async (t) => {
  const { source, path, repository } = await place(t)
  for (const name of ['a/keep', 'a/skip.tmp', 'b-x/keep', 'b/keep', 'c/keep']) {
    mkdirSync(join(source, name, '..'), { recursive: true })
    writeFileSync(join(source, name), name)
  }
  const paths = ['b', 'a', 'b-x', 'a/keep'].map((name) => join(source, name))
  await backUp(repository, paths, { excludes: ['*.tmp'] })
  const listed = stock!
    .run(path, password, 'ls', 'latest')
    .split('\n')
    .filter((line) => line.startsWith(`${source}/`))
  assert.deepEqual(listed.map((line) => line.slice(source.length + 1)).sort(), [
    'a',
    'a/keep',
    'b',
    'b-x',
    'b-x/keep',
    'b/keep',
  ])
  await assert.rejects(backUp(repository, ['/no/such/path']), (e) => isAppError(e, 'RESTIC_SOURCE_MISSING'))
  assert.ok(statSync(source).isDirectory())
  utimesSync(source, 1, 1)
})

test(
  'a pattern that is new leaves out what an earlier run saved, and gives it back when it goes',
  { skip },
  async (t) => {
    const { source, path, repository } = await place(t)
    makePatients(source, 4)
    await settle()
    const options = { units: memUnitStore(), isUnit: isPatient }
    const files = (): number =>
      stock!
        .run(path, password, 'ls', 'latest')
        .split('\n')
        .filter((line) => line.endsWith('.hl7')).length
    await backUp(repository, [source], options)
    const all = files()
    await backUp(repository, [source], { ...options, excludes: ['*.hl7'] })
    assert.equal(files(), 0)
    await backUp(repository, [source], options)
    assert.equal(files(), all)
    assert.ok(all > 0)
  },
)
