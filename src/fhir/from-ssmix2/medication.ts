/** What prescriptions, injections and administrations share: groups of segments, RP numbers, routes, order data. */
import { timing, type Message, type Segment } from '#hl7v2'
import { EXTENSION, extension } from '../extensions.ts'
import { SYSTEM } from '../systems.ts'
import type { CodeableConcept, Dosage, Extension, Identifier, MedicationRequest, Quantity } from '../types.ts'
import { decodeUsage } from '../usage.ts'
import type { Context } from './context.ts'
import { defined, type Fields } from './fields.ts'
import { orderSetting, orderStatus } from './order.ts'
import { fhirDateTime } from './times.ts'

/** One drug order: ORC, RXE with the segments below it. */
export interface DrugGroup {
  orc?: Segment
  rxe: Segment
  tq1: Segment[]
  rxr: Segment[]
  rxc: Segment[]
  obx: { obx: Segment; notes: Segment[] }[]
  notes: Segment[]
  /** CTI 治験, RXO, TQ2 …: kept as written. */
  others: Segment[]
}

/** RDE^O11: ORC before each RXE; TQ1, RXR, RXC, NTE and OBX below it. An ORC without RXE is left to the problem list. */
export function drugGroups(message: Message): DrugGroup[] {
  const groups: DrugGroup[] = []
  let orc: Segment | undefined
  let early: Segment[] = []
  for (const segment of message.segments) {
    const group = groups.at(-1)
    if (segment.id === 'ORC') {
      orc = segment
      early = []
    } else if (segment.id === 'RXE') {
      groups.push({ ...(orc && { orc }), rxe: segment, tq1: early, rxr: [], rxc: [], obx: [], notes: [], others: [] })
      early = []
    } else if (segment.id === 'TQ1') {
      // HL7 allows TQ1 between ORC and RXE too.
      if (orc && group?.orc !== orc) early.push(segment)
      else group?.tq1.push(segment)
    } else if (group) attach(group, segment)
  }
  return groups
}

const OTHERS = new Set(['CTI', 'RXO', 'TQ2', 'FT1', 'BLG'])

function attach(group: DrugGroup, segment: Segment): void {
  if (segment.id === 'RXR') group.rxr.push(segment)
  else if (segment.id === 'RXC') group.rxc.push(segment)
  else if (segment.id === 'OBX') group.obx.push({ obx: segment, notes: [] })
  else if (segment.id === 'NTE') (group.obx.at(-1)?.notes ?? group.notes).push(segment)
  else if (OTHERS.has(segment.id)) group.others.push(segment)
}

/** ORC-4: the plain RP number (`1`), `order_RP` or `order_RP_seq`. The sequence may be missing. */
function rpOf(groupNumber: string | undefined, orderNumber: string | undefined): { rp?: string; index?: string } {
  if (groupNumber === undefined) return {}
  const parts = groupNumber.split('_')
  if (parts.length === 1) return groupNumber === orderNumber ? {} : { rp: groupNumber }
  const [, rp, index] = parts
  return { ...(rp && { rp }), ...(index && { index }) }
}

/** Identifiers of a drug line in JP Core's order: RP, place in the RP, order, prescription. */
export function drugIdentifiers(orc: Fields | undefined, rxe: Fields | undefined, place: number): Identifier[] {
  const order = orc?.text(2)
  const { rp, index } = rpOf(orc?.text(4), order)
  const prescription = rxe?.text(15)
  return [
    ...(rp ? [{ system: SYSTEM.rpNumber, value: rp }] : []),
    ...(rp ? [{ system: SYSTEM.rpIndex, value: index ?? String(place) }] : []),
    ...(order
      ? [{ system: SYSTEM.resourceInstance, value: [order, rp, index ?? place].filter(Boolean).join('.') }]
      : []),
    ...(prescription ? [{ system: SYSTEM.prescription, value: prescription }] : []),
  ]
}

/** Place of each drug in its RP, counted from 1, for senders that number only the RP. */
export function placesInRp(context: Context, groups: readonly DrugGroup[]): number[] {
  const counts = new Map<string, number>()
  return groups.map((group) => {
    const rp = group.orc ? (context.fields(group.orc).text(4) ?? '') : ''
    const place = (counts.get(rp) ?? 0) + 1
    counts.set(rp, place)
    return place
  })
}

const STATUS: Readonly<Record<string, MedicationRequest['status']>> = {
  active: 'active',
  revoked: 'cancelled',
  'on-hold': 'on-hold',
  completed: 'completed',
  'entered-in-error': 'entered-in-error',
}

/** ORC-1: DC and OD stop a running order, CA and OC cancel it. */
export function drugStatus(orc: Fields | undefined): MedicationRequest['status'] {
  const control = orc?.text(1)
  const status = STATUS[orderStatus(orc)] ?? 'unknown'
  return status === 'cancelled' && /^(DC|OD|DR)$/.test(control ?? '') ? 'stopped' : status
}

/** RXE-21 (外来処方, 院内処方 …, MERIT-9), then ORC-29, then RXE-27 (内服, 頓用, 外用). */
export function drugCategories(context: Context, orc: Fields | undefined, rxe: Fields): CodeableConcept[] {
  const merit9 = rxe.concepts(21).map((category) => ({
    ...category,
    coding: (category.coding ?? []).map((c) =>
      c.system === SYSTEM.merit9 ? { ...c, system: SYSTEM.merit9Category } : c,
    ),
  }))
  const setting = orderSetting(context, orc)
  return [...merit9, ...(setting ? [setting] : []), ...rxe.concepts(27)]
}

/**
 * TQ1 to Dosage without amounts. The words are those of the source (TQ1-3); only where it wrote none are they decoded
 * from the usage code, and marked so.
 */
export function usageOf(context: Context, segment: Segment | undefined): Dosage {
  if (!segment) return {}
  const fields = context.fields(segment).ignore(3)
  const { patterns, start, end, instruction, occurrences } = timing(segment)
  const codes = patterns.map(({ code, text, system }) => ({
    code: code?.trim() || undefined,
    display: text?.trim() || undefined,
    system: system?.trim() || undefined,
  }))
  const words = codes.flatMap(({ display }) => display ?? [])
  const decoded = codes.flatMap(({ code }) => (code ? (decodeUsage(code) ?? []) : []))
  const text = words.length ? words.join('、') : decoded.map((usage) => usage.text).join('、')
  const duration = fields.quantityWithUnit(6)
  const count = Number(occurrences)
  if (start) fields.ignore(7)
  else fields.dateTime(7)
  if (end) fields.ignore(8)
  else fields.dateTime(8)
  if (Number.isInteger(count) && count > 0) fields.ignore(14)
  fields.ignore(11)
  const asNeeded = decoded.some((usage) => usage.asNeeded)
  return defined<Dosage>({
    text: text || undefined,
    additionalInstruction: instruction ? [{ text: instruction }] : undefined,
    timing: timingElement(fields, codes, count),
    asNeededBoolean: asNeeded || undefined,
    extension: [
      ...(words.length === 0 && text ? [extension(EXTENSION.decoded, { valueBoolean: true })] : []),
      ...(start || end ? [periodOfUse(start && fhirDateTime(start), end && fhirDateTime(end))] : []),
      ...(duration ? [extension(EXTENSION.usageDuration, { valueDuration: inDays(duration) })] : []),
      ...fields.rest(),
    ],
  })
}

function timingElement(
  fields: Fields,
  codes: readonly { code: string | undefined; display: string | undefined; system: string | undefined }[],
  count: number,
): Dosage['timing'] {
  const codings = fields.codings(codes)
  return {
    ...(Number.isInteger(count) && count > 0 && { repeat: { count } }),
    ...(codings.length > 0 && { code: { coding: codings } }),
  }
}

function periodOfUse(start: string | undefined, end: string | undefined): Extension {
  return extension(EXTENSION.periodOfUse, { valuePeriod: defined({ start, end }) })
}

/** `5^d`, `14^D&日&ISO+`, `14^日分`: days carry the UCUM code beside the words of the source. */
export function inDays(duration: Quantity): Quantity {
  const unit = duration.unit ?? ''
  if (/^d$/i.test(unit) || /^日(間|分)?$/.test(unit)) {
    return { ...duration, unit: /^d$/i.test(unit) ? '日' : unit, system: SYSTEM.ucum, code: 'd' }
  }
  return duration
}

/** RXR: route, site, device, method. */
export function routeOf(context: Context, segments: readonly Segment[]): Dosage {
  const [segment] = segments
  if (!segment) return {}
  const rxr = context.fields(segment)
  const device = rxr.concept(3)
  const side = rxr.concept(6)
  const site = rxr.concept(2)
  return defined<Dosage>({
    route: rxr.concept(1),
    site:
      site && side
        ? { ...site, text: `${site.text}（${side.text}）`, coding: [...(site.coding ?? []), ...(side.coding ?? [])] }
        : (site ?? side),
    method: rxr.concept(4),
    extension: [
      ...(device ? [extension(EXTENSION.dosageDevice, { valueReference: { display: device.text ?? '' } })] : []),
      ...rxr.rest(),
      ...segments.slice(1).flatMap((more) => context.fields(more).rest()),
    ],
  })
}

/** Two halves of a dosage in one; their extensions add up. */
export function mergeDosage(...parts: readonly Dosage[]): Dosage {
  const extensions = parts.flatMap((part) => part.extension ?? [])
  const instructions = parts.flatMap((part) => part.additionalInstruction ?? [])
  return {
    ...Object.assign({}, ...parts),
    ...(extensions.length > 0 && { extension: extensions }),
    ...(instructions.length > 0 && { additionalInstruction: instructions }),
  }
}
