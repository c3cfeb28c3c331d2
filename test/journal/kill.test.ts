/** kill -9 at random moments of appending: what was acknowledged is there, in order, and the stale lock gives way. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { systemClock } from '#base'
import { createLedger, ledgerTiles, openLedger, verifyLedger } from '#journal'
import { fileKeyStore } from '#access'
import { parseVerifierKey } from '#tlog'

const SCRIPT = fileURLToPath(new URL('./append-until-killed.ts', import.meta.url))
const ROUNDS = 12

function appendAndDie(folder: string, keys: string, afterMs: number): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [SCRIPT, folder, keys], { stdio: ['ignore', 'pipe', 'inherit'] })
    let printed = ''
    child.stdout.on('data', (chunk: Buffer) => {
      // The clock starts with the first acknowledged entry: the start of a process takes long and varies.
      if (printed === '') setTimeout(() => child.kill('SIGKILL'), afterMs)
      printed += chunk.toString()
    })
    child.once('close', () => resolve(Number(printed.trim().split('\n').at(-1))))
  })
}

test(`killed ${ROUNDS} times while appending`, async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'ledger-kill-'))
  t.after(() => rmSync(root, { recursive: true }))
  const [folder, keys] = [join(root, 'ledger'), join(root, 'keys')]
  mkdirSync(folder)
  const made = await createLedger({
    folder,
    keys: fileKeyStore(keys),
    clock: systemClock,
    origin: 'clinic.example/ledger',
  })
  const verifier = parseVerifierKey(made.verifierKey)
  await made.close()
  let known: { size: number; root: Uint8Array }[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const acknowledged = await appendAndDie(folder, keys, Math.floor(Math.random() * 120))
    const ledger = await openLedger({ folder, keys: fileKeyStore(keys), clock: systemClock })
    assert.ok(ledger.size > acknowledged, `${ledger.size} entries, ${acknowledged} was acknowledged`)
    for await (const { index, entry } of (await ledger.reader()).entries(1))
      assert.equal(entry.data['area'], String(index))
    await ledger.close()
    const report = await verifyLedger({ tiles: ledgerTiles(folder), verifier, known })
    assert.deepEqual(report.findings, [])
    known = [...known, report.checkpoint!]
  }
  assert.deepEqual(readdirSync(folder).sort(), ['checkpoint', 'tile', 'verifier-key'])
})

test('checked by another process while the server appends: nothing to say', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'ledger-live-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  const [folder, keys] = [join(root, 'ledger'), join(root, 'keys')]
  mkdirSync(folder)
  const options = { folder, keys: fileKeyStore(keys), clock: systemClock }
  const made = await createLedger({ ...options, origin: 'clinic.example/ledger' })
  const verifier = parseVerifierKey(made.verifierKey)
  await made.close()
  const appending = appendAndDie(folder, keys, 1500)
  const stopped = new AbortController()
  void appending.finally(() => stopped.abort())
  const known: { size: number; root: Uint8Array }[] = []
  while (!stopped.signal.aborted) {
    const report = await verifyLedger({ tiles: ledgerTiles(folder), verifier, known })
    assert.deepEqual(report.findings, [])
    known.push(report.checkpoint!)
  }
  assert.ok(new Set(known.map(({ size }) => size)).size > 3, 'the log grew while it was checked')
})
