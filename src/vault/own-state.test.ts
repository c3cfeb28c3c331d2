import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { manualClock } from '#base'
import { createLedger, ledgerTiles, newEntry, openLedger, verifyLedger } from '#journal'
import { parseVerifierKey } from '#tlog'
import { copyLedger } from './own-state.ts'

test('a ledger copied again and again while it grows is a valid earlier state of itself each time', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'toride-copy-'))
  t.after(() => rmSync(root, { recursive: true }))
  const secrets = new Map<string, Uint8Array>()
  const keys = {
    load: (name: string) => secrets.get(name),
    save: (name: string, key: Uint8Array) => void secrets.set(name, key),
  }
  const folder = join(root, 'ledger')
  mkdirSync(folder)
  const clock = manualClock(Date.UTC(2026, 10, 1))
  const ledger = await createLedger({ folder, keys, clock, origin: 'clinic.example/ledger' })
  const growing = new AbortController()
  const grow = (async () => {
    while (!growing.signal.aborted)
      await ledger.append(newEntry('service.stopped', { actor: 'system:test', data: { why: 'asked' } }))
  })()
  const sizes: number[] = []
  for (let n = 0; n < 40; n++) {
    // At any moment of an append: its files are written by other threads while the copy is made.
    await setTimeout(n % 7)
    const copy = join(root, `copy-${n}`)
    copyLedger(folder, copy)
    const report = await verifyLedger({ tiles: ledgerTiles(copy), verifier: parseVerifierKey(ledger.verifierKey) })
    assert.deepEqual(report.findings, [])
    sizes.push(report.entries)
    const opened = await openLedger({ folder: copy, keys, clock })
    assert.equal(opened.size, report.entries)
    await opened.close()
  }
  growing.abort()
  await grow
  await ledger.close()
  assert.ok(sizes.at(-1)! > sizes[0]!, 'the ledger grew meanwhile')
})

test('a folder without a ledger copies as nothing', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'toride-copy-'))
  t.after(() => rmSync(root, { recursive: true }))
  copyLedger(join(root, 'none'), join(root, 'copy'))
})
