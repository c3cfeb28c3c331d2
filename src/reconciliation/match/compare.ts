/** Two items of one patient and one kind, field by field, and why they may be the same. */
import { foldWidth } from '#base'
import { type EhrItem, FIELDS, type FieldName, type Item, MUST_AGREE } from '../items.ts'
import { likeness, nameOf, type NameLikeness } from './names.ts'

/** Why two stand beside each other: codes with their words in the messages. `day-near` carries days, the others 0. */
export const REASONS = [
  'code',
  'name-same',
  'name-maker',
  'name-stem',
  'name-loose',
  'name-similar',
  'day-same',
  'day-near',
  'day-open',
  'figures-equal',
] as const
export interface Reason {
  readonly code: (typeof REASONS)[number]
  readonly figure: number
}

/** '' where that side says nothing. Both as written. */
export interface Difference {
  readonly field: FieldName | 'what' | 'day'
  readonly paper: string
  readonly ehr: string
}

export interface Comparison {
  /** Higher is closer; pairs are joined from the highest down. */
  readonly score: number
  readonly reasons: readonly Reason[]
  readonly differences: readonly Difference[]
}

const NAME_POINTS: Readonly<Record<NameLikeness, number>> = { same: 100, maker: 90, stem: 70, loose: 60, similar: 50 }
/** Records may carry the day of entry or the day after midnight; further apart they are different acts. */
export const NEAR_DAYS = 3
const DAY_MS = 86_400_000

/** Undefined where they have nothing to do with each other. Patient and kind are the caller's to compare. */
export function compare(paper: Item, ehr: EhrItem): Comparison | undefined {
  const day = dayReason(paper, ehr)
  const name = nameReason(paper, ehr)
  if (!day || !name) return undefined
  const { differences, equalFigures } = fieldDifferences(paper, ehr)
  const nameDiffers = name.code !== 'name-same'
  const all: Difference[] = [
    ...(nameDiffers ? [{ field: 'what', paper: paper.what, ehr: ehr.what } as const] : []),
    ...(day.code === 'day-near' ? [{ field: 'day', paper: paper.day, ehr: ehr.day } as const] : []),
    ...differences,
  ]
  const points = name.figure - (day.code === 'day-near' ? 5 * day.figure : 0) - all.length
  const reasons: Reason[] = [{ code: name.code, figure: 0 }, day]
  if (equalFigures) reasons.push({ code: 'figures-equal', figure: 0 })
  return { score: points, reasons, differences: all }
}

function nameReason(paper: Item, ehr: Item): Reason | undefined {
  const alike = likeness(nameOf(paper.what), nameOf(ehr.what))
  if (alike === 'same') return { code: 'name-same', figure: NAME_POINTS.same }
  // A code that agrees while the names do not is shown with both names: somebody may have taken the wrong line.
  if (paper.code !== '' && paper.code === ehr.code) return { code: alike ? `name-${alike}` : 'code', figure: 95 }
  return alike && { code: `name-${alike}`, figure: NAME_POINTS[alike] }
}

/** Allergies and diseases are told on any day: theirs is no ground to keep them apart. */
const DAYLESS: readonly Item['kind'][] = ['allergy', 'diagnosis']

function dayReason(paper: Item, ehr: EhrItem): Reason | undefined {
  if (paper.day !== '' && paper.day === ehr.day) return { code: 'day-same', figure: 0 }
  if (paper.day === '' || ehr.day === '' || DAYLESS.includes(paper.kind)) return { code: 'day-open', figure: 0 }
  // What was there before the outage on another day is another act: nobody entered it from this sheet.
  if (ehr.origin === 'restored') return undefined
  const apart = daysApart(paper.day, ehr.day)
  return apart <= NEAR_DAYS ? { code: 'day-near', figure: apart } : undefined
}

const dayNumbers = new Map<string, number>()
/** Day of an item as a count of days; NaN where it is none. */
export function dayNumber(day: string): number {
  const known = dayNumbers.get(day)
  if (known !== undefined) return known
  if (dayNumbers.size > 20_000) dayNumbers.clear()
  const number = Math.round(Date.parse(`${day}T00:00:00Z`) / DAY_MS)
  dayNumbers.set(day, number)
  return number
}
const daysApart = (a: string, b: string): number => Math.abs(dayNumber(a) - dayNumber(b))

function fieldDifferences(paper: Item, ehr: Item): { differences: Difference[]; equalFigures: boolean } {
  const differences: Difference[] = []
  let equalFigures = false
  for (const field of FIELDS[paper.kind] as readonly FieldName[]) {
    const [a, b] = [paper.fields[field] ?? '', ehr.fields[field] ?? '']
    if (a === '' && (b === '' || !MUST_AGREE.includes(field))) continue
    const [flatA, flatB] = [flat(a), flat(b)]
    if (flatA === flatB) continue
    // 5 and 5.0 are one figure; both stay as written, and that they were taken for one is said.
    if (flatA !== '' && flatB !== '' && sameFigure(flatA, flatB)) equalFigures = true
    else differences.push({ field, paper: a, ehr: b })
  }
  return { differences, equalFigures }
}

const flat = (text: string): string => (text === '' ? '' : foldWidth(text).replace(/\s+/g, '').toLowerCase())

const FIGURE = /^([<>]?=?[+-]?\d+(?:\.\d+)?)(.*)$/
function sameFigure(a: string, b: string): boolean {
  const [, figureA = '', unitA = ''] = FIGURE.exec(a) ?? []
  const [, figureB = '', unitB = ''] = FIGURE.exec(b) ?? []
  return figureA !== '' && unitA === unitB && Number(figureA) === Number(figureB)
}
