import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Node } from '../node.ts'
import { alikeNames } from './alike-names.ts'

test('names that some file system takes for the same: by capitals, normal form, width of neither', () => {
  const names = ['A', 'a', 'B', 'が'.normalize('NFC'), 'が'.normalize('NFD'), 'Ｃ', 'ｃ', 'c', 'straße', 'STRASSE']
  const nodes = names.map((name) => ({ name: Buffer.from(name) }) as Node)
  const found = [...alikeNames(nodes)].map(([name, earlier]) => [
    Buffer.from(name, 'latin1').toString(),
    earlier.map(String),
  ])
  assert.deepEqual(found, [
    ['a', ['A']],
    ['が'.normalize('NFD'), ['が'.normalize('NFC')]],
    ['ｃ', ['Ｃ']],
    ['STRASSE', ['straße']],
  ])
  assert.equal(alikeNames(nodes), alikeNames(nodes), 'asked once for all slices of a large folder')
})
