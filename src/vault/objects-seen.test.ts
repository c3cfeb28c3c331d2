/** What a check of the ledger costs: each file is asked once, however many generations need it, and none is read. */
import assert from 'node:assert/strict'
import { deflateSync } from 'node:zlib'
import { test } from 'node:test'
import { type FileRef, manualClock } from '#base'
import { openDatabase } from '#db'
import type { LedgerGeneration } from '#journal'
import { memBackend } from '#storage'
import { Generations } from './generations.ts'
import { manifestHash, manifestText, packManifest, readManifest } from '#attest'
import { ObjectsSeen } from './objects-seen.ts'
import { LOCAL_PLACE, type OpenRepository } from './repositories.ts'
import { VAULT_MIGRATIONS, type VaultTables } from './tables.ts'

const KEPT = 44
const PACKS = 50
const hex = (n: number): string => n.toString(16).padStart(64, '0')

test('a file that many generations need is asked once, and no byte is read', async (t) => {
  const clock = manualClock(0)
  const plain = memBackend(clock)
  const asked = { state: 0, load: 0 }
  const backend = {
    ...plain,
    load: async () => assert.fail(`read ${++asked.load}`),
    retention: { state: (file: FileRef) => (asked.state++, plain.retention.state(file)) },
  }
  const database = await openDatabase({ kind: 'sqlite', file: ':memory:' }, [VAULT_MIGRATIONS], clock)
  t.after(() => database.close())
  const tables = database.tables<VaultTables>()
  const generations = new Generations(tables)
  await tables.insertInto('source').values(SOURCE).execute()
  const packs = Array.from({ length: PACKS }, (_, n) => ({ kind: 'data', name: hex(n), sizeBytes: 1 }) as const)
  for (const pack of packs) await plain.save(pack, [Buffer.from('x')])
  const known: LedgerGeneration[] = []
  for (let n = 0; n < KEPT; n++)
    known.push(await generation(generations, hex(1000 + n), packManifest(manifestText(packs))))

  const parts = { opened: { backend } as unknown as OpenRepository, generations, clock, readData: false }
  const seen = await ObjectsSeen.of(parts)
  for (const one of known)
    assert.deepEqual(await seen.of(one), {
      missing: 0,
      indexesMissing: 0,
      lifted: PACKS,
      damaged: 0,
      manifestLost: false,
    })
  assert.deepEqual(asked, { state: PACKS, load: 0 })
})

test('a manifest that was swapped for another, or for one that fills the memory, is none', () => {
  const text = manifestText([{ kind: 'data', name: hex(1), sizeBytes: 1 }])
  assert.equal(readManifest(packManifest(text), manifestHash(text))?.length, 1)
  assert.equal(readManifest(packManifest(text), manifestHash('another')), undefined)
  assert.equal(readManifest(deflateSync(Buffer.alloc(257 * 1024 * 1024))), undefined)
})

const SOURCE = {
  id: 's',
  kind: 'folder',
  name: '書類',
  paths: '[]',
  cron: null,
  repository: hex(0),
  policy: '{}',
  created_at: 0,
  last_due_at: null,
  last_failure: null,
  last_failure_at: null,
  removed_at: null,
}

/** As ledger and database know it, under a promised attribute. */
async function generation(generations: Generations, id: string, manifest: Uint8Array): Promise<LedgerGeneration> {
  const hash = manifestHash(readManifest(manifest) ? manifestText(readManifest(manifest)!) : '')
  const counts = {
    files: 1,
    files_new: 0,
    files_changed: 0,
    files_unmodified: 1,
    files_gone: 0,
    bytes: 1,
    added_bytes: 0,
  }
  await generations.add({
    ...counts,
    id,
    source_id: SOURCE.id,
    repository: SOURCE.repository,
    tree: hex(1),
    due_at: 0,
    started_at: 0,
    finished_at: 0,
    skipped: 0,
    skipped_sealed: null,
    closure: 'complete',
    walk: 'full',
    manifest_hash: hash,
    manifest,
    keep_until: 1,
    keep_rule: 'daily',
    locked_until: 1,
    lock_strength: 'immutable-attribute',
    ledger_index: 1,
    patients: null,
    expired_at: null,
  })
  const recorded = { snapshot: id, manifest: hash } as LedgerGeneration['recorded']
  const promised = { lockedUntilMs: new Map([[LOCAL_PLACE, 1]]), attributeAt: new Set([LOCAL_PLACE]) }
  return { index: 1, recorded, ...promised, receipts: new Map(), expired: false, leftBehind: undefined }
}
