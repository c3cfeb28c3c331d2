/** What the papers say of screens, files and requirements is held against the tree, so that they cannot grow stale unseen. */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { ja } from '../../src/web/messages/ja.ts'

const ROOT = join(import.meta.dirname, '../..')
const MANUAL = 'docs/manual/ja/index.html'
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

/** Every text of the Japanese catalogue; of those with values, the fixed part of their source. */
function words(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'function') return [String(value)]
  return Object.values(value as object).flatMap(words)
}

test('every screen word of the manual stands on a screen', () => {
  const known = words(ja).join('\n')
  const used = [...read(MANUAL).matchAll(/<b class="s">([^<]+)<\/b>/g)].map((match) => match[1]!)
  assert.ok(used.length > 50)
  assert.deepEqual(
    used.filter((word) => !known.includes(word)),
    [],
  )
})

test('every picture and page that the papers lead to is there, and none lies unused', () => {
  const papers = ['README.md', 'SECURITY.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/coverage.md', MANUAL]
  const used = new Set<string>()
  const gone: string[] = []
  for (const paper of papers)
    for (const [, , target] of read(paper).matchAll(/(\]\(|src="|href=")([^)"#]+)/g)) {
      if (target!.includes('://')) continue
      const path = join(dirname(paper), target!)
      used.add(path)
      if (!existsSync(join(ROOT, path))) gone.push(`${paper}: ${target}`)
    }
  assert.deepEqual(gone, [])
  const unused = globSync('docs/images/*.png', { cwd: ROOT }).filter((path) => !used.has(path))
  assert.deepEqual(unused, [], 'pictures that nobody shows')
})

test('the coverage has each requirement once, with a state, and names tests that exist', () => {
  const rows = read('docs/coverage.md').matchAll(/^\| (R\d+) \|(.*)\|$/gm)
  const found = [...rows].map(([, id, rest]) => ({ id, cells: rest!.split('|').map((cell) => cell.trim()) }))
  assert.deepEqual(
    found.map((row) => row.id),
    Array.from({ length: 165 }, (_, i) => `R${i + 1}`),
  )
  const states = /^(works|partly|not yet|later)/
  for (const { id, cells } of found) {
    assert.equal(cells.length, 4, id)
    assert.match(cells[3]!, states, id)
    if (cells[3]!.startsWith('works')) assert.notEqual(cells[2], '–', `${id} works, but nothing shows it`)
  }
  const tests = globSync('{src,test}/**/*.test.{ts,tsx}', { cwd: ROOT })
  const named = read('docs/coverage.md').matchAll(/[\w/-]+\.test\.tsx?/g)
  const unknown = [...named]
    .map(([name]) => name)
    .filter((name) => !tests.some((path) => path.endsWith(`/${name}`) || path === name))
  assert.deepEqual(unknown, [])
})
