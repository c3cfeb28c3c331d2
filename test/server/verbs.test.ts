/** The product's verbs on the terminal. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '#base'
import { unitFile } from '#posix'
import { clockAt, house, take, toride } from './house.ts'
import { firstPerson, PASSWORD } from './person.ts'

test('without arguments: a short help; an unknown verb: the same and a failure', async () => {
  const help = await toride()
  assert.equal(help.code, 0)
  for (const verb of ['ledger', 'doctor', 'service', 'access', 'sample', 'repo'])
    assert.match(help.out, new RegExp(`\\b${verb}\\b`))
  assert.equal((await toride('nothing')).code, 1)
  assert.match((await toride('ledger', 'verify', '--data', '/nonexistent')).error, /Toride のデータはありません/)
})

test('access reset: a one-time code for a known name, also where the account was locked out; never a crash for others', async (t) => {
  const home = house(t)
  await firstPerson(await home.open())
  assert.match((await toride('access', 'reset', 'admin', '--data', home.folder)).error, /Toride が動いています/)
  await home.close()
  const unknown = await toride('access', 'reset', 'nobody', '--data', home.folder)
  assert.equal(unknown.code, 1)
  assert.match(unknown.error, /いません/)
  const reset = await toride('access', 'reset', 'admin', '--data', home.folder)
  assert.equal(reset.code, 0, reset.error)
  const code = /番号: (\S+)/.exec(reset.out)![1]!
  const again = (await home.open()).access
  const at = { loginName: 'admin', address: '127.0.0.1' }
  assert.equal((await again.signIn({ ...at, password: PASSWORD })).ok, false, 'the old password ends')
  assert.equal((await again.setFirstPassword({ ...at, password: code, newPassword: `${PASSWORD}-2` })).ok, true)
})

test('keys show: stock restic opens the repository with what is shown', async (t) => {
  const home = house(t)
  await take(await home.open(), home, 1)
  await home.close()
  const shown = await toride('keys', 'show', '--data', home.folder)
  assert.equal(shown.code, 0, shown.error)
  const places = [...shown.out.matchAll(/場所 +(\S.*)\n +パスワード +(\S+)/g)]
  assert.ok(places.length > 0, shown.out)
  if (!existsSync('/usr/bin/restic')) return t.skip('no restic on this machine')
  for (const [, place, password] of places) {
    const env = { ...process.env, RESTIC_PASSWORD: password! }
    const listed = execFileSync('/usr/bin/restic', ['--no-lock', '--no-cache', '-r', place!, 'snapshots', '--json'], {
      env,
    })
    assert.ok(Array.isArray(JSON.parse(listed.toString())))
  }
})

test('sample remove: waits for the lock and says until when; an institution’s own folder is never removed', async (t) => {
  const home = house(t, 'sample')
  const past = clockAt(systemClock.now() - 5 * 60_000)
  await take(await home.open(past), home, 1)
  assert.match((await toride('sample', 'remove', '--data', home.folder)).error, /Toride が動いています/)
  await home.close()
  const waits = await toride('sample', 'remove', '--data', home.folder)
  assert.equal(waits.code, 1)
  assert.match(waits.error, /消せない期限が残っています（\d{4}-\d\d-\d\d \d\d:\d\d/)
  assert.equal((await toride('ledger', 'verify', '--data', home.folder)).code, 0, 'nothing was changed')
})

test('sample remove: gone once the lock ended', async (t) => {
  const home = house(t, 'sample')
  const past = clockAt(systemClock.now() - 3_600_000)
  await take(await home.open(past), home, 1)
  await home.close()
  const removed = await toride('sample', 'remove', '--data', home.folder)
  assert.equal(removed.code, 0, removed.error)
  assert.equal(existsSync(home.folder), false)
  const own = house(t, 'own')
  await own.open()
  await own.close()
  assert.match((await toride('sample', 'remove', '--data', own.folder)).error, /見本ではなく/)
  assert.ok(existsSync(join(own.folder, 'toride.json')))
})

test('doctor: a folder that does not open is reported, not thrown', async (t) => {
  const home = house(t)
  await home.open()
  await home.close()
  rmSync(join(home.folder, 'ledger'), { recursive: true })
  const { code, out } = await toride('doctor', '--data', home.folder)
  assert.equal(code, 1)
  assert.match(out, /"JOURNAL_NOT_FOUND"/)
})

test('doctor: shows the phone number of whoever supports the clinic', async (t) => {
  const home = house(t)
  const { vault } = await home.open()
  await vault.saveSetting('support-name', '担当 高橋')
  await vault.saveSetting('support-phone', '03-1234-5678')
  const { out } = await toride('doctor', '--data', home.folder)
  assert.match(out, /困ったときの連絡先: 担当 高橋 03-1234-5678/)
})

test('the service unit passes systemd’s own check, with blanks, % and $ in its paths', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'toride-unit-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const out = join(folder, 'toride.service')
  const written = await toride('service', 'install', '--out', out, '--data', '/srv/院内 100%/$HOME', '--port', '8471')
  assert.equal(written.code, 0, written.error)
  const unit = readFileSync(out, 'utf8')
  assert.match(unit, /--data" "\/srv\/院内 100%%\/\$\$HOME" "--port" "8471"/)
  assert.match(unit, /^ReadWritePaths="\/srv\/院内 100%%\/\$HOME"$/m)
  const agent = await toride('service', 'install', '--agent', '--out', `${out}-agent`, '--data', '/var/lib/desk')
  assert.equal(agent.code, 0, agent.error)
  assert.match(readFileSync(`${out}-agent`, 'utf8'), /"src\/cli.ts" "agent" "start" "--data" "\/var\/lib\/desk"$/m)
  // Disks are closed to it until somebody asks for them.
  assert.match(unit, /^PrivateDevices=yes$/m)
  assert.doesNotMatch(unit, /SYS_ADMIN/)
  const disks = await toride('service', 'install', '--media', '--out', `${out}-media`, '--data', '/var/lib/toride')
  assert.equal(disks.code, 0, disks.error)
  const opened = readFileSync(`${out}-media`, 'utf8')
  assert.match(opened, /^CapabilityBoundingSet=.* CAP_SYS_ADMIN CAP_DAC_OVERRIDE$/m)
  assert.match(opened, /^DeviceAllow=block-\* rw$/m)
  assert.equal((await toride('service', 'install', '--media', '--user', 'aoba', '--out', out)).code, 1)
  for (const line of ['Restart=on-failure', 'NoNewPrivileges=yes', 'ProtectSystem=strict'])
    assert.ok(unit.includes(line), line)
  for (const credential of ['encrypted', 'plain', undefined] as const) {
    const one = unitFile({
      description: 'Toride',
      node: process.execPath,
      checkout: process.cwd(),
      program: ['src/cli.ts', 'agent', 'start', '--data', '/var/lib/toride'],
      dataFolder: '/var/lib/toride',
      user: 'root',
      media: credential === 'plain',
      credential,
    })
    assert.equal(/LoadCredential(Encrypted)?=toride-system-key:/.test(one), credential !== undefined)
    const path = join(folder, `toride-${credential ?? 'file'}.service`)
    writeFileSync(path, one)
    if (!existsSync('/usr/bin/systemd-analyze')) t.diagnostic('systemd-analyze is not here: the unit was not judged')
    else {
      const judged = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' })
      assert.equal(judged.stderr.trim(), '', credential ?? 'file')
      assert.equal(judged.status, 0)
    }
  }
  if (!existsSync('/run/systemd/system')) assert.match((await toride('service', 'install')).error, /systemd/)
  assert.equal((await toride('service', 'install', '--out', out, '--port', 'x')).code, 1)
})

test('doctor: definitions that others could have written, that are wrong, and a password that others can read', async (t) => {
  const home = house(t)
  await home.open()
  await home.close()
  const file = join(home.source, '..', 'commands.json')
  const secret = join(home.source, '..', 'secret')
  writeFileSync(secret, 'x', { mode: 0o644 })
  const database = {
    name: 'ORCA',
    kind: 'postgresql',
    host: 'db.example',
    database: 'orca',
    user: 'u',
    passwordFile: secret,
  }
  const look = async (definitions: object) => {
    writeFileSync(file, JSON.stringify({ version: 1, ...definitions }), { mode: 0o600 })
    return toride('doctor', '--data', home.folder, '--commands', file)
  }
  const exposed = await look({ databases: { orca: database } })
  assert.match(exposed.out, /COMMANDS_PASSWORD_EXPOSED/)
  assert.match(exposed.out, /"databases": 1/)
  assert.doesNotMatch(exposed.out, /db\.example/)
  assert.equal(exposed.code, 1)
  chmodSync(secret, 0o600)
  assert.doesNotMatch((await look({ databases: { orca: database } })).out, /COMMANDS_/)
  assert.match((await look({ databases: { orca: { ...database, kind: 'oracle' } } })).out, /databases\.orca\.kind/)
  const script = join(home.source, 'stop.sh')
  writeFileSync(script, '', { mode: 0o755 })
  const hooks = { stop: { name: '止める', before: { run: ['/bin/sh', script] } } }
  assert.doesNotMatch((await look({ hooks })).out, /COMMANDS_/)
  chmodSync(script, 0o777)
  assert.match((await look({ hooks })).out, /COMMANDS_FILE_UNSAFE/)
  chmodSync(file, 0o666)
  assert.match((await toride('doctor', '--data', home.folder, '--commands', file)).out, /COMMANDS_FILE_UNSAFE/)
})
