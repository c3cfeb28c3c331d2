/**
 * OMG-01/02/03 (orders), OMG-11/12 (done: radiology, endoscopy) and OMG-13 (physiology results).
 * An order is a ServiceRequest; what was done a Procedure with its observations; a result a DiagnosticReport.
 */
import type { Segment } from '#hl7v2'
import { EXTENSION, extension } from '../extensions.ts'
import { SYSTEM } from '../systems.ts'
import type { CodeableConcept, DiagnosticReport, Extension, Identifier, Procedure, Reference } from '../types.ts'
import type { Context } from './context.ts'
import { departmentExtension } from './encounter.ts'
import { defined, type Fields } from './fields.ts'
import { addObservation, list, notes } from './observation.ts'
import { orderGroups, type DoneGroup, type OrderGroup, type ResultSegment } from './order-groups.ts'
import { orderNumbers, orderSetting, requesterOf, restOf, resultOrderFields, serviceRequest } from './order.ts'

/** The order messages repeat the order as NW and PA and list its parts as CH: one request per order number. */
export function addExaminationOrder(context: Context, category: CodeableConcept): void {
  eachOrder(context, category, addRequest, (group, place, reference) => {
    observations(context, group.obx, place, { kind: 'survey', basedOn: reference })
  })
}

export function addExaminationDone(context: Context, category: CodeableConcept): void {
  eachOrder(context, category, addProcedure, (group, place, reference) => {
    observations(context, group.obx, place, { kind: 'procedure', partOf: reference })
    group.done.forEach((done, i) => addPart(context, done, `${place}-${i + 1}`, reference, category))
  })
}

interface Known {
  group: OrderGroup
  reference: Reference
}
type Orders = ReadonlyMap<string, Known>
type AddOrder = (
  context: Context,
  group: OrderGroup,
  place: string,
  category: CodeableConcept,
  orders: Orders,
) => Reference

function eachOrder(
  context: Context,
  category: CodeableConcept,
  add: AddOrder,
  below: (group: OrderGroup, place: string, reference: Reference) => void,
): void {
  const orders = new Map<string, Known>()
  orderGroups(context.message).forEach((group, index) => {
    const place = String(index + 1)
    const number = (group.obr && context.fields(group.obr).text(2)) ?? ''
    const known = orders.get(number)
    if (known) addDifferences(context, known, group)
    const reference = known?.reference ?? add(context, group, place, category, orders)
    if (number && !known) orders.set(number, { group, reference })
    below(group, place, reference)
  })
}

/** The same order said again: only what it says differently is added, as written. */
function addDifferences(context: Context, known: Known, group: OrderGroup): void {
  const resource = context.resources.find(
    ({ resourceType, id }) => known.reference.reference === `${resourceType}/${id}`,
  )
  const pairs = [
    [known.group.orc, group.orc],
    [known.group.obr, group.obr],
    [known.group.tq1[0], group.tq1[0]],
  ] as const
  const extensions = pairs.flatMap(([first, again]) => {
    if (!again) return []
    const same = Array.from({ length: again.fieldCount }, (_, i) => i + 1).filter(
      (n) => again.field(n) === first?.field(n),
    )
    return context
      .fields(again)
      .ignore(1, ...same)
      .rest()
  })
  for (const segment of group.ipc) extensions.push(...images(context, [segment], known.group.ipc).extensions)
  if (resource && 'extension' in resource) resource.extension = [...(resource.extension ?? []), ...extensions]
  else if (resource && extensions.length) Object.assign(resource, { extension: extensions })
}

function addRequest(context: Context, group: OrderGroup, place: string, category: CodeableConcept): Reference {
  const request = serviceRequest(context, group, `sr${place}`, category)
  const obr = group.obr && context.fields(group.obr)
  const image = images(context, group.ipc)
  return context.add({
    ...request,
    identifier: [...(request.identifier ?? []), ...image.identifiers],
    code: request.code ?? { text: category.text ?? '' },
    extension: [...(request.extension ?? []), ...image.extensions, ...restOf(obr)],
  })
}

function addProcedure(
  context: Context,
  group: OrderGroup,
  place: string,
  category: CodeableConcept,
  orders: Orders,
): Reference {
  const orc = resultOrderFields(context, group.orc)
  const obr = group.obr && context.fields(group.obr)
  const image = images(context, group.ipc)
  const parent = orc?.text(8) ?? obr?.text(29)
  const requester = requesterOf(orc, obr)
  if (parent && !orders.has(parent)) orc?.keep(8)
  const performed = obr?.dateTime(7) ?? obr?.dateTime(22)
  return context.add({
    resourceType: 'Procedure',
    id: context.id(`pr${place}`),
    identifier: [...orderNumbers(orc, obr), ...image.identifiers],
    ...(parent && orders.has(parent) && { partOf: [orders.get(parent)!.reference] }),
    status: 'completed',
    category,
    code: obr?.concept(4) ?? { text: category.text ?? '' },
    subject: context.subject,
    ...defined({ performedDateTime: performed }),
    bodySite: list(obr?.concept(15)),
    note: notes(context, group.notes),
    extension: [
      ...departmentExtension(context, orc),
      ...(requester ? [extension(EXTENSION.requester, { valueReference: requester })] : []),
      ...settingExtension(orderSetting(context, orc)),
      ...image.extensions,
      ...restOf(orc),
      ...restOf(obr),
      ...context.rests([...group.tq1, ...group.others]),
    ],
  } as Procedure)
}

/** ZE1: one act within the order. Its observations name people, times, drugs and devices. */
function addPart(context: Context, done: DoneGroup, place: string, parent: Reference, category: CodeableConcept): void {
  const ze1 = context.fields(done.ze1)
  const reference = context.add({
    resourceType: 'Procedure',
    id: context.id(`ze${place}`),
    partOf: [parent],
    status: 'completed',
    category,
    code: ze1.concept(3) ?? { text: category.text ?? '' },
    subject: context.subject,
    performer: list(ze1.person(7)).map((actor) => ({ actor })),
    usedCode: ze1.concepts(9),
    extension: [...ze1.ignore(2).rest(), ...context.rests(done.others)],
  } as Procedure)
  observations(context, done.obx, `${place}e`, { kind: 'procedure', partOf: reference })
}

/** OMG-13: results of physiology; without ORC in real messages. */
export function addExaminationResult(context: Context, category: CodeableConcept): void {
  orderGroups(context.message).forEach((group, index) => {
    const orc = resultOrderFields(context, group.orc)
    const obr = group.obr && context.fields(group.obr)
    const at = obr?.dateTime(7)
    const issued = obr?.instant(22)
    const requester = requesterOf(orc, obr)
    const image = images(context, group.ipc)
    const results = observations(context, group.obx, String(index + 1), { kind: 'exam', effective: at, issued })
    context.add({
      resourceType: 'DiagnosticReport',
      id: context.id(`dr${index + 1}`),
      identifier: [...orderNumbers(orc, obr), ...image.identifiers],
      status: obr?.text(25) === 'F' ? 'final' : obr?.text(25) === 'P' ? 'preliminary' : 'unknown',
      category: [category],
      code: obr?.concept(4) ?? { text: category.text ?? '' },
      subject: context.subject,
      ...defined({ effectiveDateTime: at, issued }),
      result: results,
      ...defined({
        conclusion:
          notes(context, group.notes)
            .map(({ text }) => text)
            .join('\n') || undefined,
      }),
      extension: [
        ...departmentExtension(context, orc),
        ...(requester ? [extension(EXTENSION.requester, { valueReference: requester })] : []),
        ...image.extensions,
        ...restOf(orc),
        ...restOf(obr?.keep(25)),
        ...context.rests([...group.tq1, ...group.others]),
      ],
    } as DiagnosticReport)
  })
}

interface Frame {
  kind: 'survey' | 'procedure' | 'exam'
  basedOn?: Reference
  partOf?: Reference
  effective?: string | undefined
  issued?: string | undefined
}

function observations(context: Context, results: readonly ResultSegment[], prefix: string, frame: Frame): Reference[] {
  return results.map(({ obx, notes: below }, i) =>
    addObservation(context, obx, { ...frame, place: `o${prefix}x${i + 1}`, notes: below }),
  )
}

/** IPC: accession number (1), requested procedure (2), study UID (3), modality (5). */
function images(
  context: Context,
  segments: readonly Segment[],
  known: readonly Segment[] = [],
): { identifiers: Identifier[]; extensions: Extension[] } {
  const identifiers: Identifier[] = []
  const extensions: Extension[] = []
  for (const segment of segments) {
    const ipc = context.fields(segment)
    if (known.some(({ raw }) => raw === segment.raw)) continue
    const accession = ipc.text(1)
    const study = ipc.text(3)
    const modality = modalityOf(ipc)
    if (accession) identifiers.push({ type: accessionType, value: accession })
    if (study) identifiers.push({ system: 'urn:dicom:uid', value: `urn:oid:${study}` })
    if (modality) extensions.push(extension(EXTENSION.modality, { valueCodeableConcept: modality }))
    extensions.push(...ipc.rest())
  }
  return { identifiers, extensions }
}

const accessionType: CodeableConcept = {
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'ACSN' }],
}

function modalityOf(ipc: Fields): CodeableConcept | undefined {
  const written = ipc.concept(5)
  return (
    written && { ...written, coding: (written.coding ?? []).map((c) => ({ ...c, system: c.system ?? SYSTEM.dicom })) }
  )
}

function settingExtension(setting: CodeableConcept | undefined): Extension[] {
  return setting ? [extension(EXTENSION.orderSetting, { valueCodeableConcept: setting })] : []
}
