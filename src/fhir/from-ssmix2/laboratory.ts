/** OML-01 (orders) and OML-11 (results): ServiceRequest, Specimen, DiagnosticReport and its Observations. */
import type { Segment } from '#hl7v2'
import { EXTENSION, extension } from '../extensions.ts'
import type { DiagnosticReport, Reference, Specimen } from '../types.ts'
import type { Context } from './context.ts'
import { departmentExtension } from './encounter.ts'
import { defined, type Fields } from './fields.ts'
import { addObservation, list, notes } from './observation.ts'
import { orderGroups, type OrderGroup, type ResultSegment } from './order-groups.ts'
import {
  CATEGORY,
  orderNumbers,
  orderSetting,
  requesterOf,
  restOf,
  resultOrderFields,
  serviceRequest,
} from './order.ts'

/** HL7 table 0123. An empty OBR-25 is not "final". */
const REPORT_STATUS: Readonly<Record<string, DiagnosticReport['status']>> = {
  F: 'final',
  C: 'corrected',
  A: 'partial',
  P: 'preliminary',
  R: 'preliminary',
  S: 'registered',
  I: 'registered',
  O: 'registered',
  X: 'cancelled',
}

export function addLaboratoryOrder(context: Context): void {
  const specimens = new Map<Segment, Reference>()
  orderGroups(context.message).forEach((group, index) => {
    const request = serviceRequest(context, group, `sr${index + 1}`, CATEGORY.laboratory)
    const specimen = group.spm && specimenOf(context, group.spm, specimens)
    const ordered = group.obx.filter(({ obx }) => isOnlyOrdered(context, obx))
    const items = ordered.flatMap(({ obx }) => context.fields(obx).concept(3) ?? [])
    const obr = group.obr && context.fields(group.obr)
    const reference = context.add({
      ...request,
      // R4: orderDetail only beside a code.
      code: request.code ?? { text: items.map(({ text }) => text).join('、') || '検体検査' },
      orderDetail: items,
      specimen: list(specimen),
      extension: [
        ...(request.extension ?? []),
        ...ordered.flatMap(({ obx }) => context.fields(obx).ignore(2, 4, 11).rest()),
        ...restOf(obr),
      ],
    })
    const rest = group.obx.filter((result) => !ordered.includes(result))
    addResults(context, rest, { group: `o${index + 1}`, specimen, basedOn: reference })
  })
}

/** OBX-11 `O` (or a blank result) in an order names an item to be tested. */
function isOnlyOrdered(context: Context, obx: Segment): boolean {
  return context.fields(obx).segment.field(5) === '' && Boolean(context.fields(obx).concept(3))
}

export function addLaboratoryResult(context: Context): void {
  const specimens = new Map<Segment, Reference>()
  orderGroups(context.message).forEach((group, index) => addReport(context, group, index + 1, specimens))
}

function addReport(context: Context, group: OrderGroup, number: number, specimens: Map<Segment, Reference>): void {
  const orc = resultOrderFields(context, group.orc)
  const obr = group.obr && context.fields(group.obr)
  const specimen = group.spm ? specimenOf(context, group.spm, specimens) : specimenInObr(obr)
  const reported = obr?.dateTime(22)
  // CM: completed, which a result says anyway.
  if (orc?.text(5) !== 'CM') orc?.keep(5)
  const issued = obr?.instant(22)
  // SPM-17 is the collection; OBR-7/8 stand in where there is no specimen segment.
  const sampled = group.spm && context.fields(group.spm).dateTime(17)
  const collected = sampled ?? obr?.dateTime(7)
  const collectedEnd = sampled ? undefined : obr?.dateTime(8)
  const parent = obr && parentResult(obr)
  const results = addResults(context, group.obx, {
    group: `r${number}`,
    specimen,
    effective: collected,
    issued,
    parent,
  })
  context.add({
    resourceType: 'DiagnosticReport',
    id: context.id(`dr${number}`),
    identifier: orderNumbers(orc, obr),
    status: reportStatus(obr),
    category: [CATEGORY.laboratory, ...list(orderSetting(context, orc))],
    code: obr?.concept(4) ?? { text: '検体検査' },
    subject: context.subject,
    ...effective(collected, collectedEnd),
    ...defined({ issued }),
    performer: list(obr?.person(32)),
    specimen: list(specimen),
    result: results,
    ...defined({
      conclusion:
        notes(context, group.notes)
          .map(({ text }) => text)
          .join('\n') || undefined,
    }),
    extension: [
      ...departmentExtension(context, orc),
      ...requesterExtension(orc, obr),
      ...(reported && !issued ? [extension(EXTENSION.reportedOn, { valueDateTime: reported })] : []),
      ...(parent ? [extension(EXTENSION.parentResult, { valueString: parent })] : []),
      ...restOf(obr),
      ...restOf(orc),
      ...context.rests([...group.tq1, ...group.others]),
    ],
  } as DiagnosticReport)
}

function effective(start: string | undefined, end: string | undefined): Partial<DiagnosticReport> {
  if (start !== undefined && end !== undefined && end !== start) return { effectivePeriod: { start, end } }
  return start === undefined ? {} : { effectiveDateTime: start }
}

/** DiagnosticReport has no requester: who ordered stays readable beside it. */
function requesterExtension(
  orc: Fields | undefined,
  obr: Fields | undefined,
): NonNullable<DiagnosticReport['extension']> {
  const requester = requesterOf(orc, obr)
  return requester ? [extension(EXTENSION.requester, { valueReference: requester })] : []
}

function reportStatus(obr: Fields | undefined): DiagnosticReport['status'] {
  const written = obr?.text(25)
  if (written === undefined) return 'unknown'
  const status = REPORT_STATUS[written]
  if (!status) obr!.unknown(25, written)
  return status ?? 'unknown'
}

/** OBR-26 `code&name&system^sub-id^value`: the organism that a susceptibility test belongs to. */
function parentResult(obr: Fields): string | undefined {
  const [id, subId, value] = [obr.text(26, 1), obr.text(26, 2), obr.text(26, 3)]
  return [id?.replaceAll('&', ' '), subId, value].filter(Boolean).join(' ') || undefined
}

interface ResultFrame {
  group: string
  specimen?: Reference | undefined
  effective?: string | undefined
  issued?: string | undefined
  basedOn?: Reference | undefined
  parent?: string | undefined
}

function addResults(context: Context, results: readonly ResultSegment[], frame: ResultFrame): Reference[] {
  return results.map(({ obx, notes: below }, i) =>
    addObservation(context, obx, {
      place: `${frame.group}x${i + 1}`,
      kind: 'laboratory',
      specimen: frame.specimen,
      effective: frame.effective,
      issued: frame.issued,
      basedOn: frame.basedOn,
      parentResult: frame.parent,
      notes: below,
    }),
  )
}

/** SPM once per segment, whatever number of orders it serves. */
function specimenOf(context: Context, segment: Segment, known: Map<Segment, Reference>): Reference {
  const before = known.get(segment)
  if (before) return before
  const spm = context.fields(segment)
  const type = spm.concept(4)
  const accession = spm.text(2)
  const collectedDateTime = spm.dateTime(17)
  const bodySite = spm.concept(8)
  const receivedTime = spm.dateTime(18)
  const reference = context.add({
    resourceType: 'Specimen',
    id: context.id(`sp${known.size + 1}`),
    ...(accession && { accessionIdentifier: { value: accession } }),
    ...(type && { type }),
    subject: context.subject,
    ...(receivedTime && { receivedTime }),
    collection: defined({ collectedDateTime, bodySite }),
    extension: spm.rest(),
  } as Specimen)
  const named = { ...reference, ...(type?.text && { display: type.text }) }
  known.set(segment, named)
  return named
}

/** OBR-15 (`019&全血&JC10`) where the message has no SPM: by name only. */
function specimenInObr(obr: Fields | undefined): Reference | undefined {
  const written = obr?.text(15)
  if (written === undefined) return undefined
  const [, name = written] = written.split('&')
  obr?.keep(15)
  return { display: name }
}
