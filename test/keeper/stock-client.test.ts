/** restic, which nobody here wrote, against the Keeper: what a hospital has today works, and what an intruder does does not. */
import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { type StockRestic, stockRestics } from '../restic/stock-restic.ts'
import { ask, enrol, resticUrl, startKeeper } from './running.ts'

function source(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'toride-source-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  for (let patient = 0; patient < 40; patient++) {
    mkdirSync(join(folder, `患者${patient}`))
    for (let record = 0; record < 5; record++)
      writeFileSync(join(folder, `患者${patient}`, `${record}.txt`), `記録 ${patient} ${record}\n`.repeat(200))
  }
  writeFileSync(join(folder, 'large'), Buffer.alloc(3 << 20, 'x'))
  return folder
}

async function works(restic: StockRestic, url: string, ...args: string[]): Promise<string> {
  const { status, output } = await restic.ask(url, 'pw', ...args)
  assert.equal(status, 0, output)
  return output
}

for (const restic of stockRestics()) {
  const options = { skip: restic.missing }
  test(
    `${restic.version} initialises, backs up, checks and restores; nothing it took can be taken away`,
    options,
    async (t) => {
      const keeper = await startKeeper(t)
      const clinic = await enrol(keeper, { name: 'clinic', kind: 'append', plain: true })
      const url = resticUrl(keeper, clinic, 'files')
      const folder = source(t)
      await works(restic, url, 'init')
      await works(restic, url, 'backup', folder)
      writeFileSync(join(folder, 'more'), 'another day')
      await works(restic, url, 'backup', folder)
      assert.match(await works(restic, url, 'check', '--read-data'), /no errors were found/)
      const target = mkdtempSync(join(tmpdir(), 'toride-target-'))
      t.after(() => rmSync(target, { recursive: true, force: true }))
      await works(restic, url, 'restore', 'latest', '--target', target)
      execFileSync('diff', ['-r', folder, join(target, folder)])

      const snapshots = JSON.parse(await works(restic, url, 'snapshots', '--json')) as { id: string }[]
      const gone = await ask(keeper, clinic, 'DELETE', `clinic/files/snapshots/${snapshots[0]!.id}`)
      assert.deepEqual([gone.status, gone.code], [403, 'append-only'])
      const config = await ask(keeper, clinic, 'DELETE', 'clinic/files/config')
      assert.equal(config.code, 'append-only')
      const again = await ask(keeper, clinic, 'POST', `clinic/files/snapshots/${snapshots[0]!.id}`, 'other bytes')
      assert.equal(again.code, 'exists')
      assert.ok(keeper.alarms.some(({ code, about }) => code === 'request-refused' && about === 'clinic'))

      // Everything lies under a lock from its arrival; restic's own locks do not.
      const locks = JSON.parse((await ask(keeper, clinic, 'GET', 'clinic/files/locks/')).body) as string[]
      assert.deepEqual(locks, [])
      const held = execFileSync('lsattr', ['-R', join(keeper.root, 'repositories')], { encoding: 'utf8' })
      if (process.getuid?.() === 0) assert.match(held, new RegExp(`^\\S*i\\S* .*/snapshots/${snapshots[0]!.id}$`, 'm'))
    },
  )
}

test('over TLS with the Keeper’s own certificate pinned', { skip: stockRestics()[0]!.missing }, async (t) => {
  const keeper = await startKeeper(t, { tls: true })
  const code = keeper.house.clients.invite({
    name: 'clinic',
    kind: 'append',
    quotaBytes: 1e9,
    plain: true,
    until: keeper.time.wall + 60_000,
  })
  const folder = source(t)
  const certificate = join(folder, 'keeper.crt')
  writeFileSync(certificate, keeper.cert)
  const { stdout } = await promisify(execFile)('curl', [
    '-s',
    '--cacert',
    certificate,
    '-X',
    'POST',
    '-d',
    JSON.stringify({ code }),
    `${keeper.url}toride/enrol`,
  ])
  const { token } = JSON.parse(stdout) as { token: string }
  const url = resticUrl(keeper, { name: 'clinic', token }, 'files')
  const [restic] = stockRestics()
  await works(restic!, url, '--cacert', certificate, 'init')
  await works(restic!, url, '--cacert', certificate, 'backup', folder)
  const other = await restic!.ask(url, 'pw', 'snapshots')
  assert.notEqual(other.status, 0, 'without the certificate nothing is sent')
})
