import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { manualClock } from '#base'
import { openDatabase } from '#db'
import { type NewEntry, patientSubject } from '#journal'
import {
  type Access,
  ACCESS_MIGRATIONS,
  csrfToken,
  isCsrfToken,
  openAccess,
  openKeyRing,
  type SignedIn,
  type SignInResult,
  systemKey,
} from './index.ts'

const CHEAP = { memoryKib: 8, passes: 1, parallelism: 1 }
const MINUTE = 60_000
const LONG = 'おおきな木の下の青い古い椅子'
const GOOD = '柿とみかんの夜行列車7両目席'
const ADDRESS = '192.0.2.7'
const FIRST = { loginName: 'admin', displayName: '管理 花子', profession: 'doctor', duties: ['administrator'] } as const

async function setUp(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'access-'))
  const clock = manualClock(Date.UTC(2026, 10, 22))
  const database = await openDatabase({ kind: 'sqlite', file: join(folder, 'state.db') }, [ACCESS_MIGRATIONS], clock)
  t.after(async () => {
    await database.close()
    rmSync(folder, { recursive: true })
  })
  const entries: NewEntry[] = []
  const journal = {
    append: async (entry: NewEntry) => {
      entries.push(entry)
      return { index: entries.length, at: '', size: entries.length, root: new Uint8Array() }
    },
  }
  const system = systemKey(join(folder, 'keys'), undefined)
  /** A start of the server: state on disk stays, memory is new. */
  const start = () => {
    const ring = openKeyRing(join(folder, 'ring.json'), system, CHEAP)
    return openAccess({ database, clock, journal: journal as never, ring, systemKey: system, cost: CHEAP })
  }
  return { folder, clock, entries, start, access: start(), types: () => entries.map((entry) => entry.type) }
}

function ok(result: SignInResult): SignedIn {
  assert.ok(result.ok, JSON.stringify(result))
  return result.signedIn
}

async function admin(access: Access): Promise<SignedIn> {
  const { code } = (await access.people.firstAdministrator(FIRST))!
  return ok(await access.setFirstPassword({ loginName: 'admin', password: code, newPassword: GOOD, address: ADDRESS }))
}

const signIn = (access: Access, password: string, loginName = 'admin', address = ADDRESS) =>
  access.signIn({ loginName, password, address })

test('first sign-in: the printed code, then a password of one’s own; the code is used up', async (t) => {
  const { access, types } = await setUp(t)
  const { code } = (await access.people.firstAdministrator(FIRST))!
  assert.match(code, /^([0-9A-Z]{5}-){3}[0-9A-Z]{5}$/)
  assert.deepEqual(await signIn(access, code), { ok: false, why: 'must-set-password' })
  const typed = { loginName: ' Admin ', password: code.toLowerCase().replaceAll('-', ' '), address: ADDRESS }
  const weak = await access.setFirstPassword({ ...typed, newPassword: 'admin1234567890' })
  assert.deepEqual(weak, { ok: false, why: 'weak-password', problems: ['contains-name'] })
  const signedIn = ok(await access.setFirstPassword({ ...typed, newPassword: GOOD }))
  assert.ok(signedIn.reading)
  assert.equal((await signIn(access, code)).ok, false)
  assert.equal(await access.people.firstAdministrator(FIRST), undefined)
  assert.ok(ok(await signIn(access, GOOD)).reading)
  assert.deepEqual(types().slice(0, 4), ['person.created', 'sign-in.succeeded', 'keys.unlocked', 'sign-in.failed'])
})

test('first sign-in after a restart: a new code, and the reading keys are not lost', async (t) => {
  const { access, start } = await setUp(t)
  const old = (await access.people.firstAdministrator(FIRST))!
  const restarted = start()
  const { code } = (await restarted.people.firstAdministrator(FIRST))!
  assert.notEqual(code, old.code)
  assert.equal((await signIn(restarted, old.code)).ok, false)
  const signedIn = ok(
    await restarted.setFirstPassword({ loginName: 'admin', password: code, newPassword: GOOD, address: ADDRESS }),
  )
  assert.ok(signedIn.reading)
})

test('a code ends after three days', async (t) => {
  const { access, clock } = await setUp(t)
  const { code } = (await access.people.firstAdministrator(FIRST))!
  clock.advance(72 * 60 * MINUTE)
  assert.deepEqual(await signIn(access, code), { ok: false, why: 'code-expired' })
})

test('after a restart the session goes on, charts stay shut until its person types the password', async (t) => {
  const { access, start } = await setUp(t)
  const { token } = await admin(access)
  assert.ok((await access.session(token))?.reading)
  const restarted = start()
  const session = (await restarted.session(token))!
  assert.equal(session.person.loginName, 'admin')
  assert.equal(session.reading, undefined)
  assert.deepEqual(await restarted.unlock(session, 'wrong', ADDRESS), { ok: false, why: 'wrong' })
  assert.ok(ok(await restarted.unlock(session, GOOD, ADDRESS)).reading)
  assert.ok((await restarted.session(token))?.reading)
})

test('sessions: unknown, idle, too long, signed out; only a hash is stored', async (t) => {
  const { access, clock, folder } = await setUp(t)
  const { token } = await admin(access)
  assert.equal(Buffer.from(token, 'base64url').length, 32)
  assert.ok(!readFileSync(join(folder, 'state.db-wal')).includes(token))
  assert.equal(await access.session('x'), undefined)
  for (let i = 0; i < 25; i++) {
    clock.advance(29 * MINUTE)
    assert.ok(await access.session(token), `used every 29 minutes: ${i}`)
  }
  clock.advance(30 * MINUTE)
  assert.equal(await access.session(token), undefined)
  const second = ok(await signIn(access, GOOD)).token
  for (let i = 0; i < 26; i++) {
    clock.advance(29 * MINUTE)
    await access.session(second)
  }
  clock.advance(26 * MINUTE)
  assert.equal(await access.session(second), undefined, 'thirteen hours')
  const third = ok(await signIn(access, GOOD)).token
  await access.signOut(third)
  assert.equal(await access.session(third), undefined)
})

test('guessing: the sixth waits, longer each time, never over a quarter of an hour', async (t) => {
  const { access, clock, types } = await setUp(t)
  await admin(access)
  const stranger = '198.51.100.1'
  for (let i = 0; i < 4; i++)
    assert.deepEqual(await signIn(access, 'x', 'admin', stranger), { ok: false, why: 'wrong' })
  await signIn(access, 'x', 'admin', stranger)
  assert.equal(types().at(-1), 'sign-in.locked-out')
  const noted = types().length
  assert.deepEqual(await signIn(access, GOOD, 'admin', stranger), {
    ok: false,
    why: 'locked-out',
    untilMs: clock.now() + 30_000,
  })
  assert.equal(types().length, noted, 'refused without a look, without an entry')
  const waits: number[] = []
  for (let i = 0; i < 7; i++) {
    const refused = await signIn(access, 'x', 'admin', stranger)
    assert.ok(!refused.ok && refused.why === 'locked-out')
    waits.push(refused.untilMs - clock.now())
    clock.advance(waits.at(-1)!)
    await signIn(access, 'x', 'admin', stranger)
  }
  assert.deepEqual(waits, [30_000, 60_000, 120_000, 240_000, 480_000, 900_000, 900_000])
})

test('a stranger’s guessing does not keep the administrator from the usual desk, and the terminal clears everything', async (t) => {
  const { access, start, clock } = await setUp(t)
  await admin(access)
  const stranger = '198.51.100.1'
  for (let i = 0; i < 30; i++) await signIn(access, 'x', 'admin', stranger)
  assert.equal((await signIn(access, GOOD, 'admin', stranger)).ok, false)
  ok(await signIn(access, GOOD))
  assert.equal((await signIn(access, GOOD, 'admin', '203.0.113.9')).ok, false, 'another desk waits')
  for (let i = 0; i < 6; i++) await signIn(access, 'x')
  assert.equal((await signIn(access, GOOD)).ok, false, 'the desk’s own failures count')
  await start().clearLockOut('admin')
  ok(await signIn(access, GOOD, 'admin', stranger))
  for (let i = 0; i < 7; i++) await signIn(access, 'x', 'admin', '203.0.113.10')
  assert.equal((await signIn(access, GOOD, 'admin', '203.0.113.10')).ok, false)
  // The clock was wrong and is set back by years: minutes stay minutes.
  clock.set(0)
  ok(await signIn(access, GOOD, 'admin', '203.0.113.10'))
})

test('many tries at once are counted one by one; one address cannot try every account', async (t) => {
  const { access } = await setUp(t)
  await admin(access)
  const many = await Promise.all(Array.from({ length: 30 }, () => signIn(access, 'x', 'admin', '198.51.100.2')))
  assert.equal(many.filter((result) => !result.ok && result.why === 'wrong').length, 5)
  const spread = await Promise.all(
    Array.from({ length: 40 }, (_, i) => signIn(access, 'x', `user${i}`, '198.51.100.3')),
  )
  assert.equal(spread.filter((result) => !result.ok && result.why === 'wrong').length, 20)
})

test('an unknown name is answered like a wrong password and is not written down', async (t) => {
  const { access, entries } = await setUp(t)
  assert.deepEqual(await signIn(access, 'x', 'my-password-in-the-wrong-field'), { ok: false, why: 'wrong' })
  assert.deepEqual(entries, [
    { type: 'sign-in.failed', actor: 'system:sign-in', data: { address: ADDRESS, why: 'unknown' } },
  ])
})

test('a new colleague: made by the administrator, opens charts with an own password, is disabled', async (t) => {
  const { access } = await setUp(t)
  const boss = await admin(access)
  const nurse = { loginName: 'nurse1', displayName: '看護 次郎', profession: 'nurse', duties: [] } as const
  const { person, code } = await access.people.create(boss, nurse)
  await assert.rejects(access.people.create(boss, nurse), { code: 'ACCESS_LOGIN_NAME_TAKEN' })
  await assert.rejects(access.people.create(boss, { ...nurse, loginName: '看護' }), {
    code: 'ACCESS_LOGIN_NAME_INVALID',
  })
  const vendor = { ...nurse, loginName: 'vendor', profession: 'vendor' } as const
  await assert.rejects(access.people.create(boss, { ...vendor, duties: ['administrator'] }), {
    code: 'ACCESS_ROLES_INVALID',
  })
  const signedIn = ok(
    await access.setFirstPassword({ loginName: 'nurse1', password: code, newPassword: LONG, address: ADDRESS }),
  )
  assert.ok(signedIn.reading)
  await assert.rejects(access.people.create(signedIn, { ...nurse, loginName: 'n2' }), { code: 'ACCESS_DENIED' })
  const vendorCode = (await access.people.create(boss, vendor)).code
  assert.equal(
    ok(
      await access.setFirstPassword({ loginName: 'vendor', password: vendorCode, newPassword: LONG, address: ADDRESS }),
    ).reading,
    undefined,
  )
  await access.people.disable(boss, person.id)
  assert.equal(await access.session(signedIn.token), undefined)
  assert.deepEqual(await signIn(access, LONG, 'nurse1'), { ok: false, why: 'wrong' })
  const again = await access.people.enable(boss, person.id)
  assert.ok(
    ok(
      await access.setFirstPassword({ loginName: 'nurse1', password: again.code, newPassword: GOOD, address: ADDRESS }),
    ).reading,
  )
})

test('without the reading keys at hand nobody is made who needs them', async (t) => {
  const { access, start } = await setUp(t)
  const { token } = await admin(access)
  const restarted = start()
  const locked = (await restarted.session(token))!
  await assert.rejects(
    restarted.people.create(locked, { loginName: 'n1', displayName: 'n', profession: 'nurse', duties: [] }),
    { code: 'ACCESS_KEYS_LOCKED' },
  )
  assert.equal((await restarted.people.list()).length, 1)
})

test('changing roles: sessions end, keys go with the right to read', async (t) => {
  const { access } = await setUp(t)
  const boss = await admin(access)
  const { person, code } = await access.people.create(boss, {
    loginName: 'd1',
    displayName: 'd',
    profession: 'doctor',
    duties: [],
  })
  const doctor = ok(
    await access.setFirstPassword({ loginName: 'd1', password: code, newPassword: LONG, address: ADDRESS }),
  )
  await access.people.changeRoles(boss, person.id, { profession: 'vendor', duties: [] })
  assert.equal(await access.session(doctor.token), undefined)
  assert.equal(ok(await signIn(access, LONG, 'd1')).reading, undefined)
})

test('another name beside what a person did: journaled, and nobody is signed out for it', async (t) => {
  const { access, entries } = await setUp(t)
  const boss = await admin(access)
  await access.people.rename(boss, boss.person.id, ' 新しい名前 ')
  assert.equal((await access.session(boss.token))?.person.displayName, '新しい名前')
  assert.deepEqual(entries.at(-1)?.data, { changes: ['display-name'] })
  assert.equal(await access.sessionRuns(boss.token), true)
  await access.signOut(boss.token)
  assert.equal(await access.sessionRuns(boss.token), false)
})

test('the last administrator stays', async (t) => {
  const { access } = await setUp(t)
  const boss = await admin(access)
  const second = { loginName: 'admin2', displayName: 'b', profession: 'clerk', duties: ['administrator'] } as const
  const made = await access.people.create(boss, second)
  const roles = { profession: 'doctor', duties: [] } as const
  // The other one has not signed in yet and could not help.
  await assert.rejects(access.people.disable(boss, boss.person.id), { code: 'ACCESS_LAST_ADMINISTRATOR' })
  await assert.rejects(access.people.changeRoles(boss, boss.person.id, roles), { code: 'ACCESS_LAST_ADMINISTRATOR' })
  ok(await access.setFirstPassword({ loginName: 'admin2', password: made.code, newPassword: LONG, address: ADDRESS }))
  await access.people.changeRoles(boss, boss.person.id, roles)
  const other = ok(await signIn(access, LONG, 'admin2'))
  await assert.rejects(access.people.disable(other, other.person.id), { code: 'ACCESS_LAST_ADMINISTRATOR' })
})

test('changing one’s password: the present one is asked for, other sessions end, the keys follow', async (t) => {
  const { access } = await setUp(t)
  const here = await admin(access)
  const there = ok(await signIn(access, GOOD))
  await assert.rejects(access.changePassword(here, 'wrong', LONG), { code: 'ACCESS_PASSWORD_WRONG' })
  await assert.rejects(access.changePassword(here, GOOD, 'short'), { code: 'ACCESS_PASSWORD_WEAK' })
  await assert.rejects(access.changePassword(here, GOOD, GOOD), { code: 'ACCESS_PASSWORD_WEAK' })
  await access.changePassword(here, GOOD, LONG)
  assert.ok(await access.session(here.token))
  assert.equal(await access.session(there.token), undefined)
  assert.equal((await signIn(access, GOOD)).ok, false)
  assert.ok(ok(await signIn(access, LONG)).reading)
  for (let i = 0; i < 6; i++) await access.changePassword(here, 'wrong', GOOD).catch(() => {})
  await assert.rejects(access.changePassword(here, LONG, GOOD), { code: 'ACCESS_LOCKED_OUT' })
})

test('reset from the terminal: signs in again, reads charts once an administrator with keys resets', async (t) => {
  const { access } = await setUp(t)
  const boss = await admin(access)
  const { person, code } = await access.people.create(boss, {
    loginName: 'd1',
    displayName: 'd',
    profession: 'doctor',
    duties: [],
  })
  await access.setFirstPassword({ loginName: 'd1', password: code, newPassword: LONG, address: ADDRESS })
  const byTerminal = await access.people.resetPassword('terminal', person.id)
  assert.equal(
    ok(
      await access.setFirstPassword({
        loginName: 'd1',
        password: byTerminal.code,
        newPassword: LONG,
        address: ADDRESS,
      }),
    ).reading !== undefined,
    true,
    'the same password still opens the old place',
  )
  const again = await access.people.resetPassword('terminal', person.id)
  assert.equal(
    ok(await access.setFirstPassword({ loginName: 'd1', password: again.code, newPassword: GOOD, address: ADDRESS }))
      .reading,
    undefined,
  )
  const byBoss = await access.people.resetPassword(boss, person.id)
  assert.ok(
    ok(await access.setFirstPassword({ loginName: 'd1', password: byBoss.code, newPassword: GOOD, address: ADDRESS }))
      .reading,
  )
})

test('colleagues who are patients', async (t) => {
  const { access, entries } = await setUp(t)
  const boss = await admin(access)
  const subject = patientSubject(Buffer.alloc(32), '0001')
  await access.protectedPatients.protect(boss, subject, { colleague: boss.person.id, sealed: 'sealed id' })
  assert.deepEqual(await access.protectedPatients.about(boss.person.id, subject), {
    protectedStaff: true,
    ownChart: true,
  })
  assert.deepEqual(entries.at(-1), {
    type: 'patient.protected',
    actor: `person:${boss.person.id}`,
    subject,
    sealed: 'sealed id',
    data: {},
  })
  await access.protectedPatients.protect(boss, subject)
  assert.equal((await access.protectedPatients.about(boss.person.id, subject)).ownChart, true, 'told again, kept')
  assert.deepEqual(await access.protectedPatients.list(boss), [{ subject, sealed: 'sealed id' }])
  await assert.rejects(access.protectedPatients.protect(boss, 'patient:0001'), { code: 'BASE_BUG' })
  await access.protectedPatients.lift(boss, subject)
  await access.protectedPatients.lift(boss, 'patient:nobody')
  assert.deepEqual(await access.protectedPatients.about(boss.person.id, subject), {
    protectedStaff: false,
    ownChart: false,
  })
  const nobody = { ...boss, person: { ...boss.person, duties: [] } }
  await assert.rejects(access.protectedPatients.lift(nobody, subject), { code: 'ACCESS_DENIED' })
  await assert.rejects(access.protectedPatients.protect(nobody, subject), { code: 'ACCESS_DENIED' })
  await assert.rejects(access.protectedPatients.list(nobody), { code: 'ACCESS_DENIED' })
})

test('form tokens belong to one session', () => {
  assert.ok(isCsrfToken('session', csrfToken('session')))
  assert.ok(!isCsrfToken('other', csrfToken('session')))
  for (const given of [undefined, '', 'x', csrfToken('session').slice(1)]) assert.ok(!isCsrfToken('session', given))
})

test('backup after a restart: alone with the system key, with a person where an administrator switched that off', async (t) => {
  const { access, start, entries, types } = await setUp(t)
  const boss = await admin(access)
  boss.reading!.backup.add('repository/1', Buffer.alloc(32, 1))
  assert.deepEqual(access.keys.state(), { unattended: true, strength: 'file (weaker)' })
  const restarted = start()
  assert.ok((await restarted.keys.unlockUnattended())?.key('repository/1'))
  assert.deepEqual(entries.at(-1)?.data, { by: 'system-key', strength: 'file (weaker)' })
  const nurse = { ...boss, person: { ...boss.person, duties: [] } }
  await assert.rejects(access.keys.forbidUnattended(nurse), { code: 'ACCESS_DENIED' })
  await access.keys.forbidUnattended(boss)
  assert.equal(types().at(-1), 'keys.changed')
  const off = start()
  assert.equal(await off.keys.unlockUnattended(), undefined)
  const session = (await off.session(boss.token))!
  await assert.rejects(off.keys.allowUnattended(session), { code: 'ACCESS_KEYS_LOCKED' })
  const open = ok(await off.unlock(session, GOOD, ADDRESS))
  assert.ok(open.reading?.backup.key('repository/1'))
  await off.keys.allowUnattended(open)
  assert.ok(await start().keys.unlockUnattended())
})
