/**
 * Verified sheets as a FHIR R4 bundle for the EHR's vendor. What a person wrote stays text; nothing is read out of it (no
 * status, no code, no number). Each sheet brings three Provenances: who wrote it, who entered it, who verified it, and when.
 */
import { createHash } from 'node:crypto'
import type { EpochMs } from '#base'
import { type Bundle, EXTENSION, extension, type Reference, type Resource, TORIDE_SYSTEM } from '#fhir'
import type { FieldName, Item } from './items.ts'
import { itemsOf, type Sheet } from './sheets.ts'

type Words = Readonly<Record<string, string>>
const CLINICAL = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical'
const AGENT = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type'
const NULL_FLAVOR = 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor'
const ABSENT = 'http://terminology.hl7.org/CodeSystem/data-absent-reason'
const AFTERWARDS = '事後入力'

/** @param words of the fields, `what` and the kinds of sheets, in the language of the bundle */
export function sheetsBundle(sheets: readonly Sheet[], words: { field: Words; kind: Words }, at: EpochMs): Bundle {
  const entry = sheets.filter(({ verified }) => verified).flatMap((sheet) => sheetResources(sheet, words))
  return {
    resourceType: 'Bundle',
    type: 'collection',
    timestamp: new Date(at).toISOString(),
    entry: entry.map(({ place, resource }) => ({ fullUrl: place, resource })),
  }
}

interface Placed {
  readonly place: string
  readonly resource: Resource
}

/** The same whenever it is written again, so that what is taken in twice is seen to be the same. */
function placeOf(sheet: Sheet, part: string): string {
  const hex = createHash('sha256').update(`${sheet.id} ${part}`).digest('hex')
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

function sheetResources(sheet: Sheet, words: { field: Words; kind: Words }): Placed[] {
  const meta = {
    source: `urn:toride:sheet:${sheet.id}`,
    tag: [{ system: TORIDE_SYSTEM.backEntry, code: 'entered-afterwards', display: AFTERWARDS }],
  }
  const paper = placeOf(sheet, 'paper')
  // What has no resource of its own (a bill, a sheet of which the picture is enough) stands in the paper's description.
  const items = itemsOf(sheet)
  const told = items.filter(({ kind }) => kind === 'billing').map((item) => sentence(item, words.field, true))
  const found: Placed[] = items.flatMap((item, i) => {
    const resource = resourceOf(item, sheet, words.field)
    return resource ? [{ place: placeOf(sheet, `${i} ${sheet.verified?.of}`), resource: { ...resource, meta } }] : []
  })
  const description = [...told, sheet.note].filter(Boolean).join('\n')
  const document: Resource = {
    resourceType: 'DocumentReference',
    meta,
    identifier: [{ value: sheet.number }],
    status: 'current',
    type: { text: words.kind[sheet.kind] ?? sheet.kind },
    subject: subjectOf(sheet),
    ...(sheet.author && { author: [{ display: sheet.author }] }),
    ...(description && { description }),
    content: [{ attachment: { title: sheet.number, creation: sheet.day } }],
  }
  const targets = [...found.map(({ place }) => place), paper]
  return [...found, { place: paper, resource: document }, ...provenances(sheet, targets, paper)]
}

function subjectOf({ joined, patient }: Sheet): Reference {
  if (joined) return { identifier: { value: joined.patientId }, display: joined.name }
  return { display: patient || '－' }
}

function provenances(sheet: Sheet, targets: readonly string[], paper: string): Placed[] {
  const entered = sheet.entered.find(({ id }) => id === sheet.verified?.of)
  const iso = (at: EpochMs) => new Date(at).toISOString()
  const acts = [
    { code: 'author', name: sheet.author, occurred: sheet.day, at: sheet.registered.at },
    { code: 'enterer', name: entered?.who?.name ?? '', occurred: iso(entered!.at), at: entered!.at },
    {
      code: 'verifier',
      name: sheet.verified!.who?.name ?? '',
      occurred: iso(sheet.verified!.at),
      at: sheet.verified!.at,
    },
  ]
  return acts.map(({ code, name, occurred, at }) => ({
    place: placeOf(sheet, `${code} ${sheet.verified?.of}`),
    resource: {
      resourceType: 'Provenance',
      target: targets.map((reference) => ({ reference })),
      occurredDateTime: occurred,
      recorded: iso(at),
      activity: { text: AFTERWARDS },
      agent: [{ type: { coding: [{ system: AGENT, code }] }, who: { display: name || '－' } }],
      entity: [{ role: 'source', what: { reference: paper } }],
    },
  }))
}

/** As written, each under its own word: 1回量 and 1日量 stay two. */
function sentence(item: Item, words: Words, isWhole = false): string {
  const fields = Object.entries(item.fields).map(([name, value]) => `${words[name] ?? name} ${value}`)
  return [...(isWhole ? [item.what, item.day] : []), ...fields].filter(Boolean).join('、')
}

function resourceOf(item: Item, sheet: Sheet, words: Words): Resource | undefined {
  const { kind, what, fields, code } = item
  const subject = subjectOf(sheet)
  const text = sentence(item, words)
  const day = item.day || sheet.day
  // A code stands here only if it was taken from a list; of which one nobody wrote down.
  const concept = { ...(code && { coding: [{ code }] }), text: what || '－' }
  const note = text ? { note: [{ text }] } : {}
  const given = (name: FieldName): string => fields[name] ?? ''
  if (kind === 'prescription')
    return {
      resourceType: 'MedicationRequest',
      status: 'unknown',
      intent: 'order',
      medicationCodeableConcept: concept,
      subject,
      authoredOn: day,
      ...(sheet.author && { requester: { display: sheet.author } }),
      ...(text && { dosageInstruction: [{ text }] }),
    }
  if (kind === 'injection')
    return {
      resourceType: 'MedicationAdministration',
      status: 'unknown',
      medicationCodeableConcept: concept,
      subject,
      effectiveDateTime: day,
      ...(text && { dosage: { text } }),
    }
  if (kind === 'allergy')
    return {
      resourceType: 'AllergyIntolerance',
      clinicalStatus: { coding: [{ system: CLINICAL, code: 'active' }] },
      code: concept,
      patient: subject,
      recordedDate: day,
      ...note,
    }
  if (kind === 'lab')
    return {
      resourceType: 'Observation',
      status: 'unknown',
      code: concept,
      subject,
      effectiveDateTime: day,
      ...(given('value')
        ? { valueString: given('value') }
        : { dataAbsentReason: { coding: [{ system: ABSENT, code: 'unknown' }] } }),
      ...(given('unit') && {
        extension: [extension(EXTENSION.numericValue, { valueQuantity: { unit: given('unit') } })],
      }),
      ...note,
    }
  if (kind === 'diagnosis')
    return {
      resourceType: 'Condition',
      code: concept,
      subject,
      recordedDate: day,
      ...note,
    }
  if (kind === 'encounter')
    return {
      resourceType: 'Encounter',
      status: 'unknown',
      class: { system: NULL_FLAVOR, code: 'UNK' },
      ...(what && { serviceType: { text: what } }),
      subject,
      period: { start: day },
      ...(given('doctor') && { participant: [{ individual: { display: given('doctor') } }] }),
      ...(given('ward') && { location: [{ location: { display: given('ward') } }] }),
    }
  return undefined
}
