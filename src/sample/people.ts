/** Draws the patients: everybody by chance first, then the cast gets what its parts need. */
import { ageOn, dateOfDay, dayFrom } from './calendar.ts'
import { castPart } from './cast.ts'
import { DISEASES } from './diseases.ts'
import type { Disease, DiseaseKey } from './diseases.ts'
import { DOCTORS } from './hospital.ts'
import { FAMILY_NAMES, FEMALE_NAMES, MALE_NAMES } from './names.ts'
import type { Allergy, Person, Stay } from './person.ts'
import { randomFor } from './random.ts'
import type { Random } from './random.ts'

export interface Population {
  readonly seed: string
  readonly patients: number
  /** The day of the first `asOf`. */
  readonly anchorDay: number
  readonly firstDay: number
}

export const ALLERGIES: readonly Allergy[] = [
  {
    type: 'DA',
    allergen: '900990101^ペニシリン系抗菌薬^HOT9',
    severity: 'SV',
    reaction: '全身の蕁麻疹と呼吸困難',
    since: '20090512',
  },
  { type: 'DA', allergen: '900990201^セフェム系抗菌薬^HOT9', severity: 'MO', reaction: '発疹', since: '20140803' },
  { type: 'DA', allergen: '900990301^ＮＳＡＩＤｓ^HOT9', severity: 'MO', reaction: '喘息発作', since: '201102' },
  {
    type: 'DA',
    allergen: '^造影剤（種類不明）^99A01',
    severity: 'SV',
    reaction: '血圧低下・意識消失',
    since: '20180620',
  },
  { type: 'FA', allergen: '5A1002411023006^ソバ^JC10', severity: 'SV', reaction: '咽頭の腫れ', since: '1995' },
  { type: 'FA', allergen: '5A1001023023006^卵白^JC10', severity: 'MO', reaction: '湿疹', since: '2019' },
  { type: 'LA', allergen: '5A1002216023023^スギ^JC10', severity: 'MI', reaction: '目のかゆみ', since: '199603' },
  { type: 'EA', allergen: '5A1102700023023^ハウスダスト^JC10', severity: 'MI', reaction: 'くしゃみ', since: '200302' },
  { type: 'EA', allergen: '^ラテックス^99A01', severity: 'MO', reaction: '接触部の発赤', since: '2016' },
]

/** Age by decade as a general hospital sees it: children, few young adults, many over 60. */
const AGE_BANDS = [
  [0, 12, 12],
  [13, 29, 8],
  [30, 49, 16],
  [50, 64, 22],
  [65, 79, 28],
  [80, 97, 14],
] as const

function weighted<T>(random: Random, from: readonly T[], weight: (item: T) => number): T {
  let left = random.next() * from.reduce((sum, item) => sum + weight(item), 0)
  return from.find((item) => (left -= weight(item)) < 0) ?? from.at(-1)!
}

function birthDateAt(random: Random, age: number, today: number): string {
  const year = Number(dateOfDay(today).slice(0, 4)) - age
  return dateOfDay(Math.min(dayFrom(year, 1, 1) + random.int(0, 364), today - 400))
}

const fits = (disease: Disease, age: number, sex: 'F' | 'M'): boolean =>
  disease.weight > 0 && age >= disease.ages[0] && age <= disease.ages[1] && (disease.sex ?? sex) === sex

function drawDiseases(random: Random, age: number, sex: 'F' | 'M'): DiseaseKey[] {
  const possible = (Object.keys(DISEASES) as DiseaseKey[]).filter((key) => fits(DISEASES[key], age, sex))
  const wanted = age < 40 ? 1 : random.int(1, age < 65 ? 2 : 4)
  const drawn = new Set<DiseaseKey>()
  for (let i = 0; i < wanted && possible.length > 0; i++)
    drawn.add(weighted(random, possible, (key) => DISEASES[key].weight))
  return [...drawn]
}

function drawAllergies(random: Random): Person['allergies'] {
  const kind = random.next()
  if (kind < 0.35) return 'none'
  if (kind < 0.65) return 'unrecorded'
  const first = random.int(0, ALLERGIES.length - 1)
  return ALLERGIES.filter((_, i) => i === first || random.chance(0.08))
}

function drawInfections(random: Random, diseases: readonly DiseaseKey[]): Person['infections'] {
  const screened = random.chance(0.45)
  if (diseases.includes('hepatitisB')) return { HBSAG: 'positive', HCVAB: 'negative', TPAB: 'negative' }
  if (!screened) return {}
  const hepatitisC = random.chance(0.06) ? 'positive' : 'negative'
  return { HBSAG: 'negative', HCVAB: hepatitisC, TPAB: random.chance(0.02) ? 'positive' : 'negative' }
}

/**
 * Stays of patients outside the cast: some lie wholly before the anchor and some begin after it, so that who is in
 * hospital on the day of the anchor is the cast's alone and beds do not collide.
 */
function drawStays(random: Random, index: number, diseases: readonly DiseaseKey[], at: Population): Stay[] {
  const disease = diseases.find((key) => DISEASES[key].stay)
  if (!disease || !random.chance(0.15)) return []
  const plan: Disease['stay'] & object = DISEASES[disease].stay!
  const wards = ['2A', '3A', '4A'] as const
  const days = random.int(...plan.days)
  const later = random.chance(0.12)
  const from = later
    ? at.anchorDay + random.int(1, 25)
    : random.int(at.firstDay + 10, Math.max(at.firstDay + 11, at.anchorDay - days - 2))
  const ward = random.pick(wards.slice(0, 2))
  const common = { disease, from, days, ward, bed: 10 + (index % 10), planned: random.chance(0.55) }
  const move = days > 12 ? { move: { afterDays: 6, ward: '4A' } } : {}
  const leave = days > 15 && random.chance(0.6) ? { leaveAfterDays: days - 5 } : {}
  return [{ ...common, ...move, ...leave, outcome: 'home' }]
}

/** `part` may fix sex and birth date, which decide the rest; its other fields are laid over afterwards. */
function draw(index: number, at: Population, part: Partial<Person>): Person {
  const random = randomFor(`${at.seed}/person/${index}`)
  const sex = part.sex ?? (random.chance(0.53) ? 'F' : 'M')
  const band = weighted(random, AGE_BANDS, ([, , weight]) => weight)
  const birthDate = part.birthDate ?? birthDateAt(random, random.int(band[0] + 2, band[1]), at.anchorDay)
  const age = ageOn(birthDate, at.anchorDay)
  const family = random.pick(FAMILY_NAMES)
  const given = random.pick(sex === 'F' ? FEMALE_NAMES : MALE_NAMES)
  const diseases = part.diseases ?? drawDiseases(random, age, sex)
  const department = diseases[0] ? DISEASES[diseases[0]].department : '01'
  const grown = Math.min(1, 0.42 + age * 0.035)
  const doses = ['both', 'both', 'both', 'both', 'per-time', 'per-day', 'per-day'] as const
  return {
    index,
    id: String(100_000 + index * 37 + (index % 7)).padStart(10, '0'),
    family: family.kanji,
    given: given.kanji,
    familyKana: family.kana,
    givenKana: given.kana,
    sex,
    birthDate,
    street: `見本県見本市${random.pick(['青葉町', '泉町', '緑ヶ丘', '本町', '川端町', '駅前通'])}${random.int(1, 9)}－${random.int(1, 30)}`,
    phone: `000-${String(random.int(0, 999)).padStart(3, '0')}-${String(random.int(0, 9999)).padStart(4, '0')}`,
    style: 'square',
    dose: random.pick(doses),
    blood: random.chance(0.7)
      ? { abo: random.pick(['A', 'A', 'O', 'O', 'B', 'AB']), rh: random.chance(0.995) ? '+' : '-' }
      : undefined,
    heightCm: Math.round(random.normal(sex === 'F' ? 155 : 168, 5) * grown * 10) / 10,
    weightKg: Math.round(random.normal(sex === 'F' ? 54 : 66, 8) * grown ** 2.2 * 10) / 10,
    allergies: drawAllergies(random),
    infections: drawInfections(random, diseases),
    diseases,
    department,
    doctor: random.pick(DOCTORS[department]),
    // The cast stays in hospital only where its part says so.
    stays: Object.keys(part).length > 0 ? [] : drawStays(random, index, diseases, at),
    diedOn: undefined,
    uninformed: undefined,
    course: 'visits',
  }
}

/** All patients in the order of their ids. */
export function drawPeople(at: Population): readonly Person[] {
  return Array.from({ length: at.patients }, (_, index) => {
    const part = castPart(index, at.anchorDay)
    return { ...draw(index, at, part), ...part }
  })
}
