/** Notes, documents and diets. */
import type { DocumentReference, NutritionOrder, Resource } from '#fhir'
import { EXTENSION, findExtension, SYSTEM, TORIDE_SYSTEM } from '#fhir'
import type { ClinicalDocument, Diet } from '../model-clinical.ts'
import { bookingsOf } from './bookings.ts'
import { orderNumberOf, unusualStatus } from './orders.ts'
import {
  allWords,
  codeOf,
  dateOf,
  defined,
  departmentOf,
  hasCode,
  itemOf,
  newestFirst,
  noteTexts,
  ofType,
  words,
  type References,
} from './read.ts'

/** LOINC document codes in use in SS-MIX2 extended storages (guideline and JAMI lists). */
const KINDS: Readonly<Record<string, ClinicalDocument['kind']>> = {
  '11506-3': 'note',
  '34108-1': 'note',
  '34112-3': 'note',
  '18842-5': 'summary',
  '57133-1': 'referral',
  '68608-9': 'summary',
}

export function documentsOf(
  resources: readonly Resource[],
  references: References,
): Record<'notes' | 'documents', ClinicalDocument[]> {
  const filed = ofType(resources, 'DocumentReference').map((resource) => clinicalDocument(resource, references))
  const all = newestFirst([...filed, ...bookingsOf(resources, references)], ({ at }) => at)
  return { notes: all.filter(({ kind }) => kind === 'note'), documents: all.filter(({ kind }) => kind !== 'note') }
}

function clinicalDocument(resource: DocumentReference, references: References): ClinicalDocument {
  const department = words(resource.context?.practiceSetting) ?? departmentOf(resource)
  const title = resource.description ?? words(resource.type) ?? ''
  return defined<ClinicalDocument>({
    ...itemOf(resource, isPsychiatry(resource, title) ? ['psychiatry'] : []),
    kind: kindOf(resource),
    title,
    at: dateOf(resource.date ?? resource.context?.period?.start),
    department,
    author: references.name(resource.author?.[0], resource),
    files: resource.content.flatMap(({ attachment }) =>
      attachment.url
        ? [
            defined({
              path: pathOf(attachment.url),
              contentType: attachment.contentType ?? 'application/octet-stream',
              sizeBytes: attachment.size,
            }),
          ]
        : [],
    ),
    text: inlineText(resource),
  })
}

/** 診療科コード: 精神科, 神経科, 心療内科. */
const PSYCHIATRY_DEPARTMENTS = new Set(['02', '03', '33'])

/** By the department's code or words, or by what the document is called. */
export function isPsychiatry(resource: DocumentReference, title: string): boolean {
  const recorded = findExtension(resource, EXTENSION.department)?.valueCodeableConcept
  const departments = [recorded, resource.context?.practiceSetting]
  const coded = departments.some((d) => PSYCHIATRY_DEPARTMENTS.has(codeOf(d, SYSTEM.department)?.code ?? ''))
  return coded || /精神|心療|メンタル/.test([title, ...departments.map((d) => words(d) ?? '')].join(' '))
}

/** A path inside the source travels percent-encoded, as URLs must (`^` in folder names). */
function pathOf(url: string): string {
  try {
    return url.split('/').map(decodeURIComponent).join('/')
  } catch {
    return url
  }
}

export function kindOf({ type, category, content }: DocumentReference): ClinicalDocument['kind'] {
  if (hasCode(category, TORIDE_SYSTEM.category, 'booking')) return 'booking'
  const known = KINDS[codeOf(type, SYSTEM.loinc)?.code ?? '']
  if (known) return known
  const name = words(type) ?? ''
  if (/経過記録|診療録|看護記録|カルテ/.test(name)) return 'note'
  if (/サマリ|要約/.test(name)) return 'summary'
  if (/紹介状|診療情報提供/.test(name)) return 'referral'
  if (/レポート|報告書|所見/.test(name)) return 'report'
  return content.some(({ attachment }) => attachment.contentType?.startsWith('image/')) ? 'image' : 'other'
}

/** Only what is text in itself; everything else is opened by its path. */
function inlineText({ content }: DocumentReference): string | undefined {
  const texts = content.flatMap(({ attachment }) =>
    attachment.data && attachment.contentType?.startsWith('text/plain')
      ? [Buffer.from(attachment.data, 'base64').toString('utf8')]
      : [],
  )
  return texts.length > 0 ? texts.join('\n') : undefined
}

export function dietsOf(resources: readonly Resource[]): Diet[] {
  return newestFirst(ofType(resources, 'NutritionOrder').map(diet), ({ start }) => start)
}

function diet(order: NutritionOrder): Diet {
  const repeat = order.oralDiet?.schedule?.[0]?.repeat
  const supplements = (order.supplement ?? []).map((s) =>
    [words(s.type), s.productName, s.instruction].filter(Boolean).join(' '),
  )
  const excluded = allWords(order.excludeFoodModifier)
  return defined<Diet>({
    ...itemOf(order),
    orderNumber: orderNumberOf(order.identifier),
    start: dateOf(repeat?.boundsPeriod?.start ?? order.dateTime),
    end: dateOf(repeat?.boundsPeriod?.end),
    text: allWords(order.oralDiet?.type) ?? order.oralDiet?.instruction ?? '',
    details: [
      order.oralDiet?.type ? order.oralDiet.instruction : undefined,
      allWords(order.foodPreferenceModifier),
      excluded && `除去: ${excluded}`,
      ...supplements,
      ...noteTexts(order.note),
    ].filter((text) => text !== undefined),
    status: unusualStatus(order.status),
  })
}
