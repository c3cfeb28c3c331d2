/** A disk that is really full: a file system of 256 KiB in memory, mounted for the test. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isAppError, systemClock } from '#base'
import { createLedger, folderFiles, newEntry, openLedger, verifyLedger } from '#journal'
import { fileKeyStore } from '#access'
import { parseVerifierKey } from '#tlog'

const entry = newEntry('service.started', { actor: 'system:test', data: { version: 'x'.repeat(150), host: 'h' } })

test('the disk fills while appending: the entry is refused, the log is whole, and goes on when there is room', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'full-'))
  const small = join(root, 'small')
  mkdirSync(small)
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', small]).status === 0
  t.after(() => {
    if (mounted) spawnSync('umount', [small])
    rmSync(root, { recursive: true, force: true })
  })
  if (!mounted) {
    t.skip('mounting a small file system needs root')
    return
  }
  const folder = join(small, 'ledger')
  mkdirSync(folder)
  const options = { folder, keys: fileKeyStore(join(root, 'keys')), clock: systemClock }
  const ledger = await createLedger({ ...options, origin: 'clinic.example/ledger' })
  const verifier = parseVerifierKey(ledger.verifierKey)
  const filler = join(small, 'filler')
  for (let round = 0; round < 3; round++) {
    let acknowledged = ledger.size
    // Leaves room for a few more: the disk fills at another step of an append each time.
    writeFileSync(filler, new Uint8Array((150 - 20 * round) * 1024))
    const stopped = await (async () => {
      for (;;) acknowledged = (await ledger.append(entry)).index + 1
    })().catch((error: unknown) => error)
    assert.ok(isAppError(stopped, 'STORAGE_FULL'), String(stopped))
    const report = await verifyLedger({ tiles: folderFiles(folder), verifier })
    assert.deepEqual([report.entries, report.findings], [acknowledged, []])
    rmSync(filler)
    assert.equal((await ledger.append(entry)).index, acknowledged)
  }
  await ledger.close()
  const again = await openLedger(options)
  assert.equal((await again.reader()).checkpoint.size, again.size)
  await again.close()
  assert.deepEqual(readdirSync(folder).sort(), ['checkpoint', 'tile', 'verifier-key'])
})
