import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { Catalogue } from './catalogue.ts'
import { deriveKeys } from './seal.ts'

const KEYS = deriveKeys(
  { encrypt: Buffer.alloc(32, 1), macK: Buffer.alloc(16, 2), macR: Buffer.alloc(16, 3) },
  'ab'.repeat(32),
  'catalogue',
)
const remove = (file: string): void => rmSync(file, { force: true })

function scratch(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'toride-catalogue-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return join(dir, 'catalogue.db')
}

function run(catalogue: Catalogue, snapshot: string, puts: Record<string, string>, seen: string[]): void {
  const { store } = catalogue.run()
  for (const [path, record] of Object.entries(puts)) store.put(path, Buffer.from(record))
  catalogue.commit(snapshot, new Set(seen))
}
const units = (catalogue: Catalogue, snapshot: string): Record<string, string> =>
  Object.fromEntries([...catalogue.units(snapshot)].map((u) => [u.path, Buffer.from(u.record).toString()]).sort())

test('each generation shows its own version of a unit', (t) => {
  const catalogue = Catalogue.open(scratch(t), KEYS, remove)
  run(catalogue, 's1', { '/a': 'a1', '/b': 'b1', state: 'own' }, ['/a', '/b'])
  run(catalogue, 's2', { '/a': 'a2' }, ['/a', '/b'])
  run(catalogue, 's3', { '/c': 'c3' }, ['/a', '/c'])
  run(catalogue, 's4', { '/b': 'b4', '/a': 'a2' }, ['/a', '/b', '/c'])
  assert.deepEqual(units(catalogue, 's1'), { '/a': 'a1', '/b': 'b1' })
  assert.deepEqual(units(catalogue, 's2'), { '/a': 'a2', '/b': 'b1' })
  assert.deepEqual(units(catalogue, 's3'), { '/a': 'a2', '/c': 'c3' })
  assert.deepEqual(units(catalogue, 's4'), { '/a': 'a2', '/b': 'b4', '/c': 'c3' })
  assert.equal(Buffer.from(catalogue.unit('s2', '/b')!.record).toString(), 'b1')
  assert.equal(catalogue.unit('s3', '/b'), undefined)
  assert.equal(catalogue.knows('other'), false)
  const signature = (snapshot: string) => catalogue.unit(snapshot, '/a')!.signature
  assert.equal(signature('s2'), signature('s4'))
  assert.notEqual(signature('s1'), signature('s2'))
  catalogue.close()
})

test('what the archiver keeps for itself outlives every run and is no unit', (t) => {
  const catalogue = Catalogue.open(scratch(t), KEYS, remove)
  run(catalogue, 's1', { '/a': 'a1', state: 'own' }, ['/a'])
  run(catalogue, 's2', { '/a': 'a2' }, ['/a'])
  assert.equal(Buffer.from(catalogue.run().store.get('state')!).toString(), 'own')
  assert.deepEqual(units(catalogue, 's2'), { '/a': 'a2' })
  catalogue.close()
})

test('a run that was cut shows in no generation and is there for the next run', (t) => {
  const file = scratch(t)
  const cut = Catalogue.open(file, KEYS, remove)
  run(cut, 's1', { '/a': 'a1' }, ['/a'])
  cut.run().store.put('/a', Buffer.from('a2'))
  cut.close()
  const next = Catalogue.open(file, KEYS, remove)
  assert.deepEqual(units(next, 's1'), { '/a': 'a1' })
  assert.equal(Buffer.from(next.run().store.get('/a')!).toString(), 'a2')
  next.close()
})

test('forgetting generations forgets only what no other holds', (t) => {
  const catalogue = Catalogue.open(scratch(t), KEYS, remove)
  run(catalogue, 's1', { '/a': 'a1', '/b': 'b1' }, ['/a', '/b'])
  run(catalogue, 's2', { '/a': 'a2' }, ['/a', '/b'])
  catalogue.forget(['s1'])
  assert.equal(catalogue.knows('s1'), false)
  assert.deepEqual(units(catalogue, 's2'), { '/a': 'a2', '/b': 'b1' })
  catalogue.close()
})

test('the newest generation may be forgotten, and all of them', (t) => {
  const catalogue = Catalogue.open(scratch(t), KEYS, remove)
  run(catalogue, 's1', { '/a': 'a1', '/b': 'b1' }, ['/a', '/b'])
  run(catalogue, 's2', { '/a': 'a2' }, ['/a', '/b'])
  catalogue.forget(['s1', 's2'])
  assert.deepEqual(catalogue.snapshots(), [])
  run(catalogue, 's3', { '/a': 'a3' }, ['/a', '/b'])
  assert.deepEqual(units(catalogue, 's3'), { '/a': 'a3', '/b': 'b1' })
  catalogue.close()
})

test('nothing of a path or record lies in the file in the clear', (t) => {
  const file = scratch(t)
  const catalogue = Catalogue.open(file, KEYS, remove)
  run(catalogue, 's1', { '/root/000/123/0001234567': 'PID|青葉はる子' }, ['/root/000/123/0001234567'])
  catalogue.close()
  const bytes = readFileSync(file)
  assert.equal(bytes.includes('0001234567'), false)
  assert.equal(bytes.includes('青葉'), false)
})

test('a damaged file, another key and another schema cost the cache, nothing else', (t) => {
  const file = scratch(t)
  const first = Catalogue.open(file, KEYS, remove)
  run(first, 's1', { '/a': 'a1' }, ['/a'])
  first.close()
  const other = deriveKeys(
    { encrypt: Buffer.alloc(32, 9), macK: Buffer.alloc(16), macR: Buffer.alloc(16) },
    'ab'.repeat(32),
    'catalogue',
  )
  const stranger = Catalogue.open(file, other, remove)
  assert.equal(stranger.run().store.get('/a'), undefined)
  assert.deepEqual(units(stranger, 's1'), {})
  stranger.close()
  writeFileSync(file, 'not a database, but long enough to be looked at as one'.repeat(100))
  const again = Catalogue.open(file, KEYS, remove)
  assert.equal(again.knows('s1'), false)
  again.close()
})
