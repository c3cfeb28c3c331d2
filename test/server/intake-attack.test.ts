/** Hostile drop folders and files, and a file in another charset than people think: read in bounds, named, nobody's chart is wrong. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { listSourceFiles } from '#vault'
import { house } from './house.ts'
import { chartOf, take } from './intake-charts.ts'

test('pipes, sockets and links in a drop folder hold up nobody and lead nowhere', async (t) => {
  const home = house(t)
  const institution = await home.open()
  const [folder, secret] = [join(home.source, 'drop'), join(home.source, 'secret')]
  mkdirSync(folder)
  mkdirSync(secret)
  writeFileSync(join(secret, '00123_20261128_秘密.txt'), 'secret')
  writeFileSync(join(folder, '00123_20261128_紹介状.pdf'), '%PDF-1.4\n%%EOF')
  execFileSync('mkfifo', [join(folder, '00123_20261128_pipe.pdf')])
  symlinkSync('loop.pdf', join(folder, 'loop.pdf'))
  symlinkSync('.', join(folder, 'round'))
  symlinkSync(secret, join(folder, 'out'))
  symlinkSync(join(secret, '00123_20261128_秘密.txt'), join(folder, '00123_20261128_link.txt'))
  const socket = createServer()
  await new Promise<void>((resolve) => socket.listen(join(folder, 'sock'), resolve))
  t.after(() => socket.close())
  // A name as long as the file system takes.
  const long = `00123_20261128_${'あ'.repeat(78)}.pdf`
  writeFileSync(join(folder, long), '%PDF-1.4\n%%EOF')
  assert.deepEqual(
    listSourceFiles(folder).files.map(({ path }) => path),
    ['00123_20261128_紹介状.pdf', long].toSorted(),
  )
  const { id } = await institution.vault.addSource({
    kind: 'intake',
    name: '書類',
    paths: [folder],
    options: { intake: [{ format: 'documents', settings: { patterns: ['{id}_{date}_{title}'] } }] },
  })
  const source = await take(institution, id)
  const { documents } = await chartOf(source, '00123')
  assert.ok(documents.access === 'shown')
  assert.deepEqual(documents.value.map(({ title }) => title.slice(0, 3)).toSorted(), ['あああ', '紹介状'])
  assert.deepEqual([...source.index.problems()], [])
})
