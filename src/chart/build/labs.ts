/** Laboratory results, infections, blood type, vital signs: all from Observations. */
import { searchKey } from '#base'
import { SYSTEM, TORIDE_SYSTEM } from '#fhir'
import type { DiagnosticReport, Observation } from '#fhir'
import type { BloodType, Infection, Infections, LabMatrix, RecordedText, Vitals } from '../model-clinical.ts'
import { gridOf } from './matrix.ts'
import { panelsOf } from './panels.ts'
import { codeOf, dateOf, defined, hasCode, itemOf, newestFirst, type References } from './read.ts'
import { infectionKind, resultOf, type Result } from './results.ts'

export function labMatrix(
  observations: readonly Observation[],
  reports: readonly DiagnosticReport[],
  references: References,
): LabMatrix {
  const results = observations.map(resultOf)
  const specimenOf = ({ resource }: Result) => references.name(resource.specimen, resource)
  // The whole code with method and specimen: what was measured differently is not one series.
  const keyOf = (result: Result) =>
    [result.code?.code ?? searchKey(result.name), searchKey(result.name), specimenOf(result) ?? ''].join('|')
  const { columns, rows } = gridOf(results, keyOf, specimenOf)
  return { columns, panels: panelsOf(rows), remarks: remarksOf(reports) }
}

/** A remark may name what a result is about: it is as closely kept as the closest result could be. */
function remarksOf(reports: readonly DiagnosticReport[]): LabMatrix['remarks'] {
  const remarks = reports.flatMap((report) =>
    report.conclusion
      ? [
          defined({
            ...itemOf(report, ['stigma-infection']),
            at: dateOf(report.effectiveDateTime),
            text: report.conclusion,
          }),
        ]
      : [],
  )
  return newestFirst(remarks, ({ at }) => at)
}

export function vitalsOf(observations: readonly Observation[]): Vitals {
  const { columns, rows } = gridOf(
    observations.map(resultOf),
    (r) => r.code?.code ?? searchKey(r.name),
    () => undefined,
  )
  return {
    columns,
    rows: rows.map(({ name, code, cells, trend }) => defined({ name, code, cells, trend })),
  }
}

/** Every infection test that was recorded, negative ones too: the newest result of each, earlier ones behind it. */
export function infectionsOf(observations: readonly Observation[], gaps: number): Infections {
  const found = observations.filter((o) => infectionKind(o) !== undefined).map(resultOf)
  const results = newestFirst(found, ({ at }) => at)
  const tests = Map.groupBy(results, (r) => `${infectionKind(r.resource)}|${r.code?.code ?? searchKey(r.name)}`)
  const items = [...tests.values()].map(infection)
  return { presence: items.length > 0 ? 'results' : gaps > 0 ? 'unconfirmed' : 'not-recorded', items }
}

function infection([newest, ...earlier]: readonly Result[]): Infection {
  const { value, at, name, resource, sensitivity } = newest!
  return defined<Infection>({
    ...itemOf(resource, sensitivity),
    name,
    kind: infectionKind(resource)!,
    result: [value.text, value.unit].filter(Boolean).join(' '),
    flag: value.flag,
    range: value.range,
    takenAt: at || undefined,
    earlier: earlier.map((r) => defined({ result: r.value.text, takenAt: r.at || undefined, origin: r.value.origin })),
  })
}

/** ABO and Rh wherever they were recorded. Two that differ are both shown. */
export function bloodTypeOf(observations: readonly Observation[]): BloodType {
  const typed = observations.filter((o) => hasCode(o.category, TORIDE_SYSTEM.category, 'blood-type'))
  const recorded = newestFirst(typed.map(resultOf), ({ at }) => at).filter(({ value }) => value.text !== '')
  const abo = recorded.filter((result) => !isRh(result)).map(recordedText)
  const rh = recorded.filter(isRh).map(recordedText)
  return {
    abo,
    rh,
    contradictory: [abo, rh].some((texts) => new Set(texts.map(({ text }) => bloodKey(text))).size > 1),
  }
}

function isRh({ resource, name }: Result): boolean {
  return (codeOf(resource.code, SYSTEM.jlac10)?.code ?? '').startsWith('5H020') || /rh/i.test(name.normalize('NFKC'))
}

function recordedText({ resource, value, at }: Result): RecordedText {
  return defined<RecordedText>({ ...itemOf(resource), text: value.text, at: at || undefined })
}

/** `Ａ型`, `A` and `A型` are one; `+`, `(+)` and `陽性` are one. */
function bloodKey(text: string): string {
  const folded = text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[型()\s]|RH|D/g, '')
  return folded.replace('陽性', '+').replace('陰性', '-')
}
