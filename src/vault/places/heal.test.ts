/** What heals is looked at before it is believed: a place that gives damaged bytes spoils no other. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { AppError, type Backend, type FileRef } from '#base'
import type { Ledger } from '#journal'
import { memBackend } from '#storage'
import { heal } from './heal.ts'

const GOOD = Buffer.from('a pack as it was written')
const ROTTEN = Buffer.from('a pack as it was Written')
const FILE: FileRef = { kind: 'data', name: createHash('sha256').update(GOOD).digest('hex') }

function scene() {
  const entered: unknown[] = []
  const ledger = { append: async ({ data }: { data: unknown }) => void entered.push(data) } as unknown as Ledger
  const backend = memBackend()
  const parts = { ledger, repository: 'ab'.repeat(32), place: 'here', backend }
  const holder = (id: string, bytes: Buffer) => ({
    id,
    async use<T>(look: (from: Backend) => Promise<T>): Promise<T> {
      const from = memBackend()
      from.files.set(`data/${FILE.name}`, bytes)
      return look(from)
    },
  })
  return { parts, backend, entered, holder }
}

test('a damaged pack of another place is not taken, whether ours is damaged or gone; the next place’s sound one is', async () => {
  for (const ours of [ROTTEN, undefined]) {
    const { parts, backend, entered, holder } = scene()
    if (ours) backend.files.set(`data/${FILE.name}`, ours)
    assert.deepEqual(await heal(parts, [FILE], [holder('rotten', ROTTEN)]), [FILE], 'nobody can bring it')
    assert.deepEqual(backend.files.get(`data/${FILE.name}`), ours, 'left as it was')
    assert.deepEqual(entered, [])
    assert.deepEqual(await heal(parts, [FILE], [holder('rotten', ROTTEN), holder('sound', GOOD)]), [])
    assert.deepEqual(backend.files.get(`data/${FILE.name}`), GOOD)
    const names = [`data/${FILE.name}`]
    assert.deepEqual(entered, [{ repository: parts.repository, place: 'here', from: 'sound', files: 1, names }])
  }
})

test('a place that keeps other bytes than it was given has not healed, and the ledger does not say so', async () => {
  const { parts, backend, entered, holder } = scene()
  const liar = { ...backend, save: async () => void backend.files.set(`data/${FILE.name}`, ROTTEN) }
  assert.deepEqual(await heal({ ...parts, backend: liar }, [FILE], [holder('sound', GOOD)]), [FILE])
  assert.deepEqual(entered, [])
})

test('a place that does not open is passed over', async () => {
  const { parts, holder } = scene()
  const away = { id: 'away', use: () => Promise.reject(new AppError('VAULT_PLACE_NOT_THERE')) }
  assert.deepEqual(await heal(parts, [FILE], [away, holder('sound', GOOD)]), [])
})
