/** Prescriptions: orders, their RPs, and for each drug the amount per time and per day, each under its own name. */
import { decodeUsage, EXTENSION, findExtension, quantityText, SYSTEM } from '#fhir'
import type { Dosage, DoseAndRate, MedicationRequest } from '#fhir'
import type { Amount, Dose, Drug, PrescriptionOrder, RpGroup, Stay } from '../model-clinical.ts'
import {
  drugsOf,
  identifierOf,
  instructionsOf,
  orderKeyOf,
  orderNumberOf,
  routeWords,
  spanOf,
  usageCodeOf,
  usageWords,
} from './medication.ts'
import { unusualStatus } from './orders.ts'
import {
  amount,
  dateOf,
  defined,
  departmentOf,
  GONE_STATUS,
  isGone,
  itemOf,
  newestFirst,
  noteTexts,
  words,
  type References,
} from './read.ts'

export function prescriptionsOf(
  requests: readonly MedicationRequest[],
  stay: Stay,
  references: References,
): PrescriptionOrder[] {
  const orders = Map.groupBy(requests, orderKeyOf)
  return newestFirst(
    [...orders.values()].map((order) => orderOf(order, stay, references)),
    ({ orderedOn }) => orderedOn,
  )
}

function orderOf(requests: readonly MedicationRequest[], stay: Stay, references: References): PrescriptionOrder {
  const first = requests.find((request) => !isGone(request)) ?? requests[0]!
  const setting = settingOf(first)
  const orderedOn = dateOf(first.authoredOn)
  return defined<PrescriptionOrder>({
    ...itemOf(first),
    orderNumber: orderNumberOf(first),
    orderedOn,
    department: departmentOf(first),
    prescriber: references.name(first.requester, first),
    setting,
    dispensing: dispensingOf(first),
    beforeAdmission: isBeforeAdmission(setting, orderedOn, stay),
    groups: rpGroups(requests, references),
  })
}

/** On admission the drugs of before stand apart (入院前の処方), whatever the source calls their status. */
function isBeforeAdmission(setting: PrescriptionOrder['setting'], orderedOn: string | undefined, stay: Stay): boolean {
  if (!stay.inHospital || setting === 'inpatient') return false
  if (stay.admittedOn === undefined || orderedOn === undefined) return true
  return orderedOn.slice(0, 10) <= stay.admittedOn.slice(0, 10)
}

/** Drugs of one RP that are not taken alike (the source contradicts itself) become groups of their own. */
function rpGroups(requests: readonly MedicationRequest[], references: References): RpGroup[] {
  const lines = requests.map((request, index) => ({
    request,
    rp: identifierOf(request.identifier, SYSTEM.rpNumber) ?? `#${index}`,
  }))
  const alike = Map.groupBy(lines, ({ request, rp }) => {
    const { supply, start } = spanOf(request)
    return [rp, usageWords(request.dosageInstruction ?? []) ?? '', supply ?? '', start ?? ''].join('|')
  })
  return [...alike.values()].map((group) =>
    rpGroup(
      group[0]!.rp,
      group.map(({ request }) => request),
      references,
    ),
  )
}

function rpGroup(rp: string, requests: readonly MedicationRequest[], references: References): RpGroup {
  const dosages = requests[0]!.dosageInstruction ?? []
  const decoded = dosages.some((dosage) => findExtension(dosage, EXTENSION.decoded)?.valueBoolean)
  return defined<RpGroup>({
    // Without an RP number each drug stands by itself.
    rp: rp.startsWith('#') ? '' : rp,
    usage: usageWords(dosages),
    usageDecoded: decoded || undefined,
    usageCode: usageCodeOf(dosages),
    route: routeWords(dosages),
    ...spanOf(requests[0]!),
    drugs: requests.map((request) => drugOf(request, references)),
  })
}

function drugOf(request: MedicationRequest, references: References): Drug {
  const dosages = request.dosageInstruction ?? []
  const drugs = drugsOf(request, references)
  return defined<Drug>({
    ...itemOf(request, [], dosages),
    name: drugs
      .map(({ name, amount: part }) => [name, part && `${part.value}${part.unit}`].filter(Boolean).join(' '))
      .join(' + '),
    code: drugs.length === 1 ? drugs[0]!.code : undefined,
    dose: doseOf(dosages, request),
    comments: [...instructionsOf(dosages), ...noteTexts(request.note)],
    status: isGone(request) ? GONE_STATUS : unusualStatus(request.status),
  })
}

/** 1回量 and 1日量 as recorded. What is not recorded is absent, never computed from the other. */
function doseOf(dosages: readonly Dosage[], request?: MedicationRequest): Dose {
  const amounts = dosages.flatMap(({ doseAndRate }) => doseAndRate ?? [])
  const perTime = amounts.map(perTimeOf).find(Boolean)
  const perDay = amounts.map((a) => (isPerDay(a) ? amount(a.rateRatio?.numerator) : undefined)).find(Boolean)
  return defined<Dose>({
    perTime,
    perDay,
    total: amount(request?.dispenseRequest?.quantity),
    contradictory: contradicts(amounts, dosages),
  })
}

function perTimeOf({ doseQuantity, doseRange }: DoseAndRate): Amount | undefined {
  if (doseQuantity) return amount(doseQuantity)
  const [low, high] = [quantityText(doseRange?.low), quantityText(doseRange?.high)]
  const unit = doseRange?.high?.unit ?? doseRange?.low?.unit ?? ''
  return low || high ? { value: `${low}～${high}`, unit } : undefined
}

/** A ratio over one day. A ratio over anything else is a speed and no 1日量. */
function isPerDay({ rateRatio }: DoseAndRate): boolean {
  const over = rateRatio?.denominator
  return over !== undefined && (over.value ?? 1) === 1 && (over.code === 'd' || /^(d|日)$/.test(over.unit ?? ''))
}

/** Only where both figures are in one unit and the times a day are coded: shown to the reader, not resolved. */
function contradicts(amounts: readonly DoseAndRate[], dosages: readonly Dosage[]): boolean {
  const codes = dosages.flatMap(({ timing }) => timing?.code?.coding ?? [])
  const times = codes.flatMap(({ code }) => decodeUsage(code ?? '')?.timesPerDay ?? [])
  const perTime = amounts.find(({ doseQuantity }) => doseQuantity)?.doseQuantity
  const perDay = amounts.find(isPerDay)?.rateRatio?.numerator
  // Several usages in one line (unequal doses, alternate days) have no simple product.
  if (times.length !== 1 || perTime?.value === undefined || perDay?.value === undefined) return false
  return perTime.unit === perDay.unit && Math.abs(perTime.value * times[0]! - perDay.value) > 1e-9
}

const SETTINGS: Readonly<Record<string, PrescriptionOrder['setting']>> = {
  I: 'inpatient',
  IHP: 'inpatient',
  DCG: 'inpatient',
  inpatient: 'inpatient',
  O: 'outpatient',
  OHP: 'outpatient',
  OHI: 'outpatient',
  OHO: 'outpatient',
  outpatient: 'outpatient',
  community: 'outpatient',
}

function settingOf({ category }: MedicationRequest): PrescriptionOrder['setting'] {
  const known = categoryCodes(category).map((code) => SETTINGS[code])
  // Where a prescription says both (an order of the ward dispensed as 退院処方), the ward counts.
  return known.includes('inpatient') ? 'inpatient' : (known.find(Boolean) ?? 'unknown')
}

function dispensingOf({ category }: MedicationRequest): PrescriptionOrder['dispensing'] {
  const codes = categoryCodes(category)
  const texts = (category ?? []).flatMap((c) => words(c) ?? []).join(' ')
  if (codes.includes('OHO') || texts.includes('院外')) return 'outside'
  return codes.includes('OHI') || codes.includes('IHP') || texts.includes('院内') ? 'in-house' : 'unknown'
}

function categoryCodes(category: MedicationRequest['category']): string[] {
  return (category ?? []).flatMap(({ coding }) => coding ?? []).flatMap(({ code }) => code ?? [])
}
