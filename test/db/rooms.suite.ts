/** The rooms' own tables and queries on the other database: what their fast tests prove on SQLite, once through here. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ACCESS_MIGRATIONS, fileKeyStore, openAccess, openKeyRing, systemKey } from '#access'
import { manualClock } from '#base'
import { type DatabaseConfig, openDatabase } from '#db'
import { createLedger, JOURNAL_MIGRATIONS, openJournalIndex } from '#journal'

const CHEAP = { memoryKib: 8, passes: 1, parallelism: 1 }
const PASSWORD = 'umi no mieru machi e'

export function roomsConformance(name: string, fresh: () => Promise<DatabaseConfig>): void {
  test(`${name}: accounts, sign-in, lock-out and the derived journal`, async (t) => {
    const root = mkdtempSync(join(tmpdir(), 'rooms-'))
    t.after(() => rmSync(root, { recursive: true }))
    mkdirSync(join(root, 'ledger'))
    const clock = manualClock(Date.UTC(2026, 10, 22))
    const keys = fileKeyStore(join(root, 'keys'))
    const database = await openDatabase(await fresh(), [ACCESS_MIGRATIONS, JOURNAL_MIGRATIONS], clock)
    const ledger = await createLedger({ folder: join(root, 'ledger'), keys, clock, origin: 'a' })
    const system = systemKey(join(root, 'keys'))
    const ring = openKeyRing(join(root, 'ring.json'), system, CHEAP)
    const access = openAccess({ database, clock, journal: ledger, ring, systemKey: system, cost: CHEAP })

    const who = { loginName: 'admin', displayName: '管理', profession: 'doctor', duties: ['administrator'] } as const
    const { code, person } = (await access.people.firstAdministrator(who))!
    const from = { loginName: 'admin', address: '192.0.2.1' }
    const first = await access.setFirstPassword({ ...from, password: code, newPassword: PASSWORD })
    assert.ok(first.ok && first.signedIn.reading)
    await assert.rejects(access.people.create(first.signedIn, who), { code: 'ACCESS_LOGIN_NAME_TAKEN' })
    await assert.rejects(access.people.disable(first.signedIn, person.id), { code: 'ACCESS_LAST_ADMINISTRATOR' })
    for (let i = 0; i < 5; i++) assert.ok(!(await access.signIn({ ...from, password: 'x' })).ok)
    const refused = await access.signIn({ ...from, password: PASSWORD })
    assert.ok(!refused.ok && refused.why === 'locked-out')
    clock.advance(31 * 60_000)
    assert.ok((await access.signIn({ ...from, password: PASSWORD })).ok)
    assert.equal(await access.session(first.signedIn.token), undefined, 'idle')
    await access.protectedPatients.protect(first.signedIn, `patient:${'0'.repeat(64)}`, { colleague: person.id })
    assert.ok((await access.protectedPatients.about(person.id, `patient:${'0'.repeat(64)}`)).ownChart)

    const index = openJournalIndex(database)
    await index.catchUp(await ledger.reader())
    await index.catchUp(await ledger.reader())
    const failed = await index.query({ types: ['sign-in.failed'], subject: `person:${person.id}`, limit: 3 })
    assert.equal(failed.entries.length, 3)
    assert.ok(failed.next)
    assert.equal((await index.query({ before: failed.next, types: ['sign-in.failed'] })).entries.length, 2)
    assert.equal(await index.rebuild(await ledger.reader()), ledger.size)
    await ledger.close()
    await database.close()
  })
}
