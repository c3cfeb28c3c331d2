import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isOnShare, placesOf } from './mounts.ts'
import { areOne, isOfHome } from './targets.ts'

const MOUNTS = [
  '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw',
  '40 27 0:51 / /mnt/karte rw,relatime shared:9 - cifs //ORCA/karte rw,vers=3.1.1,addr=192.0.2.7,port=445',
  '41 27 0:52 / /media/other\\040name rw - cifs //orca/karte/2026 rw,vers=3.0,addr=192.0.2.7',
  '44 27 0:53 / /mnt/by-address rw - cifs //192.0.2.7/Karte rw,vers=3.0,addr=192.0.2.7',
  '45 27 0:54 /2026 /mnt/part rw - smb3 //192.0.2.7/karte rw,addr=192.0.2.7',
  '46 27 0:55 / /mnt/elsewhere rw - cifs //192.0.2.8/karte rw,addr=192.0.2.8',
  '47 27 0:61 / /mnt/nfs-address rw - nfs4 192.0.2.9:/export/charts rw,vers=4.2,clientaddr=192.0.2.1,local_lock=none,addr=192.0.2.9',
  '48 27 0:62 / /mnt/six rw - nfs4 [2001:db8::9]:/six rw,addr=2001:db8::9',
  '49 27 0:63 / /mnt/six-name rw - nfs4 nas6:/six rw,addr=2001:db8::9',
  '42 27 254:0 /srv/docs /mnt/bound rw - ext4 /dev/vda rw',
  '43 27 0:60 / /mnt/nfs rw - nfs4 nas:/export rw,vers=4.2,clientaddr=192.0.2.1,addr=192.0.2.9',
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
test('a share by its name and by its address is one place; another server of the same share name is another', () => {
  const one = (a: string, b: string) => areOne(a, b, MOUNTS)
  assert.ok(one('/mnt/karte', '/mnt/by-address'), 'SMB, in another case too')
  assert.ok(one('/mnt/karte/2026/Jan', '/mnt/by-address/2026/jan'), 'Windows knows no case')
  assert.ok(one('/mnt/part/jan', '/mnt/karte/2026'), 'a folder of a share that is mounted alone')
  assert.ok(!one('/mnt/part', '/mnt/karte/2025'))
  assert.ok(!one('/mnt/karte', '/mnt/elsewhere'))
  assert.ok(one('/mnt/nfs', '/mnt/nfs-address'), 'NFS, an export within another')
  assert.ok(one('/mnt/nfs/charts/a', '/mnt/nfs-address'))
  assert.ok(!one('/mnt/nfs/Charts', '/mnt/nfs-address'), 'NFS does know case')
  assert.ok(one('/mnt/six', '/mnt/six-name'))
})
test('what lies on another machine is asked about', () => {
  for (const path of ['/mnt/karte/new', '/mnt/six']) assert.ok(isOnShare(path, MOUNTS), path)
  for (const path of ['/srv/new', '/mnt/bound', '/mnt']) assert.ok(!isOnShare(path, MOUNTS), path)
})
test('hidden files come into no home', () => {
  for (const path of ['/home/hana', '/home', '/home/hana/.ssh', '/home/hana/a/.config/b'])
    assert.ok(isOfHome(path, '/home/hana'), path)
  for (const path of ['/home/hana/back', '/home/hanako', '/srv', '/media/.x'])
    assert.ok(!isOfHome(path, '/home/hana'), path)
})
