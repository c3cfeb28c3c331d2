/** The cache of `toride repo`: it saves time, and never costs a blob. */
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { stockRestics } from './stock-restic.ts'
import { assertSameLook, PASSWORD, scratch, toride, torideOk } from './toride-repo.ts'

const restic = stockRestics().find((one) => !one.missing)
const judged = { skip: restic ? false : 'no restic is installed' }

/** Enough folders on one level to be units, each with a folder and two files. */
function makePatients(source: string): void {
  for (let i = 0; i < 300; i++) {
    const folder = join(source, `patient ${String(i).padStart(3, '0')}`, 'day')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'lab'), `lab of ${i}`.repeat(50))
    writeFileSync(join(folder, 'note'), `note of ${i}`)
  }
}

interface Scene {
  readonly base: string
  readonly source: string
  readonly repo: string
  readonly backup: () => Promise<string>
  readonly restore: (patient: string, ...args: string[]) => Promise<string>
}

async function scene(t: TestContext): Promise<Scene> {
  const base = scratch(t)
  const [source, repo, cache] = [join(base, 'src'), join(base, 'repo'), join(base, 'cache')]
  makePatients(source)
  await torideOk(repo, 'init')
  return {
    base,
    source,
    repo,
    backup: () => torideOk(repo, 'backup', source, '--cache-dir', cache, '--json'),
    async restore(patient, ...args) {
      const out = join(base, `out ${args.join()}`)
      const options = args.length > 0 ? args : ['--cache-dir', cache]
      await torideOk(repo, 'restore', 'latest', '--include', join(source, patient), '--target', out, ...options)
      return join(out, source)
    },
  }
}

const addedBlobs = (out: string): number =>
  (JSON.parse(out.trim().split('\n').at(-1)!) as { data_blobs: number }).data_blobs

test('a second run knows everything; another repository in the same place is filled anew', judged, async (t) => {
  const { base, repo, backup } = await scene(t)
  cpSync(repo, join(base, 'empty'), { recursive: true })
  const first = addedBlobs(await backup())
  assert.equal(first, 600)
  assert.equal(addedBlobs(await backup()), 0)
  // Put back as it was before the first backup: the same id, and nothing of what the cache remembers.
  rmSync(repo, { recursive: true })
  renameSync(join(base, 'empty'), repo)
  assert.equal(addedBlobs(await backup()), first)
  restic!.run(repo, PASSWORD, 'check', '--read-data')
  // Made anew: another id.
  rmSync(repo, { recursive: true })
  await torideOk(repo, 'init')
  assert.equal(addedBlobs(await backup()), first)
  restic!.run(repo, PASSWORD, 'check', '--read-data')
})

test('what stock restic pruned is stored again', judged, async (t) => {
  const { repo, backup } = await scene(t)
  await backup()
  restic!.run(repo, PASSWORD, 'forget', 'latest', '--prune')
  assert.equal(addedBlobs(await backup()), 600)
  restic!.run(repo, PASSWORD, 'check', '--read-data')
})

test('a unit comes back without the index, as with it', async (t) => {
  const { repo, source, backup, restore } = await scene(t)
  await backup()
  const whole = await restore('patient 017', '--no-cache')
  renameSync(join(repo, 'index'), join(repo, 'index-away'))
  mkdirSync(join(repo, 'index'))
  const quick = await restore('patient 017')
  assert.deepEqual(readdirSync(quick), ['patient 017'])
  assertSameLook(quick, whole)
  assertSameLook(join(quick, 'patient 017'), join(source, 'patient 017'))
})

test('after many nights with changes a unit still comes back without the index', async (t) => {
  const { repo, source, backup, restore } = await scene(t)
  for (let night = 0; night < 10; night++) {
    writeFileSync(join(source, `patient ${String(night).padStart(3, '0')}`, 'day', 'lab'), `night ${night}`)
    await backup()
  }
  renameSync(join(repo, 'index'), join(repo, 'index-away'))
  mkdirSync(join(repo, 'index'))
  const quick = await restore('patient 017')
  assertSameLook(join(quick, 'patient 017'), join(source, 'patient 017'))
})

test('where a pack is gone, the index is asked, and what is lost is told', async (t) => {
  const { base, repo, source, backup } = await scene(t)
  await backup()
  for (const name of readdirSync(join(repo, 'data'))) rmSync(join(repo, 'data', name), { recursive: true })
  const include = ['--include', join(source, 'patient 001'), '--cache-dir', join(base, 'cache')]
  const lost = await toride(repo, 'restore', 'latest', ...include, '--target', join(base, 'lost'))
  assert.notEqual(lost.code, 0)
})
