/** Observations as the chart reads them, and which part of the chart each belongs to. */
import { EXTENSION, findExtension, quantityText, SYSTEM, TORIDE_SYSTEM } from '#fhir'
import type { Observation, Quantity, Resource } from '#fhir'
import type { Code, DateText, Sensitivity } from '../model.ts'
import type { LabColumn, LabValue } from '../model-clinical.ts'
import {
  allWords,
  codeOf,
  dateOf,
  defined,
  GONE_STATUS,
  hasCode,
  isGone,
  itemOf,
  noteTexts,
  ofType,
  originOf,
  words,
} from './read.ts'

export interface Result {
  readonly resource: Observation
  readonly name: string
  readonly code: Code | undefined
  readonly at: DateText
  readonly by: LabColumn['by']
  readonly value: LabValue
  readonly number: number | undefined
  readonly sensitivity: readonly Sensitivity[]
}

/** Infections that carry a stigma are opened by reason (USERS.md); isolation needs such as MRSA are not hidden. */
export const STIGMA = new Set(['hbv', 'hcv', 'hiv', 'htlv', 'syphilis'])

export function infectionKind({ category }: Observation): string | undefined {
  if (!hasCode(category, TORIDE_SYSTEM.category, 'infection')) return undefined
  return (
    category?.flatMap((c) => c.coding ?? []).find(({ system }) => system === TORIDE_SYSTEM.infection)?.code ?? 'other'
  )
}

type Place = 'labs' | 'microbiology' | 'vitals' | 'background' | 'other'

/**
 * Observations by the place where the chart shows them. `background`: blood type and infections recorded with the
 * patient's data, not measured in a laboratory.
 */
export function sortObservations(resources: readonly Resource[]): Record<Place, Observation[]> {
  const sorted: Record<Place, Observation[]> = { labs: [], microbiology: [], vitals: [], background: [], other: [] }
  for (const observation of ofType(resources, 'Observation')) sorted[placeOf(observation)].push(observation)
  return sorted
}

export function placeOf(observation: Observation): Place {
  const is = (code: string) => (observation.category ?? []).some((c) => c.coding?.some((x) => x.code === code))
  if (is('vital-signs')) return 'vitals'
  if (is('laboratory')) return isMicrobiology(observation) ? 'microbiology' : 'labs'
  return is('blood-type') || is('infection') ? 'background' : 'other'
}

/** JLAC10 6…: microbiology. OBX-4 and OBR-26 group organism, quantity and susceptibility. */
function isMicrobiology(observation: Observation): boolean {
  const analyte = codeOf(observation.code, SYSTEM.jlac10)?.code ?? ''
  return (
    /^6[A-Z]/.test(analyte) ||
    findExtension(observation, EXTENSION.parentResult) !== undefined ||
    (findExtension(observation, EXTENSION.subId) !== undefined && !/^\d[A-Z]/.test(analyte))
  )
}

export function resultOf(resource: Observation): Result {
  const numeric = findExtension(resource, EXTENSION.numericValue)?.valueQuantity ?? resource.valueQuantity
  const kind = infectionKind(resource)
  const { sensitivity = [] } = itemOf(resource, kind && STIGMA.has(kind) ? ['stigma-infection'] : [])
  return {
    resource,
    name: words(resource.code) ?? '',
    code: codeOf(resource.code, SYSTEM.jlac10),
    ...timeOf(resource),
    value: valueOf(resource, numeric),
    number: isTrendNumber(resource, numeric) ? numeric!.value : undefined,
    sensitivity,
  }
}

function timeOf(resource: Observation): Pick<Result, 'at' | 'by'> {
  const collected = dateOf(resource.effectiveDateTime ?? resource.effectivePeriod?.start)
  if (collected) return { at: collected, by: 'collected' }
  const reported = dateOf(resource.issued)
  return reported ? { at: reported, by: 'reported' } : { at: originOf(resource).recordedAt ?? '', by: 'recorded' }
}

function valueOf(resource: Observation, numeric: Quantity | undefined): LabValue {
  const item = itemOf(resource)
  return defined<LabValue>({
    text: resultText(resource),
    unit: numeric?.unit ?? numeric?.code,
    flag: allWords(resource.interpretation),
    range: rangeText(resource),
    status: isGone(resource) ? GONE_STATUS : resource.status === 'final' ? undefined : resource.status,
    comments: noteTexts(resource.note),
    other: item.other,
    origin: item.origin,
  })
}

/** Exactly what the source wrote; '' where there is an order but no result yet. */
function resultText(resource: Observation): string {
  const { valueString, valueCodeableConcept, valueQuantity, valueDateTime, valueBoolean, valueInteger } = resource
  if (valueString !== undefined) return valueString
  if (valueCodeableConcept) return words(valueCodeableConcept) ?? ''
  if (valueQuantity) return quantityText(valueQuantity)
  // What could not be read as a time is a valueString, as written.
  if (valueDateTime) return (dateOf(valueDateTime) ?? '').replace('T', ' ').replace(/(:\d\d):00$/, '$1')
  if (resource.component?.length)
    return resource.component.map((c) => `${words(c.code) ?? ''} ${componentText(c)}`).join('、')
  return String(valueBoolean ?? valueInteger ?? words(resource.dataAbsentReason) ?? '')
}

function componentText(component: NonNullable<Observation['component']>[number]): string {
  const { valueString, valueCodeableConcept, valueQuantity } = component
  return (
    valueString ??
    words(valueCodeableConcept) ??
    [quantityText(valueQuantity), valueQuantity?.unit].filter(Boolean).join(' ')
  )
}

/** The source's words, else the bounds that a foreign source gave as numbers. */
function rangeText({ referenceRange }: Observation): string | undefined {
  const [range] = referenceRange ?? []
  if (!range) return undefined
  if (range.text) return range.text
  const [low, high] = [quantityText(range.low), quantityText(range.high)]
  return low || high ? `${low}-${high}` : undefined
}

/** `<0.5` and withdrawn results draw no line. */
function isTrendNumber(resource: Observation, numeric: Quantity | undefined): boolean {
  const { status } = resource
  const valid = !isGone(resource) && status !== 'cancelled' && status !== 'entered-in-error' && status !== 'registered'
  return valid && numeric?.value !== undefined && numeric.comparator === undefined
}
