/** A week on paper and what the system holds afterwards, with every kind of mistake planted and counted. Deterministic. */
import { addDays } from '#base'
import type { EhrItem, Item, ItemKind, Outcome, PaperItem, Period } from '#reconciliation'

export interface Emergency {
  readonly sheets: number
  readonly paper: readonly PaperItem[]
  readonly ehr: readonly EhrItem[]
  readonly period: Period
  readonly planted: Readonly<Record<Outcome, number>>
}

const DRUGS = ['アムロジピン', 'メトホルミン', 'ロスバスタチン', 'カルボシステイン', 'レボフロキサシン', 'ワルファリン']
const STRENGTHS = ['2.5mg', '5mg', '10mg', '250mg']
const TESTS = ['ＡＳＴ', 'ＡＬＴ', 'カリウム', 'クレアチニン', '血糖', 'HbA1c', 'CRP', 'ヘモグロビン']
const KINDS: readonly ItemKind[] = ['prescription', 'lab', 'injection', 'lab']
const FIRST = '2026-11-20'
const LAST = '2026-11-27'

/** One sheet a patient and day; every eighth record belongs to a sheet, the others are the rest of those patients' charts. */
export function emergency(sheets: number, records: number): Emergency {
  const planted = { same: 0, differs: 0, missing: 0, 'only-ehr': 0, duplicate: 0 }
  const paper: PaperItem[] = []
  const ehr: EhrItem[] = []
  for (let n = 0; n < sheets; n++) {
    const patientKey = `1318814790|${String(n % Math.ceil(sheets / 3)).padStart(8, '0')}`
    const item = itemOf(n)
    const own: PaperItem = { ...item, id: `S${n}#0`, sheet: `S${n}`, patientKey }
    const found: EhrItem = { ...item, id: `R${n}`, patientKey, origin: 'later' }
    paper.push(own)
    const fate = n % 20
    if (fate === 0) planted.missing++
    else if (fate === 1) {
      ehr.push({ ...found, what: `${found.what}「砦」` })
      planted.differs++
    } else if (fate === 2) {
      ehr.push({
        ...found,
        fields: { ...found.fields, ...(item.kind === 'lab' ? { value: '999' } : { perDay: '9錠', amount: '9A' }) },
      })
      planted.differs++
    } else {
      ehr.push({ ...found, what: fate % 2 ? found.what.normalize('NFKC') : found.what })
      planted.same++
      if (fate === 3) {
        ehr.push({ ...found, id: `D${n}`, origin: 'marked' })
        planted.duplicate++
      }
      if (fate === 4) {
        ehr.push({ ...found, id: `E${n}`, what: `別の薬${n}` })
        planted['only-ehr']++
      }
    }
  }
  for (let n = 0; ehr.length < records; n++) {
    const patientKey = `1318814790|${String(n % Math.ceil(sheets / 3)).padStart(8, '0')}`
    const day = addDays(FIRST, -1 - (n % 400))
    ehr.push({ ...itemOf(n * 7), id: `O${n}`, day, patientKey, origin: 'restored' })
  }
  return { sheets, paper, ehr, period: { from: FIRST, until: LAST }, planted }
}

/** Each sheet of one patient has a drug or test of its own, so that what was planted is what there is to find. */
function itemOf(n: number): Item {
  const kind = KINDS[n % KINDS.length]!
  const day = addDays(FIRST, n % 8)
  const isLab = kind === 'lab'
  const name = isLab ? `${TESTS[n % TESTS.length]}` : `${DRUGS[n % DRUGS.length]}錠${STRENGTHS[n % STRENGTHS.length]}`
  const fields = isLab
    ? { value: String(n % 200), unit: 'mg/dL', time: `${String(n % 24).padStart(2, '0')}:00` }
    : kind === 'injection'
      ? { amount: `${1 + (n % 3)}A`, route: '点滴' }
      : { perDay: `${1 + (n % 3)}錠`, usage: '朝食後', supply: '7日分' }
  return { kind, day, what: name, code: '', fields }
}
