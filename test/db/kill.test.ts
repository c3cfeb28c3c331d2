/** kill -9 between and inside migrations: the next start continues, nothing ran twice or half. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { systemClock } from '#base'
import { openDatabase, sql } from '#db'
import { KILL_MIGRATIONS } from './kill-migrations.ts'

const SCRIPT = fileURLToPath(new URL('./migrate-until-killed.ts', import.meta.url))

/** Starts the child; `afterMs` kills it from outside, `inside` lets it kill itself in that migration's transaction. */
function migrateAndDie(file: string, inside: number, afterMs?: number): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [SCRIPT, file, String(inside)], { stdio: 'ignore' })
    if (afterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), afterMs)
    child.once('exit', () => resolve())
  })
}

async function expectWhole(file: string): Promise<void> {
  const db = await openDatabase({ kind: 'sqlite', file }, [KILL_MIGRATIONS], systemClock)
  const value = async (n: number) =>
    (await sql.raw<{ value: number }>(`SELECT value FROM step_${n}`).execute(db.tables())).rows[0]?.value
  assert.equal(await value(0), KILL_MIGRATIONS.length)
  const ran = await sql<{ n: number }>`SELECT count(*) AS n FROM toride_migration`.execute(db.tables())
  assert.equal(ran.rows[0]!.n, KILL_MIGRATIONS.length)
  const check = await sql<{ integrity_check: string }>`PRAGMA integrity_check`.execute(db.tables())
  assert.equal(check.rows[0]!.integrity_check, 'ok')
  await db.close()
  assert.deepEqual(
    readdirSync(join(file, '..')).filter((name) => name.endsWith('.tmp')),
    [],
  )
}

test('killed inside each migration in turn, in one database after another', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kill-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (let inside = 0; inside < KILL_MIGRATIONS.length; inside += 2) {
    const file = join(mkdtempSync(join(folder, 'x-')), 'state.db')
    await migrateAndDie(file, inside)
    // And again, from where the first stopped: its first pending migration, and the copy before it.
    await migrateAndDie(file, 0)
    await expectWhole(file)
  }
})

test('killed from outside at any moment', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kill-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (let round = 0; round < 8; round++) {
    const file = join(mkdtempSync(join(folder, 'x-')), 'state.db')
    await migrateAndDie(file, Infinity, 60 + Math.floor(Math.random() * 120))
    await expectWhole(file)
  }
})
