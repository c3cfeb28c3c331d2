/** `toride ledger verify` over a real vault: what was done to it is found, while stock restic says all is well. */
import assert from 'node:assert/strict'
import { cpSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Receipt, signReceipt } from '#attest'
import { type EntryData, newEntry, type StoredEntry } from '#journal'
import { setImmutable } from '#posix'
import { encodeSnapshot, loadSnapshot, Repository } from '#restic'
import type { Institution } from '#server'
import { openLocalBackend } from '#storage'
import { generateSigner, verifierKeyText } from '#tlog'
import { keeperKeySetting, keepReceipt } from '#vault'
import { stockRestics } from '../restic/stock-restic.ts'
import { attack, house, take, toride } from './house.ts'

/** The repository of the folder source, opened beside the product with its password. */
async function places(institution: Institution) {
  const source = (await institution.vault.sources()).find((one) => one.kind === 'folder')!
  const password = institution.keys.secrets.load(source.id)!
  const folder = join(institution.folder.path, 'places', 'local', source.id)
  const repository = await Repository.open(openLocalBackend(folder), { password })
  return { repository, folder, password, snapshot: (id: string) => join(folder, 'snapshots', id) }
}

test('an untouched vault is found in order, beside a running server', async (t) => {
  const home = house(t)
  await take(await home.open(), home, 2)
  const { code, out } = await toride('ledger', 'verify', '--data', home.folder)
  assert.equal(code, 0, out)
  assert.match(out, /バックアップ 2 件を確かめました。消されたり/)
})

test('a deleted generation is found; restic check --read-data says all is well', async (t) => {
  const home = house(t)
  const institution = await home.open()
  const [first] = await take(institution, home, 3)
  const { folder, password, snapshot } = await places(institution)
  attack(snapshot(first!))
  await home.close()
  const { code, out } = await toride('ledger', 'verify', '--data', home.folder)
  assert.equal(code, 1)
  assert.match(out, /あるはずのバックアップがありません。消されました/)
  assert.match(out, new RegExp(first!.slice(0, 8)))
  // A restart neither heals nor hides it.
  await home.open()
  await home.close()
  assert.equal((await toride('ledger', 'verify', '--data', home.folder)).code, 1)
  for (const restic of stockRestics()) {
    if (restic.missing) t.diagnostic(restic.missing)
    else assert.match(restic.run(folder, password, 'check', '--read-data', '--no-lock'), /no errors were found/)
  }
})

test('a replaced, a back-dated and an unknown generation are told apart', async (t) => {
  const home = house(t)
  const institution = await home.open()
  const ids = await take(institution, home, 2)
  const { repository, snapshot } = await places(institution)
  const found = async () => (await institution.vault.verifyLedger()).findings.map((one) => one.code)
  const seen = await loadSnapshot(repository, ids[1]!)
  const forge = (timeNs: bigint) =>
    repository.saveUnpacked(
      'snapshots',
      encodeSnapshot({ timeNs, tree: seen.tree, paths: seen.paths, hostname: 'h', username: 'u' }),
    )

  const backdated = await forge(seen.timeNs - 86_400_000_000_000n)
  assert.deepEqual(await found(), ['GENERATION_BACKDATED'])
  rmSync(snapshot(backdated))
  const unknown = await forge(seen.timeNs + 3_600_000_000_000n)
  assert.deepEqual(await found(), ['GENERATION_UNKNOWN'])
  rmSync(snapshot(unknown))
  // The attribute lifted and the file swapped for another generation's.
  for (const id of ids) setImmutable(snapshot(id), false)
  cpSync(snapshot(ids[1]!), `${snapshot(ids[0]!)}.x`)
  renameSync(`${snapshot(ids[0]!)}.x`, snapshot(ids[0]!))
  const wasHeld = institution.vault.generations.list().then(([g]) => g?.lockStrength === 'immutable-attribute')
  // The other one only lost its attribute.
  const lifted = (await wasHeld) ? ['GENERATION_LOCK_LIFTED'] : []
  assert.deepEqual((await found()).sort(), [...lifted, 'GENERATION_REPLACED'])
})

test('a promise of a lock that was taken back is found', async (t) => {
  const home = house(t)
  const institution = await home.open()
  await take(institution, home, 1)
  const { folder, repository } = await places(institution)
  const log = join(folder, 'retention', 'log')
  rmSync(log)
  writeFileSync(log, '')
  // The attribute itself still holds where the system has it; without it too, nothing does.
  for (const { name } of await repository.backend.list('snapshots'))
    setImmutable(join(folder, 'snapshots', name), false)
  const { findings } = await institution.vault.verifyLedger()
  assert.deepEqual(
    findings.map((one) => one.code),
    ['GENERATION_LOCK_SHORTER'],
  )
})

test('an old copy of ledger and repository is found at the next start, and stays found', async (t) => {
  const home = house(t)
  const institution = await home.open()
  await take(institution, home, 1)
  await home.close()
  cpSync(join(home.folder, 'ledger'), join(home.folder, '..', 'old-ledger'), { recursive: true })
  await take(await home.open(), home, 1)
  await home.close()
  await home.open()
  await home.close()
  rmSync(join(home.folder, 'ledger'), { recursive: true })
  cpSync(join(home.folder, '..', 'old-ledger'), join(home.folder, 'ledger'), { recursive: true })
  const { ledgerReport } = await home.open()
  assert.ok(ledgerReport.findings.some((one) => one.code === 'LEDGER_SHORTER'))
  await home.close()
  const { code, out } = await toride('ledger', 'verify', '--data', home.folder)
  assert.equal(code, 1)
  assert.match(out, /前に見たときより短く/)
})

test('a ledger that was removed is not quietly begun anew', async (t) => {
  const home = house(t)
  await take(await home.open(), home, 1)
  await home.close()
  await home.open()
  await home.close()
  rmSync(join(home.folder, 'ledger'), { recursive: true })
  assert.match((await toride('ledger', 'verify', '--data', home.folder)).error, /改ざん防止の記録がありません/)
  const { ledgerReport } = await home.open()
  assert.ok(ledgerReport.findings.some((one) => one.code === 'LEDGER_SHORTER'))
  await home.close()
  assert.equal((await toride('ledger', 'verify', '--data', home.folder)).code, 1)
})

test('a printed sheet compares as the same, as mistyped, as longer than the log', async (t) => {
  const home = house(t)
  await take(await home.open(), home, 1)
  const printed = await toride('ledger', 'print', '--data', home.folder)
  const size = /件数 +(\d+)/.exec(printed.out)![1]!
  const code = /番号 +(\S.*)/.exec(printed.out)![1]!
  const compare = (...words: string[]) => toride('ledger', 'compare', ...words, '--data', home.folder)
  assert.equal((await compare(size, ...code.split(' '))).code, 0)
  assert.match((await compare(String(Number(size) + 1), code)).out, /打ち直して/)
})

test('receipts: kept and signed they are in order; one that was removed, or a key that was, is found', async (t) => {
  const home = house(t)
  const institution = await home.open()
  const [snapshot] = await take(institution, home, 1)
  const { vault, ledger } = institution
  const entries: StoredEntry[] = []
  for await (const { entry } of (await ledger.reader()).entries()) entries.push(entry)
  const recorded = entries.find(({ type }) => type === 'generation.recorded')!.data as EntryData<'generation.recorded'>
  const keeper = generateSigner('keeper-1')
  const receipt: Receipt = {
    repository: 'clinic/records',
    config: 'ab'.repeat(32),
    snapshot: snapshot!,
    manifest: recorded.manifest,
    objects: 3,
    bytes: 4,
    receivedAt: Date.now(),
    lockedUntil: Date.now() + 86_400_000,
    rule: 'daily',
  }
  const data = {
    repository: recorded.repository,
    snapshot: snapshot!,
    place: 'keeper-1',
    receipt: await keepReceipt(home.folder, 'keeper-1', snapshot!, signReceipt(receipt, keeper)),
    receivedAt: new Date(receipt.receivedAt).toISOString(),
    lockedUntil: new Date(receipt.lockedUntil).toISOString(),
  }
  await ledger.append(newEntry('generation.receipt', { actor: 'system:vault', data }))
  const found = async () => (await vault.verifyLedger()).findings.map((one) => one.code)
  assert.deepEqual(await found(), ['RECEIPT_KEY_MISSING'])
  await vault.saveSetting(keeperKeySetting('keeper-1'), verifierKeyText(keeper))
  assert.deepEqual(await found(), [])
  rmSync(join(home.folder, 'receipts', 'keeper-1', snapshot!))
  const { code, out } = await toride('ledger', 'verify', '--data', home.folder)
  assert.equal(code, 1)
  assert.match(out, /受領証が、なくなっています/)
})
