/** Answers of several resources, and what has to be said beside them. */
import type { Bundle, OperationOutcome, Resource } from '#fhir'
import type { Withholding } from '#chart'
import { type Shape, shaped } from './shape.ts'
import { issue, outcome } from './words.ts'

const REDACTED = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'REDACTED' }

export interface Answered {
  /** All that match, in order. */
  readonly resources: readonly Resource[]
  /** What comes with the resources of a page. */
  readonly includedIn: (page: readonly Resource[]) => readonly Resource[]
  readonly shape: Shape
  readonly hasTotal: boolean
  readonly offset: number
  readonly count: number
  readonly self: string
  /** Address of the page that begins at `offset`. */
  readonly pageAt: (offset: number) => string
  readonly base: string
  readonly issues: OperationOutcome['issue']
  readonly isRedacted: boolean
}

/** One page of a search. `total` counts what matches, never what is withheld. */
export function searchSet(answered: Answered): Bundle {
  const { resources, includedIn, shape, hasTotal, offset, count, self, pageAt, base, issues, isRedacted } = answered
  const isCounted = shape.summary === 'count'
  const page = isCounted ? [] : resources.slice(offset, offset + count)
  const hasMore = !isCounted && offset + count < resources.length
  const entry = (mode: 'match' | 'include') => (resource: Resource) => ({
    fullUrl: `${base}/${resource.resourceType}/${resource.id}`,
    resource: shaped(resource, shape),
    search: { mode },
  })
  const said = issues.length > 0 ? [{ resource: outcome(...issues), search: { mode: 'outcome' as const } }] : []
  const entries = [...page.map(entry('match')), ...includedIn(page).map(entry('include')), ...said]
  return {
    resourceType: 'Bundle',
    ...(isRedacted && { meta: { security: [REDACTED] } }),
    type: 'searchset',
    ...((hasTotal || isCounted) && { total: resources.length }),
    link: [{ relation: 'self', url: self }, ...(hasMore ? [{ relation: 'next', url: pageAt(offset + count) }] : [])],
    ...(entries.length > 0 && { entry: entries }),
  }
}

/** What the reader has to know of an answer: by rights and by the state of the files, never by what is withheld. */
export function issuesOf(withholding: Withholding, unshown: number, found: number): Answered['issues'] {
  const { withheld, without } = withholding
  return [
    ...(withheld.length + without.length > 0
      ? [issue('withheld', 'information', [...withheld, ...without].join(', '))]
      : []),
    ...(unshown > 0 ? [issue('unshown', 'warning', String(unshown))] : []),
    ...(found === 0 ? [issue('empty', 'information')] : []),
  ]
}

/** What was asked for and is not in the answer: conditions passed over, types that a token's scopes do not open. */
export function unansweredIssues(ignored: readonly string[], isScopeCut: boolean): Answered['issues'] {
  return [
    ...(ignored.length > 0 ? [issue('ignored', 'warning', ignored.join(', '))] : []),
    ...(isScopeCut ? [issue('includedScope', 'information')] : []),
  ]
}
