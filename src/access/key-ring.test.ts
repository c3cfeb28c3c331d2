import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileKeyStore, openKeyRing, systemKey } from './index.ts'

const CHEAP = { memoryKib: 8, passes: 1, parallelism: 1 }
const key = (n: number) => Buffer.alloc(32, n)

function setUp(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'ring-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const system = systemKey(join(folder, 'keys'), undefined)
  const file = join(folder, 'ring.json')
  return { folder, system, file, restart: () => openKeyRing(file, systemKey(join(folder, 'keys'), undefined), CHEAP) }
}

test('after a restart the system key opens backup only; charts need a person', async (t) => {
  const { system, restart, file } = setUp(t)
  const reading = restart().unlockSetUp(system)!
  reading.backup.add('repository/1', key(1))
  reading.add('patient-subjects', key(2))
  await reading.admit('p1', 'old horse battery staple')
  restart().endSetUp()

  const ring = restart()
  assert.ok(ring.unattended)
  assert.equal(ring.unlockSetUp(system), undefined)
  const backup = ring.unlockUnattended(system)!
  assert.deepEqual(backup.key('repository/1'), key(1))
  assert.equal(backup.key('patient-subjects'), undefined)
  assert.ok(!('backup' in backup))
  assert.equal(await ring.unlockByPerson('p1', 'wrong'), undefined)
  assert.equal(await ring.unlockByPerson('nobody', 'old horse battery staple'), undefined)
  const person = (await ring.unlockByPerson('p1', 'old horse battery staple'))!
  assert.deepEqual(person.key('patient-subjects'), key(2))
  assert.equal(person.key('repository/1'), undefined, 'a backup key is asked for as one')
  assert.deepEqual(person.backup.key('repository/1'), key(1))
  assert.equal(statSync(file).mode & 0o777, 0o600)
  // The file alone says nothing: neither key lies in it, in any of the usual spellings.
  const text = readFileSync(file, 'utf8')
  for (const n of [1, 2])
    for (const spelling of ['hex', 'base64'] as const) assert.ok(!text.includes(key(n).toString(spelling).slice(0, 20)))
})

test('two that hold the ring open lose nothing of each other; a file spoilt beside them is healed by the next change', async (t) => {
  const { system, restart, file } = setUp(t)
  const [one, other] = [restart(), restart()]
  const [first, second] = [one.unlockSetUp(system)!, other.unlockSetUp(system)!]
  first.backup.add('repository/1', key(1))
  second.backup.add('repository/2', key(2))
  await Promise.all([first.admit('p1', 'pw 1'), second.admit('p2', 'pw 2')])
  one.endSetUp()
  assert.equal(other.unlockSetUp(system), undefined)
  for (const ring of [one, other, restart()]) {
    const backup = ring.unlockUnattended(system)!
    assert.deepEqual([backup.key('repository/1'), backup.key('repository/2')], [key(1), key(2)])
    assert.ok(ring.isAdmitted('p1') && ring.isAdmitted('p2'))
  }
  writeFileSync(file, 'spoilt')
  assert.ok(one.isAdmitted('p2'))
  second.backup.add('repository/3', key(3))
  assert.deepEqual(restart().unlockUnattended(system)!.key('repository/3'), key(3))
})

test('switched off, even backup waits for a person, who may switch it on again', async (t) => {
  const { system, restart } = setUp(t)
  const reading = restart().unlockSetUp(system)!
  reading.backup.add('repository/1', key(1))
  await reading.admit('p1', 'pw')
  const ring = restart()
  ring.endSetUp()
  ring.forbidUnattended()
  assert.equal(restart().unattended, false)
  assert.equal(restart().unlockUnattended(system), undefined)
  const person = (await restart().unlockByPerson('p1', 'pw'))!
  assert.deepEqual(person.backup.key('repository/1'), key(1))
  const again = restart()
  ;(await again.unlockByPerson('p1', 'pw'))!.allowUnattended(system)
  assert.deepEqual(restart().unlockUnattended(system)?.key('repository/1'), key(1))
})

test('people come and go; the last place is not given up', async (t) => {
  const { system, restart } = setUp(t)
  const ring = restart()
  const reading = ring.unlockSetUp(system)!
  await reading.admit('p1', 'one')
  const first = (await ring.unlockByPerson('p1', 'one'))!
  await first.admit('p2', 'two')
  ring.dismiss('p1')
  assert.equal(await restart().unlockByPerson('p1', 'one'), undefined)
  assert.ok(await restart().unlockByPerson('p2', 'two'))
  ring.dismiss('p2')
  assert.ok(ring.isAdmitted('p2'))
  assert.ok(!ring.isAdmitted('toString'))
})

test('another system key, a key moved to another name, a broken file', async (t) => {
  const { system, restart, file } = setUp(t)
  const ring = restart()
  const backup = ring.unlockUnattended(system)!
  assert.equal(ring.unlockUnattended({ ...system, key: key(9) }), undefined)
  backup.add('a', key(1))
  backup.add('b', key(2))
  assert.throws(() => backup.add('a', key(3)), { code: 'STORAGE_EXISTS' })
  const content = JSON.parse(readFileSync(file, 'utf8')) as { keys: Record<string, unknown> }
  writeFileSync(file, JSON.stringify({ ...content, keys: { a: content.keys['b'] } }))
  assert.throws(() => restart().unlockUnattended(system)!.key('a'), { code: 'ACCESS_KEY_RING_DAMAGED' })
  writeFileSync(file, '{"version":1}')
  assert.throws(restart, { code: 'ACCESS_KEY_RING_DAMAGED' })
})

test('the system key: a credential is preferred, a file is called weaker and refused when others can read it', (t) => {
  const { folder, system } = setUp(t)
  assert.equal(system.strength, 'file (weaker)')
  assert.equal(statSync(join(folder, 'keys', 'system-key')).mode & 0o777, 0o600)
  assert.deepEqual(systemKey(join(folder, 'keys'), undefined).key, system.key)
  const credentials = join(folder, 'credentials')
  mkdirSync(credentials)
  assert.equal(systemKey(join(folder, 'keys'), credentials).strength, 'file (weaker)')
  for (const content of [key(5), Buffer.from(`${key(5).toString('base64')}\n`)]) {
    writeFileSync(join(credentials, 'toride-system-key'), content)
    const found = systemKey(join(folder, 'keys'), credentials)
    assert.deepEqual([found.strength, Buffer.from(found.key)], ['systemd-credential', key(5)])
  }
  chmodSync(join(folder, 'keys', 'system-key'), 0o640)
  assert.throws(() => systemKey(join(folder, 'keys'), undefined), { code: 'ACCESS_SYSTEM_KEY_EXPOSED' })
  const store = fileKeyStore(join(folder, 'keys'))
  store.save('ledger-signing', key(1))
  assert.deepEqual(store.load('ledger-signing'), key(1))
  assert.throws(() => store.save('ledger-signing', key(2)), { code: 'STORAGE_EXISTS' })
  assert.equal(store.load('none'), undefined)
})
