/** Answers of several resources, and what has to be said beside them. */
import type { Bundle, OperationOutcome, Resource } from '#fhir'
import type { Withholding } from '#chart'
import { issue, outcome } from './words.ts'

const REDACTED = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'REDACTED' }

export interface Answered {
  /** All that match, in order. */
  readonly resources: readonly Resource[]
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
  const { resources, offset, count, self, pageAt, base, issues, isRedacted } = answered
  const page = resources.slice(offset, offset + count)
  const hasMore = offset + count < resources.length
  const said = issues.length > 0 ? [{ resource: outcome(...issues), search: { mode: 'outcome' as const } }] : []
  return {
    resourceType: 'Bundle',
    ...(isRedacted && { meta: { security: [REDACTED] } }),
    type: 'searchset',
    total: resources.length,
    link: [{ relation: 'self', url: self }, ...(hasMore ? [{ relation: 'next', url: pageAt(offset + count) }] : [])],
    entry: [
      ...page.map((resource) => ({
        fullUrl: `${base}/${resource.resourceType}/${resource.id}`,
        resource,
        search: { mode: 'match' as const },
      })),
      ...said,
    ],
  }
}

/** What the reader has to know of an answer: by rights and by the state of the files, never by what is withheld. */
export function issuesOf(withholding: Withholding, unshown: number, found: number): OperationOutcome['issue'] {
  const { withheld, without } = withholding
  return [
    ...(withheld.length + without.length > 0
      ? [issue('withheld', 'information', [...withheld, ...without].join(', '))]
      : []),
    ...(unshown > 0 ? [issue('unshown', 'warning', String(unshown))] : []),
    ...(found === 0 ? [issue('empty', 'information')] : []),
  ]
}
