/** OMP-01: one MedicationRequest per RXE. 1回量 and 1日量 stay apart, and what contradicts stays as recorded. */
import { EXTENSION } from '../extensions.ts'
import { SYSTEM } from '../systems.ts'
import type { CodeableConcept, Coding, DoseAndRate, MedicationRequest, Quantity } from '../types.ts'
import { decodeUsage } from '../usage.ts'
import type { Context } from './context.ts'
import { departmentExtension } from './encounter.ts'
import { defined, type Fields } from './fields.ts'
import {
  drugCategories,
  drugGroups,
  drugIdentifiers,
  drugStatus,
  inDays,
  mergeDosage,
  placesInRp,
  routeOf,
  usageOf,
  type DrugGroup,
} from './medication.ts'
import { mixture } from './injection.ts'
import { addObservation, notes } from './observation.ts'
import { orderFields, restOf } from './order.ts'

/** 製剤量: the amount is of the product, not of its ingredient. */
const PRODUCT_AMOUNT: CodeableConcept = { coding: [{ system: SYSTEM.strengthType, code: '1', display: '製剤量' }] }

export function addPrescription(context: Context): void {
  const groups = drugGroups(context.message)
  const places = placesInRp(context, groups)
  groups.forEach((group, index) => {
    addDrug(context, group, index + 1, places[index]!)
    group.obx.forEach(({ obx, notes: below }, i) =>
      addObservation(context, obx, { place: `o${index + 1}x${i + 1}`, kind: 'survey', notes: below }),
    )
  })
}

function addDrug(context: Context, group: DrugGroup, number: number, place: number): void {
  const orc = orderFields(context, group.orc)
  const rxe = context.fields(group.rxe)
  const order = orc?.text(2)
  const usages = group.tq1.length ? group.tq1.map((segment) => usageOf(context, segment)) : [{}]
  const route = routeOf(context, group.rxr)
  const doses = amounts(rxe)
  const components = group.rxc.length ? mixture(context, group.rxc, rxe) : undefined
  const name = drugName(rxe)
  const quantity = rxe.quantity(10, 11)
  const repeats = Number(rxe.text(12))
  if (!(repeats > 0)) rxe.keep(12)
  checkDose(context, rxe, doses, usages)
  const validity = usages.flatMap((usage) => usage.extension ?? []).find(({ url }) => url === EXTENSION.usageDuration)
  context.add({
    resourceType: 'MedicationRequest',
    id: context.id(`rx${number}`),
    identifier: drugIdentifiers(orc, rxe, place),
    ...(order && { groupIdentifier: { value: order } }),
    status: drugStatus(orc),
    intent: 'order',
    category: drugCategories(context, orc, rxe),
    ...(components
      ? {
          contained: [{ ...components, ...(name && { code: name }) }],
          medicationReference: { reference: '#mixture', display: name?.text ?? '' },
        }
      : { medicationCodeableConcept: name ?? nameless(context, rxe) }),
    subject: context.subject,
    ...defined({
      authoredOn: orc?.dateTime(9) ?? orc?.dateTime(15) ?? rxe.dateTime(32),
      requester: orc?.person(12),
      recorder: orc?.person(10),
    }),
    reasonCode: orc?.concepts(16) ?? [],
    note: notes(context, group.notes),
    dosageInstruction: usages.map((usage, i) => ({
      ...mergeDosage({ additionalInstruction: rxe.concepts(7) }, usage, route),
      ...(usages.length > 1 && { sequence: i + 1 }),
      doseAndRate: doses,
    })),
    dispenseRequest: {
      ...(repeats > 0 && { numberOfRepeatsAllowed: repeats }),
      ...defined({ quantity, expectedSupplyDuration: validity?.valueDuration && inDays(validity.valueDuration) }),
    },
    extension: [...departmentExtension(context, orc), ...rxe.rest(), ...restOf(orc), ...context.rests(group.others)],
  } as MedicationRequest)
}

/** RXE-2 with both triplets, and the further code of RXE-31. */
function drugName(rxe: Fields): CodeableConcept | undefined {
  const name = rxe.concept(2)
  const more: Coding[] = rxe.concept(31)?.coding ?? []
  return name && { ...name, ...(more.length > 0 && { coding: [...(name.coding ?? []), ...more] }) }
}

function nameless(context: Context, rxe: Fields): CodeableConcept {
  context.problem('segment-unused', `${rxe.place}-2`, rxe.segment.raw)
  return { text: '（薬品名の記載なし）' }
}

/**
 * RXE-3 (to RXE-4) is the amount per time → doseQuantity or doseRange; RXE-19 the amount per day → rateRatio over one
 * day. Each only where recorded.
 */
function amounts(rxe: Fields): DoseAndRate[] {
  const perTime = rxe.quantity(3, 5)
  const most = rxe.quantity(4, 5)
  const perDay = rxe.quantityWithUnit(19)
  rxe.ignore(5)
  if (!perTime && !most && !perDay) return []
  return [
    {
      type: PRODUCT_AMOUNT,
      ...(most ? { doseRange: defined({ low: perTime, high: most }) } : perTime && { doseQuantity: perTime }),
      ...(perDay && { rateRatio: { numerator: perDay, denominator: ONE_DAY } }),
    },
  ]
}

const ONE_DAY: Quantity = { value: 1, unit: '日', system: SYSTEM.ucum, code: 'd' }

/** A day's amount that is not the amount per time by the times a day: reported, both figures stay. */
function checkDose(
  context: Context,
  rxe: Fields,
  doses: readonly DoseAndRate[],
  usages: readonly { timing?: { code?: CodeableConcept } }[],
): void {
  const [dose] = doses
  const perTime = dose?.doseQuantity
  const perDay = dose?.rateRatio?.numerator
  const codes = usages.flatMap((usage) => usage.timing?.code?.coding ?? [])
  const times = codes.flatMap(({ code }) => decodeUsage(code ?? '')?.timesPerDay ?? [])[0]
  if (perTime?.value === undefined || perDay?.value === undefined || times === undefined) return
  // Unequal doses (不均等) and days apart (I1100000 隔日) make a simple product wrong.
  if (rxe.segment.field(7).includes('V') || codes.length > 1) return
  if (perTime.unit === perDay.unit && Math.abs(perTime.value * times - perDay.value) > 1e-9) {
    context.problem('dose-contradicts', rxe.place, `${perTime.value} × ${times} ≠ ${perDay.value}`)
  }
}
