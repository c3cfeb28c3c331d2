import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pathPatterns } from './pattern.ts'

test('patterns choose as restic does', () => {
  // pattern, path, chosen: the cases of restic's documentation and the odd ones.
  const cases: [string, string, boolean][] = [
    ['*.tmp', '/a/b/x.tmp', true],
    ['*.tmp', '/a/b.tmp/x', true],
    ['*.tmp', '/a/b/tmp', false],
    ['/a/*.c', '/a/x.c', true],
    ['/a/*.c', '/b/a/x.c', false],
    ['/a/*.c', '/a/b/x.c', false],
    ['a/b', '/x/a/b', true],
    ['a/b', '/x/a/c/b', false],
    ['/a/**/z', '/a/z', true],
    ['/a/**/z', '/a/b/c/z', true],
    ['/a/**/z', '/a/b/c/z/under', true],
    ['/a/**/z', '/b/z', false],
    ['x?z', '/xyz', true],
    ['x?z', '/xz', false],
    ['[a-c]x', '/bx', true],
    ['[^a-c]x', '/bx', false],
    ['a.b', '/aXb', false],
    ['\\*x', '/*x', true],
    ['\\*x', '/yx', false],
    ['/', '/anything', true],
    ['記録', Buffer.from('/記録/x').toString('latin1'), true],
  ]
  for (const [pattern, path, chosen] of cases)
    assert.equal(pathPatterns([pattern]).matches(path), chosen, `${pattern} ${path}`)
})

test('a later ! takes back, and folders on the way are known', () => {
  const patterns = pathPatterns(['/a', '!/a/keep'])
  assert.deepEqual(
    ['/a/x', '/a/keep', '/b'].map((p) => patterns.matches(p)),
    [true, false, false],
  )
  const one = pathPatterns(['/patients/123/records'])
  assert.deepEqual(
    ['/patients', '/patients/123', '/patients/124', '/other', '/patients/123/records/x'].map((p) =>
      one.mayMatchBelow(p),
    ),
    [true, true, false, false, true],
  )
  assert.ok(pathPatterns(['deep']).mayMatchBelow('/anywhere/at/all'))
  assert.ok(pathPatterns(['*.DOC'], true).matches('/x.doc'))
})
