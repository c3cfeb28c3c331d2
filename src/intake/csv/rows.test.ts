import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { sniffCharset } from './charset.ts'
import { DELIMITERS, readRows, sniffDelimiter, type TableForm } from './rows.ts'
import { encode } from './testing.ts'

const UTF8: TableForm = { charset: 'utf-8', delimiter: ',' }
const cells = (text: string, form = UTF8) =>
  [...readRows(encode(text, form.charset), form)].map((row) => (row.broken ? 'broken' : [...row.cells]))

test('quotes, line ends of every kind, blank lines, a file that ends without one', () => {
  assert.deepEqual(cells('a,"b ""x"", c"\r\n\r\n"1\n2",z\rlast,'), [
    ['a', 'b "x", c'],
    ['1\n2', 'z'],
    ['last', ''],
  ])
  assert.deepEqual(cells('5" nail,x'), [['5" nail', 'x']])
  assert.deepEqual(cells('a,b\r\n\x1a'), [['a', 'b']])
})

test('a quote that nothing closes costs its own line only', () => {
  assert.deepEqual(cells('1,"open\n2,b\n3,c'), ['broken', ['2', 'b'], ['3', 'c']])
  assert.deepEqual(cells('1,"5cm\n2,"b" c\n3,d'), ['broken', 'broken', ['3', 'd']])
})

test('ten thousand open quotes end soon and hold nothing up', () => {
  const looked = [...readRows(Buffer.from('"a""\n'.repeat(10_000)), UTF8)]
  assert.ok(looked.length <= 10_000)
})

for (const charset of ['utf-8', 'cp932', 'utf-16le', 'utf-16be'] as const)
  test(`what is written in ${charset} is read back, each row alone by its range too`, () => {
    const word = fc.string({ unit: fc.constantFrom(...Array.from('表ソ能予ｱ髙①a1 ,;\t"\n')) })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(word, word), { minLength: 1 }),
        fc.constantFrom(...DELIMITERS),
        (rows, delimiter) => {
          const form = { charset, delimiter }
          const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`
          const bytes = encode(rows.map((row) => row.map(quoted).join(delimiter)).join('\r\n'), charset)
          const wanted = rows.filter((row) => row.some((cell) => cell !== ''))
          const read = [...readRows(bytes, form)]
          assert.deepEqual(
            read.map((row) => row.cells),
            wanted,
          )
          for (const row of read)
            assert.deepEqual([...readRows(bytes.subarray(row.start, row.end), form)][0]?.cells, row.cells)
        },
      ),
      { numRuns: 60 },
    )
  })

test('any bytes give rows that lie in order, one behind the other, and never an error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.constantFrom(...DELIMITERS), (noise, delimiter) => {
      const bytes = Buffer.concat([noise, Buffer.from(',"'), noise])
      const { charset, markBytes } = sniffCharset(bytes)
      let last = markBytes
      for (const { start, end } of readRows(bytes, { charset, delimiter }, markBytes)) {
        assert.ok(start >= last && end > start && end <= bytes.length)
        last = end
      }
    }),
  )
})

test('the charset is told by mark, zeros and form', () => {
  const text = '患者番号,氏名\r\n00123,髙橋 花子\r\n'
  for (const charset of ['utf-8', 'cp932', 'utf-16le', 'utf-16be'] as const)
    assert.deepEqual(sniffCharset(encode(text, charset)), { charset, markBytes: 0 })
  assert.deepEqual(sniffCharset(Buffer.from(`\ufeff${text}`)), { charset: 'utf-8', markBytes: 3 })
  assert.deepEqual(sniffCharset(Buffer.from(`\ufeff${text}`, 'utf16le')), { charset: 'utf-16le', markBytes: 2 })
})

test('the delimiter is the one that cuts rows alike', () => {
  const rows = (delimiter: string) =>
    ['番号', '"名,前;"', '日'].join(delimiter) + '\n' + ['1', 'a', 'b'].join(delimiter)
  for (const delimiter of DELIMITERS) assert.equal(sniffDelimiter(Buffer.from(rows(delimiter)), 'utf-8', 0), delimiter)
  assert.equal(sniffDelimiter(Buffer.from('one\ntwo'), 'utf-8', 0), ',')
})
