import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Hl7Message } from '@medplum/core'
import * as fc from 'fast-check'
import { unescape } from './escape.ts'
import { parseMessage } from './message.ts'

const HEADER = 'MSH|^~\\&|HIS123|SEND|GW|RCV|20111220224447.3399||ADT^A08^ADT_A01|1|P|2.5||||||~ISO IR87||ISO 2022-1994'

test('MSH counts its separator as field 1', () => {
  const message = parseMessage(`${HEADER}\rPID|0001||9999013^^^^PI`)
  const msh = message.first('MSH')!
  assert.deepEqual([msh.field(1), msh.field(2), msh.value(2), msh.value(3)], ['|', '^~\\&', '^~\\&', 'HIS123'])
  assert.equal(message.type, 'ADT^A08')
  assert.equal(message.first('PID')?.value(3), '9999013')
  assert.equal(message.first('PID')?.value(3, 5), 'PI')
})

test('absent, deleted and present stay apart', () => {
  const segment = parseMessage(`${HEADER}\rOBR|1|""||x^""`).first('OBR')!
  assert.equal(segment.value(2), null)
  assert.equal(segment.value(3), undefined)
  assert.equal(segment.value(99), undefined)
  assert.equal(segment.value(4, 2), null)
  assert.equal(segment.value(4), 'x')
  assert.deepEqual(segment.repetitions(3), [])
})

test('line ends of every kind; a broken line stays with its segment', () => {
  const ids = (text: string) => parseMessage(text).segments.map((segment) => segment.id)
  assert.deepEqual(ids(`${HEADER}\r\nPID|1\nPV1|1\r\rAL1\r`), ['MSH', 'PID', 'PV1', 'AL1'])
  const message = parseMessage(`${HEADER}\rOBX|1|TX|||一行目\n二行目\rPV1|1`)
  assert.deepEqual(ids(`${HEADER}\rOBX|1|TX|||一行目\n二行目\rPV1|1`), ['MSH', 'OBX', 'PV1'])
  assert.equal(message.first('OBX')?.text(5), '一行目\n二行目')
})

test('text that is no message is kept, not refused', () => {
  assert.deepEqual(
    parseMessage('髙').segments.map(({ id, raw }) => [id, raw]),
    [['', '髙']],
  )
  assert.equal(parseMessage('').segments.length, 0)
  assert.equal(parseMessage('MSH').type, '')
})

test('own delimiters, and ¥ for the escape character', () => {
  assert.equal(parseMessage('MSH#*~\\&#A\rPID#1##9*a').first('PID')?.value(3, 2), 'a')
  const message = parseMessage('MSH|^~¥&|A\rOBX|1|ST|||a¥F¥b')
  assert.equal(message.delimiters.escape, '¥')
  assert.equal(message.first('OBX')?.value(5), 'a|b')
})

test('escape sequences, on display only', () => {
  assert.equal(unescape('\\F\\\\S\\\\T\\\\R\\\\E\\'), '|^&~\\')
  assert.equal(unescape('a\\.br\\b\\.sp2\\c\\H\\d\\N\\'), 'a\nb\n\ncd')
  assert.equal(unescape('\\X0D0A\\'), '\n\n')
  assert.equal(unescape('¥1,000 C:\\Temp\\x'), '¥1,000 C:\\Temp\\x')
  const segment = parseMessage(`${HEADER}\rOBX|1|ST|||a\\S\\b^c`).first('OBX')!
  assert.equal(segment.value(5), 'a^b')
  assert.equal(segment.field(5), 'a\\S\\b^c')
})

test('agrees with medplum on segments, fields, components, repetitions', () => {
  const piece = fc.stringMatching(/^[A-Za-z0-9 患者太郎"-]{0,6}$/)
  const joined = (inner: fc.Arbitrary<string>, by: string) =>
    fc.array(inner, { minLength: 1, maxLength: 4 }).map((all) => all.join(by))
  const segment = fc
    .tuple(fc.constantFrom('PID', 'PV1', 'ZE1', 'AL1'), joined(joined(joined(piece, '^'), '~'), '|'))
    .map(([id, fields]) => `${id}|${fields}`)
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 5 }), (segments) => {
      const text = [HEADER, ...segments].join('\r')
      const [ours, theirs] = [parseMessage(text), Hl7Message.parse(text)]
      assert.equal(ours.segments.length, theirs.segments.length)
      ours.segments.slice(1).forEach((own, at) => {
        const other = theirs.segments[at + 1]!
        for (let n = 1; n <= own.fieldCount; n++) {
          assert.equal(own.field(n), other.getField(n).toString())
          for (let r = 1; r <= own.repetitions(n).length; r++)
            assert.equal(own.value(n, 2, undefined, r) ?? '', empty(other.getComponent(n, 2, undefined, r - 1)))
        }
      })
    }),
  )
})

/** medplum does not know `""`. */
function empty(text: string | undefined): string {
  return text === '""' || text === undefined ? '' : text
}
