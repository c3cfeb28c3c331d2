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

test('a line of millions of cells, or a cell without end, is one broken row and costs no other', () => {
  for (const line of [','.repeat(3_000_000), `1,${'x'.repeat(2_000_000)},z`]) {
    const looked = [...readRows(Buffer.from(`1,a\n${line}\n2,b\n`), UTF8)]
    assert.deepEqual(
      [looked.map(({ broken }) => broken), looked[2]!.cells],
      [
        [false, true, false],
        ['2', 'b'],
      ],
    )
    assert.ok(looked[1]!.cells.length <= 20_000 && looked[1]!.cells.join('').length <= 1024 * 1024)
  }
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

test('EUC-JP is told from CP932, half-width kana alone too; neither turns a name into another', () => {
  const of = (text: string, charset: 'euc-jp' | 'cp932') => sniffCharset(encode(text, charset)).charset
  for (const text of ['患者番号,氏名\n1,山田 太郎\n', '番号,カナ\n1,ヤマダ タロウ\n', '1,佐藤', 'あ'])
    for (const charset of ['euc-jp', 'cp932'] as const) assert.equal(of(text, charset), charset, text)
  for (const text of ['NO,KANA\n1,ﾔﾏﾀﾞ ﾀﾛｳ\n2,ｻﾄｳ ﾊﾅｺ\n', 'ｱｲｳｴ', 'ﾒｱﾘｰ･ｽﾐｽ'])
    assert.equal(of(text, 'cp932'), 'cp932', text)
  const bytes = encode('患者番号,氏名\n1,"山田,太郎"\n', 'euc-jp')
  const form: TableForm = { charset: 'euc-jp', delimiter: ',' }
  assert.deepEqual(
    Array.from(readRows(bytes, form), (row) => row.cells),
    [
      ['患者番号', '氏名'],
      ['1', '山田,太郎'],
    ],
  )
})

test('one line of some megabytes and lone surrogates cost themselves alone', () => {
  const rows = [...readRows(Buffer.from(`1,${'x'.repeat(3_000_000)}\n2,b\n`), UTF8)]
  assert.deepEqual(
    rows.map(({ broken, cells: [first] }) => [broken, first]),
    [
      [true, rows[0]!.cells[0]],
      [false, '2'],
    ],
  )
  const utf16 = Buffer.concat([Buffer.from('1,', 'utf16le'), Buffer.of(0x00, 0xd8), Buffer.from('\n2,b\n', 'utf16le')])
  const read = [...readRows(utf16, { charset: 'utf-16le', delimiter: ',' })]
  assert.deepEqual(read[1]!.cells, ['2', 'b'])
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
