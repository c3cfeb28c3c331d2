/** OMP-02: one MedicationRequest per RXE; the drugs are in RXC and become a contained Medication. */
import type { Segment } from '#hl7v2'
import { EXTENSION, extension } from '../extensions.ts'
import { SYSTEM } from '../systems.ts'
import type { DoseAndRate, Medication, MedicationRequest } from '../types.ts'
import type { Context } from './context.ts'
import { departmentExtension } from './encounter.ts'
import { defined, type Fields } from './fields.ts'
import {
  drugCategories,
  drugGroups,
  drugIdentifiers,
  drugStatus,
  mergeDosage,
  placesInRp,
  routeOf,
  usageOf,
  type DrugGroup,
} from './medication.ts'
import { addObservation, notes } from './observation.ts'
import { orderFields, restOf } from './order.ts'

export function addInjection(context: Context): void {
  const groups = drugGroups(context.message)
  const places = placesInRp(context, groups)
  groups.forEach((group, index) => {
    addOrder(context, group, index + 1, places[index]!)
    group.obx.forEach(({ obx, notes: below }, i) =>
      addObservation(context, obx, { place: `o${index + 1}x${i + 1}`, kind: 'survey', notes: below }),
    )
  })
}

function addOrder(context: Context, group: DrugGroup, number: number, place: number): void {
  const orc = orderFields(context, group.orc)
  const rxe = context.fields(group.rxe)
  const order = orc?.text(2)
  // RXE-2 of an injection is its kind (一般, 麻薬, 抗がん剤 …); without RXC it is the drug itself.
  const kind = rxe.concept(2)
  const medication = group.rxc.length ? mixture(context, group.rxc, rxe) : undefined
  const usages = group.tq1.length ? group.tq1.map((segment) => usageOf(context, segment)) : [{}]
  const route = routeOf(context, group.rxr)
  const amounts = volumeAndRate(rxe)
  context.add({
    resourceType: 'MedicationRequest',
    id: context.id(`in${number}`),
    identifier: drugIdentifiers(orc, rxe, place),
    ...(order && { groupIdentifier: { value: order } }),
    ...(medication && { contained: [medication] }),
    status: drugStatus(orc),
    intent: 'order',
    category: [...drugCategories(context, orc, rxe), ...(medication && kind ? [kind] : [])],
    ...(medication
      ? { medicationReference: { reference: '#mixture', display: namesOf(medication) } }
      : { medicationCodeableConcept: kind ?? { text: '（薬品名の記載なし）' } }),
    subject: context.subject,
    ...defined({ authoredOn: orc?.dateTime(9), requester: orc?.person(12), recorder: orc?.person(10) }),
    reasonCode: orc?.concepts(16) ?? [],
    note: notes(context, group.notes),
    dosageInstruction: usages.map((usage, i) => ({
      ...mergeDosage({ additionalInstruction: rxe.concepts(7) }, usage, route),
      ...(usages.length > 1 && { sequence: i + 1 }),
      doseAndRate: amounts,
    })),
    dispenseRequest: defined({ quantity: rxe.quantity(10, 11) }),
    extension: [...departmentExtension(context, orc), ...rxe.rest(), ...restOf(orc), ...context.rests(group.others)],
  } as MedicationRequest)
}

/** RXE-3 (to 4) with 5: volume of the whole mixture. RXE-23/24: how fast. */
function volumeAndRate(rxe: Fields): DoseAndRate[] {
  const volume = rxe.quantity(3, 5)
  const most = rxe.quantity(4, 5)
  const rate = rxe.quantity(23, 24)
  rxe.ignore(5)
  if (!volume && !most && !rate) return []
  return [
    {
      ...(most ? { doseRange: defined({ low: volume, high: most }) } : volume && { doseQuantity: volume }),
      ...(rate && { rateQuantity: rate }),
    },
  ]
}

/** RXC: 1 base or additive, 2 drug, 3 and 4 amount. The form of the mixture is RXE-6. */
export function mixture(context: Context, segments: readonly Segment[], rxe: Fields): Medication {
  return {
    resourceType: 'Medication',
    id: 'mixture',
    status: 'active',
    ...defined({ form: rxe.concept(6) }),
    ingredient: segments.map((segment) => {
      const rxc = context.fields(segment)
      const role = rxc.text(1)
      const amount = rxc.quantity(3, 4)
      return {
        itemCodeableConcept: rxc.concept(2) ?? { text: '（薬品名の記載なし）' },
        ...(amount && {
          strength: { numerator: amount, denominator: { value: 1, unit: '回', system: SYSTEM.merit9, code: 'TIME' } },
        }),
        extension: [...(role ? [extension(EXTENSION.componentRole, { valueCode: role })] : []), ...rxc.rest()],
      }
    }),
  }
}

function namesOf(medication: Medication): string {
  return (medication.ingredient ?? []).map(({ itemCodeableConcept }) => itemCodeableConcept?.text).join(' + ')
}
