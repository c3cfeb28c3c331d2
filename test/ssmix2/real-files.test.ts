/**
 * Real SS-MIX2 files and HL7 texts, where `shared/data` lies beside the checkout (it is not ours to ship). Every file is
 * read or stands in the list of problems with its reason.
 */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { Hl7Message } from '@medplum/core'
import Encoding from 'encoding-japanese'
import { decodeMessage, parseMessage, patientIdentifier, peekMessage } from '#hl7v2'
import { DATA_KINDS, observe, parseStoragePath, readNote, readRecord, takeInventory } from '#ssmix2'

const data = join(import.meta.dirname, '../../../shared/data')
const storage = join(data, 'nhoHQ_SSMIX2DataTestingTool/sampleData')
const texts = join(data, 'hl7v2_embedded_text')
const skip = existsSync(storage) && existsSync(texts) ? false : 'shared/data is not beside the checkout'

const files = skip
  ? []
  : globSync('**/*_*', { cwd: storage }).map((path) => ({ path, bytes: readFileSync(join(storage, path)) }))
const messages = skip ? [] : globSync(join(texts, '*.txt')).map((path) => ({ path, bytes: readFileSync(path) }))

/** Kinds whose sample is a page of the guideline pasted under another patient's path. */
const OTHER_PATIENT = [
  'ADT-61',
  'OMD',
  'OMG-01',
  'OMG-02',
  'OMG-03',
  'OMG-11',
  'OMG-12',
  'OMG-13',
  'OMP-11',
  'OMP-11',
  'OML-11',
  'PPR-01',
]

test('every file of the storage is read or listed with its reason', { skip }, () => {
  const inventory = takeInventory(files.map(({ path, bytes }) => ({ path, note: readNote(observe(path, bytes)) })))
  assert.equal(inventory.files.length, 22)
  assert.deepEqual(inventory.counts, { current: 9, superseded: 0, deleted: 0, quarantined: 12, problem: 1, log: 0 })
  const where = (code: string) =>
    inventory.problems.filter((p) => p.code === code).map((p) => parseStoragePath(p.path).place?.dataKind)
  assert.deepEqual(where('patient-differs').toSorted(), OTHER_PATIENT.toSorted())
  assert.deepEqual(where('segments-malformed'), ['OMP-11', 'OMP-11'])
  // The file of two CP932 bytes lies under a name of another patient and kind.
  const malformed = inventory.problems.filter((p) => p.code === 'path-malformed')
  assert.equal(malformed.length, 1)
  assert.match(malformed[0]!.path, /\/ADT-31\//)
  assert.equal(inventory.problems.length, 12 + 2 + 1)
})

test('the two CP932 bytes are read as a character and refused as a message', { skip }, () => {
  const { bytes } = files.find(({ path }) => path.includes('/ADT-31/'))!
  const { place } = parseStoragePath('000/000/0000001/-/ADT-00/0000001_-_ADT-00_999999999999999_20111220224447339_-_1')
  assert.equal(decodeMessage(bytes).text, '髙')
  assert.deepEqual(readRecord(place!, bytes).problems, ['not-hl7'])
})

test('the storage of one patient: identity from ADT-00', { skip }, () => {
  const identities = files.flatMap(({ path, bytes }) => readNote(observe(path, bytes)).identity ?? [])
  assert.deepEqual(identities, [
    {
      patientId: '9999013',
      kanji: '患者　太郎',
      kana: 'カンジャ　タロウ',
      birthDate: '19480405',
      sex: 'M',
      dead: false,
    },
  ])
})

test('real bytes: as encoding-japanese reads them, without a deviation', { skip }, () => {
  for (const { path, bytes } of files.filter((file) => !file.path.includes('/ADT-31/'))) {
    const decoded = decodeMessage(bytes)
    assert.deepEqual([decoded.charset, decoded.problems], ['iso-2022-jp', []], path)
    const oracle = Encoding.convert(bytes, { to: 'UNICODE', from: 'JIS', type: 'string' })
    assert.equal(decoded.text, oracle.replaceAll('\x1C', ''), path)
  }
})

test('any one ESC ( B may be missing: no segment is lost, and before a separator nothing at all', { skip }, () => {
  let removed = 0
  for (const { path, bytes } of files) {
    const whole = decodeMessage(bytes).text
    for (let at = bytes.indexOf('\x1b(B'); at >= 0; at = bytes.indexOf('\x1b(B', at + 1)) {
      removed++
      const { text, problems } = decodeMessage(Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 3)]))
      assert.equal(text.split('\r').length, whole.split('\r').length, path)
      if ('|^~\r'.includes(String.fromCharCode(bytes[at + 3]!))) {
        assert.equal(text, whole, path)
        assert.equal(problems[0]?.code, 'missing-escape', path)
      }
    }
  }
  assert.equal(removed, 672)
})

test('every message splits as medplum splits it, and peeking agrees with reading', { skip }, () => {
  const all = [...files.filter((file) => !file.path.includes('/ADT-31/')), ...messages]
  assert.equal(all.length, 51)
  for (const { path, bytes } of all) {
    const { text } = decodeMessage(bytes)
    const [ours, theirs] = [parseMessage(text), Hl7Message.parse(text)]
    const segments = theirs.segments.filter((segment) => segment.toString() !== '')
    assert.equal(ours.segments.length, segments.length, path)
    for (const [at, segment] of ours.segments.entries()) {
      if (segment.id === 'MSH') continue
      for (let n = 1; n <= segment.fieldCount; n++) {
        assert.equal(segment.field(n), segments[at]!.getField(n)?.toString() ?? '', `${path} ${segment.id}-${n}`)
      }
    }
    const peek = peekMessage(bytes)
    assert.equal(peek.messageType, ours.type, path)
    const pid = ours.all('PID').map(patientIdentifier).filter(Boolean)
    assert.deepEqual(peek.patientIds, [...new Set(pid)], path)
  }
})

test('all thirty texts are messages of SS-MIX2, eight of them with ¥ as the escape character', { skip }, () => {
  assert.equal(messages.length, 30)
  const parsed = messages.map(({ path, bytes }) => ({ path, message: parseMessage(decodeMessage(bytes).text) }))
  const types = new Set(Object.values(DATA_KINDS).flatMap((kind) => kind.messages))
  for (const { path, message } of parsed) assert.ok(types.has(message.type), `${basename(path)} ${message.type}`)
  assert.equal(parsed.filter(({ message }) => message.delimiters.escape === '¥').length, 8)
})
