import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { parseMessage } from '#hl7v2'
import { EXTENSION, findExtension, quantityText } from '../extensions.ts'
import { convert, header, of, one, origin, PATIENT } from './testing.ts'
import { patientOf, toResources } from './to-resources.ts'

const KINDS: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  'ADT-00': ['ADT^A08', ['NK1', 'DB1', 'OBX', 'AL1', 'IN1']],
  'ADT-22': ['ADT^A01', ['DB1', 'NK1', 'DG1', 'OBX', 'AL1']],
  'ADT-61': ['ADT^A60', ['IAM', 'IAM']],
  'PPR-01': ['PPR^ZD1', ['PRB', 'ZPR', 'ZPD', 'NTE', 'ZI1', 'ORC']],
  OMD: ['OMD^O03', ['ORC', 'TQ1', 'ODS', 'NTE']],
  'OMP-01': ['RDE^O11', ['ORC', 'RXE', 'TQ1', 'RXR', 'NTE', 'OBX', 'AL1', 'IN1']],
  'OMP-02': ['RDE^O11', ['ORC', 'RXE', 'TQ1', 'RXR', 'RXC', 'RXC', 'NTE', 'CTI']],
  'OMP-11': ['RAS^O17', ['ORC', 'RXA', 'RXR', 'NTE']],
  'OMP-12': ['RAS^O17', ['ORC', 'TQ1', 'RXE', 'RXR', 'RXC', 'RXA', 'RXA', 'RXR', 'CTI']],
  'OML-01': ['OML^O33', ['SPM', 'ORC', 'TQ1', 'OBR', 'OBX', 'NTE']],
  'OML-11': ['OUL^R22', ['SPM', 'OBR', 'ORC', 'TQ1', 'OBX', 'NTE', 'CTI']],
  'OMG-01': ['OMG^O19', ['ORC', 'TQ1', 'OBR', 'OBX', 'IPC']],
  'OMG-02': ['OMG^O19', ['ORC', 'TQ1', 'OBR', 'OBX']],
  'OMG-03': ['OMG^O19', ['ORC', 'TQ1', 'OBR', 'OBX']],
  'OMG-11': ['OMI^Z23', ['ORC', 'TQ1', 'OBR', 'ZE1', 'OBX', 'ZE2', 'IPC']],
  'OMG-12': ['OMI^Z23', ['ORC', 'TQ1', 'OBR', 'OBX', 'ZE1', 'OBX', 'IPC']],
  'L-VITAL': ['ORU^R30', ['ORC', 'OBR', 'TQ1', 'OBX', 'OBX', 'NTE']],
  'OMG-13': ['ORU^R01', ['ORC', 'OBR', 'TQ1', 'OBX', 'IPC', 'NTE']],
}

/** Fields without clinical content: counters, types, the terminal and address of the ordering place, entry times. */
const ADMINISTRATIVE: Readonly<Record<string, readonly number[]>> = {
  AL1: [1],
  DB1: [1, 2],
  IAM: [1],
  IN1: [1],
  NK1: [1],
  NTE: [1, 2, 4],
  OBR: [1],
  OBX: [1, 2],
  ODS: [],
  ORC: [1, 18, 22, 23],
  RXA: [1, 2, 22],
  SPM: [1],
  TQ1: [1],
  ZE1: [1, 2],
  ZPD: [1],
  ZI1: [1],
}
const FIELDS: Readonly<Record<string, number>> = {
  AL1: 6, DB1: 8, IAM: 20, IN1: 30, IPC: 9, NK1: 30, NTE: 4, OBR: 49, OBX: 19, ODS: 4, ORC: 30,
  PRB: 25, RXA: 26, RXC: 9, RXE: 44, RXR: 6, SPM: 29, TQ1: 14, ZE1: 8, ZI1: 20, ZPR: 7,
} // prettier-ignore

function marked(id: string, index: number): string {
  return [id, ...Array.from({ length: FIELDS[id]! }, (_, n) => `${id}${index}f${n + 1}z`)].join('|')
}

test('no field of a clinical segment is lost: every one is in a resource', () => {
  for (const [kind, [type, segments]] of Object.entries(KINDS)) {
    const lines = segments.map(marked)
    const written = JSON.stringify(convert(kind, type, lines).resources)
    const lost = segments.flatMap((id, index) =>
      Array.from({ length: FIELDS[id]! }, (_, n) => n + 1)
        .filter((n) => !ADMINISTRATIVE[id]?.includes(n) && !written.includes(`${id}${index}f${n}z`))
        .map((n) => `${id}[${index}]-${n}`),
    )
    assert.deepEqual(lost, [], kind)
  }
})

test('no segment is lost, whatever the order: in a resource or in a problem', () => {
  const segment = fc.constantFrom(...Object.keys(FIELDS))
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(KINDS)), fc.array(segment, { maxLength: 14 }), (kind, segments) => {
      const converted = convert(kind, KINDS[kind]![0], segments.map(marked))
      const written = JSON.stringify([converted.resources, converted.problems])
      for (const [index, id] of segments.entries()) {
        assert.ok(
          new RegExp(`${id}${index}f\\d+z`).test(written),
          `${id} at ${index} of ${kind}: ${segments.join(' ')}`,
        )
      }
    }),
    { numRuns: 300 },
  )
})

test('conversion never throws and ids stay unique, on any text', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(KINDS), 'ADT-22', 'L-VITAL', ''),
      fc.array(
        fc.tuple(fc.constantFrom(...Object.keys(FIELDS), 'PV1', 'PV2', 'ZZZ'), fc.string({ unit: 'grapheme' })),
        { maxLength: 8 },
      ),
      (kind, lines) => {
        const text = [...header('RDE^O11'), ...lines.map(([id, rest]) => `${id}|${rest.replace(/[\r\n]/g, '')}`)]
        const { resources } = toResources(parseMessage(text.join('\r')), origin(kind))
        const ids = resources.map(({ resourceType, id }) => `${resourceType}/${id}`)
        assert.equal(new Set(ids).size, ids.length)
        for (const { id } of resources) assert.match(id ?? '', /^[A-Za-z0-9.-]{1,64}$/)
      },
    ),
    { numRuns: 300 },
  )
})

test('every resource names its file and its patient; the same message gives the same ids', () => {
  const once = convert('OMP-11', 'RAS^O17', ['RXA|0|1|202604010830||910000001^見本錠^HOT9|1|TAB^錠^MR9P'])
  for (const resource of once.resources) assert.equal(resource.meta?.source, origin('OMP-11').path)
  assert.equal(one(once, 'MedicationAdministration').subject.reference, `Patient/${PATIENT}`)
  assert.equal(one(once, 'MedicationAdministration').id, `${PATIENT}.20260401.OMP-11.000000000000001.ma1`)
})

test("another patient's message is reported; leading zeros are not another patient", () => {
  const [msh, pid, pv1] = header('ADT^A08')
  const codes = (written: string): string[] =>
    toResources(parseMessage([msh, pid!.replace(PATIENT, written), pv1].join('\r')), origin('ADT-00')).problems.map(
      ({ code }) => code,
    )
  assert.deepEqual(codes('999'), ['patient-differs'])
  assert.deepEqual(codes('123456'), [])
  assert.deepEqual(codes(''), ['patient-missing'])
})

test('ADT-00: who, vital signs, next of kin, death; and from any PID in need', () => {
  const lines = [
    'NK1|1|見本^一郎^^^^^L^I|SPO^配偶者^HL70063||^PRN^PH^^^^^^^^^000-0000-0000',
    'OBX|1|NM|9N001000000000001^身長^JC10||160.0|cm^cm^ISO+|||||F',
  ]
  const converted = convert('ADT-00', 'ADT^A08', lines)
  const patient = one(converted, 'Patient')
  assert.equal(patient.birthDate, '1960-02-29')
  assert.equal(patient.gender, 'female')
  assert.deepEqual(
    patient.name?.map((name) => [findExtension(name, EXTENSION.nameRepresentation)?.valueCode, name.text]),
    [
      ['IDE', '見本 花子'],
      ['SYL', 'ミホン ハナコ'],
    ],
  )
  assert.equal(patient.contact?.[0]?.name?.text, '見本 一郎')
  assert.equal(patient.deceasedBoolean, undefined)
  const height = one(converted, 'Observation')
  assert.equal(height.valueString, '160.0')
  assert.equal(height.category?.[0]?.coding?.[0]?.code, 'vital-signs')
  assert.equal(of(patientOf(parseMessage(header('RDE^O11').join('\r')), origin('OMP-01')), 'Patient').length, 1)
})

test('injections: the drugs are in RXC, the volume and the rate with their names', () => {
  const request = one(
    convert('OMP-02', 'RDE^O11', [
      'ORC|NW|000000000000001||000000000000001_01_001|||||20260401093000',
      `RXE||00^一般^99I02|500.0||ML^ミリリットル^MR9P|INJ^注射剤^MR9P|^緩徐に^99IC6${'|'.repeat(16)}100|ml/hr^ミリリットル／時間^ISO+`,
      'TQ1|1||||||202604010800|202604011300',
      'RXR|IV^静脈内^HL70162|ARM^腕^HL70550|IVP^点滴ポンプ^HL70164|||L^左^HL70495',
      'RXC|B|910000002^見本輸液５００ｍＬ^HOT9|1|HON^本^MR9P',
      'RXC|A|910000003^見本注^HOT9|0.25|AMP^アンプル^MR9P|||01^麻薬^JHSI0005',
    ]),
    'MedicationRequest',
  )
  const [mixture] = request.contained ?? []
  assert.ok(mixture?.resourceType === 'Medication')
  assert.deepEqual(
    mixture.ingredient?.map((i) => [
      i.itemCodeableConcept?.text,
      quantityText(i.strength?.numerator),
      i.strength?.numerator?.unit,
    ]),
    [
      ['見本輸液５００ｍＬ', '1', '本'],
      ['見本注', '0.25', 'アンプル'],
    ],
  )
  assert.match(JSON.stringify(mixture), /麻薬/)
  const [dosage] = request.dosageInstruction ?? []
  assert.equal(quantityText(dosage?.doseAndRate?.[0]?.doseQuantity), '500.0')
  assert.equal(dosage?.doseAndRate?.[0]?.rateQuantity?.value, 100)
  assert.equal(dosage?.site?.text, '腕（左）')
  assert.equal(dosage?.additionalInstruction?.[0]?.text, '緩徐に')
})

test('what was given: RXA-20 is not assumed, one RXR serves the RXA before it', () => {
  const given = of(
    convert('OMP-12', 'RAS^O17', [
      'ORC|NW|000000000000001||1',
      `RXA|0|1|202604010805|202604011305|910000002^見本輸液^HOT9|1|HON^本^MR9P||^左手^99IC2${'|'.repeat(11)}CP`,
      'RXA|0|2|202604010805||910000003^見本注^HOT9|1|AMP^アンプル^MR9P',
      'RXR|IV^静脈内^HL70162',
      `RXA|0|3|202604011400||910000004^見本錠^HOT9|1|TAB^錠^MR9P${'|'.repeat(13)}RE`,
      'RXR|PO^口^HL70162',
    ]),
    'MedicationAdministration',
  )
  assert.deepEqual(
    given.map(({ status, dosage }) => [status, dosage?.route?.text]),
    [
      ['completed', '静脈内'],
      ['unknown', '静脈内'],
      ['not-done', '口'],
    ],
  )
  assert.deepEqual(given[0]?.note, [{ text: '左手' }])
})

test('diet: kind, instruction, from when', () => {
  const order = one(
    convert('OMD', 'OMD^O03', [
      'ORC|NW|000000000000001',
      'TQ1|1||TID&１日３回&HL70335||||2026040107',
      'ODS|D||E01^減塩食^99XY3|塩分6g',
    ]),
    'NutritionOrder',
  )
  assert.equal(order.oralDiet?.type?.[0]?.text, '減塩食')
  assert.equal(order.oralDiet?.instruction, '塩分6g')
  assert.equal(order.dateTime, '2026-04-01T07:00:00+09:00')
})

test('examinations: an order said twice is one request; parts point to it; what was done has its people and images', () => {
  const order = (control: string, number: string, parent = ''): string[] => [
    `ORC|${control}|${number}||||||${parent}|20260401093000`,
    `OBR||${number}||1000^胸部Ｘ線^JJ1017|||20260401`,
  ]
  const asked = convert('OMG-01', 'OMG^O19', [
    ...order('NW', '1'),
    ...order('PA', '1'),
    'OBX||NM|01-02^体重^JSHR001||62.0|kg|||||F',
    ...order('CH', '2', '1'),
  ])
  const [request, part] = of(asked, 'ServiceRequest')
  assert.equal(of(asked, 'ServiceRequest').length, 2)
  assert.equal(part?.basedOn?.[0]?.identifier?.value, '1')
  assert.equal(one(asked, 'Observation').basedOn?.[0]?.reference, `ServiceRequest/${request?.id}`)
  const done = convert('OMG-12', 'OMI^Z23', [
    ...order('NW', '1'),
    'IPC|A1|P1|1.2.3.4||ES^^DCM',
    ...order('CH', '2', '1'),
    'ZE1|1|RS|11^内視鏡^LENDO||||D9^施行^医師',
    'OBX|1|ZRD|DE-02^薬品^JSHR||910000005^見本注5mg^HOT9^1^AMP&管&MR9P||||||F',
  ])
  const [whole, child, act] = of(done, 'Procedure')
  assert.ok(whole?.identifier?.some(({ value }) => value === 'urn:oid:1.2.3.4'))
  assert.equal(child?.partOf?.[0]?.reference, `Procedure/${whole?.id}`)
  assert.equal(act?.performer?.[0]?.actor.display, '施行 医師')
  assert.equal(one(done, 'Observation').valueString, '見本注5mg 1管')
  assert.equal(one(done, 'Observation').partOf?.[0]?.reference, `Procedure/${act?.id}`)
})

test('vital signs of the extended storage, each with its own time', () => {
  const vitals = of(
    convert('L-OBSERVATIONS', 'ORU^R30', [
      'OBR|1|1||V^バイタル^99ZL01|||202604010600',
      'OBX|1|NM|9A751000000000001^血圧(収縮期)^JC10||118|mmHg|||||F|||202604010605',
      'OBX|2|NM|9P10000000000001^体温^JC10||36.8|Cel|||||F',
    ]),
    'Observation',
  )
  assert.deepEqual(
    vitals.map(({ effectiveDateTime, category }) => [effectiveDateTime, category?.[0]?.coding?.[0]?.code]),
    [
      ['2026-04-01T06:05:00+09:00', 'vital-signs'],
      ['2026-04-01T06:00:00+09:00', 'vital-signs'],
    ],
  )
})

test('a time that is none is reported and stays readable', () => {
  const converted = convert('OMP-11', 'RAS^O17', ['RXA|0|1|20260231||910000001^見本錠^HOT9|1|TAB'])
  assert.deepEqual(
    converted.problems.map(({ code, where, text }) => [code, where, text]),
    [['time-invalid', 'RXA[1]-3', '20260231']],
  )
  assert.ok(JSON.stringify(converted.resources).includes('20260231'))
  // The storage's rule ties the path's day to RXA-3.
  assert.equal(one(converted, 'MedicationAdministration').effectiveDateTime, '2026-04-01')
})
