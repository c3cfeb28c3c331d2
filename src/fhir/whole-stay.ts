/** Encounters that tell a whole stay each, as FHIR servers keep them (JP Core): the moments that charts and lists are made of. */
import type { CodeableConcept, Encounter } from './types.ts'

/** Inpatient classes of v3-ActCode: also short stay, not acute, and under observation overnight. */
const INPATIENT = new Set(['IMP', 'ACUTE', 'NONAC', 'SS', 'OBSENC'])

export const isInpatient = ({ class: kind }: Pick<Encounter, 'class'>): boolean => INPATIENT.has(kind?.code ?? '')

export interface StayMoment {
  readonly event: 'admission' | 'leave' | 'discharge' | 'admission-planned' | 'discharge-planned'
  /** As the resource writes it (dateTime); undefined where it does not say. */
  readonly at: string | undefined
}

/**
 * What an inpatient encounter says, oldest first. A stay that goes on and names its end is planned to end then; one that
 * has ended is a discharge even where nobody wrote when. Empty for what was called off or is unknown to have happened.
 */
export function stayMoments(encounter: Encounter): StayMoment[] {
  const { status, period } = encounter
  const admission = { event: 'admission', at: period?.start } as const
  switch (status) {
    case 'planned':
      return [{ event: 'admission-planned', at: period?.start }]
    case 'cancelled':
    case 'entered-in-error':
      return []
    case 'finished':
      return [...(period?.start ? [admission] : []), { event: 'discharge', at: period?.end }]
    default: {
      const end = period?.end ? [{ event: 'discharge-planned', at: period.end } as const] : []
      return [admission, ...(status === 'onleave' ? [leaveOf(encounter)] : []), ...end]
    }
  }
}

/** Since when the patient is on leave: by the history of the status, else from the admission on. */
function leaveOf({ period, ...encounter }: Encounter): StayMoment {
  const history: unknown = (encounter as { statusHistory?: unknown }).statusHistory
  const steps = (Array.isArray(history) ? history : []) as ({ status?: unknown; period?: { start?: unknown } } | null)[]
  const since = steps.findLast((step) => step?.status === 'onleave')?.period?.start
  return { event: 'leave', at: typeof since === 'string' ? since : period?.start }
}

/**
 * Where the patient is: the place that is marked active, else the one entered last that was not left. Of a stay that has
 * ended, or was left everywhere, the last one; of one to come the planned one.
 */
export function currentPlace({ location = [] }: Pick<Encounter, 'location'>) {
  const entered = location
    .filter(({ status }) => status !== 'planned' && status !== 'reserved')
    .toSorted((a, b) => order(a.period?.start ?? '', b.period?.start ?? ''))
  return (
    entered.findLast(({ status }) => status === 'active') ??
    entered.findLast(({ status, period }) => status !== 'completed' && !period?.end) ??
    entered.at(-1) ??
    location[0]
  )
}

const order = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1)

const LEVELS = { wa: 'ward', area: 'ward', ro: 'room', bd: 'bed' } as const

/** What a Location is of 病棟・病室・病床 (location-physical-type). */
export function placeLevel(physicalType: CodeableConcept | undefined): 'ward' | 'room' | 'bed' | undefined {
  const coding: unknown = physicalType?.coding
  const codes = (Array.isArray(coding) ? coding : []).map((one: { code?: unknown } | null) => String(one?.code))
  const known = codes.find((code): code is keyof typeof LEVELS => Object.hasOwn(LEVELS, code))
  return known && LEVELS[known]
}
