/** `toride restore` from the terminal: nothing without --yes, the gates hold there too, and it goes on where it stopped. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { backupService } from '../../src/server/services/backup.ts'
import { home as homeOf } from '../../src/server/services/home.ts'
import { suspicionOf } from '../../src/server/services/signs.ts'
import { firstPerson } from '../server/person.ts'
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

test('of an attacked folder the backup before is restored, unless somebody names the other; two sources must be told apart', async (t) => {
  const home = house(t)
  for (let n = 0; n < 12; n++)
    writeFileSync(join(home.source, `letter-${n}.txt`), `紹介状 ${n} お世話になります`.repeat(30))
  const institution = await home.open()
  const { vault } = institution
  const source = await vault.addSource({ kind: 'folder', name: '書類', paths: [home.source] })
  const run = async () => (await vault.runs.run(source.id)).done
  const clean = await run()
  for (let n = 0; n < 9; n++) {
    const file = join(home.source, `letter-${n}.txt`)
    writeFileSync(file, randomBytes(6000))
    renameSync(file, `${file}.x7f3q`)
  }
  const attacked = (await vault.generations.get((await run()).id))!
  assert.equal(attacked.suspect, true)
  assert.equal((await suspicionOf(institution, attacked))?.lastClean?.generationId, clean.id)
  assert.equal(await suspicionOf(institution, clean), undefined)
  const { viewer } = await firstPerson(institution)
  const { main, documents } = await homeOf(institution, viewer)
  assert.deepEqual([main.code, main.href, documents?.generationId], ['see-signs', '/signs', clean.id])
  await home.close()
  const to = ['--to', join(dirname(home.folder), 'back'), '--data', home.folder]
  const list = await toride('restore', '--list', '--data', home.folder)
  assert.match(list.out, new RegExp(`${attacked.id.slice(0, 8)}.*攻撃の疑い\n${clean.id.slice(0, 8)}[^×]*$`))
  const plan = await toride('restore', ...to)
  assert.ok(plan.out.includes(clean.id.slice(0, 8)) && !plan.out.includes('攻撃'), plan.out + plan.error)
  const named = await toride('restore', '--generation', attacked.id.slice(0, 8), ...to)
  assert.match(named.out, /攻撃のあとの疑い/)

  const again = await home.open()
  const other = await again.vault.addSource({
    kind: 'folder',
    name: '別',
    paths: [join(dirname(home.folder), 'source')],
  })
  // Due before the others, taken after them: a list for people goes by the latter.
  const late = await (await again.vault.runs.run(other.id, Date.now() - 86_400_000)).done
  const { rows } = await backupService(again).generations({ page: 1 })
  assert.deepEqual(
    rows.map(({ id }) => id),
    [late.id, attacked.id, clean.id],
  )
  await home.close()
  const which = await toride('restore', ...to)
  assert.equal(which.code, 1)
  assert.match(which.error, /--source/)
  assert.equal((await toride('restore', '--source', '書類', ...to)).code, 0)
})

test('beside a running server: lists and plans, and says where to write', async (t) => {
  const home = house(t)
  const institution = await home.open()
  const [id = ''] = await take(institution, home, 1)
  const { restores } = institution
  const data = ['--data', home.folder]
  const target = join(dirname(home.folder), 'back')
  const list = await toride('restore', '--list', ...data)
  assert.ok(list.code === 0 && list.out.includes(id.slice(0, 8)), list.error)
  const plan = await toride('restore', '--to', target, ...data)
  assert.equal(plan.code, 0, plan.error)
  assert.match(plan.out, /そこに無いもの 4[^]*サーバが動いている[^]*systemctl stop toride/)
  for (const words of [
    ['--to', target, '--yes'],
    ['--resume', 'x'],
    ['--over', '--yes'],
  ]) {
    const refused = await toride('restore', ...words, ...data)
    assert.equal(refused.code, 1)
    assert.match(refused.error, /サーバが動いている[^]*画面で[^]*端末で/)
  }
  assert.ok(!existsSync(target))
  const order = { generationId: id, target, existing: 'beside' } as const
  const { done } = await restores.start(order, (await restores.plan(order)).fingerprint, 'p1')
  const runs = await toride('restore', '--runs', ...data)
  assert.match(runs.out, /動いています|全部もどった/)
  await done
  assert.equal((await institution.vault.verifyLedger()).ok, true)
})
