/** Reading FHIR elements into the chart's words. */
import { institutionTime, isoDate } from '#base'
import {
  EXTENSION,
  findExtension,
  indexReferences,
  quantityText,
  resolveReference,
  sameSystem,
  SYSTEM,
  TORIDE_SYSTEM,
} from '#fhir'
import type { Annotation, CodeableConcept, Element, Meta, Quantity, Reference, ReferenceIndex, Resource } from '#fhir'
import type { Code, DateText, Item, Origin, Sensitivity } from '../model.ts'
import type { Amount } from '../model-clinical.ts'

/** What a person reads of a coded value: the text, else a display, else the bare code. */
export function words(concept: CodeableConcept | undefined): string | undefined {
  const coding = concept?.coding?.find(({ display }) => display) ?? concept?.coding?.[0]
  return concept?.text ?? coding?.display ?? coding?.code
}

export function allWords(concepts: readonly CodeableConcept[] | undefined): string | undefined {
  const texts = (concepts ?? []).flatMap((concept) => words(concept) ?? [])
  return texts.length > 0 ? texts.join(' ') : undefined
}

/** The code of `system` where given and present, else the first. */
export function codeOf(concept: CodeableConcept | undefined, system?: string): Code | undefined {
  const coded = (concept?.coding ?? []).filter(({ code }) => code)
  const coding = (system && coded.find((c) => sameSystem(c.system, system))) || coded[0]
  return coding?.code ? { code: coding.code, ...(coding.system && { system: coding.system }) } : undefined
}

export function hasCode(concepts: readonly CodeableConcept[] | undefined, system: string, code: string): boolean {
  return (concepts ?? []).some((c) => c.coding?.some((x) => x.code === code && sameSystem(x.system, system)))
}

/** Amount as written; undefined without a value, because a unit alone is no amount. */
export function amount(quantity: Quantity | undefined): Amount | undefined {
  const value = quantityText(quantity)
  return value === '' ? undefined : { value, unit: quantity?.unit ?? quantity?.code ?? '' }
}

/** FHIR dateTime or instant to the institution's time without zone, as precise as it was. */
export function dateOf(fhir: string | undefined): DateText | undefined {
  if (!fhir) return undefined
  // What nearly all are.
  if (fhir.length === 25 && fhir.endsWith('+09:00')) return fhir.slice(0, 19)
  const [, date, time, zone] = /^([\d-]+)(?:T(\d\d:\d\d(?::\d\d)?)[\d.]*(Z|[+-]\d\d:\d\d)?)?$/.exec(fhir) ?? []
  if (!time || !zone || zone === '+09:00') return time ? `${date}T${time}` : fhir
  const at = institutionTime(Date.parse(fhir))
  const two = (part: number) => String(part).padStart(2, '0')
  return `${isoDate(at)}T${two(at.hour)}:${two(at.minute)}:${two(at.second)}`
}

export function departmentOf(resource: Element): string | undefined {
  return words(findExtension(resource, EXTENSION.department)?.valueCodeableConcept)
}

export function noteTexts(notes: readonly Annotation[] | undefined): string[] {
  return (notes ?? []).map(({ text }) => text)
}

/** Fields that FHIR has no element for, as the source wrote them: `RXE-33: …`. */
function otherFields(element: Element): string[] {
  if (!element.extension) return []
  return element.extension
    .filter(({ url }) => url === EXTENSION.otherField)
    .map(({ extension }) => (extension ?? []).map(({ valueString }) => valueString).join(': '))
}

type AnyResource = Resource & { meta?: Meta; contained?: Resource[] }

/** Where an item comes from and what marks it carries: the start of every item. */
export function itemOf(resource: Resource, more: readonly Sensitivity[] = [], parts: readonly Element[] = []): Item {
  const sensitivity = [...new Set([...tagsOf(resource as AnyResource), ...more])]
  const other = [...new Set([resource as AnyResource, ...parts].flatMap((element) => otherFields(element as Element)))]
  return {
    origin: originOf(resource),
    ...(sensitivity.length > 0 && { sensitivity }),
    ...(other.length > 0 && { other }),
  }
}

/** Shown where a status is: the row is not in the newest complete export. */
export const GONE_STATUS = 'not-in-newest-export'

export const isGone = (resource: Resource): boolean => originOf(resource).goneSince !== undefined

export function originOf(resource: Resource): Origin {
  const { meta } = resource as AnyResource
  const recordedAt = dateOf(meta?.lastUpdated)
  const gone = meta?.tag?.find(({ system, code }) => system === TORIDE_SYSTEM.exported && code === 'gone')
  return {
    path: meta?.source ?? '',
    ...(recordedAt && { recordedAt }),
    ...(gone && { goneSince: gone.display ?? '' }),
  }
}

/** Safety tags of JP-CLINS (JP_ehrshrs_indication), and the restriction of PRB-25 (HL7 table 0177: R, V). */
function tagsOf({ meta }: AnyResource): Sensitivity[] {
  if (!meta?.tag && !meta?.security) return []
  const tags = (meta.tag ?? []).filter(({ system }) => sameSystem(system, SYSTEM.indication)).map(({ code }) => code)
  const restricted = (meta.security ?? []).some(
    ({ system, code }) => sameSystem(system, 'HL70177') && (code === 'R' || code === 'V'),
  )
  return [
    ...(tags.includes('UNINFORMED') ? (['uninformed'] as const) : []),
    ...(tags.includes('UNDELIVERED') || restricted ? (['undelivered'] as const) : []),
  ]
}

/** 告知: `UNINFORMED` says no, Toride's own tag says yes or unknown; no tag is unknown. */
export function disclosureOf(resource: Resource): 'told' | 'not-told' | 'unknown' {
  const { meta } = resource as AnyResource
  if (tagsOf(resource as AnyResource).includes('uninformed')) return 'not-told'
  return meta?.tag?.some((t) => t.system === TORIDE_SYSTEM.disclosure && t.code === 'told') ? 'told' : 'unknown'
}

/** Finds what references point to: among all resources, or contained in the one that refers. */
export class References {
  readonly #index: ReferenceIndex

  constructor(resources: readonly Resource[]) {
    this.#index = indexReferences(resources.map((resource) => ({ resource })))
  }

  find(reference: Reference | undefined, from: Resource): Resource | undefined {
    return resolveReference(reference, from as AnyResource, this.#index) as Resource | undefined
  }

  /** Name of a person, place or specimen: the display, else what the target is called. */
  name(reference: Reference | undefined, from: Resource): string | undefined {
    if (!reference) return undefined
    if (reference.display) return reference.display
    const target = this.find(reference, from)
    if (target?.resourceType === 'Specimen') return words(target.type)
    if (target?.resourceType === 'Practitioner') return target.name?.[0]?.text
    if (target?.resourceType === 'Organization' || target?.resourceType === 'Location') return target.name
    return reference.identifier?.value
  }
}

export function ofType<T extends Resource['resourceType']>(
  resources: readonly Resource[],
  type: T,
): Extract<Resource, { resourceType: T }>[] {
  return resources.filter((r): r is Extract<Resource, { resourceType: T }> => r.resourceType === type)
}

/** Newest first; what has no date comes last. */
export function newestFirst<T>(items: readonly T[], dateIn: (item: T) => DateText | undefined): T[] {
  return items.toSorted((a, b) => {
    const [left, right] = [dateIn(a) ?? '', dateIn(b) ?? '']
    return left === right ? 0 : left < right ? 1 : -1
  })
}

/** Without keys that are undefined: what is not recorded is absent from the chart's JSON. */
export function defined<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  const kept: Record<string, unknown> = {}
  for (const name of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[name]
    if (item !== undefined) kept[name] = item
  }
  return kept as T
}
