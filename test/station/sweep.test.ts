/** Copies that nobody needs any more: only where the disk runs short, only what the place let go of, never what is read here. */
import assert from 'node:assert/strict'
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runCli } from '#cli'
import { systemClock } from '#base'
import { Station } from '#station'
import { stationServices } from '../../src/station/services.ts'
import { type Clinic, clinic, NURSE, prepare, scratch } from './scene.ts'

const filesIn = (folder: string, kind: string): string[] =>
  readdirSync(join(folder, kind), { recursive: true, withFileTypes: true }).flatMap((one) =>
    one.isFile() ? one.name : [],
  )

/** A version more of one record, gone again by the next night: what a night brought is needed by that night alone. */
async function nextNight({ institution }: Clinic, n: number): Promise<void> {
  const source = (await institution.vault.sources()).find(({ kind }) => kind === 'ssmix2')!
  const files = readdirSync(source.paths[0]!, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
  const adt = files.filter(({ name }) => name.includes('ADT-00') && name.endsWith('_1'))[n]!
  const more = join(adt.parentPath, adt.name.replace(/_1$/, '_2'))
  writeFileSync(more, Buffer.concat([readFileSync(join(adt.parentPath, adt.name)), Buffer.from(`ZZZ|${n}\r`)]))
  await (
    await institution.vault.runs.run(source.id)
  ).done
  rmSync(more)
}

async function repo(password: string, repository: string, ...args: string[]): Promise<void> {
  const silent = { write: (_text: unknown, done?: () => void) => (done?.(), true) }
  const code = await runCli(['repo', ...args, '--repo', repository], {
    stdout: silent,
    stderr: silent,
    env: { RESTIC_PASSWORD: password },
    signal: new AbortController().signal,
  } as never)
  assert.equal(code, 0, args.join(' '))
}

test('what the place let go of goes when the disk runs short and nobody reads; what is ready stays whole', async (t) => {
  const home = await clinic(t)
  const { words, file } = await prepare(home)
  const [pc, disk] = [scratch(t, 'pc'), scratch(t, 'disk')]
  let isShort = false
  const station = await Station.open({
    folder: pc,
    clock: systemClock,
    version: '0.0.1',
    onError: (error) => assert.fail(String(error)),
    isShort: () => isShort,
  })
  t.after(() => station.close())
  const carry = () => cpSync(join(home.home.folder, 'places', 'local'), disk, { recursive: true, force: false })
  carry()
  station.takePackage(file)
  station.takeOrigin({ kind: 'medium', folder: disk })
  const token = await station.openWith(words, NURSE)
  await station.refresh()
  for (let night = 0; night < 4; night++) {
    await nextNight(home, night)
    carry()
    await station.refresh()
  }
  const { id } = station.folder.copies()[0]!
  const [here, there] = [join(pc, 'copies', id), join(disk, id)]
  const ready = station.ready().map(({ snapshot }) => snapshot)
  assert.equal(ready.length, 3)
  assert.equal(filesIn(here, 'snapshots').length, 5)

  const password = home.institution.keys.secrets.load(id)!
  await repo(password, there, 'forget', '--keep-last', '1', '--prune')
  const kept = filesIn(there, 'snapshots')
  assert.ok(kept.length < 3)
  const wanted = new Set([...kept, ...ready])
  assert.ok(wanted.size < 5)
  await station.refresh()
  assert.equal(filesIn(here, 'snapshots').length, 5, 'while there is room everything stays')
  isShort = true
  await station.refresh()
  assert.equal(filesIn(here, 'snapshots').length, 5, 'while somebody has it open everything stays')
  await stationServices(station).station.lock(token)
  const packs = filesIn(here, 'data')
  await station.refresh()
  assert.equal(station.folder.state().failure, undefined)
  assert.deepEqual(filesIn(here, 'snapshots').toSorted(), [...wanted].toSorted(), 'what the place has and what is read')
  assert.ok(filesIn(here, 'data').length <= packs.length)

  // Only the newest is ready, as after many nights: the packs that it alone does not need go too.
  station.folder.change((state) => ({ ...state, ready: state.ready.slice(0, 1) }))
  await station.refresh()
  assert.deepEqual(filesIn(here, 'snapshots').toSorted(), kept.toSorted())
  assert.ok(filesIn(here, 'data').length < packs.length)
  await repo(password, here, 'check', '--read-data')

  // A place that was emptied, or lost one pack, takes nothing along.
  const before = filesIn(here, 'data')
  const lost = readdirSync(join(there, 'data'), { recursive: true, withFileTypes: true }).find((one) => one.isFile())!
  rmSync(join(lost.parentPath, lost.name))
  await station.refresh()
  for (const kind of ['snapshots', 'index', 'data'])
    for (const name of readdirSync(join(there, kind))) rmSync(join(there, kind, name), { recursive: true })
  await station.refresh()
  assert.deepEqual(filesIn(here, 'data'), before)
  assert.deepEqual(filesIn(here, 'snapshots').toSorted(), kept.toSorted())
})
