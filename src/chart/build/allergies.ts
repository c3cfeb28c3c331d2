/** Allergies and contraindications: merged over their sources, with the four words of absence. */
import { searchKey } from '#base'
import { EXTENSION, findExtension, SYSTEM } from '#fhir'
import type { AllergyIntolerance, Resource } from '#fhir'
import type { AbsenceStatement, DrugAllergy, Findings, Presence } from '../model.ts'
import type { Allergy } from '../model-clinical.ts'
import {
  codeOf,
  dateOf,
  defined,
  GONE_STATUS,
  hasCode,
  isGone,
  itemOf,
  newestFirst,
  noteTexts,
  ofType,
  words,
} from './read.ts'

/** SNOMED CT codes for statements without a substance, and what they speak of. */
const STATEMENTS: Readonly<Record<string, { says: AbsenceStatement['says']; scope?: string }>> = {
  '716186003': { says: 'none' },
  '409137002': { says: 'none', scope: 'medication' },
  '429625007': { says: 'none', scope: 'food' },
  '428607008': { says: 'none', scope: 'environment' },
  '1631000175102': { says: 'unconfirmed' },
}

export function allergiesOf(resources: readonly Resource[], gaps: number): Findings<Allergy> {
  const recorded = ofType(resources, 'AllergyIntolerance')
  const statements = recorded.flatMap((resource) => statementOf(resource) ?? [])
  const items = merge(recorded.filter((resource) => !statementOf(resource)).map(allergy))
  const general = statements.filter(({ scope }) => scope === 'all' || coversDrugsAndFood(statements))
  const doubts = gaps + items.filter(({ status }) => status === GONE_STATUS).length
  return { presence: presenceOf(items.filter(isActive).length > 0, general, doubts), items, statements }
}

/** "None" of drugs and "none" of food together are what people mean by なし; of one alone they are not. */
function coversDrugsAndFood(statements: readonly AbsenceStatement[]): boolean {
  return ['medication', 'food'].every((kind) => statements.some(({ scope }) => scope === kind))
}

/** What may be told to somebody who may not see which allergy it is. An allergy of unstated kind counts as one. */
export function drugAllergyOf({ items, statements }: Findings<Allergy>, gaps: number): DrugAllergy {
  const drugs = items.filter((item) => isActive(item) && item.category !== 'food' && item.category !== 'environment')
  const about = statements.filter(({ scope }) => scope === 'all' || scope === 'medication')
  const gone = items.filter(({ status }) => status === GONE_STATUS)
  return { presence: presenceOf(drugs.length > 0, about, gaps + gone.length) }
}

/** While a file that could tell cannot be read, nobody may read "none" or "nothing recorded". */
export function presenceOf(any: boolean, statements: readonly AbsenceStatement[], gaps: number): Presence {
  if (any) return 'present'
  if (gaps > 0 || statements.some(({ says }) => says === 'unconfirmed')) return 'unconfirmed'
  return statements.length > 0 ? 'none' : 'not-recorded'
}

function statementOf(resource: AllergyIntolerance): AbsenceStatement | undefined {
  const found = Object.entries(STATEMENTS).find(([code]) => hasCode([resource.code ?? {}], SYSTEM.snomed, code))?.[1]
  return (
    found &&
    defined<AbsenceStatement>({
      ...itemOf(resource),
      // Said once, and no longer: it confirms nothing today.
      says: isGone(resource) ? 'unconfirmed' : found.says,
      scope: found.scope ?? resource.category?.[0] ?? 'all',
      text: words(resource.code) ?? '',
      statedOn: dateOf(resource.recordedDate),
    })
  )
}

function allergy(resource: AllergyIntolerance): Allergy {
  const notes = noteTexts(resource.note)
  const reaction = resource.reaction?.[0]
  const text = reaction?.description ?? reaction?.manifestation?.map((m) => words(m)).join(' ')
  return defined<Allergy>({
    ...itemOf(resource),
    category: resource.category?.[0] ?? (findExtension(resource, EXTENSION.allergyKind) ? 'other' : 'unstated'),
    substance: words(resource.code) ?? '',
    code: codeOf(resource.code),
    severity: reaction?.severity,
    reaction: text,
    notes,
    contraindication: [text, words(resource.code), ...notes].some((words) => words?.includes('禁忌')),
    onset: dateOf(resource.onsetDateTime) ?? resource.onsetString,
    status: isGone(resource) ? GONE_STATUS : statusOf(resource),
    alsoIn: [],
  })
}

/** Words where the source gave them; a plain active allergy has none. */
function statusOf({ clinicalStatus, verificationStatus }: AllergyIntolerance): string | undefined {
  const verification = verificationStatus?.coding?.[0]?.code
  if (verification && verification !== 'confirmed') return verification
  const clinical = clinicalStatus?.coding?.[0]?.code
  return clinical === 'active' ? undefined : (clinicalStatus?.text ?? clinical)
}

/** An unconfirmed allergy still counts as one; what was taken back does not. */
function isActive({ status }: Allergy): boolean {
  return status === undefined || status === 'unconfirmed'
}

/** AL1 of ADT-00 and IAM of ADT-61 record the same allergy: one entry, both origins; the one with a reaction wins. */
function merge(allergies: readonly Allergy[]): Allergy[] {
  const byKey = new Map<string, Allergy>()
  for (const found of newestFirst(allergies, ({ origin }) => origin.recordedAt)) {
    const key = [found.category, searchKey(found.substance), found.status ?? ''].join('|')
    const known = byKey.get(key)
    const [kept, other] = known && (known.reaction || !found.reaction) ? [known, found] : [found, known]
    byKey.set(key, other ? { ...kept, alsoIn: [...kept.alsoIn, ...other.alsoIn, other.origin] } : kept)
  }
  return [...byKey.values()]
}
