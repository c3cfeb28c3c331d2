/**
 * The cast: the first patients, each with a part that demonstrations and tests count on. Everything not said here is
 * drawn by chance (`people.ts`).
 */
import { dateOfDay } from './calendar.ts'
import type { DiseaseKey } from './diseases.ts'
import type { TextStyle } from './encode-text.ts'
import { halfWidthKana } from './names.ts'
import type { Allergy, Person, Stay } from './person.ts'
import type { DoseStyle, SampleCast } from './types.ts'

type Part = Partial<Person>

function named(kanji: string, kana: string, sex: 'F' | 'M', birthDate: string): Part {
  const [family = '', given = ''] = kanji.split(' ')
  const [familyKana = '', givenKana = ''] = kana.split(' ')
  return { family, given, familyKana, givenKana, sex, birthDate }
}

const penicillin: Allergy = {
  type: 'DA',
  allergen: '900990101^ペニシリン系抗菌薬^HOT9',
  severity: 'SV',
  reaction: 'アナフィラキシー（全身の蕁麻疹、血圧低下）',
  since: '20090512',
}
const buckwheat: Allergy = {
  type: 'FA',
  allergen: '5A1002411023006^ソバ^JC10',
  severity: 'MO',
  reaction: '湿疹',
  since: '小学校低学年の頃',
}

/** Names with characters outside JIS X 0208, and how the files of each write them. */
const GAIJI: readonly (readonly [kanji: string, kana: string, style: TextStyle])[] = [
  ['髙橋 誠一', 'タカハシ セイイチ', 'square'],
  ['髙橋 由美', 'タカハシ ユミ', 'geta'],
  ['髙田 健', 'タカダ ケン', 'question'],
  ['山﨑 薫', 'ヤマザキ カオル', 'cp932-bytes'],
  ['宮﨑 悠', 'ミヤザキ ユウ', 'cp932-file'],
  ['𠮷田 拓也', 'ヨシダ タクヤ', 'utf8-file'],
  ['𠮷川 直美', 'ヨシカワ ナオミ', 'square'],
  ['山田 実', 'ヤマダ ミノル', 'jis-kana'],
  ['大林 ふみ', 'オオバヤシ フミ', 'raw-kana'],
  ['橋爪 ①子', 'ハシヅメ イチコ', 'nec13'],
]

const HEAVY = 0
const IDENTITY_ONLY = 1
const NEWBORN = 2
const MOTHER = 3
const OLDEST = 4
const TWINS = 5
const SAME_NAME = 7
const SAME_READING = 9
const SAME_BIRTH_DATE = 11
const DECEASED = [13, 14, 15]
const UNINFORMED = 16
const ALLERGIES = 17
const NO_ALLERGIES = 18
const ALLERGIES_UNRECORDED = 19
const INFECTED = 20
const FIRST_GAIJI = 23
const FIRST_DOSE = 33
const DOSES: readonly DoseStyle[] = ['both', 'per-time', 'per-day', 'contradictory']
const FIRST_INPATIENT = 37

/** In hospital at the anchor: disease, ward, days since admission. */
const INPATIENTS: readonly (readonly [DiseaseKey, string, number])[] = [
  ['pneumonia', '2A', 3],
  ['hipFracture', '3A', 12],
  ['heartFailure', '2A', 6],
  ['stroke', '4A', 19],
  ['colonCancer', '3A', 2],
  ['cirrhosis', '2A', 5],
  ['urinaryInfection', '2A', 1],
  ['hipFracture', '4A', 24],
  ['diabetes', '2A', 4],
  ['gastricCancer', '3A', 8],
  ['stroke', '4A', 13],
  ['ckd', '3A', 2],
  ['heartFailure', '4A', 9],
  ['pneumonia', '3A', 0],
]

/** Patients from here on have no part. */
export const CAST_SIZE = FIRST_INPATIENT + INPATIENTS.length

const baseStay = (disease: DiseaseKey, ward: string, bed: number, from: number, days: number): Stay => ({
  disease,
  from,
  days,
  ward,
  bed,
  planned: false,
  outcome: 'home',
})

/** Of a ward of twenty, those that the parts below do not lie in. */
const FREE_BEDS = [0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 16, 17]

/** Longer than the disease usually takes, where needed, so that the patient is still there at the anchor. */
function inpatient(place: number, anchorDay: number): Part {
  const [disease, ward, since] = INPATIENTS[place]!
  const stay = baseStay(disease, ward, FREE_BEDS[place]!, anchorDay - since, since + 6 + (place % 5))
  const moved = since > 10 ? { ...stay, ward: '2A', move: { afterDays: 5, ward } } : stay
  return { diseases: [disease, 'hypertension'], stays: [{ ...moved, ...(since > 15 ? { leaveAfterDays: 10 } : {}) }] }
}

function died(stay: Stay): Part {
  return { stays: [{ ...stay, outcome: 'died' }], diedOn: stay.from + stay.days }
}

const elder = (year: number, monthDay: string): string => `${year}${monthDay}`

/** The part of a patient, empty for those outside the cast. */
export function castPart(index: number, anchorDay: number): Part {
  const year = Number(dateOfDay(anchorDay).slice(0, 4))
  const gaiji = GAIJI[index - FIRST_GAIJI]
  if (gaiji) return gaijiPart(gaiji, elder(year - 45 - (index % 20), '0712'))
  const dose = DOSES[index - FIRST_DOSE]
  if (dose)
    return { dose, diseases: ['hypertension', 'diabetes'], birthDate: elder(year - 66, `0${1 + (index % 9)}15`) }
  if (INPATIENTS[index - FIRST_INPATIENT])
    return {
      birthDate: elder(year - 70 - (index % 15), `1${index % 3}08`),
      ...inpatient(index - FIRST_INPATIENT, anchorDay),
    }
  return parts(year, anchorDay)[index] ?? {}
}

function gaijiPart([kanji, kana, style]: (typeof GAIJI)[number], birthDate: string): Part {
  const half = style === 'jis-kana' || style === 'raw-kana'
  const female = /[美子み薫]$/.test(kanji)
  return {
    ...named(kanji, half ? halfWidthKana(kana) : kana, female ? 'F' : 'M', birthDate),
    style,
    diseases: ['hypertension'],
    stays: [],
  }
}

function parts(year: number, anchorDay: number): Readonly<Record<number, Part>> {
  const twin = { diseases: ['asthma'], course: 'visits', stays: [] } as const
  return {
    [HEAVY]: {
      ...named('磯貝 岩雄', 'イソガイ イワオ', 'M', elder(year - 64, '0903')),
      diseases: ['dialysis', 'hypertension', 'diabetes'],
      infections: { HBSAG: 'negative', HCVAB: 'positive', TPAB: 'negative', HIV: 'negative' },
      blood: { abo: 'A', rh: '+' },
      course: 'dialysis',
      allergies: [penicillin],
      stays: [],
    },
    [IDENTITY_ONLY]: { course: 'none', diseases: [], stays: [], infections: {}, allergies: 'unrecorded' },
    [NEWBORN]: {
      ...named('春野 ベビー', 'ハルノ ベビー', 'F', dateOfDay(anchorDay - 2)),
      course: 'born',
      diseases: [],
      allergies: 'unrecorded',
      infections: {},
      heightCm: 49.2,
      weightKg: 3.1,
      stays: [baseStay('newborn', '2A', 9, anchorDay - 2, 5)],
    },
    [MOTHER]: {
      ...named('春野 麻衣', 'ハルノ マイ', 'F', elder(year - 31, '0418')),
      diseases: ['pregnancy'],
      infections: { HBSAG: 'negative', HCVAB: 'negative', TPAB: 'negative', HIV: 'negative' },
      stays: [{ ...baseStay('pregnancy', '2A', 8, anchorDay - 3, 7), planned: true }],
    },
    [OLDEST]: {
      ...named('古池 トメ', 'フルイケ トメ', 'F', elder(year - 103, '0211')),
      diseases: ['heartFailure', 'dementia'],
      stays: [baseStay('heartFailure', '4A', 15, anchorDay - 7, 18)],
    },
    [TWINS]: { ...named('双葉 陽', 'フタバ ハル', 'M', elder(year - 9, '0606')), ...twin },
    [TWINS + 1]: { ...named('双葉 晴', 'フタバ ハル', 'M', elder(year - 9, '0606')), ...twin },
    [SAME_NAME]: { ...named('佐藤 花子', 'サトウ ハナコ', 'F', elder(year - 71, '0320')), allergies: [penicillin] },
    [SAME_NAME + 1]: { ...named('佐藤 花子', 'サトウ ハナコ', 'F', elder(year - 58, '1104')), allergies: 'none' },
    [SAME_READING]: named('伊藤 恵子', 'イトウ ケイコ', 'F', elder(year - 67, '0130')),
    [SAME_READING + 1]: named('伊東 慶子', 'イトウ ケイコ', 'F', elder(year - 49, '0822')),
    [SAME_BIRTH_DATE]: named('渡邊 茂', 'ワタナベ シゲル', 'M', elder(year - 76, '0505')),
    [SAME_BIRTH_DATE + 1]: named('渡辺 繁', 'ワタナベ シゲル', 'M', elder(year - 76, '0505')),
    [DECEASED[0]!]: {
      birthDate: elder(year - 84, '0119'),
      diseases: ['gastricCancer'],
      ...died(baseStay('gastricCancer', '4A', 18, anchorDay - 80, 23)),
    },
    [DECEASED[1]!]: {
      birthDate: elder(year - 91, '0630'),
      diseases: ['heartFailure'],
      ...died(baseStay('heartFailure', '3A', 19, anchorDay - 210, 12)),
    },
    [DECEASED[2]!]: {
      birthDate: elder(year - 79, '0807'),
      diseases: ['hypertension'],
      diedOn: anchorDay - 150,
      stays: [],
    },
    [UNINFORMED]: {
      birthDate: elder(year - 74, '1212'),
      diseases: ['gastricCancer', 'hypertension'],
      uninformed: 'gastricCancer',
    },
    [ALLERGIES]: { birthDate: elder(year - 55, '0101'), diseases: ['asthma'], allergies: [penicillin, buckwheat] },
    [NO_ALLERGIES]: { diseases: ['hypertension'], birthDate: elder(year - 62, '0514'), allergies: 'none' },
    [ALLERGIES_UNRECORDED]: {
      diseases: ['hypertension'],
      birthDate: elder(year - 63, '0928'),
      allergies: 'unrecorded',
    },
    [INFECTED]: {
      diseases: ['hepatitisB'],
      birthDate: elder(year - 52, '0225'),
      infections: { HBSAG: 'positive', HCVAB: 'negative', TPAB: 'negative' },
    },
    [INFECTED + 1]: {
      diseases: ['gastritis'],
      birthDate: elder(year - 44, '0417'),
      infections: { HBSAG: 'negative', HCVAB: 'negative', TPAB: 'positive' },
    },
    [INFECTED + 2]: {
      diseases: ['depression'],
      birthDate: elder(year - 38, '0703'),
      infections: { HBSAG: 'negative', HIV: 'positive' },
    },
  }
}

/** Who plays what, by patient id. */
export function castOf(people: readonly Person[], anchorDay: number): SampleCast {
  const id = (index: number): string => people[index]!.id
  const pair = (index: number): [string, string] => [id(index), id(index + 1)]
  return {
    heavy: id(HEAVY),
    identityOnly: id(IDENTITY_ONLY),
    newborn: id(NEWBORN),
    newbornMother: id(MOTHER),
    oldest: id(OLDEST),
    twins: pair(TWINS),
    sameName: pair(SAME_NAME),
    sameReading: pair(SAME_READING),
    sameBirthDate: pair(SAME_BIRTH_DATE),
    deceased: DECEASED.map(id),
    uninformed: id(UNINFORMED),
    allergies: id(ALLERGIES),
    noAllergies: id(NO_ALLERGIES),
    allergiesUnrecorded: id(ALLERGIES_UNRECORDED),
    positiveInfection: id(INFECTED),
    gaiji: GAIJI.map(([name, , style], i) => ({ patient: id(FIRST_GAIJI + i), name, style })),
    doses: Object.fromEntries(DOSES.map((style, i) => [style, id(FIRST_DOSE + i)])) as SampleCast['doses'],
    inpatients: inpatientsOn(people, anchorDay),
  }
}

/** Patient ids in hospital on a day, by ward. */
export function inpatientsOn(people: readonly Person[], day: number): Record<string, string[]> {
  const wards: Record<string, string[]> = {}
  for (const person of people) {
    const stay = person.stays.find((s) => s.from <= day && day < s.from + s.days)
    if (!stay) continue
    const moved = stay.move && day >= stay.from + stay.move.afterDays
    ;(wards[moved ? stay.move!.ward : stay.ward] ??= []).push(person.id)
  }
  return wards
}
