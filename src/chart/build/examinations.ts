/** Imaging, endoscopy, physiology: orders, what was done, and reports with their text. */
import type { DiagnosticReport, Observation, Procedure, Resource, ServiceRequest } from '#fhir'
import type { Examination } from '../model-clinical.ts'
import { modalityWords, orderNumberOf, serviceOf, unusualStatus } from './orders.ts'
import { allWords, dateOf, defined, departmentOf, itemOf, newestFirst, noteTexts, ofType, words } from './read.ts'
import { resultOf } from './results.ts'

type Line = Examination['report'][number]

/** `observations`: those that are neither laboratory results nor vital signs. None of them is lost: what belongs to no order or report stands by itself. */
export function examinationsOf(resources: readonly Resource[], observations: readonly Observation[]): Examination[] {
  const lines = new LinesByOwner(observations)
  const requests = ofType(resources, 'ServiceRequest').filter((r) => serviceOf(r.category ?? []) !== 'laboratory')
  const reports = ofType(resources, 'DiagnosticReport').filter((r) => serviceOf(r.category ?? []) !== 'laboratory')
  const procedures = ofType(resources, 'Procedure')
  const parts = new Set(procedures.filter((p) => isPartOf(p, procedures)))
  const found = [
    ...reports.map((report) => reported(report, lines)),
    ...procedures
      .filter((procedure) => !parts.has(procedure))
      .map((procedure) =>
        done(
          procedure,
          [...parts].filter((part) => refersTo(part.partOf, procedure)),
          lines,
        ),
      ),
    ...requests.map((request) => ordered(request, lines)),
  ]
  return newestFirst([...found, ...lines.rest().map(alone)], ({ at }) => at)
}

class LinesByOwner {
  readonly #observations: Set<Observation>
  constructor(observations: readonly Observation[]) {
    this.#observations = new Set(observations)
  }
  /** Lines of the observations that `belongs` picks; they count as placed. */
  take(belongs: (observation: Observation) => boolean): Line[] {
    const taken = [...this.#observations].filter(belongs)
    for (const observation of taken) this.#observations.delete(observation)
    return taken.map(line)
  }
  rest(): Observation[] {
    return [...this.#observations]
  }
}

function line(observation: Observation): Line {
  const { name, value } = resultOf(observation)
  const text = [value.text, value.unit, ...value.comments].filter(Boolean).join(' ')
  return defined<Line>({ title: name || undefined, text, flag: value.flag })
}

function reported(report: DiagnosticReport, lines: LinesByOwner): Examination {
  const own = new Set((report.result ?? []).map(({ reference }) => reference))
  const conclusion = report.conclusion ? [{ text: report.conclusion }] : []
  return defined<Examination>({
    ...itemOf(report),
    modality: modalityOf(report.category ?? []),
    stage: 'report',
    orderNumber: orderNumberOf(report.identifier),
    at: dateOf(report.effectiveDateTime ?? report.effectivePeriod?.start ?? report.issued),
    name: nameOf(words(report.code), modalityWords(report)),
    department: departmentOf(report),
    report: [...lines.take(({ id }) => own.has(`Observation/${id}`)), ...conclusion],
    status: unusualStatus(report.status),
  })
}

function done(procedure: Procedure, parts: readonly Procedure[], lines: LinesByOwner): Examination {
  const own = lines.take(({ partOf }) => refersTo(partOf, procedure))
  const details = parts.flatMap((part) => [
    defined<Line>({
      title: words(part.code),
      text: [dateOf(part.performedDateTime), ...(part.performer ?? []).map(({ actor }) => actor.display)]
        .filter(Boolean)
        .join(' '),
    }),
    ...lines.take(({ partOf }) => refersTo(partOf, part)),
  ])
  const notes = noteTexts(procedure.note).map((text) => ({ text }))
  return defined<Examination>({
    ...itemOf(procedure, [], parts),
    modality: modalityOf(procedure.category ? [procedure.category] : []),
    stage: 'done',
    orderNumber: orderNumberOf(procedure.identifier),
    at: dateOf(procedure.performedDateTime ?? procedure.performedPeriod?.start),
    name: nameOf(words(procedure.code), modalityWords(procedure)),
    bodySite: allWords(procedure.bodySite),
    department: departmentOf(procedure),
    report: [...own, ...details, ...notes],
    status: unusualStatus(procedure.status),
  })
}

function ordered(request: ServiceRequest, lines: LinesByOwner): Examination {
  const reason = allWords(request.reasonCode)
  const notes = noteTexts(request.note).map((text) => ({ text }))
  return defined<Examination>({
    ...itemOf(request),
    modality: modalityOf(request.category ?? []),
    stage: 'order',
    orderNumber: orderNumberOf(request.identifier),
    at: dateOf(request.occurrenceDateTime ?? request.occurrencePeriod?.start ?? request.authoredOn),
    name: nameOf(words(request.code), modalityWords(request)),
    bodySite: allWords(request.bodySite),
    department: departmentOf(request),
    report: [
      ...(reason ? [{ text: reason }] : []),
      ...lines.take(({ basedOn }) => refersTo(basedOn, request)),
      ...notes,
    ],
    status: unusualStatus(request.status),
  })
}

function alone(observation: Observation): Examination {
  const { name, at } = resultOf(observation)
  return defined<Examination>({
    ...itemOf(observation),
    modality: 'other',
    stage: 'report',
    at: at || undefined,
    name,
    report: [line(observation)],
  })
}

function modalityOf(categories: Parameters<typeof serviceOf>[0]): Examination['modality'] {
  const service = serviceOf(categories)
  return service === 'laboratory' ? 'other' : service
}

function nameOf(name: string | undefined, modality: string | undefined): string {
  return [modality, name].filter((part, i, all) => part && all.indexOf(part) === i).join(' ')
}

function refersTo(references: readonly { reference?: string }[] | undefined, target: Resource): boolean {
  return (references ?? []).some(({ reference }) => reference === `${target.resourceType}/${target.id}`)
}

function isPartOf(procedure: Procedure, all: readonly Procedure[]): boolean {
  return all.some((other) => other !== procedure && refersTo(procedure.partOf, other))
}
