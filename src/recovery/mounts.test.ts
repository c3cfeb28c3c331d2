import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placesOf } from './mounts.ts'
import { areOne } from './targets.ts'

const MOUNTS = [
  '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw',
  '40 27 0:51 / /mnt/karte rw,relatime shared:9 - cifs //ORCA/karte rw,vers=3.1.1',
  '41 27 0:52 / /media/other\\040name rw - cifs //orca/karte/2026 rw,vers=3.0',
  '42 27 254:0 /srv/docs /mnt/bound rw - ext4 /dev/vda rw',
  '43 27 0:60 / /mnt/nfs rw - nfs4 nas:/export rw',
  '',
].join('\n')

test('one place has one name by whatever mount it is reached', () => {
  const one = (a: string, b: string) => areOne(a, b, MOUNTS)
  assert.ok(one('/mnt/bound/x', '/srv/docs'), 'a folder bound to another place')
  assert.ok(one('/srv', '/mnt/bound'), 'what holds it')
  assert.ok(one('/media/other name/x', '/mnt/karte'), 'the same share, deeper, by another connection')
  assert.ok(!one('/mnt/nfs/a', '/mnt/karte'))
  assert.ok(!one('/mnt/bound2', '/srv/docs') && !one('/srv/docs2', '/mnt/bound'))
})
test('what no table tells has no other names', () => {
  assert.deepEqual(placesOf('/a', ''), [])
  assert.ok(areOne('/a/b', '/a', ''))
})
