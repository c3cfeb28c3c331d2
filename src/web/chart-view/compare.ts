/**
 * What changed between two generations of one chart: per part what came, what reads otherwise, what is gone. Compared is
 * what people read (names, doses, values, ends), never where a file lies. Pure, for server and station alike.
 */
import type { Chart, DateText, LabColumn, LabRow, Part, Section } from '#chart'
import { amountWords, doseWords, endWords, placeWords, shownValue, statusWords } from '#sheets'
import { isHiddenOnPhone } from './part.tsx'
import { dateWords, type ChartView } from './view.ts'

/** In reading order. Identity, contacts and insurance are no care that changed. */
const COMPARED = [
  'allergies',
  'infections',
  'bloodType',
  'alerts',
  'prescriptions',
  'injections',
  'administrations',
  'labs',
  'microbiology',
  'vitals',
  'problems',
  'encounters',
  'diets',
  'examinations',
  'notes',
  'documents',
] as const satisfies readonly Part[]
type ComparedPart = (typeof COMPARED)[number]

interface Line {
  /** The same thing in both generations. */
  readonly key: string
  readonly at: DateText | undefined
  readonly text: string
  readonly offPhone: boolean
}

interface Change {
  readonly how: 'added' | 'changed' | 'gone'
  readonly at: DateText | undefined
  readonly before?: string
  readonly after?: string
  readonly offPhone: boolean
}
export interface PartChanges {
  readonly part: ComparedPart
  readonly changes: readonly Change[]
  readonly same: number
  /** Files that could not be shown in either: what is gone may only be unreadable. */
  readonly gaps: number
}

/** Parts that this reader sees in both; a withheld one is not compared, so that nothing can be told from a difference. */
export function compareCharts(view: ChartView, before: Chart, after: Chart): PartChanges[] {
  return COMPARED.flatMap((part): PartChanges[] => {
    const [old, now] = [before[part], after[part]] as [Section<unknown>, Section<unknown>]
    if (old.access !== 'shown' || now.access !== 'shown') return []
    const { changes, same } = changesOf(linesOf(view, before, part), linesOf(view, after, part))
    return [{ part, changes, same, gaps: old.gaps + now.gaps }]
  })
}

/** Newest first. */
function changesOf(before: readonly Line[], after: readonly Line[]): { changes: Change[]; same: number } {
  const [old, now] = [numbered(before), numbered(after)]
  const changes: Change[] = []
  let same = 0
  for (const [key, line] of now) {
    const was = old.get(key)
    const { at, text, offPhone } = line
    if (was?.text === text) same++
    else if (was)
      changes.push({ how: 'changed', at, before: was.text, after: text, offPhone: offPhone || was.offPhone })
    else changes.push({ how: 'added', at, after: text, offPhone })
  }
  for (const [key, { at, text, offPhone }] of old)
    if (!now.has(key)) changes.push({ how: 'gone', at, before: text, offPhone })
  return { changes: changes.toSorted((a, b) => ((a.at ?? '') < (b.at ?? '') ? 1 : -1)), same }
}

/** Things that nothing tells apart are counted in their order. */
function numbered(lines: readonly Line[]): Map<string, Line> {
  const found = new Map<string, Line>()
  for (const line of lines) {
    let key = line.key
    for (let n = 2; found.has(key); n++) key = `${line.key}#${n}`
    found.set(key, line)
  }
  return found
}

const joined = (...words: readonly (string | undefined)[]) => words.filter(Boolean).join('　')
const keyOf = (...parts: readonly (string | undefined)[]) => parts.map((part) => part ?? '').join('|')

function line(item: Parameters<typeof isHiddenOnPhone>[0], key: string, at: DateText | undefined, text: string): Line {
  return { key, at, text, offPhone: isHiddenOnPhone(item) }
}

function linesOf(view: ChartView, chart: Chart, part: ComparedPart): Line[] {
  switch (part) {
    case 'prescriptions':
    case 'injections':
    case 'administrations':
      return drugLines(view, chart, part)
    case 'labs': {
      const labs = shownValue(chart.labs)
      return labs
        ? valueLines(
            labs.columns,
            labs.panels.flatMap(({ rows }) => rows),
          )
        : []
    }
    case 'vitals': {
      const vitals = shownValue(chart.vitals)
      return vitals ? valueLines(vitals.columns, vitals.rows) : []
    }
    case 'allergies':
    case 'infections':
    case 'bloodType':
    case 'alerts':
      return headerLines(view, chart, part)
    default:
      return recordLines(view, chart, part)
  }
}

function headerLines(view: ChartView, chart: Chart, part: 'allergies' | 'infections' | 'bloodType' | 'alerts'): Line[] {
  const { t } = view
  if (part === 'bloodType') {
    const { abo = [], rh = [] } = shownValue(chart.bloodType) ?? {}
    return [...abo, ...rh].map((one) => line(one, keyOf(one.text), one.at, one.text))
  }
  if (part === 'infections')
    return (shownValue(chart.infections)?.items ?? []).map((one) =>
      line(one, keyOf(one.kind, one.name), one.takenAt, joined(one.name, one.result, one.flag, dateWords(one.takenAt))),
    )
  const findings = part === 'allergies' ? shownValue(chart.allergies) : shownValue(chart.alerts)
  const statements = (findings?.statements ?? []).map((one) =>
    line(one, keyOf('says', one.scope), one.statedOn, joined(one.text, t.presence[one.says], dateWords(one.statedOn))),
  )
  const items =
    part === 'allergies'
      ? (shownValue(chart.allergies)?.items ?? []).map((one) => {
          const severity = one.severity && t.allergy.severityOf[one.severity]
          const contra = one.contraindication ? t.allergy.contraindication : undefined
          const status = statusWords(view, one.status)
          return line(
            one,
            keyOf(one.category, one.substance),
            one.onset,
            joined(contra, one.substance, one.reaction, severity, status),
          )
        })
      : (shownValue(chart.alerts)?.items ?? []).map((one) =>
          line(one, keyOf(one.text), one.from, joined(one.text, dateWords(one.until))),
        )
  return [...items, ...statements]
}

function drugLines(view: ChartView, chart: Chart, part: 'prescriptions' | 'injections' | 'administrations'): Line[] {
  if (part === 'prescriptions')
    return (shownValue(chart.prescriptions) ?? []).flatMap((order) =>
      order.groups.flatMap((group) =>
        group.drugs.map((drug) => {
          const key = keyOf(order.orderNumber || order.orderedOn, group.rp, drug.name)
          const end = group.end ? endWords(view, group.end) : undefined
          const dose = doseWords(view, drug.dose)
          const text = joined(drug.name, dose, group.usage, group.supply, end, statusWords(view, drug.status))
          return line(drug, key, group.start ?? order.orderedOn, text)
        }),
      ),
    )
  if (part === 'injections')
    return (shownValue(chart.injections) ?? []).flatMap((order) =>
      order.groups.map((group) => {
        const drugs = group.drugs.map(({ name, amount }) => joined(name, amount && amountWords(amount))).join('、')
        const rate = group.rate && `${view.t.injection.rate} ${amountWords(group.rate)}`
        const text = joined(drugs, group.usage, rate, statusWords(view, group.status))
        return line(group, keyOf(order.orderNumber || order.orderedOn, group.rp), group.start ?? order.orderedOn, text)
      }),
    )
  return (shownValue(chart.administrations) ?? []).map((one) => {
    const drugs = one.drugs.map(({ name, amount }) => joined(name, amount && amountWords(amount))).join('、')
    const names = one.drugs.map(({ name }) => name).join()
    return line(
      one,
      keyOf(one.kind, one.orderNumber, one.start, names),
      one.start,
      joined(drugs, statusWords(view, one.status)),
    )
  })
}

/** Each value by item and time: a corrected one is a change, not one more. */
function valueLines(
  columns: readonly LabColumn[],
  rows: readonly (Pick<LabRow, 'name' | 'cells' | 'sensitivity'> & { specimen?: string })[],
): Line[] {
  return rows.flatMap((row) =>
    row.cells.flatMap((cell, c) =>
      cell.map((value) => {
        const { at } = columns[c]!
        return line(
          row,
          keyOf(row.name, row.specimen, at),
          at,
          joined(row.name, [value.text, value.unit, value.flag].filter(Boolean).join(' ')),
        )
      }),
    ),
  )
}

type RecordPart = 'microbiology' | 'problems' | 'encounters' | 'diets' | 'examinations' | 'notes' | 'documents'

function recordLines(view: ChartView, chart: Chart, part: RecordPart): Line[] {
  const { t } = view
  switch (part) {
    case 'microbiology':
      return (shownValue(chart.microbiology) ?? []).map((one) => {
        const lines = one.lines.map(({ name, text, flag }) => [name, text, flag].filter(Boolean).join(' '))
        const key = keyOf(one.collectedAt, one.specimen, one.test, one.organism)
        return line(one, key, one.collectedAt, joined(one.specimen, one.test, one.organism, lines.join('、')))
      })
    case 'problems':
      return (shownValue(chart.problems) ?? []).map((one) => {
        const marks = [one.main && t.problem.main, one.suspected && t.problem.suspected].filter(Boolean).join(' ')
        const outcome = one.outcome && `${t.problem.outcome} ${one.outcome}`
        const hidden = one.told === 'not-told' || isHiddenOnPhone(one)
        const text = joined(one.name, marks, outcome, one.endedOn && `${t.problem.ended} ${dateWords(one.endedOn)}`)
        return { ...line(one, keyOf(one.name, one.onset), one.onset, text), offPhone: hidden }
      })
    case 'encounters':
      return (shownValue(chart.encounters) ?? []).map((one) =>
        line(
          one,
          keyOf(one.event, one.at),
          one.at,
          joined(t.encounter.event[one.event], one.department, placeWords(view, one), one.doctor, one.text),
        ),
      )
    case 'diets':
      return (shownValue(chart.diets) ?? []).map((one) =>
        line(
          one,
          keyOf(one.orderNumber, one.start, one.text),
          one.start,
          joined(one.text, ...one.details, dateWords(one.end)),
        ),
      )
    case 'examinations':
      return (shownValue(chart.examinations) ?? []).map((one) => {
        const report = one.report.map(({ title, text }) => joined(title, text)).join('／')
        return line(
          one,
          keyOf(one.at, one.name, one.stage, one.orderNumber),
          one.at,
          joined(one.name, t.exam.stage[one.stage], report, statusWords(view, one.status)),
        )
      })
    default: {
      const section = part === 'notes' ? chart.notes : chart.documents
      return (shownValue(section) ?? []).map((one) =>
        line(one, keyOf(one.kind, one.title, one.at), one.at, joined(one.title, one.department, one.author, one.text)),
      )
    }
  }
}
