import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { manualClock } from '#base'
import { type Receipt, signReceipt } from '#attest'
import { generateSigner } from '#tlog'
import { newEntry, type Receipts, verifyLedger } from './index.ts'
import { memoryFiles } from './memory-files.fixture.ts'
import { createWriter } from './writer.ts'

const NOW = Date.UTC(2026, 10, 1)
const DAY = 86_400_000
const hash = (text: string) => createHash('sha256').update(text).digest('hex')
const iso = (ms: number) => new Date(ms).toISOString()
const keeper = generateSigner('keeper-1')
const [repository, snapshot] = [hash('repository'), hash('snapshot')]
const good: Receipt = {
  repository: 'clinic/records',
  config: hash('config'),
  snapshot,
  manifest: hash('manifest'),
  objects: 4,
  bytes: 900,
  receivedAt: NOW,
  lockedUntil: NOW + 21 * DAY,
  rule: 'daily',
}

/** A generation whose receipt the ledger names as `named`. */
async function ledgerWith(named: string) {
  const secrets = new Map<string, Uint8Array>()
  const keys = {
    load: (name: string) => secrets.get(name),
    save: (name: string, secret: Uint8Array) => void secrets.set(name, secret),
  }
  const tiles = memoryFiles()
  const writer = await createWriter(tiles, { keys, clock: manualClock(NOW), origin: 'clinic.example/ledger' })
  await writer.append(
    newEntry('generation.recorded', {
      actor: 'system:vault',
      data: {
        source: 'ssmix2',
        repository,
        snapshot,
        tree: hash('tree'),
        snapshotTime: iso(NOW),
        manifest: good.manifest,
        indexCount: 1,
        indexHash: hash('i'),
        files: 10,
        bytes: 1000,
        addedBytes: 10,
        started: iso(NOW),
        finished: iso(NOW),
        skipped: 0,
        closure: { result: 'complete', blobs: 3, packs: 1, missing: 0 },
        walk: 'full',
      },
    }),
  )
  await receiptNamed(hash(named))
  async function receiptNamed(receipt: string) {
    const data = {
      repository,
      snapshot,
      place: 'keeper',
      receipt,
      receivedAt: iso(NOW),
      lockedUntil: iso(NOW + 21 * DAY),
    }
    await writer.append(newEntry('generation.receipt', { actor: 'system:vault', data }))
  }
  return {
    writer,
    receiptNamed,
    found: async (note: string | undefined, pinned: Receipts['keys'] = new Map([['keeper', keeper]])) => {
      const kept = note === undefined ? [] : [{ place: 'keeper', snapshot, note }]
      const report = await verifyLedger({
        tiles,
        verifier: writer.signer,
        receipts: async () => ({ kept, keys: pinned }),
      })
      return report.findings.map(({ code, place, index }) => `${code} ${place} ${index}`)
    },
  }
}

test('a receipt that the ledger names is kept, signed by the pinned key, of this generation, and as long', async () => {
  const note = signReceipt(good, keeper)
  const { found } = await ledgerWith(note)
  assert.deepEqual(await found(note), [])
  assert.deepEqual(await found(undefined), ['RECEIPT_MISSING keeper 2'])
  assert.deepEqual(await found(note.replace('daily', 'yearly')), ['RECEIPT_REPLACED keeper 2'])
  assert.deepEqual(await found(note, new Map()), ['RECEIPT_KEY_MISSING keeper 2'])
  const stranger = new Map([['keeper', generateSigner('keeper-1')]])
  assert.deepEqual(await found(note, stranger), ['RECEIPT_SIGNATURE_INVALID keeper 2'])
})

test('a note that the ledger names truly but that promises something else', async () => {
  const named = async (note: string) => (await ledgerWith(note)).found(note)
  assert.deepEqual(await named('no note\n'), ['RECEIPT_SIGNATURE_INVALID keeper 2'])
  const of = (other: Partial<Receipt>) => named(signReceipt({ ...good, ...other }, keeper))
  assert.deepEqual(await of({ snapshot: hash('other') }), ['RECEIPT_OTHER_GENERATION keeper 2'])
  assert.deepEqual(await of({ manifest: hash('other') }), ['RECEIPT_OTHER_GENERATION keeper 2'])
  assert.deepEqual(await of({ lockedUntil: good.lockedUntil - 1 }), ['RECEIPT_LOCK_SHORTER keeper 2'])
  assert.deepEqual(await of({ lockedUntil: good.lockedUntil + 1 }), [])
})

test('a later entry does not change which receipt is meant; what was let go needs none', async () => {
  const note = signReceipt(good, keeper)
  const { found, receiptNamed, writer } = await ledgerWith(note)
  await receiptNamed(hash('another'))
  assert.deepEqual(await found(note), [])
  const data = { repository, snapshot, reason: 'policy' } as const
  await writer.append(newEntry('generation.expired', { actor: 'system:vault', data }))
  assert.deepEqual(await found(undefined), [])
})
