/** Each rarer bell, really brought about, as the mail that comes of it: once when it begins, once when it is well again. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { institutionInstant } from '#base'
import { sql } from '#db'
import { newEntry } from '#journal'
import type { PrintedSheet } from '#web'
import { DEFAULT_MEDIA_SETTINGS } from '../../src/vault/media/settings.ts'
import { saveUse } from '../../src/vault/places/use.ts'
import type { VaultTables } from '../../src/vault/tables.ts'
import { loopDevice, missing, pullOut, putIn } from '../media/loop.ts'
import { startS3rver } from '../storage/s3-servers.ts'
import { take } from './house.ts'
import { DAY, HOUR, MINUTE, subjects, told } from './told.ts'

/** A house whose director gets mail, and what came since the last look: its subjects, those of nights and days put together. */
async function listening(t: TestContext) {
  const made = await told(t)
  const { clock, institution, mail } = made
  let seen = 0
  const after = async (ms: number): Promise<string[]> => {
    clock.advance(ms)
    await institution.bell.tick()
    const fresh = subjects(mail).slice(seen)
    seen += fresh.length
    return fresh.map((one) => one.replace(/^\[.*?\] /, ''))
  }
  return { ...made, after }
}

/** A file that the system lists and cannot read, whoever asks. */
function unreadable(path: string): () => void {
  writeFileSync(path, '')
  if (process.getuid?.() !== 0) chmodSync(path, 0)
  else execFileSync('mount', ['--bind', '/proc/self/mem', path], { stdio: 'pipe' })
  return () => (process.getuid?.() === 0 ? execFileSync('umount', [path]) : chmodSync(path, 0o600))
}

test('files that could be read until yesterday and cannot any more', async (t) => {
  const { home, institution, after, mail } = await listening(t)
  await take(institution, home, 1)
  assert.deepEqual(await after(10 * MINUTE), [])
  const mend = unreadable(join(home.source, 'charts.db'))
  try {
    await take(institution, home, 1)
  } finally {
    mend()
  }
  assert.deepEqual(await after(10 * MINUTE), ['読めなかったものがあります'])
  assert.match(mail.mails.at(-1)!.text, /1件/)
  assert.doesNotMatch(mail.mails.at(-1)!.text, /charts/)
  assert.deepEqual(await after(10 * MINUTE), [])
  await take(institution, home, 1)
  assert.deepEqual(await after(HOUR), ['解消: 読めなかったものがあります'])
})

test('a place that is full within 60 days, and has room again', async (t) => {
  const { home, institution, clock, after } = await listening(t)
  await take(institution, home, 1)
  const tables = institution.database.tables<VaultTables>()
  const today = Math.floor(clock.now() / DAY)
  const grown = (day: number, freeBytes: number) =>
    saveUse(tables, 'local', today + day, { usedBytes: 1e12 + day * 1e9, freeBytes })
  for (let day = -9; day <= 0; day++) await grown(day, 61e9)
  assert.deepEqual(await after(10 * MINUTE), [], '61 days ahead')
  await grown(0, 59e9)
  assert.deepEqual(await after(10 * MINUTE), ['保管場所の空きが少なくなりました'])
  await grown(0, 1e12)
  assert.deepEqual(await after(HOUR), ['解消: 保管場所の空きが少なくなりました'])
})

const BROKEN = '保管場所が、約束どおりに「消せない」を守っていません'
const isSaid = (fresh: readonly string[], words: string) => fresh.some((one) => one.startsWith(words))

test('a bucket whose server does not hold: tried each month, told the same hour', async (t) => {
  const { institution, clock, after } = await listening(t)
  const server = await startS3rver()
  const { endpoint, region, bucket, credentials } = server
  t.after(() => server.stop())
  const id = 's3-0a1b2c3d'
  // No enrolment would have taken it: it was another server then.
  institution.keys.secrets.keep(
    `place:${id}`,
    Buffer.from(JSON.stringify({ kind: 's3', ...credentials })).toString('base64'),
  )
  await institution.database
    .tables<VaultTables>()
    .insertInto('place')
    .values({
      id,
      kind: 's3',
      name: 'クラウド',
      config: JSON.stringify({ endpoint, region, bucket, prefix: '', pathStyle: true }),
      notes: '{}',
      created_at: clock.now(),
      removed_at: null,
      last_failure: null,
      last_failure_at: null,
    })
    .execute()
  await institution.vault.placeCare.tick()
  assert.ok(!isSaid(await after(28 * DAY), BROKEN))
  await institution.vault.placeCare.tick()
  assert.ok(isSaid(await after(10 * MINUTE), BROKEN))
  const { ledger } = institution
  const subject = `place:${id}` as const
  await ledger.append(
    newEntry('place.tested', { actor: 'system:vault', subject, data: { place: id, result: 'holds' } }),
  )
  assert.ok(isSaid(await after(HOUR), `解消: ${BROKEN}`))
})

const HOLDERS = [0, 1, 2, 3].map((part) => ({
  part: part as 0 | 1 | 2 | 3,
  holder: `持ち主${part}`,
  keptAt: '金庫',
  outside: part === 3,
}))

test('a kit that nobody proves to hold: after two weeks, and again half a year after the last proof', async (t) => {
  const { institution, services, viewer, after } = await listening(t)
  const { kit } = services
  // So that no word about drills stands in the letters.
  const drill = await institution.drills.plan('d9', 10, '2026-11-24')
  await institution.drills.start(drill)
  await institution.drills.write(drill, { people: [{ name: '見本', job: '' }] })
  assert.equal(await institution.drills.end(drill, 0, 'p'), undefined)
  await kit.issue(viewer, HOLDERS)
  const [whole] = (await kit.sheets(viewer))!.sheets as [PrintedSheet]
  const prove = async () => {
    const places = (await kit.question(viewer, 0))!
    return kit.answer(
      viewer,
      0,
      places,
      places.map((place) => whole.words[place - 1]!.number),
    )
  }
  const said = '復旧キットの紙が手元にあるか、だれも確かめていません'
  assert.ok(!isSaid(await after(14 * DAY), said))
  assert.ok(isSaid(await after(10 * MINUTE), said))
  assert.equal(await prove(), true)
  assert.ok(isSaid(await after(HOUR), `解消: ${said}`))
  assert.ok(!isSaid(await after(182 * DAY), said))
  assert.ok(isSaid(await after(2 * DAY), said))
})

test('each thing that a morning’s disk can be wrong in', async (t) => {
  const reason = missing('ext4')
  if (reason) return t.skip(reason)
  const { home, institution, clock, mail, after } = await listening(t)
  const { media, jobs } = institution.vault
  const by = 'person:clerk-a'
  await take(institution, home, 1)
  await media.saveSettings({ ...DEFAULT_MEDIA_SETTINGS, name: '交代用', size: 2 }, by)
  const loops = [loopDevice(t, 'ext4'), loopDevice(t, 'ext4')] as const
  for (const [i, loop] of loops.entries()) {
    await media.register({ number: i + 1, uuid: loop.uuid, label: '', kind: 'usb-ssd', shelf: '棚' }, by)
    await media.eject(i + 1)
    pullOut(loop)
  }
  const says = async (...words: string[]) => {
    await media.tick()
    while (jobs.list().some(({ state }) => state === 'running')) await new Promise((done) => setTimeout(done, 20))
    assert.equal((await after(HOUR)).length, 1, words[0])
    const { text } = mail.mails.at(-1)!
    for (const one of words) assert.ok(text.includes(one), `${one}\n${text}`)
  }
  await says('今日のディスクが入っていません')
  const second = putIn(t, loops[1])
  await says('今日のものと違うディスクが入っています', '解消: 今日のディスクが入っていません')
  pullOut(second)
  const first = putIn(t, loops[0])
  await says('解消: 今日のものと違うディスクが入っています')
  // As the reading back would find it (test/media/rounds.test.ts).
  await sql.raw('UPDATE medium_copy SET damaged = 1, verified_at = NULL').execute(institution.database.tables())
  await says('ディスクに写したものを読み返したら、壊れていました')
  pullOut(first)

  clock.set(institutionInstant('2026-11-25', 9))
  for (let i = 0; i < 4; i++) writeFileSync(join(home.source, `film-${i}`), randomBytes(16 << 20))
  await take(institution, home, 1)
  putIn(t, loops[1])
  await says('今日のディスクに、新しいバックアップの入る空きがありません')
  pullOut(loops[1])
  loopDevice(t, 'ext4', 48, { like: loops[1], isReadOnly: true })
  await says('今日のディスクを使えません')
})
