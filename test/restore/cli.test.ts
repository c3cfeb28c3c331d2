/** `toride restore` from the terminal: nothing without --yes, the gates hold there too, and it goes on where it stopped. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { house, take, toride } from '../server/house.ts'

test('plan, --yes, again, over the old place refused', async (t) => {
  const home = house(t)
  const institution = await home.open()
  const [id = ''] = await take(institution, home, 1)
  await home.close()
  const data = ['--data', home.folder]
  const target = join(dirname(home.folder), 'back')
  const list = await toride('restore', '--list', ...data)
  assert.ok(list.code === 0 && list.out.includes(id.slice(0, 8)), list.error)
  const plan = await toride('restore', '--to', target, ...data)
  assert.deepEqual([plan.code, existsSync(target)], [0, false], plan.error)
  assert.match(plan.out, /そこに無いもの 4/)
  assert.match(plan.out, /--yes/)
  const done = await toride('restore', '--to', target, '--yes', ...data)
  assert.equal(done.code, 0, done.error)
  assert.match(done.out, /全部もどりました。書いたもの 4、照合 4/)
  writeFileSync(join(target, 'source', 'file-1.txt'), 'since')
  const part = ['--path', join(home.source, 'file-1.txt'), '--existing', 'replace']
  const again = await toride('restore', '--to', join(target, 'source'), ...part, '--yes', ...data)
  assert.equal(again.code, 0, again.error)
  assert.ok(readFileSync(join(target, 'source', 'file-1.txt'), 'utf8').startsWith('content 1'))
  const over = await toride('restore', '--over', '--yes', ...data)
  assert.equal(over.code, 1)
  assert.match(over.error, /RECOVERY_NEEDS_CASE|元の場所へは、まだ戻せません/)
  assert.equal((await toride('restore', '--to', target, '--existing', 'x', ...data)).code, 1)
  const runs = await toride('restore', '--runs', ...data)
  assert.equal(runs.out.trim().split('\n').length, 2)
  assert.equal((await toride('restore', '--resume', 'nothing', ...data)).code, 1)
})
