/** OMP-11 and OMP-12: one MedicationAdministration per RXA; the RXR after several RXA holds for all of them. */
import type { Message, Segment } from '#hl7v2'
import { EXTENSION, extension } from '../extensions.ts'
import type { CodeableConcept, MedicationAdministration, Quantity } from '../types.ts'
import type { Context } from './context.ts'
import { departmentExtension } from './encounter.ts'
import { defined, quantity, type Fields } from './fields.ts'
import { drugIdentifiers, routeOf } from './medication.ts'
import { addObservation, notes } from './observation.ts'
import { orderSetting, restOf, resultOrderFields } from './order.ts'

/** HL7 table 0322. An empty RXA-20 is not "completed". */
const STATUS: Readonly<Record<string, MedicationAdministration['status']>> = {
  CP: 'completed',
  PA: 'completed',
  RE: 'not-done',
  NA: 'not-done',
}

interface Given {
  orc?: Segment
  rxa: Segment
  rxr: Segment[]
  notes: Segment[]
  /** What the message repeats of the order (TQ1, RXO, RXE, RXC and their RXR), and CTI 治験: kept as written. */
  others: Segment[]
}

export function addAdministrations(context: Context): void {
  const { given, observations } = givenGroups(context.message)
  const places = new Map<Segment | undefined, number>()
  given.forEach((group, index) => {
    const place = (places.get(group.orc) ?? 0) + 1
    places.set(group.orc, place)
    addAdministration(context, group, index + 1, place)
  })
  observations.forEach((obx, i) => addObservation(context, obx, { place: `ox${i + 1}`, kind: 'survey' }))
}

/** The order part of RAS^O17, before the first RXA. */
const ORDERED = new Set(['TQ1', 'TQ2', 'RXO', 'RXE', 'RXC', 'RXR'])

function givenGroups(message: Message): { given: Given[]; observations: Segment[] } {
  const given: Given[] = []
  const observations: Segment[] = []
  let orc: Segment | undefined
  let open: Given[] = []
  let ordered: Segment[] = []
  for (const segment of message.segments) {
    if (segment.id === 'ORC') {
      orc = segment
      open = []
      ordered = []
    } else if (segment.id === 'RXA') {
      if (open.at(-1)?.rxr.length) open = []
      const group: Given = { ...(orc && { orc }), rxa: segment, rxr: [], notes: [], others: ordered }
      ordered = []
      given.push(group)
      open.push(group)
    } else if (segment.id === 'RXR' && open.length > 0) for (const group of open) group.rxr.push(segment)
    else if (ORDERED.has(segment.id) && open.length === 0) ordered.push(segment)
    else if (segment.id === 'CTI') open.at(-1)?.others.push(segment)
    else if (segment.id === 'NTE') open.at(-1)?.notes.push(segment)
    else if (segment.id === 'OBX') observations.push(segment)
  }
  return { given, observations }
}

function addAdministration(context: Context, group: Given, number: number, place: number): void {
  const orc = resultOrderFields(context, group.orc)
  const rxa = context.fields(group.rxa).ignore(1, 2)
  const order = orc?.text(2)
  const start = rxa.dateTime(3)
  const end = rxa.dateTime(4)
  const performer = rxa.person(10)
  const location = locationText(rxa)
  const rate = rxa.text(12)
  const route = routeOf(context, group.rxr)
  const dose = rxa.quantity(6, 7)
  rxa.ignore(7)
  const requester = orc?.person(12)
  const orderedOn = orc?.dateTime(9)
  const setting = orderSetting(context, orc)
  context.add({
    resourceType: 'MedicationAdministration',
    id: context.id(`ma${number}`),
    identifier: drugIdentifiers(orc, undefined, place),
    status: isDeleted(rxa) ? 'entered-in-error' : statusOf(rxa),
    statusReason: rxa.concepts(18),
    ...defined({ category: setting }),
    medicationCodeableConcept: rxa.concept(5) ?? nameless(context, rxa),
    subject: context.subject,
    // R4 demands a time; without one the record says so by an empty period.
    ...(start && end ? { effectivePeriod: { start, end } } : { effectiveDateTime: start ?? end ?? context.careDay }),
    performer: performer ? [{ actor: performer }] : [],
    ...(order && { request: { identifier: { value: order } } }),
    note: [...rxa.concepts(9).map(({ text }) => ({ text: text ?? '' })), ...notes(context, group.notes)],
    dosage: {
      ...defined({ route: route.route, site: route.site, method: route.method, dose }),
      ...rateOf(rate),
      extension: route.extension ?? [],
    },
    extension: [
      ...departmentExtension(context, orc),
      ...(location ? [extension(EXTENSION.administrationLocation, { valueReference: { display: location } })] : []),
      ...(requester ? [extension(EXTENSION.administrationRequester, { valueReference: requester })] : []),
      ...(orderedOn ? [extension(EXTENSION.administrationOrderedOn, { valueDateTime: orderedOn })] : []),
      ...rxa.ignore(22).rest(),
      ...restOf(orc),
      ...context.rests(group.others),
    ],
  } as MedicationAdministration)
}

/** RXA-21: `A` added, `U` updated, `D` deleted. */
function isDeleted(rxa: Fields): boolean {
  const action = rxa.text(21)
  if (action !== undefined && !'ADU'.includes(action)) rxa.unknown(21, action)
  return action === 'D'
}

function statusOf(rxa: Fields): MedicationAdministration['status'] {
  const written = rxa.text(20)
  if (written === undefined) return 'unknown'
  const status = STATUS[written]
  if (!status) rxa.unknown(20, written)
  // PA (partially) is told apart by its words.
  if (written === 'PA') rxa.keep(20)
  return status ?? 'unknown'
}

/** `102ml/hr`: number and unit in one text. */
function rateOf(written: string | undefined): { rateQuantity?: Quantity } {
  if (written === undefined) return {}
  const [, amount = '', unit = ''] = /^([\d.]+)\s*(.*)$/.exec(written) ?? []
  return { rateQuantity: amount ? quantity(amount, unit ? { text: unit } : undefined) : quantity(written) }
}

function locationText(rxa: Fields): string | undefined {
  return [rxa.text(11, 1), rxa.text(11, 2), rxa.text(11, 3)].filter(Boolean).join(' ') || undefined
}

function nameless(context: Context, rxa: Fields): CodeableConcept {
  context.problem('segment-unused', `${rxa.place}-5`, rxa.segment.raw)
  return { text: '（薬品名の記載なし）' }
}
