/**
 * The attack on rotating media: root of the production host. What is said is what holds: the medium that is connected is
 * his, whatever lock it carries; those that lie on the shelf he cannot reach, and each of them restores every generation.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Repository } from '#restic'
import { makeLocalFolders, openLocalBackend } from '#storage'
import { parseMediaSet } from '../../src/vault/media/set.ts'
import { MediaStation } from '../../src/vault/media/station.ts'
import { loopDevice, missing, mountsOf, pullOut, putIn } from '../media/loop.ts'
import { COST, OWNER, scratch } from '../robustness/look.ts'
import { clinicOf, Tries } from './attack-elsewhere.fixture.ts'

test('what lies on the shelf is out of his reach; what is connected is his', async (t) => {
  const reason = missing('ext4')
  if (reason) return t.skip(reason)
  const clinic = await clinicOf(t, 4)
  const loops = [1, 2, 3].map(() => loopDevice(t, 'ext4'))
  const kind = 'usb-ssd' as const
  const media = loops.map(({ uuid }, i) => ({ number: i + 1, uuid, label: `M${i + 1}`, kind, shelf: `棚${i + 1}` }))
  const set = parseMediaSet({ id: 'main', name: '夜間', media, carriers: [] })
  const mounts = mkdtempSync(join(tmpdir(), 'attack-media-'))
  t.after(() => {
    for (const name of readdirSync(mounts)) rmdirSync(join(mounts, name))
    rmdirSync(mounts)
  })
  const station = new MediaStation(set, mounts)
  const records = [{ name: 'records', backend: clinic.local }]
  for (const [i, loop] of loops.entries()) {
    await station.register(i + 1)
    const [copied] = await station.copy(i + 1, records)
    assert.deepEqual([copied!.damaged.length, copied!.snapshots.length], [0, 4])
    if (i === 2) continue
    await station.eject(i + 1)
    pullOut(loop)
  }
  const tries = new Tries()
  for (const away of [1, 2]) {
    await tries.refused(`write to medium ${away} on the shelf`, /VAULT_MEDIUM/, () => station.copy(away, records))
    await tries.refused(`mark medium ${away} anew`, /VAULT_MEDIUM/, () => station.register(away))
    await tries.refused(`read medium ${away}`, /VAULT_MEDIUM/, () => station.holds(away))
  }
  const connected = loops[2]!
  const [mounted] = mountsOf(connected.device)
  const folder = join(mounted!, 'toride', 'records')
  await tries.taken(
    'lift every attribute of the connected one',
    async () => void execFileSync('chattr', ['-R', '-f', '-i', mounted!]),
  )
  await tries.taken('overwrite and delete what is connected', async () => {
    for (const { name } of await clinic.local.list('data'))
      rmSync(join(folder, 'data', name.slice(0, 2), name), { force: true })
    writeFileSync(join(folder, 'config'), 'x')
  })
  const [after] = (await station.verify(3, records)).results.values()
  assert.ok(after!.damaged.length > 0, 'and the next reading says so')
  await tries.taken('make a new file system on it', async () => {
    await station.eject(3)
    execFileSync('/usr/sbin/mkfs.ext4', ['-q', '-F', connected.device])
  })

  // Back from the shelf, he still in the house: another repository under the old name is not copied over the good one.
  putIn(t, loops[0]!)
  const other = openLocalBackend(join(scratch(t), 'other'))
  await makeLocalFolders(other.location)
  await Repository.init(other, { password: 'his', owner: OWNER, cost: COST })
  await tries.refused('copy a repository of his own over it', /VAULT_COPY_FOREIGN|VAULT_MEDIUM/, async () => {
    const [copied] = await station.copy(1, [{ name: 'records', backend: other }])
    if (copied!.damaged.length > 0) throw new Error('VAULT_MEDIUM: refused file by file')
  })
  await tries.taken('copy rubbish of his own onto it', async () => {
    await clinic.local.save({ kind: 'snapshots', name: 'ab'.repeat(32) }, [Buffer.from('x')])
    await station.copy(1, records)
    await station.eject(1)
  })
  pullOut(loops[0]!)
  assert.ok(tries.made.size >= 10, `${tries.made.size} tries`)

  for (const shelf of loops.slice(0, 2)) {
    const { device } = putIn(t, shelf)
    const at = mkdtempSync(join(tmpdir(), 'shelf-'))
    execFileSync('mount', ['-o', 'ro', device, at])
    try {
      await clinic.demandRestores(openLocalBackend(join(at, 'toride', 'records')))
    } finally {
      execFileSync('umount', [at])
      rmdirSync(at)
    }
    pullOut(shelf)
  }
})
