/**
 * SECURITY 12 and 19: the data folder is gone; the printed words and one place bring everything back: accounts, journal,
 * settings, charts, and a ledger that verifies. Once from a folder, once from a real Keeper, with two shares.
 */
import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { type Sheet, sheetWords } from '#access'
import { systemClock } from '#base'
import { issueKit, openInstitution } from '#server'
import { setUpSample } from '../../src/server/first-run.ts'
import { sessionOf } from '../../src/server/services/viewers.ts'
import { DAY, startKeeper } from '../keeper/running.ts'
import { type House, house, removeHeld, take, toride } from '../server/house.ts'
import { firstPerson, LOGIN } from '../server/person.ts'

const HOLDERS = [0, 1, 2, 3].map((part) => ({
  part: part as 0 | 1 | 2 | 3,
  holder: `持ち主${part}`,
  keptAt: '金庫',
  outside: part === 3,
}))
const NEW_PASSWORD = 'あたらしい-battery-staple-7'

const wordsOf = (sheet: Sheet): string =>
  sheetWords(sheet)
    .map(({ word }) => word)
    .join(' ')

function bareMachine(t: TestContext): { folder: string; words(...sheets: Sheet[]): string } {
  const root = mkdtempSync(join(tmpdir(), 'toride-bare-'))
  t.after(() => removeHeld(root))
  return {
    folder: join(root, 'data'),
    words(...sheets) {
      const file = join(root, 'words.txt')
      writeFileSync(file, sheets.map(wordsOf).join('\n\n'))
      return file
    },
  }
}

/** Signs in with the code that was printed, and opens what is asked. */
async function signedIn(t: TestContext, folder: string, out: string) {
  const code = /[0-9A-Z]{5}(-[0-9A-Z]{5}){3}/.exec(out)![0]
  const fresh = { kind: 'own', institution: '', createdAt: 0 } as const
  const institution = await openInstitution({ dataFolder: folder, fresh, clock: systemClock, version: '0.0.1' })
  t.after(() => institution.close())
  // A start gives no other code: only this one opens the ring.
  assert.equal(await institution.access.people.firstAdministrator(LOGIN), undefined)
  const signed = await institution.access.setFirstPassword({
    loginName: LOGIN.loginName,
    password: code,
    newPassword: NEW_PASSWORD,
    address: '127.0.0.1',
  })
  assert.ok(signed.ok && signed.signedIn.reading, 'the ring is open for the one who signed in')
  await institution.vault.runs.recover()
  return { institution, reading: signed.signedIn.reading }
}

/** Everything of the lost machine but what was copied elsewhere. */
async function lose(home: House): Promise<void> {
  await home.close()
  removeHeld(home.folder)
  assert.ok(!existsSync(home.folder))
}

test('a clinic with charts comes back from a copied folder and the words of its kit', async (t) => {
  const home = house(t, 'sample')
  const first = await home.open()
  await first.vault.ensureOwnState()
  await setUpSample(first, () => undefined, { patients: 60, months: 1 })
  const { viewer, reading } = await firstPerson(first)
  await first.vault.saveSetting('support-phone', '03-1111-2222')
  const { id, sheets } = await issueKit(first, sessionOf(viewer), HOLDERS)
  assert.equal(sheets.length, 4)
  const [clinic] = (await first.vault.generations.list()).filter((one) => one.patients !== undefined)
  const before = (await first.charts.index(clinic!.id, reading!)).entry(0)
  const wanted = {
    name: '連携',
    profession: 'nurse',
    sources: undefined,
    scopes: ['user/*.rs'],
    reason: undefined,
  } as const
  const until = systemClock.now() + DAY
  const { token } = await first.access.readTokens.make(sessionOf(viewer), { ...wanted, until })
  assert.ok(await first.access.readTokens.use(token))
  await first.vault.runs.runOwnState()

  // The copy that another place holds, and a snapshot that an intruder laid there.
  const bare = bareMachine(t)
  const copy = mkdtempSync(join(tmpdir(), 'toride-copy-'))
  t.after(() => removeHeld(copy))
  cpSync(join(home.folder, 'places', 'local'), copy, { recursive: true })
  const everywhere = readdirSync(home.folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
  for (const sheet of sheets)
    for (const { parentPath, name } of everywhere) {
      const bytes = readFileSync(join(parentPath, name))
      assert.ok(!bytes.includes(Buffer.from(sheet.y)), `the kit lies in ${name}`)
      assert.ok(!bytes.includes(Buffer.from(sheet.y).toString('base64')), `the kit lies in ${name}`)
      assert.ok(!bytes.includes(wordsOf(sheet).slice(0, 40)), `the kit lies in ${name}`)
    }
  await lose(home)

  const share = await toride('recover', '--place', copy, '--data', bare.folder, '--words-file', bare.words(sheets[2]!))
  assert.equal(share.code, 1)
  assert.match(share.error, /ACCESS_KIT_INCOMPLETE/)
  assert.ok(!existsSync(bare.folder))

  const words = bare.words(sheets[0]!)
  const list = await toride('recover', '--list', '--place', copy, '--words-file', words)
  assert.equal(list.out.trim().split('\n').length, 2, list.out + list.error)
  const done = await toride('recover', '--place', copy, '--data', bare.folder, '--words-file', words)
  assert.equal(done.code, 0, done.out + done.error)
  const verified = await toride('ledger', 'verify', '--read-data', '--data', bare.folder)
  assert.equal(verified.code, 0, verified.out)
  const again = await toride('recover', '--place', copy, '--data', bare.folder, '--words-file', words)
  assert.match(again.error, /VAULT_RECOVER_TARGET_USED/)

  const back = await signedIn(t, bare.folder, done.out)
  const { vault, charts, access } = back.institution
  assert.equal(await vault.setting('support-phone'), '03-1111-2222')
  assert.equal((await access.kits.current())?.id, id)
  // Whoever holds the lost machine's programs reads nothing any more.
  assert.equal(await access.readTokens.use(token), undefined)
  assert.deepEqual(
    (await access.readTokens.list()).map(({ state }) => state),
    ['withdrawn'],
  )
  const index = await charts.index(clinic!.id, back.reading)
  assert.equal(index.size, 60)
  assert.deepEqual(index.entry(0), before)
  const reader = await charts.reader(clinic!.id)
  const [file] = await reader.unit([...reader.units()][0]!.unitPath)
  assert.ok((await reader.readFile(file!.path)).length > 0)
  // Everyday work goes on: own state into the same repository.
  await vault.runs.runOwnState()
  assert.equal((await vault.sources()).find((one) => one.kind === 'own-state' && !one.replaced)?.lastFailure, undefined)
})

test('two shares and a real Keeper are enough; what is not there is said, what nobody recorded does not come', async (t) => {
  const keeper = await startKeeper(t, { tls: true })
  const home = house(t)
  const first = await home.open()
  const { viewer, services } = await firstPerson(first)
  await first.vault.ensureOwnState()
  const invitation = { quotaBytes: 1e12, plain: false, until: keeper.time.wall + DAY }
  const code = keeper.house.clients.invite({ ...invitation, name: 'aoba', kind: 'append' })
  const values = { address: keeper.url, pin: keeper.pin, code }
  const form = { kind: 'keeper', name: '2階の専用機', offsite: false, values } as const
  // One that the Keeper never gets.
  await take(first, home, 1)
  assert.deepEqual(await services.backup.addPlace(viewer, form), { kind: 'ok' })
  const [newest] = await take(first, home, 1)
  const { sheets } = await issueKit(first, sessionOf(viewer), HOLDERS)
  await first.vault.tick()
  await first.vault.runs.runOwnState()
  await first.vault.tick()
  assert.equal((await services.backup.places())[1]!.failure, undefined)
  await lose(home)

  const bare = bareMachine(t)
  let readers = 0
  const read = (): string =>
    keeper.house.clients.invite({ ...invitation, name: `reader-${++readers}`, kind: 'read', of: 'aoba' })
  const at = (): string[] => ['--keeper', keeper.url, '--pin', keeper.pin, '--code', read()]
  const words = bare.words(sheets[1]!, sheets[3]!)
  const list = await toride('recover', '--list', ...at(), '--words-file', words)
  assert.equal(list.code, 0, list.error)
  assert.match(list.out.split('\n')[0]!, /○ バックアップ専用機が受け取った/)
  const done = await toride('recover', ...at(), '--data', bare.folder, '--words-file', words)
  assert.equal(done.code, 0, done.out + done.error)
  assert.match(done.out, /書類: 1 回分（ほかの 1 回分は、この場所にありませんでした）/)
  const verified = await toride('ledger', 'verify', '--data', bare.folder)
  assert.equal(verified.code, 0, verified.out)
  assert.match(verified.out, /GENERATION_LEFT_BEHIND/)
  const { institution } = await signedIn(t, bare.folder, done.out)
  assert.equal(await (await institution.vault.runs.startRestoreTest(newest!)).done, true)

  // The Keeper signed more of the log than came back: it goes along only by leave of its own console.
  await institution.vault.runs.runOwnState()
  await institution.vault.tick()
  const failure = async (): Promise<unknown> => (await institution.vault.otherPlaces.list())[0]!.lastFailure?.code
  assert.equal(await failure(), 'VAULT_PLACE_LOG_REFUSED')
  assert.ok(keeper.alarms.length > 0)
  assert.ok(keeper.house.witness.followRestored('aoba'))
  await institution.vault.runs.runOwnState()
  const { jobId } = (await institution.vault.placeCare.copyNow((await institution.vault.otherPlaces.list())[0]!.id))!
  assert.ok(jobId)
  while (institution.vault.jobs.list().some((job) => job.state === 'running'))
    await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal(await failure(), undefined)
})

test('a restored list with a source that would be a path elsewhere is refused before anything is written there', async (t) => {
  const home = house(t)
  const first = await home.open()
  const { viewer } = await firstPerson(first)
  await first.vault.ensureOwnState()
  await take(first, home, 1)
  const { sheets } = await issueKit(first, sessionOf(viewer), HOLDERS)
  const state = new DatabaseSync(join(home.folder, 'state.db'))
  state.exec("PRAGMA foreign_keys = OFF; UPDATE source SET id = '../../../evil' WHERE kind <> 'own-state'")
  state.close()
  await first.vault.runs.runOwnState()
  const copy = mkdtempSync(join(tmpdir(), 'toride-copy-'))
  t.after(() => removeHeld(copy))
  cpSync(join(home.folder, 'places', 'local'), copy, { recursive: true })
  await lose(home)
  const bare = bareMachine(t)
  const words = bare.words(sheets[0]!)
  const refused = await toride('recover', '--place', copy, '--data', bare.folder, '--words-file', words)
  assert.equal(refused.code, 1, refused.out)
  assert.match(refused.error, /VAULT_RECOVER_SUSPECT/)
  assert.ok(!existsSync(bare.folder) && !existsSync(join(bare.folder, '../../evil')))
})
