import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { parseDocumentType } from './document-type.ts'
import { DATA_KINDS, kindLabel } from './kinds.ts'
import { pathText } from './name-bytes.ts'
import { facilityId, isPatientFolder, parseStoragePath, patientFolderDepth } from './path.ts'

const STANDARD = 'vol1/999/901/9999013/20111220/OML-11/9999013_20111220_OML-11_000000011000354_20111220103059000_01_1'
const EXTENDED =
  '999/901/9999013/20111220/L-OBS^OBSERVATIONS^99ZL01^18842-5^退院時サマリー^LN/9999013_20111220_L-OBS_k1_20111220103059000_-_2'

test('a path of the standardized storage', () => {
  assert.deepEqual(parseStoragePath(STANDARD), {
    place: {
      storage: 'standard',
      dataKind: 'OML-11',
      root: 'vol1',
      patientId: '9999013',
      careDate: '20111220',
      orderNo: '000000011000354',
      occurredAt: '20111220103059000',
      department: '01',
      flag: '1',
    },
  })
  const undated = parseStoragePath('999/901/9999013/-/ADT-00/9999013_-_ADT-00_999999999999999_20111220224447_-_0').place
  assert.deepEqual(
    [undated?.root, undated?.careDate, undated?.department, undated?.occurredAt, undated?.flag],
    ['', undefined, undefined, '20111220224447000', '0'],
  )
})

test('a path of the extended storage: content folder, main document, attachments', () => {
  const { place } = parseStoragePath(`${EXTENDED}/image/1.jpg`)
  assert.deepEqual(
    [place?.storage, place?.dataKind, place?.orderNo, place?.flag, place?.contentPath, place?.documentType?.label],
    ['extended', 'L-OBS', 'k1', '2', 'image/1.jpg', '退院時サマリー'],
  )
  // A key may hold an underscore, a record may be a single file, and names may come decomposed (macOS).
  assert.equal(parseStoragePath(EXTENDED.replace('_k1_', '_k_1_')).place?.orderNo, 'k_1')
  assert.equal(parseStoragePath(EXTENDED).place?.contentPath, '')
  assert.equal(
    parseStoragePath(`${EXTENDED}/がぞう.jpg`.normalize('NFD')).place?.contentPath,
    'がぞう.jpg'.normalize('NFC'),
  )
})

test('what is no record says why', () => {
  const problem = (path: string) => parseStoragePath(path).problem
  assert.equal(problem(STANDARD.replace(/_1$/, '_3')), 'flag-unknown')
  assert.equal(problem(`${STANDARD}.txt`), 'flag-unknown')
  assert.equal(problem(STANDARD.replace('9999013_2011', '9999014_2011')), 'path-malformed')
  assert.equal(problem(STANDARD.replace('_20111220_', '_20111221_')), 'path-malformed')
  assert.equal(problem(STANDARD.replace('_OML-11_', '_OML-01_')), 'path-malformed')
  assert.equal(problem(STANDARD.replace('_20111220103059000_', '_2011_')), 'path-malformed')
  assert.equal(problem(STANDARD.replace('_01_1', '')), 'path-malformed')
  assert.equal(problem(STANDARD.replaceAll('OML-11', 'XYZ-99')), 'kind-unknown')
  assert.ok(parseStoragePath(STANDARD.replaceAll('OML-11', 'XYZ-99')).place, 'an unknown kind is still a record')
  assert.equal(problem('vol1/999/901/9999013/20111220/OML-11/Thumbs.db'), 'outside-layout')
  assert.equal(problem('999/901/9999013/readme.txt'), 'outside-layout')
  assert.equal(problem('readme.txt'), 'outside-layout')
  assert.equal(problem('log/2011/TR_20111220103059000_00001.DAT'), 'log')
})

test('the folder of a patient is a unit, under any root', () => {
  const depth = (path: string) => patientFolderDepth(path.split('/'))
  assert.equal(depth('999/901/9999013/20111220/OML-11'), 3)
  assert.equal(depth('share/1319999999_med/999/901/9999013'), 5)
  assert.equal(depth('999/999/9999999/999/999/9999999'), 3)
  assert.equal(depth('999/901'), undefined)
  assert.equal(depth('999/902/9999013'), undefined)
  assert.ok(isPatientFolder(['000', '1', '0001']))
  assert.ok(!isPatientFolder(['9999013', '20111220', 'OML-11']))
  assert.ok(!isPatientFolder([]))
})

test('facility, document types, labels', () => {
  assert.equal(facilityId('share/1319999999_med'), '1319999999')
  assert.equal(facilityId('13199999990/vol1'), undefined)
  assert.deepEqual(parseDocumentType('^手術記録').localName, '手術記録')
  assert.equal(parseDocumentType('^経過^^11506-3^Progress note^LN').label, '経過記録')
  assert.equal(parseDocumentType('スキャン文書').label, 'スキャン文書')
  assert.equal(Object.keys(DATA_KINDS).length, 26)
  assert.equal(kindLabel('OMP-01'), '処方オーダ')
  assert.equal(kindLabel('XYZ-99'), 'XYZ-99')
})

test('names are bytes: UTF-8, CP932, NFD', () => {
  const bytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1')
  assert.equal(pathText(bytes('画像')), '画像')
  assert.equal(pathText(bytes('が'.normalize('NFD'))), 'が')
  assert.equal(pathText('\x89\xe6\x91\x9c/a'), '画像/a')
  assert.equal(pathText('plain'), 'plain')
})

test('any path is read or refused, never thrown at', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '999',
      '901',
      '9999013',
      '-',
      '20111220',
      'OML-11',
      '9999013_20111220_OML-11_1_20111220103059000_01_1',
      '^a^b',
      '',
    ),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
      const reading = parseStoragePath(pieces.join('/'))
      assert.ok(reading.place ?? reading.problem)
    }),
  )
})
