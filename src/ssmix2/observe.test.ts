import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { isAppError } from '#base'
import { isOldNote, readNote, writeNote } from './note.ts'
import { identify, observe } from './observe.ts'
import type { Note } from './types.ts'

const name = (kind: string, date = '-', order = '999999999999999') =>
  `999/901/9999013/${date}/${kind}/9999013_${date}_${kind}_${order}_20111220224447339_-_1`
const ADT00 = name('ADT-00')
const DOCUMENT = '999/901/9999013/20111220/^s^^18842-5^x^LN/9999013_20111220_s_k_20111220224447339_-_1'
const ascii = (lines: string[]) => Buffer.from(lines.map((line) => `${line}\r`).join(''), 'latin1')
const header = (type = 'ADT^A08') => `MSH|^~\\&|HIS|S|G|R|20111220||${type}|1|P|2.5||||||~ISO IR87||ISO 2022-1994`
const message = (pid: string, type?: string) => ascii([header(type), `PID|0001||${pid}`])
const kanji = '\x1b$B\x34\x35\x3c\x54\x1b(B^\x1b$B\x42\x40\x4f\x3a\x1b(B^^^^^L^I'
const kana = '\x1b$B\x25\x2b\x25\x73\x1b(B^^^^^^L^P'

test('ADT-00 gives the identity, without address and telephone', () => {
  const pid = `9999013^^^^PI||${kanji}~${kana}||19480405|M|||^^^^422-8033^JPN^H^Tokyo||^PRN^PH^^^^^^^^^03-1`
  const note = readNote(observe(ADT00, message(pid)))
  assert.deepEqual(note, {
    check: 'same',
    identity: { patientId: '9999013', kanji: '患者　太郎', kana: 'カン', birthDate: '19480405', sex: 'M', dead: false },
    problems: [],
  })
  assert.doesNotMatch(Buffer.from(observe(ADT00, message(pid))).toString('utf8'), /Tokyo|03-1/)
  assert.equal(identify(ADT00, message('9999013||A^B|||M|19470515')).identity?.birthDate, '19470515')
})

test('others only check the patient, in three bytes', () => {
  const note = observe(name('OMP-01', '20111220', '000000000000001'), message('9999013', 'RDE^O11^RDE_O11'))
  assert.equal(note.length, 3)
  assert.deepEqual(readNote(note), { check: 'same', identity: undefined, problems: [] })
})

test('whose file is it?', () => {
  const check = (pid: string) => [identify(ADT00, message(pid)).check, ...identify(ADT00, message(pid)).problems]
  assert.deepEqual(check('9999013^^^^PI'), ['same'])
  assert.deepEqual(check('0009999013'), ['padded'])
  assert.deepEqual(check('\x1b$B\x23\x39\x23\x39\x23\x39\x23\x39\x23\x30\x23\x31\x23\x33\x1b(B'), ['same'])
  assert.deepEqual(check('9999014'), ['different', 'patient-differs'])
  assert.deepEqual(check(''), ['missing', 'patient-missing'])
  assert.deepEqual(check('""'), ['missing', 'patient-missing'])
  assert.equal(identify(ADT00, message('9999014||A')).identity, undefined)
  assert.equal(identify(ADT00.replace(/_1$/, '_2'), message('9999013||A')).identity, undefined, 'not of a past version')
  const two = Buffer.concat([message('9999013'), ascii(['PID|0001||1234567'])])
  assert.equal(identify(ADT00, two).check, 'different')
})

test('what is wrong with the file', () => {
  const problems = (path: string, bytes: Uint8Array) => identify(path, bytes).problems
  assert.deepEqual(problems(ADT00, new Uint8Array()), ['empty-file'])
  assert.deepEqual(problems(ADT00, Uint8Array.of(0xfb, 0xfc)), ['not-hl7'])
  assert.deepEqual(problems(ADT00, Buffer.concat([message('9999013'), ascii(['AL1', 'CTI'])])), ['segments-malformed'])
  assert.deepEqual(problems(ADT00, message('9999013', 'RDE^O11')), ['message-type-differs'])
  assert.deepEqual(problems(ADT00, message('9999013', 'ADT^A23')), [])
  assert.deepEqual(problems(ADT00, message(`9999013||${kanji}`).subarray(0, -9)), ['cut-short'])
  // Cut inside a kanji.
  assert.deepEqual(problems(ADT00, message(`9999013||${kanji}`).subarray(0, -13)), ['cut-short', 'charset-deviation'])
  const pid = message('9999013||\x1b$B\x34\x35')
  assert.deepEqual(problems(ADT00, pid), ['charset-deviation'])
  assert.deepEqual(problems(ADT00, message('9999013||\xff\xff')), ['charset-unreadable'])
  assert.deepEqual(
    problems(ADT00, message(`9999013||${kanji}^\xfb\xfc`)),
    [],
    'CP932 amid ISO-2022-JP, read without loss',
  )
  // UTF-8 under a header that announces ISO-2022-JP is read as what it is.
  assert.deepEqual(problems(ADT00, Buffer.from(`${header()}\rPID|1||9999013||髙﨑\r`, 'utf8')), [])
  assert.equal(identify(ADT00, Buffer.from(`${header()}\rPID|1||9999013||髙﨑\r`, 'utf8')).identity?.kanji, '髙﨑')
})

test('documents of the extended storage', () => {
  const cda = (id: string) =>
    Buffer.from(`<?xml version="1.0"?><ClinicalDocument><id extension="doc"/><recordTarget><patientRole classCode="PAT">
      <id root="1.2" extension="${id}"/><id root="1.3" extension="INS-1"/><addr/></patientRole></recordTarget></ClinicalDocument>`)
  assert.equal(identify(`${DOCUMENT}/main.xml`, cda('9999013')).check, 'same')
  assert.deepEqual(identify(`${DOCUMENT}/main.xml`, cda('1')).problems, ['document-patient-unproven'])
  assert.deepEqual(identify(`${DOCUMENT}/scan.pdf`, Buffer.from('%PDF-1.7')), {
    check: 'unchecked',
    identity: undefined,
    problems: [],
  })
  assert.deepEqual(identify(`${DOCUMENT}/main_document.hl7`, Buffer.from('x')).problems, ['not-hl7'])
  assert.equal(identify(`${DOCUMENT}/main_document.hl7`, message('1', 'ORU^R30')).check, 'different')
})

test('observing never throws, and a note is small and comes back', () => {
  fc.assert(
    fc.property(fc.constantFrom(ADT00, name('XYZ-01'), `${DOCUMENT}/a.xml`, 'x'), fc.uint8Array(), (path, tail) => {
      const note = observe(path, Buffer.concat([message(`9999013||${kanji}`), tail]))
      assert.ok(note.length < 400)
      readNote(note)
      readNote(observe(path, tail))
    }),
  )
})

test('a note of another version or a damaged one is refused', () => {
  const good: Note = { check: 'same', identity: undefined, problems: ['cut-short', 'charset-deviation'] }
  assert.deepEqual(readNote(writeNote(good)), good)
  const refused = (bytes: number[]) =>
    assert.throws(
      () => readNote(Uint8Array.from(bytes)),
      (error) => isAppError(error, 'SSMIX2_NOTE_UNREADABLE'),
    )
  refused([])
  refused([0, 0, 0])
  refused([99, 0, 0])
  refused([1, 99, 0])
  refused([1, 0, 3, 1])
  refused([1, 0, 1, 250])
  refused([1, 0, 0, 0x7b])
  refused([2, 0, 0, ...Buffer.from('{"s":["eaten","2026-11-20"]}')])
})

const adt = (kind: string, type: string, ...segments: string[]) =>
  identify(name(kind, '20261120'), ascii([header(type), 'PID|0001||9999013', ...segments]))

test('an admission record says where the patient is, a plan where they will be', () => {
  assert.deepEqual(
    adt('ADT-22', 'ADT^A01', 'PV1||I|3E^301^1^^^N||||D1^W^S|||01^Med^L||||||||||||||||||||||||||||||||||202611201030')
      .stay,
    {
      event: 'admission',
      at: '2026-11-20T10:30',
      ward: '3E',
      room: '301',
      bed: '1',
      department: 'Med',
      doctor: 'W　S',
    },
  )
  const planned = adt('ADT-41', 'ADT^A15', 'PV1||I|3E^301^1', 'PV2|4W^401|||||||202611251400').stay
  assert.deepEqual(planned, { event: 'transfer-planned', at: '2026-11-25T14:00', ward: '4W', room: '401' })
  const moved = adt('ADT-42', 'ADT^A02', 'EVN||202611201500||||202611201400', 'PV1||I|4W').stay
  assert.deepEqual(moved, { event: 'transfer', at: '2026-11-20T14:00', ward: '4W' })
  // Without a time of its own the care date of the path stands.
  assert.deepEqual(adt('ADT-52', 'ADT^A03', 'PV1||I|4W').stay, { event: 'discharge', at: '2026-11-20', ward: '4W' })
})

test('somebody else’s admission record, or an older version of one, puts nobody on a ward', () => {
  const bytes = ascii([header('ADT^A01'), 'PID|0001||1111111', 'PV1||I|3E'])
  assert.equal(identify(name('ADT-22', '20261120'), bytes).stay, undefined)
  const own = ascii([header('ADT^A01'), 'PID|0001||9999013', 'PV1||I|3E'])
  assert.equal(identify(name('ADT-22', '20261120').replace(/_1$/, '_2'), own).stay, undefined)
})

const BOOKING = DOCUMENT.replace('^s^^18842-5^x^LN', 'L-APP^y^L') + '/main_document.hl7'
test('a scheduling message is a booking; a cancelled one is none', () => {
  const siu = (event: string) =>
    ascii([
      header(`SIU^${event}`),
      'SCH|1||||||^visit^L||||^^^202611301000',
      'PID|0001||9999013',
      'PV1||O||||||||01^Med^L',
      'AIS|1||^CT^L|202611301030',
      'AIS|2||^echo^L',
    ])
  const noted = readNote(observe(BOOKING, siu('S12')))
  assert.deepEqual(noted.bookings, [
    { start: '2026-11-30T10:30', department: 'Med', text: 'CT' },
    { start: '2026-11-30T10:00', department: 'Med', text: 'echo' },
  ])
  assert.equal(readNote(observe(BOOKING, siu('S15'))).bookings, undefined)
})

test('notes of the first version are read still', () => {
  const old = Buffer.concat([Buffer.from([1, 0, 0]), Buffer.from('["1","K","k","19480405","M",1]')])
  assert.deepEqual(readNote(old).identity, {
    patientId: '1',
    kanji: 'K',
    kana: 'k',
    birthDate: '19480405',
    sex: 'M',
    dead: true,
  })
  assert.equal(isOldNote(old), true)
  assert.equal(isOldNote(observe(BOOKING, ascii(['x']))), false)
})
