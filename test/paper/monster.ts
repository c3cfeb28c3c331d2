/** Charts that no sheet was made for: hundreds of results and problems; and hundreds of allergies and drugs. */
import type { Allergy, Chart, LabMatrix, PrescriptionOrder, Problem } from '#chart'
import { fixtureChart } from '../../src/web/fixtures/chart.ts'

const origin = { path: '/x' }
const many = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i))
const shown = <T>(value: T) => ({ access: 'shown', value, gaps: 0, without: [] }) as const
const day = (i: number) => new Date(Date.UTC(2026, 10, 21) - i * 86_400_000).toISOString().slice(0, 10)

const labs: LabMatrix = {
  columns: many(40, (i) => ({ at: day(i), by: 'collected' })),
  panels: [
    {
      panel: 'chemistry',
      rows: many(500, (i) => ({
        name: `検査項目の長い名前その${i}`,
        cells: many(40, (c) =>
          c === i % 40
            ? [{ text: `>${i}.50(+)`, unit: 'mg/dL', flag: 'H', comments: ['溶血あり 再検査'], origin }]
            : [],
        ),
        trend: [],
      })),
    },
  ],
  remarks: [],
}
const problems = many(300, (i): Problem => ({
  origin,
  name: `長い名前の傷病名、急性増悪を伴うもの その${i}`,
  codes: [],
  main: i === 250,
  suspected: i % 3 === 0,
  onset: day(i * 3),
  notes: [],
  told: 'told',
  open: true,
}))
const order = (orderedOn: string, names: readonly string[]): PrescriptionOrder => ({
  origin,
  orderNumber: orderedOn,
  orderedOn,
  department: '循環器内科',
  setting: 'inpatient',
  dispensing: 'in-house',
  beforeAdmission: false,
  groups: names.map((name, i) => ({
    rp: String(i + 1),
    usage: '1日3回 毎食後 噛まずに服用',
    supply: '28日分',
    drugs: [{ origin, name, comments: [], dose: { perDay: { value: '3', unit: '錠' }, contradictory: false } }],
  })),
})
/** Twelve drugs, ordered again every four weeks for fifteen years. */
const years = many(195, (i) =>
  order(
    day(i * 28),
    many(12, (n) => `くり返し処方する薬${n}号錠10mg「見本」`),
  ),
)

/** Everything that may be cut, far beyond a sheet; what may not, within it. */
export const longHistory: Chart = {
  ...fixtureChart,
  labs: shown(labs),
  problems: shown(problems),
  prescriptions: shown(years),
}

export const ALLERGIES = 120
export const DRUGS = 90
const allergies = many(ALLERGIES, (i): Allergy => ({
  origin,
  category: 'medication',
  substance: `アレルゲン物質${i}番`,
  notes: ['発疹、呼吸困難、入院を要した。経過の記録は他院にある。'],
  contraindication: true,
  alsoIn: [],
}))
/** What may never be cut, far beyond a sheet. */
export const longCautions: Chart = {
  ...longHistory,
  allergies: shown({ presence: 'present', items: allergies, statements: [] }),
  prescriptions: shown([
    order(
      day(1),
      many(DRUGS, (i) => `多数処方の薬${i}番カプセル`),
    ),
  ]),
}
/** A single record longer than a sheet, words without a place to break, and no words at all. */
export const oddWords: Chart = {
  ...fixtureChart,
  identity: shown({
    origin,
    patientId: '9'.repeat(64),
    kanji: '𠮷'.repeat(80),
    kana: 'ヨ'.repeat(200),
    sex: 'unknown' as const,
  }),
  allergies: shown({
    presence: 'present',
    items: [
      { ...allergies[0]!, substance: 'x'.repeat(3000), notes: ['あ'.repeat(9000)] },
      { ...allergies[1]!, substance: '' },
    ],
    statements: [],
  }),
}
