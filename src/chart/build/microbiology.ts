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
  const groups = Map.groupBy(observations, (o) => reportOf.get(`Observation/${o.id}`) ?? itemOf(o).origin.path)
  const found = [...groups.values()].map((group) =>
    entry(group, reportOf.get(`Observation/${group[0]!.id}`), references),
  )
  return newestFirst(found, ({ collectedAt }) => collectedAt)
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
    organism: report && findExtension(report, EXTENSION.parentResult)?.valueString,
    lines: results.map(({ name, value, resource }) =>
      defined({
        name,
        text: [value.text, value.unit].filter(Boolean).join(' '),
        flag: value.flag,
        under: underOf(resource),
      }),
    ),
    status: report && report.status !== 'final' ? report.status : undefined,
  })
}

/** The sub-id pairs an organism with its quantity; the parent names the organism of a susceptibility test. */
function underOf(resource: Observation): string | undefined {
  const part = (url: string) => findExtension(resource, url)?.valueString
  return part(EXTENSION.parentResult) ?? part(EXTENSION.subId)
}
