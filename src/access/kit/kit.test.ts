import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { combine } from 'shamir-secret-sharing'
import { isAppError } from '#base'
import { type Kit, kitKeys, kitOf, newKit, readSheet, type Sheet, sheetsOf, sheetWords } from './kit.ts'
import { readWords, SHEET_WORDS, toWords, wordIndex } from './words.ts'

const kit: Kit = { id: '3fa9', secret: Buffer.from('00112233445566778899aabbccddeeff', 'hex') }
const wordsOf = (sheet: Sheet): string[] => sheetWords(sheet).map(({ word }) => word)
const sheetOf = (typed: string): Sheet => {
  const read = readSheet(typed)
  assert.equal(read.kind, 'sheet', JSON.stringify(read))
  return (read as { sheet: Sheet }).sheet
}
const same = (found: Kit, expected = kit): void => {
  assert.equal(found.id, expected.id)
  assert.deepEqual(Buffer.from(found.secret), Buffer.from(expected.secret))
}

test('the list is the BIP39 list: 2048 words that four letters tell apart, and its published hash', () => {
  assert.equal(wordlist.length, 2048)
  assert.equal(new Set(wordlist.map((word) => word.slice(0, 4))).size, 2048)
  const text = `${wordlist.join('\n')}\n`
  // sha256sum of bip-0039/english.txt
  assert.equal(
    createHash('sha256').update(text).digest('hex'),
    '2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda',
  )
})

test('a sheet comes back from words, their beginnings, numbers, in any case and width', async () => {
  const [whole] = await sheetsOf(kit)
  const words = wordsOf(whole!)
  assert.equal(words.length, SHEET_WORDS)
  const numbers = sheetWords(whole!).map(({ number }) => number)
  const mixed = words.map((word, i) => (i % 2 ? numbers[i]! : word.slice(0, 4).toUpperCase()))
  const wide = words.join('　').replaceAll(/[a-z]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0))
  for (const typed of [words.join(' '), numbers.join('\n'), mixed.join('、'), wide]) same(await kitOf([sheetOf(typed)]))
})

test('any two of the three shares give the kit; one gives nothing at all', async () => {
  const [, a, b, c] = (await sheetsOf(kit)) as [Sheet, Sheet, Sheet, Sheet]
  for (const two of [
    [a, b],
    [b, c],
    [c, a],
    [a, b, c],
  ])
    same(await kitOf(two.map((sheet) => sheetOf(wordsOf(sheet).join(' ')))))
  await assert.rejects(kitOf([a]), (error) => isAppError(error, 'ACCESS_KIT_INCOMPLETE'))
  await assert.rejects(kitOf([a, a]), (error) => isAppError(error, 'ACCESS_KIT_MIXED'))
  const [, other] = (await sheetsOf(newKit((id) => id === kit.id))) as [Sheet, Sheet]
  await assert.rejects(kitOf([a, other]), (error) => isAppError(error, 'ACCESS_KIT_MIXED'))
  // Whatever the secret's byte is, some second share gives it: this one says nothing about it.
  const possible = new Set<number>()
  for (let guess = 0; guess < 256; guess++) {
    const second = Uint8Array.of(guess, ...b.y.slice(1), b.x)
    possible.add((await combine([new Uint8Array([...a.y, a.x]), second]))[0]!)
  }
  assert.equal(possible.size, 256)
})

test('a word that is unreadable, misread or swapped is found and named', async () => {
  const [whole] = await sheetsOf(kit)
  const words = wordsOf(whole!)
  for (let at = 0; at < SHEET_WORDS; at++) {
    for (const typed of ['?', 'ぬ?', 'zzzz', wordlist[(wordlist.indexOf(words[at]!) + 7) % 2048]!]) {
      const read = readSheet(words.with(at, typed).join(' '))
      assert.deepEqual(read.kind === 'sheet' && read.corrected, [{ at: at + 1, word: words[at] }])
      same(await kitOf([(read as { sheet: Sheet }).sheet]))
    }
  }
  const swapped = readSheet(words.with(4, words[5]!).with(5, words[4]!).join(' '))
  assert.deepEqual(
    swapped.kind === 'sheet' && swapped.corrected.map(({ at }) => at),
    words[4] === words[5] ? [] : [5, 6],
  )
  // Two at once: said, and not guessed.
  assert.deepEqual(readSheet(words.with(2, '?').with(9, 'qqqq').join(' ')), {
    kind: 'unreadable',
    count: 17,
    unknown: [3, 10],
  })
  assert.deepEqual(readSheet(words.slice(1).join(' ')), { kind: 'unreadable', count: 16, unknown: [] })
  assert.deepEqual(readSheet(''), { kind: 'unreadable', count: 0, unknown: [] })
})

test('random words are no sheet: 27 check bits, and two wrong words are not made right', () => {
  let readable = 0
  for (let i = 0; i < 20; i++) {
    const words = toWords(createHash('sha256').update(`${i}`).digest().subarray(0, 20)).map((w) => wordlist[w]!)
    const broken = words
      .with(0, wordlist[i]!)
      .with(8, wordlist[i + 900]!)
      .with(12, wordlist[i + 77]!)
    if (readWords(broken.join(' ')).kind === 'read') readable++
  }
  assert.equal(readable, 0)
  assert.equal(wordIndex('0'), undefined)
  assert.equal(wordIndex('2049'), undefined)
  assert.equal(wordIndex('２０４８'), 2047)
})

test('what a kit opens is told by its secret and its id alone', () => {
  const keys = kitKeys(kit)
  assert.deepEqual(keys, kitKeys({ ...kit }))
  assert.notEqual(keys.repositoryPassword, kitKeys({ ...kit, id: '3faa' }).repositoryPassword)
  assert.equal(Buffer.from(keys.repositoryPassword, 'base64').length, 32)
  assert.notDeepEqual(Buffer.from(keys.ringKey), Buffer.from(keys.repositoryPassword, 'base64'))
})
