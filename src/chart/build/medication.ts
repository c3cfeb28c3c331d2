/** What prescriptions, injections and administrations share. */
import { addDays } from '#base'
import { EXTENSION, findExtension, quantityText, SYSTEM, sameSystem } from '#fhir'
import type {
  CodeableConcept,
  Dosage,
  Identifier,
  Medication,
  MedicationAdministration,
  MedicationRequest,
} from '#fhir'
import type { Code, DateText } from '../model.ts'
import type { Amount, EndDate } from '../model-clinical.ts'
import { amount, codeOf, dateOf, defined, words, type References } from './read.ts'

/** Put on resources by a reader that knows from elsewhere (the data kind) that they are injections. */
export const INJECTION_TAG = { system: 'urn:toride:chart:part', code: 'injection' } as const

/** HL7 table 0162: into vein, muscle, skin, artery, spine. */
const INJECTION_ROUTES = new Set([
  'IV',
  'IM',
  'SC',
  'SQ',
  'ID',
  'IA',
  'IT',
  'EP',
  'IVP',
  'IVPB',
  'IP',
  'IC',
  'IS',
  'IO',
])

export function isInjection(resource: MedicationRequest | MedicationAdministration): boolean {
  if (resource.meta?.tag?.some(({ system, code }) => system === INJECTION_TAG.system && code === INJECTION_TAG.code))
    return true
  const dosages: readonly Dosage[] =
    resource.resourceType === 'MedicationRequest' ? (resource.dosageInstruction ?? []) : [resource.dosage ?? {}]
  const byRoute = dosages.some(({ route }) => route?.coding?.some(({ code }) => INJECTION_ROUTES.has(code ?? '')))
  // JAMI usage codes of injections begin with 3.
  const byUsage = dosages.some(({ timing }) =>
    timing?.code?.coding?.some((c) => sameSystem(c.system, SYSTEM.usage) && c.code?.startsWith('3')),
  )
  return byRoute || byUsage
}

function mixtureOf(
  resource: MedicationRequest | MedicationAdministration,
  references: References,
): Medication | undefined {
  const target = references.find(resource.medicationReference, resource)
  return target?.resourceType === 'Medication' ? target : undefined
}

export interface NamedDrug {
  readonly name: string
  readonly code?: Code
  readonly amount?: Amount
}

/** The single drug, or the ingredients of a mixture with their amounts. */
export function drugsOf(resource: MedicationRequest | MedicationAdministration, references: References): NamedDrug[] {
  const mixture = mixtureOf(resource, references)
  const ingredients = mixture?.ingredient ?? []
  if (ingredients.length > 0)
    return ingredients.map(({ itemCodeableConcept, strength }) =>
      named(itemCodeableConcept, amount(strength?.numerator)),
    )
  return [
    named(resource.medicationCodeableConcept ?? mixture?.code ?? { text: resource.medicationReference?.display ?? '' }),
  ]
}

function named(concept: CodeableConcept | undefined, quantity?: Amount): NamedDrug {
  return defined<NamedDrug>({ name: words(concept) ?? '', code: codeOf(concept), amount: quantity })
}

export function identifierOf(identifiers: readonly Identifier[] | undefined, system: string): string | undefined {
  return identifiers?.find((identifier) => sameSystem(identifier.system, system))?.value
}

export function orderNumberOf(request: MedicationRequest): string {
  return request.groupIdentifier?.value ?? identifierOf(request.identifier, SYSTEM.prescription) ?? ''
}

/** What was ordered together: by the order's number within a file, else by when and by whom. */
export function orderKeyOf(request: MedicationRequest): string {
  const { meta, authoredOn, requester } = request
  const number = orderNumberOf(request)
  const apart = number === '' ? [authoredOn, requester?.reference ?? requester?.display] : []
  return [meta?.source, number, ...apart].join('|')
}

/** When it begins and ends, by the record or by arithmetic, with the number of days or times as written. */
export interface Span {
  readonly supply?: string
  readonly start?: DateText
  readonly end?: EndDate
}

export function spanOf(request: MedicationRequest): Span {
  const dosages = request.dosageInstruction ?? []
  const extension = (url: string) => dosages.map((dosage) => findExtension(dosage, url)).find(Boolean)
  const period = extension(EXTENSION.periodOfUse)?.valuePeriod
  const duration = extension(EXTENSION.usageDuration)?.valueDuration ?? request.dispenseRequest?.expectedSupplyDuration
  const times = dosages.map(({ timing }) => timing?.repeat?.count).find(Boolean)
  const bounds = dosages.map(({ timing }) => timing?.repeat?.boundsPeriod).find(Boolean)
  const start = dateOf(period?.start ?? bounds?.start)
  const days = duration?.code === 'd' || duration?.unit === '日' ? duration.value : undefined
  const text = quantityText(duration)
  return defined<Span>({
    supply: text
      ? `${text}${supplyUnit(duration?.unit ?? duration?.code)}`
      : times === undefined
        ? undefined
        : `${times}回分`,
    start,
    end: endOf(dateOf(period?.end ?? bounds?.end), start ?? dateOf(request.authoredOn), days),
  })
}

function supplyUnit(unit: string | undefined): string {
  return unit === '日' || unit === 'd' ? '日分' : (unit ?? '')
}

function endOf(
  recorded: DateText | undefined,
  start: DateText | undefined,
  days: number | undefined,
): EndDate | undefined {
  if (recorded) return { date: recorded, by: 'recorded' }
  if (!start || start.length < 10 || days === undefined || !Number.isInteger(days) || days < 1) return undefined
  return { date: addDays(start.slice(0, 10), days - 1), by: 'derived' }
}

export function usageWords(dosages: readonly Dosage[]): string | undefined {
  const texts = dosages.flatMap(({ text, patientInstruction }) => text ?? patientInstruction ?? [])
  return texts.length > 0 ? texts.join('、') : undefined
}

export function usageCodeOf(dosages: readonly Dosage[]): Code | undefined {
  return dosages.map(({ timing }) => codeOf(timing?.code, SYSTEM.usage)).find(Boolean)
}

export function instructionsOf(dosages: readonly Dosage[]): string[] {
  return [
    ...new Set(
      dosages.flatMap(({ additionalInstruction }) => additionalInstruction ?? []).flatMap((i) => words(i) ?? []),
    ),
  ]
}

export function routeWords(dosages: readonly Dosage[]): string | undefined {
  return dosages.flatMap(({ route }) => words(route) ?? [])[0]
}
