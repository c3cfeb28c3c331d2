/** A source that lives while it is read: each thing that can happen to a file is done for real, at the worst moment. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { test } from 'node:test'
import { Repository } from '#restic'
import { makeLocalFolders, openLocalBackend } from '#storage'
import { toride } from '../restic/toride-repo.ts'
import { backUpSource } from './engine.ts'
import { assertStockClean, COST, OWNER, PASSWORD, readGeneration, scratch } from './look.ts'
import { contentsOf, sha256 } from './source.ts'

/** File names are what happens to them: see live-worker.ts. */
const HAPPENINGS = ['grows', 'shrinks', 'vanishes', 'becomes-fifo', 'becomes-symlink', 'becomes-folder', 'rewritten']
/** Which of them cannot be saved, and what the system says then. */
const NAMED = {
  vanishes: 'open ENOENT',
  'becomes-fifo': 'read ESPIPE',
  'becomes-symlink': 'open ELOOP',
  'becomes-folder': 'read EISDIR',
}

test('files change under the backup: counted, named, the rest saved, all of it seen the next time', async (t) => {
  const base = scratch(t)
  const [path, source, cache] = [join(base, 'repo'), join(base, 'source'), join(base, 'cache')]
  for (const unit of ['1', '2']) {
    mkdirSync(join(source, unit), { recursive: true })
    for (const name of [...HAPPENINGS, 'quiet']) writeFileSync(join(source, unit, name), `${unit} ${name} `.repeat(500))
  }
  await makeLocalFolders(path)
  const backend = openLocalBackend(path)
  const repository = await Repository.init(backend, { password: PASSWORD, owner: OWNER, cost: COST })
  writeFileSync(join(base, 'secret'), 'never to be read through a link')
  const startWorker = (archiver: unknown): Worker =>
    new Worker(new URL('./live-worker.ts', import.meta.url), { workerData: { archiver, root: path } })
  const result = await backUpSource(repository, source, cache, { startWorker })

  const named = result.problems.map(({ path: p, operation, code }) => `${p.slice(source.length)} ${operation} ${code}`)
  const expected = ['1', '2'].flatMap((unit) => Object.entries(NAMED).map(([name, what]) => `/${unit}/${name} ${what}`))
  assert.deepEqual(named.toSorted(), expected.toSorted())
  const saved = await readGeneration(repository, result.snapshotId, source)
  assert.equal(saved.size, 2 * (HAPPENINGS.length + 1 - Object.keys(NAMED).length))
  assert.equal(result.totalFiles, saved.size)
  assert.equal(saved.get('1/quiet'), sha256(readFileSync(join(source, '1/quiet'))))
  assert.ok(![...saved.values()].includes(sha256('never to be read through a link')))
  assertStockClean(path, PASSWORD, true)

  // Quiet again: the next run takes nothing for granted that it saw in motion.
  const next = await backUpSource(repository, source, cache, { trustFolderTimes: true })
  assert.deepEqual(next.problems, [])
  const [now, then] = [contentsOf(source), await readGeneration(repository, next.snapshotId, source)]
  assert.deepEqual([...then].toSorted(), [...now].toSorted())
})

test('a file that cannot be read: exit code 3, named, the rest saved', async (t) => {
  if (!existsSync('/proc/self/mem')) {
    t.skip('needs a file that even root cannot read: /proc/self/mem')
    return
  }
  const base = scratch(t)
  mkdirSync(join(base, 'source'))
  writeFileSync(join(base, 'source', 'fine'), 'fine')
  symlinkSync('/nowhere', join(base, 'source', 'dangling'))
  const repo = join(base, 'repo')
  assert.equal((await toride(repo, 'init')).code, 0)
  const ran = await toride(repo, 'backup', join(base, 'source'), `/proc/${process.pid}/mem`)
  assert.equal(ran.code, 3, ran.err)
  assert.match(ran.err, /mem.*EIO|EIO.*mem/s)
  assert.match((await toride(repo, 'ls', 'latest')).out, /source\/fine/)
  assertStockClean(repo, PASSWORD, true)
})
