import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { generateSigner, verifierKeyText } from '#tlog'
import { keeperKeySetting, keepReceipt, pinnedReceipts, readReceipts } from './receipts.ts'

const SNAPSHOT = 'ab'.repeat(32)

function folder(t: { after(work: () => void): void }): string {
  const root = mkdtempSync(join(tmpdir(), 'toride-receipts-'))
  t.after(() => rmSync(root, { recursive: true }))
  return root
}

test('kept once: the same again is fine, another one is refused and the first stays', async (t) => {
  const root = folder(t)
  assert.deepEqual(await readReceipts(root), [])
  const hash = await keepReceipt(root, 'keeper-1', SNAPSHOT, 'note\n')
  assert.equal(hash, createHash('sha256').update('note\n').digest('hex'))
  assert.equal(await keepReceipt(root, 'keeper-1', SNAPSHOT, 'note\n'), hash)
  await assert.rejects(keepReceipt(root, 'keeper-1', SNAPSHOT, 'other\n'), { code: 'VAULT_RECEIPT_DIFFERS' })
  const named = (hashes: string[]) => async (kept: string) => hashes.includes(kept)
  await assert.rejects(keepReceipt(root, 'keeper-1', SNAPSHOT, 'other\n', named([hash])), {
    code: 'VAULT_RECEIPT_DIFFERS',
  })
  // One that the ledger never named: a crash came between.
  await keepReceipt(root, 'keeper-2', SNAPSHOT, 'first\n', named([]))
  await keepReceipt(root, 'keeper-2', SNAPSHOT, 'other\n', named([hash]))
  writeFileSync(join(root, 'receipts', 'keeper-2', `${'cd'.repeat(32)}.tmp`), 'half')
  const kept = (await readReceipts(root)).toSorted((a, b) => (a.place < b.place ? -1 : 1))
  assert.deepEqual(kept, [
    { place: 'keeper-1', snapshot: SNAPSHOT, note: 'note\n' },
    { place: 'keeper-2', snapshot: SNAPSHOT, note: 'other\n' },
  ])
  for (const place of ['..', '', 'a/b', '.x'])
    await assert.rejects(keepReceipt(root, place, SNAPSHOT, 'n'), { code: 'BASE_BUG' })
  await assert.rejects(keepReceipt(root, 'keeper-1', '../x', 'n'), { code: 'BASE_BUG' })
})

test('keys are those pinned for the places; a spoilt one is none', async (t) => {
  const root = folder(t)
  for (const place of ['good', 'spoilt', 'none']) await keepReceipt(root, place, SNAPSHOT, 'note\n')
  const key = generateSigner('keeper-1')
  const settings = new Map([
    [keeperKeySetting('good'), verifierKeyText(key)],
    [keeperKeySetting('spoilt'), verifierKeyText(key).slice(0, -3)],
  ])
  const { kept, keys } = await pinnedReceipts(root, async (name) => settings.get(name))
  assert.equal(kept.length, 3)
  assert.deepEqual([...keys.keys()], ['good'])
  assert.deepEqual(keys.get('good')!.publicKey, key.publicKey)
})
