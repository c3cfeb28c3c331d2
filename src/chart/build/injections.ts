/** Injections as ordered, and everything that was really given. */
import { SYSTEM, EXTENSION, findExtension, quantityText } from '#fhir'
import type { MedicationAdministration, MedicationRequest } from '#fhir'
import type { Administration, InjectionGroup, InjectionOrder } from '../model-clinical.ts'
import {
  drugsOf,
  identifierOf,
  instructionsOf,
  isInjection,
  orderKeyOf,
  orderNumberOf,
  routeWords,
  spanOf,
  usageWords,
} from './medication.ts'
import { unusualStatus } from './orders.ts'
import {
  allWords,
  amount,
  dateOf,
  defined,
  departmentOf,
  itemOf,
  newestFirst,
  noteTexts,
  words,
  type References,
} from './read.ts'

const SETTING_SYSTEM = 'http://terminology.hl7.org/CodeSystem/v2-0482'

export function injectionsOf(requests: readonly MedicationRequest[], references: References): InjectionOrder[] {
  const orders = Map.groupBy(requests, orderKeyOf)
  const found = [...orders.values()].map((order) => {
    const first = order[0]!
    return defined<InjectionOrder>({
      ...itemOf(first),
      orderNumber: orderNumberOf(first),
      orderedOn: dateOf(first.authoredOn),
      department: departmentOf(first),
      prescriber: references.name(first.requester, first),
      groups: order.map((request) => groupOf(request, references)),
    })
  })
  return newestFirst(found, ({ orderedOn, groups }) => groups[0]?.start ?? orderedOn)
}

function groupOf(request: MedicationRequest, references: References): InjectionGroup {
  const dosages = request.dosageInstruction ?? []
  const amounts = dosages.flatMap(({ doseAndRate }) => doseAndRate ?? [])
  const { start, end } = spanOf(request)
  const kinds = (request.category ?? []).filter((c) => !c.coding?.some(({ system }) => system === SETTING_SYSTEM))
  return defined<InjectionGroup>({
    ...itemOf(request, [], dosages),
    rp: identifierOf(request.identifier, SYSTEM.rpNumber) ?? '',
    kind: allWords(kinds),
    status: unusualStatus(request.status),
    route: routeWords(dosages),
    site: dosages.flatMap(({ site }) => words(site) ?? [])[0],
    start,
    end,
    usage: usageWords(dosages),
    volume: amounts.map(({ doseQuantity, doseRange }) => amount(doseQuantity ?? doseRange?.high)).find(Boolean),
    rate: amounts.map(({ rateQuantity }) => amount(rateQuantity)).find(Boolean),
    drugs: drugsOf(request, references),
    comments: [...instructionsOf(dosages), ...noteTexts(request.note)],
  })
}

/** One entry per order, time and status: the drugs of one bottle stand together. */
export function administrationsOf(
  given: readonly MedicationAdministration[],
  references: References,
): Administration[] {
  const kept = given.filter(({ status }) => status !== 'entered-in-error')
  const together = Map.groupBy(kept, (g) =>
    [g.meta?.source, g.request?.identifier?.value, startOf(g), endOf(g), g.status].join('|'),
  )
  return newestFirst(
    [...together.values()].map((group) => administration(group, references)),
    ({ start }) => start,
  )
}

function administration(group: readonly MedicationAdministration[], references: References): Administration {
  const first = group[0]!
  const rate = group.map(({ dosage }) => quantityWords(dosage?.rateQuantity)).find(Boolean)
  const place = findExtension(first, EXTENSION.administrationLocation)?.valueReference?.display
  return defined<Administration>({
    ...itemOf(first, [], [...group, ...group.flatMap(({ dosage }) => dosage ?? [])]),
    kind: isInjection(first) ? 'injection' : 'prescription',
    orderNumber: first.request?.identifier?.value,
    start: startOf(first),
    end: endOf(first),
    drugs: group.flatMap((g) =>
      drugsOf(g, references).map((drug) => defined({ ...drug, amount: drug.amount ?? amount(g.dosage?.dose) })),
    ),
    route: words(first.dosage?.route),
    rate,
    status: first.status,
    by: references.name(first.performer?.[0]?.actor, first),
    place,
    comments: [
      ...new Set(
        group.flatMap((g) => [...(g.statusReason ?? []).flatMap((r) => words(r) ?? []), ...noteTexts(g.note)]),
      ),
    ],
  })
}

function quantityWords(quantity: Parameters<typeof quantityText>[0]): string | undefined {
  const text = quantityText(quantity)
  return text ? `${text} ${quantity?.unit ?? ''}`.trim() : undefined
}

function startOf(given: MedicationAdministration): string | undefined {
  return dateOf(given.effectiveDateTime ?? given.effectivePeriod?.start)
}

function endOf(given: MedicationAdministration): string | undefined {
  return dateOf(given.effectivePeriod?.end)
}
