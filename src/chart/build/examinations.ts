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
  const found = [
    ...reports.map((report) => reported(report, lines)),
    ...procedures
      .filter((procedure) => !procedures.some((other) => isPartOf(procedure, other)))
      .map((procedure) => done(procedure, partsOf(procedure, procedures), lines)),
    ...requests
      .filter((request) => !requests.some((other) => isPartOfOrder(request, other)))
      .map((request) =>
        ordered(
          request,
          requests.filter((other) => isPartOfOrder(other, request)),
          lines,
        ),
      ),
  ]
  const fulfilled = new Set(found.filter(({ stage }) => stage !== 'order').map(({ orderNumber }) => orderNumber))
  const marked = found.map((e) => (e.stage === 'order' ? { ...e, resulted: fulfilled.has(e.orderNumber) } : e))
  return newestFirst([...marked, ...lines.rest().map(alone)], ({ at }) => at)
}

/** An order message lists its parts as orders of their own that name the whole (OBR-29). */
function isPartOfOrder(request: ServiceRequest, whole: ServiceRequest): boolean {
  const parent = request.basedOn?.[0]?.identifier?.value
  return request !== whole && parent !== undefined && parent === orderNumberOf(whole.identifier)
}

/** Parts, and the parts of parts: an order holds examinations, and these hold single acts. */
function partsOf(whole: Procedure, procedures: readonly Procedure[], depth = 0): Procedure[] {
  const parts = procedures.filter((procedure) => isPartOf(procedure, whole))
  return depth > 4 ? parts : parts.flatMap((part) => [part, ...partsOf(part, procedures, depth + 1)])
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
    report: withoutRepeatedTitles([...own, ...details, ...notes]),
    status: unusualStatus(procedure.status),
  })
}

function ordered(request: ServiceRequest, parts: readonly ServiceRequest[], lines: LinesByOwner): Examination {
  const reason = allWords(request.reasonCode)
  const notes = noteTexts(request.note).map((text) => ({ text }))
  return defined<Examination>({
    ...itemOf(request, [], parts),
    modality: modalityOf(request.category ?? []),
    stage: 'order',
    orderNumber: orderNumberOf(request.identifier),
    at: dateOf(request.occurrenceDateTime ?? request.occurrencePeriod?.start ?? request.authoredOn),
    name: nameOf(words(request.code), modalityWords(request)),
    bodySite: allWords(request.bodySite),
    department: departmentOf(request),
    report: [
      ...(reason ? [{ text: reason }] : []),
      ...parts.map((part) => ({ text: [words(part.code), allWords(part.bodySite)].filter(Boolean).join(' ') })),
      ...lines.take(({ basedOn }) => [request, ...parts].some((order) => refersTo(basedOn, order))),
      ...notes,
      ...parts.flatMap(({ note }) => noteTexts(note)).map((text) => ({ text })),
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

/** A part that says nothing more than its name, which another line already bears. */
function withoutRepeatedTitles(lines: readonly Line[]): Line[] {
  return lines.filter(({ title, text }, i) => text !== '' || lines.findIndex((other) => other.title === title) === i)
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

function isPartOf(procedure: Procedure, whole: Procedure): boolean {
  return procedure !== whole && refersTo(procedure.partOf, whole)
}
