/** Bacteriology: one entry per report, its lines in the source's order. */
import { EXTENSION, findExtension } from '#fhir'
import type { DiagnosticReport, Observation } from '#fhir'
import type { Microbiology } from '../model-clinical.ts'
import { dateOf, defined, itemOf, newestFirst, words, type References } from './read.ts'
import { resultOf } from './results.ts'

export function microbiologyOf(
  observations: readonly Observation[],
  reports: readonly DiagnosticReport[],
  references: References,
): Microbiology[] {
  const reportOf = new Map(
    reports.flatMap((report) => (report.result ?? []).map((r) => [r.reference, report] as const)),
  )
  const groups = Map.groupBy(observations, (o) => reportOf.get(`Observation/${o.id}`) ?? togetherKey(o))
  const found = [...groups.values()].map((group) =>
    entry(group, reportOf.get(`Observation/${group[0]!.id}`), references),
  )
  return newestFirst(found, ({ collectedAt }) => collectedAt)
}

/** Lines of one specimen, where no report names them. A file may hold many. */
function togetherKey(o: Observation): string {
  return [itemOf(o).origin.path, o.effectiveDateTime, o.specimen?.reference].join('|')
}

function entry(
  group: readonly Observation[],
  report: DiagnosticReport | undefined,
  references: References,
): Microbiology {
  const first = group[0]!
  const results = group.map(resultOf)
  const sensitivity = [...new Set(results.flatMap((result) => result.sensitivity))]
  return defined<Microbiology>({
    ...itemOf(report ?? first, sensitivity),
    collectedAt: dateOf(report?.effectiveDateTime ?? report?.effectivePeriod?.start) ?? (results[0]!.at || undefined),
    specimen: references.name(first.specimen, first),
    test: words(report?.code) ?? results[0]!.name,
    organism: organismOf(report, first),
    lines: results.map(({ name, value, resource }) =>
      defined({
        name,
        text: [value.text, value.unit].filter(Boolean).join(' '),
        flag: value.flag,
        under: findExtension(resource, EXTENSION.subId)?.valueString,
      }),
    ),
    status: report && report.status !== 'final' ? report.status : undefined,
  })
}

/** OBR-26 names the parent's result: `code test system sub-id code&organism&system`. Where it has no parts, all of it. */
function organismOf(report: DiagnosticReport | undefined, first: Observation): string | undefined {
  const parent = [report, first].map((r) => r && findExtension(r, EXTENSION.parentResult)?.valueString).find(Boolean)
  return parent?.split('&')[1] ?? parent
}
