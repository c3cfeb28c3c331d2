/** Golden charts: small SS-MIX2 records in, the chart's words out, through the same path that a reader takes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Chart, Section } from '../model.ts'
import { openChart } from '../open-chart.ts'
import { buildPatientIndex, openPatientIndex } from '../patient-index/build.ts'
import { memoryGeneration } from '../testing/memory-generation.ts'
import { EVERYTHING, HARUKO, message, pathOf } from '../testing/messages.ts'

const ME = HARUKO.id
/** 2026-11-21 23:00 in Japan. */
const AS_OF = Date.UTC(2026, 10, 21, 14)

async function chartFrom(records: Iterable<readonly [string, Buffer]>, damage: readonly string[] = []): Promise<Chart> {
  const files = new Map([[pathOf('ADT-00', ME), message('ADT-00', HARUKO)] as const, ...records])
  const reader = memoryGeneration(files, 'g', AS_OF)
  const index = openPatientIndex((await buildPatientIndex(reader, Buffer.alloc(32))).sealed, Buffer.alloc(32), 'g')
  for (const path of damage) reader.damage(path)
  const result = await openChart(
    { reader, index, journal: () => undefined },
    { patientKey: `|${ME}`, access: EVERYTHING },
  )
  assert.ok(result.outcome === 'opened')
  return result.chart
}

function value<T>(section: Section<T>): T {
  assert.ok(section.access === 'shown')
  return section.value
}

/** RXE fields: 2 drug, 3 per time, 5 unit, 10 and 11 total, 19 per day. */
function rxe(name: string, perTime: string, perDay: string): string {
  const unit = 'TAB^錠^MR9P'
  return `RXE||100000001^${name}^HOT9|${perTime}||${unit}|||||42|${unit}||||P1||||${perDay && `${perDay}^TAB&錠&MR9P`}||OHP^外来処方^MR9P~OHO^院外処方^MR9P`
}
function orc(order: string, rp: string, date: string, setting = 'O'): string {
  return `ORC|NW|${order}||${order}_${rp}|||||${date}1000||||||||01^内科^HL70069||||||||||||${setting}^^HL70482`
}
const THREE_TIMES = 'TQ1|||1013044400000000&内服・経口・１日３回朝昼夕食後&JAMISDP01|||14^D&日&ISO+|'
const ORAL = 'RXR|PO^口^HL70162'

function prescription(order: string, date: string, ...segments: string[]): readonly [string, Buffer] {
  return [pathOf('OMP-01', ME, { date, order }), message('OMP-01', HARUKO, ...segments)]
}

test('dose: 1回量 and 1日量 as recorded, the other absent, a contradiction shown as both', async () => {
  const order = '000000000000001'
  const chart = await chartFrom([
    prescription(
      order,
      '20261101',
      ...[
        rxe('一回量のみ', '1', ''),
        rxe('一日量のみ', '', '3'),
        rxe('両方', '1.50', '4.5'),
        rxe('食い違い', '2', '3'),
      ].flatMap((drug) => [orc(order, '01', '20261101'), drug, `${THREE_TIMES}20261101`, ORAL]),
    ),
  ])
  const [found] = value(chart.prescriptions)
  assert.equal(found!.groups.length, 1)
  const [group] = found!.groups
  assert.deepEqual(
    group!.drugs.map(({ name, dose }) => [name, dose.perTime, dose.perDay, dose.contradictory]),
    [
      ['一回量のみ', { value: '1', unit: '錠' }, undefined, false],
      ['一日量のみ', undefined, { value: '3', unit: '錠' }, false],
      ['両方', { value: '1.50', unit: '錠' }, { value: '4.5', unit: '錠' }, false],
      ['食い違い', { value: '2', unit: '錠' }, { value: '3', unit: '錠' }, true],
    ],
  )
  assert.equal(group!.usage, '内服・経口・１日３回朝昼夕食後')
  assert.equal(group!.usageDecoded, undefined)
  assert.equal(group!.supply, '14日分')
  assert.deepEqual([found!.setting, found!.dispensing, found!.department], ['outpatient', 'outside', '内科'])
})

test('end: recorded stays recorded, arithmetic says so, and without days there is none', async () => {
  const order = '000000000000002'
  const line = (rp: string, tq1: string) => [orc(order, rp, '20261101'), rxe(`薬${rp}`, '1', '3'), tq1]
  const chart = await chartFrom([
    prescription(
      order,
      '20261101',
      ...line('01', `${THREE_TIMES}20261103`),
      ...line('02', `${THREE_TIMES}20261103|20261110`),
      ...line('03', 'TQ1|||1013044400000000&内服・経口・１日３回朝昼夕食後&JAMISDP01||||20261103'),
    ),
  ])
  assert.deepEqual(
    value(chart.prescriptions)[0]!.groups.map(({ rp, start, end }) => [rp, start, end]),
    [
      ['01', '2026-11-03', { date: '2026-11-16', by: 'derived' }],
      ['02', '2026-11-03', { date: '2026-11-10', by: 'recorded' }],
      ['03', '2026-11-03', undefined],
    ],
  )
})

test('a usage that is only a code is put into words and marked as decoded', async () => {
  const order = '000000000000003'
  const chart = await chartFrom([
    prescription(
      order,
      '20261101',
      orc(order, '01', '20261101'),
      rxe('薬', '1', ''),
      'TQ1|||1013044400000000^^JAMISDP01|||5^d|20261101',
    ),
  ])
  const [group] = value(chart.prescriptions)[0]!.groups
  assert.match(group!.usage!, /1日3回 朝昼夕食後/)
  assert.equal(group!.usageDecoded, true)
})

function visit(kind: string, date: string, ...fields: string[]): readonly [string, Buffer] {
  return [pathOf(kind, ME, { date, at: `${date}120000000` }), message(kind, HARUKO, ...fields)]
}
/** A segment from its fields by number. */
function segment(id: string, fields: Readonly<Record<number, string>>): string {
  const last = Math.max(...Object.keys(fields).map(Number))
  return [id, ...Array.from({ length: last }, (_, i) => fields[i + 1] ?? '')].join('|')
}
const evn = (time: string) => segment('EVN', { 2: time, 6: time })
const pv1 = (ward: string, more: Readonly<Record<number, string>> = {}) =>
  segment('PV1', { 2: 'I', 3: ward, 7: 'D1^医師^一郎', 10: '01^内科^HL70069', 44: '20261115100000', ...more })
const admission = visit('ADT-22', '20261115', evn('20261115100000'), pv1('3A^302^1^^^N'))
const transfer = visit('ADT-42', '20261118', evn('20261118090000'), pv1('4B^410^2^^^N', { 6: '3A^302^1^^^N' }))
const discharge = visit(
  'ADT-52',
  '20261120',
  evn('20261120110000'),
  pv1('4B^410^2^^^N', { 36: '01', 45: '20261120110000' }),
)

test('stay: the ward and room by the last record, with the moves; a discharge ends it', async () => {
  const stay = value((await chartFrom([admission, transfer])).stay)
  assert.deepEqual(
    [stay.inHospital, stay.admittedOn, stay.ward, stay.room, stay.bed, stay.onLeave],
    [true, '2026-11-15T10:00:00', '4B', '410', '2', false],
  )
  assert.deepEqual(
    stay.moves.map(({ event }) => event),
    ['transfer', 'admission'],
  )
  assert.equal(value((await chartFrom([admission, transfer, discharge])).stay).inHospital, false)
})

test('on admission the drugs of before stand apart', async () => {
  const before = prescription(
    '000000000000001',
    '20261101',
    orc('000000000000001', '01', '20261101'),
    rxe('外来薬', '1', '3'),
  )
  const ward = prescription(
    '000000000000002',
    '20261116',
    orc('000000000000002', '01', '20261116', 'I'),
    rxe('入院薬', '1', '3').replace('OHP^外来処方^MR9P~OHO^院外処方^MR9P', 'IHP^入院処方^MR9P'),
  )
  const flags = async (...more: (readonly [string, Buffer])[]) =>
    value((await chartFrom([before, ward, ...more])).prescriptions).map((p) => [
      p.groups[0]!.drugs[0]!.name,
      p.beforeAdmission,
    ])
  assert.deepEqual(await flags(admission), [
    ['入院薬', false],
    ['外来薬', true],
  ])
  assert.deepEqual(await flags(admission, discharge), [
    ['入院薬', false],
    ['外来薬', false],
  ])
})

const obx = (code: string, text: string, more = '|mg/dL^^ISO+|||||F') => `OBX|1|ST|${code}^JC10||${text}${more}`
function lab(order: string, time: string, ...results: string[]): readonly [string, Buffer] {
  const path = pathOf('OML-11', ME, { date: time.slice(0, 8), order })
  return [
    path,
    message(
      'OML-11',
      HARUKO,
      `SPM|1|||023^血清^JC10|||||||||||||${time}`,
      `OBR|1|${order}||E002^生化学^99O03|||${time}`,
      `ORC|SC|${order}`,
      ...results,
    ),
  ]
}

test('labs: the text of the source stays, flags are the source’s, numbers stand only for trends', async () => {
  const k = '3H015000002326101^カリウム'
  const crp = '5C070000002306201^CRP'
  const chart = await chartFrom([
    lab(
      '000000000000001',
      '202611010900',
      obx(k, '5.0', '|mmol/L^^ISO+|3.6-4.8|H|||F'),
      obx(crp, '＜0.1', '|mg/dL^^ISO+|||||F'),
    ),
    lab(
      '000000000000002',
      '202611100900',
      obx(k, '4.10', '|mmol/L^^ISO+|||||F'),
      obx(crp, '0.30'),
      obx('2A010000001930101^白血球数', '7.3'),
    ),
    lab('000000000000003', '202611200900', obx(k, '', '|mmol/L^^ISO+|||||O')),
  ])
  const { columns, panels } = value(chart.labs)
  assert.deepEqual(
    columns.map(({ at }) => at),
    ['2026-11-20T09:00', '2026-11-10T09:00', '2026-11-01T09:00'],
  )
  assert.deepEqual(
    panels.map(({ panel, rows }) => [panel, rows.map(({ name }) => name)]),
    [
      ['blood-count', ['白血球数']],
      ['chemistry', ['カリウム']],
      ['immunology', ['CRP']],
    ],
  )
  const [potassium] = panels[1]!.rows
  assert.deepEqual(
    potassium!.cells.map((cell) => cell.map(({ text, flag, range, status }) => [text, flag, range, status])),
    [
      [['', undefined, undefined, 'registered']],
      [['4.10', undefined, undefined, undefined]],
      [['5.0', 'H', '3.6-4.8', undefined]],
    ],
  )
  assert.deepEqual(potassium!.trend, [
    { at: '2026-11-01T09:00:00', value: 5 },
    { at: '2026-11-10T09:00:00', value: 4.1 },
  ])
  assert.equal(potassium!.specimen, '血清')
  const [protein] = panels[2]!.rows
  assert.deepEqual([protein!.cells[2]![0]!.text, protein!.trend.length], ['＜0.1', 1])
})

test('labs: a change of unit breaks the line, one draw is one column, a repeated item keeps both values', async () => {
  const glucose = '3D010000002227101^血糖'
  const chart = await chartFrom([
    lab('000000000000001', '202611010900', obx(glucose, '5.2', '|mmol/L^^ISO+|||||F')),
    lab('000000000000002', '202611100900', obx(glucose, '98')),
    lab('000000000000003', '202611200900', obx(glucose, '101'), obx(glucose, '103')),
  ])
  const { columns, panels } = value(chart.labs)
  const [row] = panels[0]!.rows
  assert.equal(columns.length, 3)
  assert.deepEqual(
    row!.cells.map((cell) => cell.map(({ text }) => text)),
    [['101', '103'], ['98'], ['5.2']],
  )
  assert.deepEqual(
    row!.trend.map((point) => point.value),
    [98, 101, 103],
  )
})

test('infections: results of the source, newest first, negative ones too', async () => {
  const hbs = '5F016000002306111^HBs抗原'
  const chart = await chartFrom([
    lab('000000000000001', '202501010900', obx(hbs, '(+)', '||||||F')),
    lab('000000000000002', '202611010900', obx(hbs, '(-)', '||||||F'), obx('5E071000002306111^TPHA', '(-)', '||||||F')),
  ])
  const infections = value(chart.infections)
  assert.equal(infections.presence, 'results')
  assert.deepEqual(
    infections.items.map(({ kind, result, takenAt, earlier }) => [
      kind,
      result,
      takenAt?.slice(0, 10),
      earlier.map((e) => e.result),
    ]),
    [
      ['hbv', '(-)', '2026-11-01', ['(+)']],
      ['syphilis', '(-)', '2026-11-01', []],
    ],
  )
  assert.deepEqual(infections.items[0]!.sensitivity, ['stigma-infection'])
})

const iam = (text: string, rest = '') => `IAM|1|DA^薬剤アレルギー^HL70127|^${text}^99XYZ${rest}`

test('absence: the four words are told apart', async () => {
  const path = pathOf('ADT-61', ME)
  const with61 = (segment: string) => [[path, message('ADT-61', HARUKO, segment)] as const]
  const words = (chart: Chart) => [value(chart.allergies).presence, value(chart.drugAllergy).presence]
  assert.deepEqual(words(await chartFrom([])), ['not-recorded', 'not-recorded'])
  assert.deepEqual(words(await chartFrom(with61(iam('ペニシリン')))), ['present', 'present'])
  // "None" of one kind is no "none" of all.
  assert.deepEqual(words(await chartFrom(with61(iam('なし')))), ['not-recorded', 'none'])
  assert.deepEqual(words(await chartFrom(with61(iam('なし').replace('DA^薬剤アレルギー^HL70127', '')))), [
    'none',
    'none',
  ])
  assert.deepEqual(words(await chartFrom(with61(iam('未確認').replace('DA^薬剤アレルギー^HL70127', '')))), [
    'unconfirmed',
    'unconfirmed',
  ])
  assert.deepEqual(words(await chartFrom(with61(iam('ペニシリン')), [path])), ['unconfirmed', 'unconfirmed'])
  const removed = await chartFrom(with61(iam('ペニシリン', '|||D')))
  assert.deepEqual(words(removed), ['not-recorded', 'not-recorded'])
  assert.match(value(removed.allergies).items[0]!.status!, /削除/)
})

test('the kind of an allergy: of four, one of the source’s own, or not said', async () => {
  const path = pathOf('ADT-61', ME)
  const kinds = ['DA^薬剤アレルギー^HL70127', 'MA^種々のアレルギー^HL70127', ''].map((kind) =>
    iam('キウイ').replace('DA^薬剤アレルギー^HL70127', kind),
  )
  const found = await Promise.all(kinds.map((kind) => chartFrom([[path, message('ADT-61', HARUKO, kind)]])))
  assert.deepEqual(
    found.map((chart) => value(chart.allergies).items.map(({ category, notes }) => [category, ...notes])),
    [[['medication']], [['other', '種々のアレルギー']], [['unstated']]],
  )
})

test('a result that is a moment is written like every other time, and stays as written where it is none', async () => {
  const results = (text: string) =>
    chartFrom([
      [
        pathOf('OML-11', ME, { date: '20261026', order: '1' }),
        message(
          'OML-11',
          HARUKO,
          'SPM|1||||||||||||||||20261026090000',
          'OBR|1|1||E001^検体^JHSD0003|||20261026090000',
          `OBX|1|TS|TM^終了時間^99X||${text}||||||F`,
        ),
      ],
    ])
  const told = async (text: string) =>
    value((await results(text)).labs)
      .panels.flatMap(({ rows }) => rows.flatMap(({ cells }) => cells.flat()))
      .map((one) => one.text)
  assert.deepEqual(await told('20261026095500'), ['2026-10-26 09:55'])
  assert.deepEqual(await told('20261026095512'), ['2026-10-26 09:55:12'])
  assert.deepEqual(await told('10時ごろ'), ['10時ごろ'])
})

test('a scheduling message is a booking of its own day; a cancelled one is none and stays a document', async () => {
  const siu = (event: string) =>
    Buffer.from(
      [
        `MSH|^~\\&|T|T|T|T|20261101000000||SIU^${event}^SIU_S12|1|P|2.5||||||~ISO IR87||ISO 2022-1994`,
        'SCH|1||||||^再診^L||||^^^202612051000',
        `PID|0001||${ME}^^^^PI`,
        'PV1||O||||||||01^内科^HL70069',
        'AIS|1||^血液透析^L|202612050930',
      ]
        .map((segment) => `${segment}\r`)
        .join(''),
    )
  const path = (number: string) =>
    `000/123/${ME}/20261205/L-APP^予約^L/${ME}_20261205_s_${number}_20261101000000000_-_1/main_document.hl7`
  const chart = await chartFrom([
    [path('1'), siu('S12')],
    [path('2'), siu('S15')],
  ])
  assert.deepEqual(
    value(chart.documents).map(({ kind, title, at }) => [kind, title, at]),
    [
      ['booking', '血液透析', '2026-12-05T09:30:00'],
      ['other', '予約', '2026-11-01T00:00:00'],
    ],
  )
})

test('an allergy recorded in two places is one, with both origins', async () => {
  const chart = await chartFrom([
    [pathOf('ADT-00', ME), message('ADT-00', HARUKO, 'AL1|1|DA^^HL70127|1^ペニシリン^99XYZ')],
    [pathOf('ADT-61', ME), message('ADT-61', HARUKO, iam('ペニシリン', '|SV^重度^HL70128|ショック|A'))],
  ])
  const { items } = value(chart.allergies)
  assert.deepEqual(
    items.map(({ substance, severity, alsoIn }) => [substance, severity, alsoIn.length]),
    [['ペニシリン', 'severe', 1]],
  )
})

test('problems: words, 主病名, 転帰 and 告知', async () => {
  const chart = await chartFrom([
    [
      pathOf('PPR-01', ME),
      message(
        'PPR-01',
        HARUKO,
        'PRB|AD|20260101|20062510^胃癌^MDCDX2|1||||||C169^^I10|||||20260101|20260101|胃癌（疑い除外後）|1^主診断^JHSD0007|||||||未告知',
        'PRB|AD|20250101|20061857^肺炎^MDCDX2|2||||||J189^^I10||||F^治癒^HL70241|20250201|20250101|肺炎',
        'PRB|AD|20250601|20057655^うつ病^MDCDX2|3||||||F329^^I10||||||20250601|うつ病',
      ),
    ],
  ])
  assert.deepEqual(
    value(chart.problems).map(({ name, main, told, open, outcome, endedOn, sensitivity }) => [
      name,
      main,
      told,
      open,
      outcome,
      endedOn,
      sensitivity,
    ]),
    [
      ['胃癌（疑い除外後）', true, 'not-told', true, undefined, undefined, ['uninformed']],
      ['うつ病', false, 'unknown', true, undefined, undefined, ['psychiatry']],
      ['肺炎', false, 'unknown', false, '治癒', '2025-02-01', undefined],
    ],
  )
})

test('only valid versions are shown; corrections and deletions are counted', async () => {
  const place = { date: '20261101', order: '000000000000001' }
  const drug = (name: string) => message('OMP-01', HARUKO, orc(place.order, '01', '20261101'), rxe(name, '1', ''))
  const chart = await chartFrom([
    [pathOf('OMP-01', ME, { ...place, flag: '2' }), drug('旧い薬')],
    [pathOf('OMP-01', ME, { ...place, at: '20261102000000000' }), drug('今の薬')],
    [pathOf('OMP-01', ME, { date: '20261103', order: '000000000000009', flag: '0' }), drug('消した薬')],
  ])
  const json = JSON.stringify(chart)
  assert.ok(json.includes('今の薬') && !json.includes('旧い薬') && !json.includes('消した薬'))
  assert.deepEqual(chart.files, { read: 4, superseded: 1, deleted: 1 })
})

test('blood types that differ are both shown', async () => {
  const abo = (text: string) => `OBX|1|CWE|5H010000009199911^血液型-ABO式^JC10||^${text}^99XYZ||||||F`
  const same = await chartFrom([lab('000000000000001', '202611010900', abo('Ａ型'), abo('A'))])
  assert.equal(value(same.bloodType).contradictory, false)
  const differ = await chartFrom([lab('000000000000001', '202611010900', abo('A'), abo('B'))])
  assert.deepEqual(
    value(differ.bloodType)
      .abo.map(({ text }) => text)
      .sort(),
    ['A', 'B'],
  )
  assert.equal(value(differ.bloodType).contradictory, true)
})

test('what this screen cannot have is derived from the whole source', async () => {
  const topics = (chart: Chart, why: string) => chart.missing.filter((m) => m.why === why).map(({ topic }) => topic)
  const bare = await chartFrom([])
  assert.ok(topics(bare, 'source').includes('prescriptions') && topics(bare, 'never').includes('nursing-orders'))
  const more = await chartFrom([
    prescription('000000000000001', '20261101', orc('1', '01', '20261101'), rxe('薬', '1', '')),
  ])
  assert.ok(!topics(more, 'source').includes('prescriptions'))
})

test('a note of the extended storage is read where it stands', async () => {
  const folder = `000/123/0001234/20261101/^外来診療録^^34108-1^外来診療録^LN/0001234_20261101_^外来診療録^^34108-1^外来診療録^LN_1_20261101100000000_01_1`
  const cda = `<ClinicalDocument xmlns="urn:hl7-org:v3"><recordTarget><patientRole><id extension="${ME}"/></patientRole></recordTarget><component><structuredBody><component><section><title>S</title><text><paragraph>咳が&lt;3日&gt;続く</paragraph></text></section></component></structuredBody></component></ClinicalDocument>`
  const chart = await chartFrom([[`${folder}/main_document.xml`, Buffer.from(cda)]])
  assert.deepEqual(
    value(chart.notes).map(({ title, text, at }) => [title, text, at]),
    [['外来診療録', '【S】\n咳が<3日>続く', '2026-11-01T10:00:00']],
  )
})

test('a note of psychiatry is marked, by the code of its department', async () => {
  const cda = Buffer.from(`<ClinicalDocument xmlns="urn:hl7-org:v3"><text>x</text></ClinicalDocument>`)
  const folder = (order: string, department: string) => {
    const type = '^外来診療録^^34108-1^外来診療録^LN'
    return `000/123/0001234/20261101/${type}/0001234_20261101_${type}_${order}_20261101100000000_${department}_1/main_document.xml`
  }
  const chart = await chartFrom([
    [folder('1', '02'), cda],
    [folder('2', '01'), cda],
  ])
  assert.deepEqual(
    value(chart.notes)
      .map(({ department, sensitivity }) => [department, sensitivity])
      .sort(),
    [
      ['01', undefined],
      ['02', ['psychiatry']],
    ],
  )
})

test('every item says where it comes from', async () => {
  const chart = await chartFrom([
    admission,
    prescription('000000000000001', '20261101', orc('1', '01', '20261101'), rxe('薬', '1', '')),
  ])
  for (const item of [...value(chart.prescriptions), ...value(chart.encounters), value(chart.identity)])
    assert.ok(item.origin.path.includes(ME) && item.origin.recordedAt, JSON.stringify(item))
})
