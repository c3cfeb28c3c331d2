import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { isAppError } from '#base'
import { goJsonBytes, goJsonString, goQuote, goUnquote } from './go-quote.ts'
import { formatTime, parseTime } from './go-time.ts'
import { decodeNode, encodeNode, fileMode, GO_MODE, nodeType, permissions, type Node } from './node.ts'
import { compareNames, decodeTree, encodeTree, nameProblem, orderProblem } from './tree.ts'

const node = (name: string | Buffer, more: Partial<Node> = {}): Node => ({
  name: Buffer.from(name as string),
  type: 'file',
  mode: 0o644,
  mtimeNs: 0n,
  atimeNs: 0n,
  ctimeNs: 0n,
  uid: 0,
  gid: 0,
  content: [],
  ...more,
})

test('names are quoted as strconv.Quote does', () => {
  // Left: bytes; right: what stock restic 0.14 wrote for them.
  const cases: [Buffer | string, string][] = [
    ['plain file.txt', 'plain file.txt'],
    ['a"b', 'a\\"b'],
    ['a\\b', 'a\\\\b'],
    [Buffer.of(0x61, 0xff, 0x62), 'a\\xffb'],
    ['tab\there', 'tab\\there'],
    ['bell\x07\x0b\x01\x7f', 'bell\\a\\v\\x01\\x7f'],
    ['全角\u3000空白', '全角\\u3000空白'],
    ['外字\ue000', '外字\\ue000'],
    ['nbsp\u00a0zwj\u200d', 'nbsp\\u00a0zwj\\u200d'],
    ['𠮷田😀', '𠮷田😀'],
    ['\u{e0001}', '\\U000e0001'],
    [Buffer.of(0xed, 0xa0, 0x80), '\\xed\\xa0\\x80'],
    [Buffer.of(0xc0, 0x80), '\\xc0\\x80'],
    ['\ufffd', '\ufffd'],
    ['a\u2028b', 'a\\u2028b'],
  ]
  for (const [name, quoted] of cases) {
    assert.equal(goQuote(Buffer.from(name as string)), quoted)
    assert.deepEqual(goUnquote(quoted), Buffer.from(name as string))
  }
})

test('any bytes survive quoting', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      assert.deepEqual(goUnquote(goQuote(bytes)), Buffer.from(bytes))
    }),
  )
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const bytes = Buffer.from(text, 'utf8')
      assert.deepEqual(goUnquote(goQuote(bytes)), bytes)
      assert.deepEqual(JSON.parse(goJsonBytes(bytes)), bytes.toString('utf8'))
    }),
  )
})

test('what Go refuses to unquote is refused', () => {
  for (const bad of ['a"', '\\', '\\x1', '\\u12', '\\q', '\\ud800', '\\U00110000', 'a\nb', '\\x4g', "\\'"]) {
    assert.equal(goUnquote(bad), undefined, bad)
  }
})

test('JSON strings take the HTML escapes of Go', () => {
  assert.equal(goJsonString('<a>&"\\\u2028\n\x01'), '"\\u003ca\\u003e\\u0026\\"\\\\\\u2028\\n\\u0001"')
  assert.equal(goJsonBytes(Buffer.of(0x61, 0xff, 0xfe)), '"a\\ufffd\\ufffd"')
})

test('times keep nanoseconds and cut zeros', () => {
  const cases: [bigint, string][] = [
    [0n, '1970-01-01T00:00:00Z'],
    [1_700_000_000_123_456_789n, '2023-11-14T22:13:20.123456789Z'],
    [1_700_000_000_120_000_000n, '2023-11-14T22:13:20.12Z'],
    [-1n, '1969-12-31T23:59:59.999999999Z'],
    [-11_644_473_600_000_000_000n, '1601-01-01T00:00:00Z'],
  ]
  for (const [ns, text] of cases) {
    assert.equal(formatTime(ns), text)
    assert.equal(parseTime(text), ns)
  }
  assert.equal(parseTime('2023-11-15T07:13:20.123456789+09:00'), 1_700_000_000_123_456_789n)
  assert.equal(parseTime('0001-01-01T00:00:00Z'), -62_135_596_800_000_000_000n)
  assert.equal(formatTime(10n ** 30n), '9999-12-31T23:59:59.999999999Z')
  for (const bad of ['', '2023-13-01T00:00:00Z', 'yesterday', '2023-01-01']) assert.equal(parseTime(bad), undefined)
})

test('modes go to and fro', () => {
  assert.equal(fileMode(0o040755), 2147484141)
  assert.equal(fileMode(0o120777), 134218239)
  assert.equal(fileMode(0o104755), 0o755 + GO_MODE.setuid)
  assert.equal(permissions(fileMode(0o107777)), 0o7777)
  assert.equal(nodeType(0o020600), 'chardev')
  assert.equal(fileMode(0o020600), 0o600 + GO_MODE.device + GO_MODE.charDevice)
})

test('a node has exactly the bytes that restic writes', () => {
  const full = node('ﾃｽﾄ<1>', {
    mtimeNs: 1_700_000_000_000_000_001n,
    user: 'root',
    group: 'R&D',
    inode: 18446744073709551615n,
    deviceId: 2049n,
    sizeBytes: 5,
    links: 2,
    extendedAttributes: [{ name: Buffer.from('user.a'), value: Buffer.from('v') }],
    content: ['ab'.repeat(32)],
  })
  assert.equal(
    encodeNode(full),
    `{"name":"ﾃｽﾄ\\u003c1\\u003e","type":"file","mode":420,"mtime":"2023-11-14T22:13:20.000000001Z","atime":"1970-01-01T00:00:00Z","ctime":"1970-01-01T00:00:00Z","uid":0,"gid":0,"user":"root","group":"R\\u0026D","inode":18446744073709551615,"device_id":2049,"size":5,"links":2,"extended_attributes":[{"name":"user.a","value":"dg=="}],"content":["${'ab'.repeat(32)}"]}`,
  )
  const link = node('l', { type: 'symlink', linkTarget: Buffer.of(0xff), content: null })
  assert.match(encodeNode(link), /"linktarget":"\\ufffd","linktarget_raw":"\/w==","content":null}$/)
  for (const one of [full, link]) assert.deepEqual(decodeTree(encodeTree([one])), [one])
})

test('a tree keeps large inodes, and names that look like them', () => {
  const tricky = node('x"inode":12345678901234567890,', { inode: 9007199254740993n })
  assert.deepEqual(decodeTree(encodeTree([tricky])), [tricky])
})

test('order is by bytes, not by UTF-16', () => {
  const names = ['Ａ', '😀', '𠮷田'].map((n) => node(n))
  assert.equal(encodeTree(names).at(-1), 0x0a)
  assert.deepEqual(names.toSorted(compareNames), names)
  assert.throws(
    () => encodeTree([names[1]!, names[0]!]),
    (e) => isAppError(e, 'BASE_BUG'),
  )
  assert.throws(
    () => encodeTree([names[0]!, names[0]!]),
    (e) => isAppError(e, 'BASE_BUG'),
  )
  assert.equal(orderProblem([names[1]!, names[0]!]), 'unordered')
  assert.equal(orderProblem([names[0]!, names[1]!, names[0]!]), 'doubled')
  assert.equal(orderProblem(names), undefined)
})

test('damaged trees are refused by name', () => {
  const bad = ['', '{', '[]', '{"nodes":3}', '{"nodes":[3]}', '{"nodes":[{"name":"\\\\x","type":"file"}]}']
  bad.push('{"nodes":[{"name":"a","type":"file","content":["zz"]}]}', '{"nodes":[{"name":"a","type":"elf"}]}')
  bad.push('{"nodes":[{"name":"a","type":"file","size":-1}]}', '{"nodes":[{"name":"a","type":"dir","subtree":"../x"}]}')
  for (const text of bad)
    assert.throws(
      () => decodeTree(Buffer.from(text)),
      (e) => isAppError(e, 'RESTIC_DAMAGED'),
      text,
    )
  assert.deepEqual(decodeTree(Buffer.from('{"nodes":null}')), [])
})

test('dangerous names are told apart', () => {
  const problems = ['', '.', '..', 'a/b', 'a\0b', '...', 'ok'].map((n) => nameProblem(Buffer.from(n)))
  assert.deepEqual(problems, ['empty', 'dots', 'dots', 'slash', 'nul', undefined, undefined])
})

test('nodes from old versions lack fields', () => {
  const old = decodeNode({ name: 'a', type: 'dir', mtime: '2015-01-01T00:00:00+01:00', uid: 1, gid: 2, content: null })
  assert.equal(old.mode, 0)
  assert.equal(old.mtimeNs, 1_420_066_800_000_000_000n)
})
