/**
 * Files that are wrong in the ways real ones are, one of each kind, on patients outside the cast. They lie in the storage
 * from the first day on; who they are is known only to the caller.
 */
import type { EpochMs } from '#base'
import { MINUTE_MS, atTime, dateOf, dayOf, stamp17, weekdayOf } from './calendar.ts'
import { encodeMessage, segment } from './hl7-segment.ts'
import type { Segment } from './hl7-segment.ts'
import { hiragana } from './names.ts'
import { arrivalMessage } from './message-adt.ts'
import type { Situation } from './message-common.ts'
import { administrationMessage, prescriptionMessage } from './message-medication.ts'
import { EXAMS, examDoneMessage, physiologyMessage } from './message-exam.ts'
import type { Person } from './person.ts'
import type { PlantedKind, PlantedProblem } from './types.ts'
import type { Roots, WriteStep } from './versions.ts'

interface Planted extends WriteStep {
  readonly kind: PlantedKind
}

const EXPECT: Readonly<Record<PlantedKind, PlantedProblem['expect']>> = {
  'patient-mismatch': 'report',
  'patient-folder-mismatch': 'report',
  'bare-segments': 'report',
  empty: 'report',
  truncated: 'report',
  'not-hl7': 'report',
  'unknown-kind': 'report',
  'yen-escape': 'read',
  'short-order-number': 'read',
  'hiragana-kana': 'read',
  'unsplit-name': 'read',
  'birth-date-in-pid9': 'read',
  'duplicate-current': 'report',
  stray: 'ignore',
}

export interface PlantedFiles {
  readonly steps: readonly WriteStep[]
  readonly problems: readonly PlantedProblem[]
}

/** `people` from index 55 on are used; ids are those of the storage. */
export function plant(people: readonly Person[], roots: Roots, anchor: EpochMs): PlantedFiles {
  const planted = [
    ...wrongFiles(people, roots, anchor),
    ...deviations(people, roots, anchor),
    ...strays(people, roots, anchor),
  ]
  return { steps: planted, problems: planted.map(({ path, kind }) => ({ path, kind, expect: EXPECT[kind] })) }
}

const FIRST = 55

/** A Sunday morning at least so many days before: outpatients are not seen then, so no record of ours has the same key. */
function sundayBefore(anchor: EpochMs, days: number): EpochMs {
  const day = dayOf(anchor) - days
  return atTime(day - weekdayOf(day), 9, days % 60)
}

/** Replaces fields of one segment. */
function altered(segments: readonly Segment[], id: string, fields: Record<number, string>): Segment[] {
  return segments.map((s) => (s.id === id ? segment(id, { ...s.fields, ...fields }) : s))
}

interface Place {
  readonly person: Person
  readonly dataKind: string
  readonly at: EpochMs
  readonly orderNo?: string
  /** In the file's name, where it differs from the folder's. */
  readonly namePatient?: string
}

function pathOf(roots: Roots, { person, dataKind, at, orderNo = '999999999999999', namePatient }: Place): string {
  const date = dateOf(at)
  const root = date < roots.splitDate ? roots.earlier : roots.later
  const folder = `${root}/${person.id.slice(0, 3)}/${person.id.slice(3, 6)}/${person.id}/${date}/${dataKind}`
  return `${folder}/${namePatient ?? person.id}_${date}_${dataKind}_${orderNo}_${stamp17(at)}_${person.department}_1`
}

function situationOf(person: Person, at: EpochMs): Situation {
  return { person, at, doctor: person.doctor, department: person.department }
}

const BARE = ['OBX|1|NM|aaa|bbb|ccc|ddd', 'AL1', 'CTI', 'DB1', 'EVN', 'IAM', 'MSH', 'ZPR']

function wrongFiles(people: readonly Person[], roots: Roots, anchor: EpochMs): Planted[] {
  const [a, b, c] = people.slice(FIRST, FIRST + 3) as [Person, Person, Person]
  const day = (n: number): EpochMs => sundayBefore(anchor, n)
  const arrival = (person: Person, at: EpochMs): Uint8Array =>
    encodeMessage(arrivalMessage(situationOf(person, at)), 'square')
  const put = (kind: PlantedKind, place: Place, bytes: () => Uint8Array): Planted => ({
    step: 'write',
    kind,
    path: pathOf(roots, place),
    at: place.at,
    bytes,
  })
  const order = '000000099000100'
  const given = { orderNo: order, regimens: [{ drug: 'amlodipine', amount: 1, usage: '朝' }] as const, refused: false }
  return [
    put('patient-mismatch', { person: a, dataKind: 'ADT-12', at: day(31) }, () => arrival(b, day(31))),
    put('patient-mismatch', { person: b, dataKind: 'OMP-01', at: day(45), orderNo: order }, () =>
      encodeMessage(
        prescriptionMessage(situationOf(c, day(45)), {
          orderNo: order,
          days: 14,
          regimens: given.regimens,
          control: 'NW',
        }),
        'square',
      ),
    ),
    put('patient-folder-mismatch', { person: c, dataKind: 'ADT-12', at: day(52), namePatient: a.id }, () =>
      arrival(a, day(52)),
    ),
    put('bare-segments', { person: a, dataKind: 'OMP-11', at: day(60), orderNo: order }, () => {
      const good = encodeMessage(administrationMessage(situationOf(a, day(60)), given), 'square')
      return Buffer.concat([good.subarray(0, -1), Buffer.from(`${BARE.join('\r')}\r\x1c`)])
    }),
    put('empty', { person: b, dataKind: 'ADT-12', at: day(66) }, () => new Uint8Array(0)),
    put('truncated', { person: c, dataKind: 'ADT-12', at: day(73) }, () => cutInsideKanji(arrival(c, day(73)))),
    put('not-hl7', { person: a, dataKind: 'ADT-31', at: day(80) }, () => Uint8Array.of(0xfb, 0xfc)),
    put('unknown-kind', { person: b, dataKind: 'OMX-01', at: day(88), orderNo: order }, () => arrival(b, day(88))),
  ]
}

/** As a full disk leaves it: the last byte is the first half of a kanji in PID-5. */
function cutInsideKanji(bytes: Uint8Array): Uint8Array {
  const escape = Buffer.from(bytes).indexOf('\x1b$B', Buffer.from(bytes).indexOf('PID|'))
  return bytes.subarray(0, escape + 4)
}

function deviations(people: readonly Person[], roots: Roots, anchor: EpochMs): Planted[] {
  const [d, e] = people.slice(FIRST + 3, FIRST + 5) as [Person, Person]
  const at = sundayBefore(anchor, 95)
  const put = (
    kind: PlantedKind,
    place: Omit<Place, 'at'>,
    segments: (s: Situation) => readonly Segment[],
    sentAt = at,
  ): Planted => ({
    step: 'write',
    kind,
    path: pathOf(roots, { ...place, at: sentAt }),
    at: sentAt,
    bytes: () => encodeMessage(segments(situationOf(place.person, sentAt)), 'square'),
  })
  const whole = `${e.family}${e.given}^^^^^^L^I~${e.familyKana}${e.givenKana}^^^^^^L^P`
  const kana = `${d.family}^${d.given}^^^^^L^I~${hiragana(d.familyKana)}^${hiragana(d.givenKana)}^^^^^L^P`
  const [short, ecg, study] = ['2026111000300', '000000099000300', '000000099000400'] as const
  const { chestXray, kneeXray, echo } = EXAMS
  return [
    put('yen-escape', { person: d, dataKind: 'OMG-11', orderNo: study }, (s) =>
      altered(examDoneMessage(s, study, chestXray, '右肺野¥.br¥異常なし'), 'MSH', { 2: '^~¥&' }),
    ),
    put('short-order-number', { person: d, dataKind: 'OMG-11', orderNo: short }, (s) =>
      examDoneMessage(s, short, kneeXray, kneeXray.findings[0]!),
    ),
    put('birth-date-in-pid9', { person: d, dataKind: 'OMG-13', orderNo: ecg }, (s) =>
      altered(physiologyMessage(s, ecg, echo, echo.findings[0]!, 66), 'PID', { 7: '', 9: d.birthDate }),
    ),
    put('hiragana-kana', { person: d, dataKind: 'ADT-12' }, (s) => altered(arrivalMessage(s), 'PID', { 5: kana })),
    put('unsplit-name', { person: e, dataKind: 'ADT-12' }, (s) => altered(arrivalMessage(s), 'PID', { 5: whole })),
    put('duplicate-current', { person: e, dataKind: 'ADT-12' }, arrivalMessage, at + 5 * MINUTE_MS),
  ]
}

/** What lies about on Windows shares and Macs. */
function strays(people: readonly Person[], roots: Roots, anchor: EpochMs): Planted[] {
  const { id } = people[FIRST]!
  const stray = (path: string, text: string): Planted => ({
    step: 'write',
    kind: 'stray',
    path,
    at: sundayBefore(anchor, 120),
    bytes: () => Buffer.from(text, 'latin1'),
  })
  return [
    stray(`${roots.later}/Thumbs.db`, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'),
    stray(`${roots.undated}/.DS_Store`, '\x00\x00\x00\x01Bud1'),
    stray(`${roots.earlier}/${id.slice(0, 3)}/desktop.ini`, '[.ShellClassInfo]\r\n'),
    stray(`${roots.undated}/${id.slice(0, 3)}/${id.slice(3, 6)}/${id}/メモ.txt`, 'memo'),
  ]
}
