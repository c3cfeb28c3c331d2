/** Restore, check, prune, repair, copy, keys and policies, judged by stock restic in both directions. */
import assert from 'node:assert/strict'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  applyPolicy,
  encodeSnapshot,
  groupSnapshots,
  loadSnapshots,
  parseSpan,
  Repository,
  type KeepPolicy,
} from '#restic'
import { openLocalBackend } from '#storage'
import { makeNastyTree, noise } from './nasty-tree.ts'
import { stockRestics, type StockRestic } from './stock-restic.ts'
import { assertSameLook, PASSWORD, scratch, toride, torideOk } from './toride-repo.ts'

/** Restic before 0.16 has no linktarget_raw: it loses the one link to bytes that are no UTF-8. */
const unknownTo = (restic: StockRestic) => (isOld(restic) ? 'link to no UTF-8' : '\0')
const isOld = (restic: StockRestic) => / 0\.1[0-5]\./.test(restic.version)

const isRoot = process.getuid?.() === 0

for (const restic of stockRestics()) {
  const judged = { skip: restic.missing }

  test(`${restic.version}: what it backs up, we restore as it was`, judged, async (t) => {
    const base = scratch(t)
    const [source, repo, out] = [join(base, 'src'), join(base, 'repo'), join(base, 'out')]
    makeNastyTree(source, 70_000_000)
    restic.run(repo, PASSWORD, 'init')
    restic.run(repo, PASSWORD, 'backup', source)
    await torideOk(repo, 'check', '--read-data')
    await torideOk(repo, 'restore', `latest:${source}`, '--target', out, '--special', '--verify', '--sparse')
    assertSameLook(out, source, unknownTo(restic))
    // A second run finds everything in place and writes nothing.
    const again = await torideOk(repo, 'restore', `latest:${source}`, '--target', out, '--special', '--json')
    assert.equal(JSON.parse(again.trim().split('\n').at(-1)!).bytes_restored, 0)
    assertSameLook(out, source, unknownTo(restic))
  })

  test(`${restic.version}: restores what we back up`, judged, async (t) => {
    const base = scratch(t)
    const [source, repo, out] = [join(base, 'src'), join(base, 'repo'), join(base, 'out')]
    makeNastyTree(source)
    await torideOk(repo, 'init')
    await torideOk(repo, 'backup', source)
    restic.run(repo, PASSWORD, 'check', '--read-data')
    const { status, output } = restic.try(repo, PASSWORD, 'restore', 'latest', '--target', out)
    if (isRoot) assert.equal(status, 0, output)
    assertSameLook(join(out, source), source, unknownTo(restic))
  })

  test(`${restic.version}: forget and prune in turn, each checked by the other`, judged, async (t) => {
    const base = scratch(t)
    const [source, repo] = [join(base, 'src'), join(base, 'repo')]
    makeNastyTree(source)
    await torideOk(repo, 'init')
    for (let night = 0; night < 4; night++) {
      writeFileSync(join(source, 'daily'), noise(3_000_000, `${night + 1}`))
      await torideOk(repo, 'backup', source)
    }
    const packs = () => readdirSync(join(repo, 'data'), { recursive: true }).length
    const before = packs()
    await torideOk(repo, 'forget', '--keep-last', '1', '--prune')
    assert.ok(packs() < before, `${packs()} of ${before} files left`)
    restic.run(repo, PASSWORD, 'check', '--read-data')
    restic.run(repo, PASSWORD, 'backup', source)
    restic.run(repo, PASSWORD, 'forget', '--keep-last', '1', '--prune')
    await torideOk(repo, 'check', '--read-data')
    await torideOk(repo, 'prune')
    restic.run(repo, PASSWORD, 'check', '--read-data')
  })

  test(`${restic.version}: a rebuilt index, a new password and a copy are good to it`, judged, async (t) => {
    const base = scratch(t)
    const [source, repo, other] = [join(base, 'src'), join(base, 'repo'), join(base, 'other')]
    makeNastyTree(source)
    await torideOk(repo, 'init')
    await torideOk(repo, 'backup', source)
    rmSync(join(repo, 'index'), { recursive: true })
    assert.equal((await toride(repo, 'check')).code, 1)
    await torideOk(repo, 'repair', 'index')
    restic.run(repo, PASSWORD, 'check', '--read-data')

    const [secret, second] = [join(base, 'pw'), join(base, 'pw2')]
    writeFileSync(secret, PASSWORD)
    writeFileSync(second, 'another\n')
    await torideOk(repo, 'key', 'add', '--new-password-file', second)
    restic.run(repo, 'another', 'snapshots')
    await torideOk(repo, 'key', 'passwd', '--password-file', second, '--new-password-file', secret)
    assert.notEqual(restic.try(repo, 'another', 'snapshots').status, 0)

    await torideOk(other, 'init', '--copy-chunker-params', '--from-repo', repo, '--from-password-file', secret)
    await torideOk(other, 'copy', '--from-repo', repo, '--from-password-file', secret)
    restic.run(other, PASSWORD, 'check', '--read-data')
    assert.match(await torideOk(other, 'copy', '--from-repo', repo, '--from-password-file', secret), /Copied 0/)
    const out = join(base, 'out')
    await torideOk(other, 'restore', `latest:${source}`, '--target', out, '--special')
    assertSameLook(out, source)
  })

  test(`${restic.version}: our locks stop it and its locks stop us`, judged, async (t) => {
    const repo = join(scratch(t), 'repo')
    await torideOk(repo, 'init')
    const repository = await Repository.open(openLocalBackend(repo), { password: PASSWORD })
    const lock = { time: new Date().toISOString(), exclusive: true, hostname: 'elsewhere', username: 'x', pid: 1 }
    const name = await repository.saveUnpacked('locks', JSON.stringify(lock))
    assert.match(restic.try(repo, PASSWORD, 'snapshots').output, /locked/)
    const { code, err } = await toride(repo, 'snapshots')
    assert.equal(code, 11)
    assert.match(err, /process 1 on elsewhere/)
    await torideOk(repo, 'snapshots', '--no-lock')
    await torideOk(repo, 'unlock')
    assert.equal((await toride(repo, 'snapshots')).code, 11, 'a fresh lock of another host stays')
    await torideOk(repo, 'unlock', '--remove-all')
    assert.equal(await repository.backend.stat({ kind: 'locks', name }), undefined)
    restic.run(repo, PASSWORD, 'snapshots')
  })

  // Restic before 0.16 does not keep the oldest snapshot while counts are left: only the newest judges.
  const policies = { skip: restic.missing || (isOld(restic) && 'its policies differ') }
  test(`${restic.version}: keeps the same snapshots by every policy`, policies, async (t) => {
    const repo = join(scratch(t), 'repo')
    restic.run(repo, PASSWORD, 'init')
    restic.run(repo, PASSWORD, 'backup', 'docs')
    const repository = await Repository.open(openLocalBackend(repo), { password: PASSWORD })
    const { snapshots: first } = await loadSnapshots(repository)
    for (const [i, offsetHours] of irregularHours().entries()) {
      await repository.saveUnpacked(
        'snapshots',
        encodeSnapshot({
          timeNs: BigInt(Date.UTC(2026, 0, 1) - offsetHours * 3_600_000) * 1_000_000n,
          tree: first[0]!.tree,
          paths: ['/p'],
          hostname: 'policy',
          username: 'u',
          tags: i % 9 === 0 ? ['keep', 'x'] : ['x'],
        }),
      )
    }
    const all = (await loadSnapshots(repository)).snapshots
    const group = groupSnapshots(all, { host: true }).find((one) => one.host === 'policy')!
    for (const [args, policy] of POLICIES) {
      const theirs = JSON.parse(
        restic.run(repo, PASSWORD, 'forget', '--dry-run', '--json', '--host', 'policy', '--group-by', 'host', ...args),
      ) as { keep: { id: string }[] }[]
      const ours = applyPolicy(group.snapshots, policy, { nowNs: BigInt(Date.now()) * 1_000_000n })
      assert.deepEqual(
        ours.keep.map((one) => one.snapshot.id),
        theirs[0]!.keep.map((one) => one.id),
        args.join(' '),
      )
    }
  })
}

const POLICIES: readonly [string[], KeepPolicy][] = [
  [['--keep-last', '5'], { last: 5 }],
  [['--keep-daily', '7'], { daily: 7 }],
  [['--keep-daily', '21', '--keep-weekly', '8', '--keep-monthly', '13'], { daily: 21, weekly: 8, monthly: 13 }],
  [['--keep-hourly', '12', '--keep-yearly', '10'], { hourly: 12, yearly: 10 }],
  [['--keep-yearly', 'unlimited'], { yearly: -1 }],
  [['--keep-within', '1m3d'], { within: parseSpan('1m3d') }],
  [
    ['--keep-within-daily', '40d', '--keep-within-monthly', '1y'],
    { withinDaily: parseSpan('40d'), withinMonthly: parseSpan('1y') },
  ],
  [
    ['--keep-within-hourly', '30h', '--keep-within-weekly', '5m', '--keep-within-yearly', '3y'],
    { withinHourly: parseSpan('30h'), withinWeekly: parseSpan('5m'), withinYearly: parseSpan('3y') },
  ],
  [['--keep-tag', 'keep', '--keep-last', '1'], { tags: [['keep']], last: 1 }],
]

/** Ages in hours from minutes to years, with gaps. */
function irregularHours(): number[] {
  return Array.from({ length: 120 }, (_, i) => Math.floor(i * 3.7 + i ** 2.05 * 1.3) + (i % 3))
}
