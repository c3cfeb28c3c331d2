/** R4 resources about people, places and the calendar: who, where, when, and who pays. */
import type { DomainResource } from './base.ts'
import type {
  Address,
  CodeableConcept,
  Coding,
  ContactPoint,
  Element,
  HumanName,
  Identifier,
  Period,
  Reference,
} from './datatypes.ts'

export interface Patient extends DomainResource {
  resourceType: 'Patient'
  identifier?: Identifier[]
  active?: boolean
  name?: HumanName[]
  telecom?: ContactPoint[]
  gender?: 'male' | 'female' | 'other' | 'unknown'
  birthDate?: string
  deceasedBoolean?: boolean
  deceasedDateTime?: string
  address?: Address[]
  contact?: PatientContact[]
  generalPractitioner?: Reference[]
  link?: PatientLink[]
}

/** Another record of the same person, as the source says. */
export interface PatientLink extends Element {
  other: Reference
  type: 'replaced-by' | 'replaces' | 'refer' | 'seealso'
}

export interface PatientContact extends Element {
  relationship?: CodeableConcept[]
  name?: HumanName
  telecom?: ContactPoint[]
  address?: Address
  organization?: Reference
}

export interface Practitioner extends DomainResource {
  resourceType: 'Practitioner'
  identifier?: Identifier[]
  name?: HumanName[]
}

export interface Organization extends DomainResource {
  resourceType: 'Organization'
  identifier?: Identifier[]
  type?: CodeableConcept[]
  name?: string
  telecom?: ContactPoint[]
  address?: Address[]
  partOf?: Reference
}

export interface Location extends DomainResource {
  resourceType: 'Location'
  identifier?: Identifier[]
  name?: string
  description?: string
  physicalType?: CodeableConcept
  partOf?: Reference
}

export type EncounterStatus =
  | 'planned'
  | 'arrived'
  | 'triaged'
  | 'in-progress'
  | 'onleave'
  | 'finished'
  | 'cancelled'
  | 'entered-in-error'
  | 'unknown'

export interface Encounter extends DomainResource {
  resourceType: 'Encounter'
  identifier?: Identifier[]
  status: EncounterStatus
  class: Coding
  type?: CodeableConcept[]
  serviceType?: CodeableConcept
  subject?: Reference
  participant?: (Element & { type?: CodeableConcept[]; period?: Period; individual?: Reference })[]
  period?: Period
  reasonCode?: CodeableConcept[]
  hospitalization?: Element & { admitSource?: CodeableConcept; dischargeDisposition?: CodeableConcept }
  location?: (Element & {
    location: Reference
    status?: 'planned' | 'active' | 'reserved' | 'completed'
    period?: Period
  })[]
  serviceProvider?: Reference
}

export interface Coverage extends DomainResource {
  resourceType: 'Coverage'
  identifier?: Identifier[]
  status: 'active' | 'cancelled' | 'draft' | 'entered-in-error'
  type?: CodeableConcept
  subscriberId?: string
  beneficiary: Reference
  dependent?: string
  relationship?: CodeableConcept
  period?: Period
  payor: Reference[]
  class?: (Element & { type: CodeableConcept; value: string; name?: string })[]
  order?: number
}

export interface Appointment extends DomainResource {
  resourceType: 'Appointment'
  identifier?: Identifier[]
  status:
    | 'proposed'
    | 'pending'
    | 'booked'
    | 'arrived'
    | 'fulfilled'
    | 'cancelled'
    | 'noshow'
    | 'entered-in-error'
    | 'checked-in'
    | 'waitlist'
  serviceType?: CodeableConcept[]
  description?: string
  start?: string
  end?: string
  comment?: string
  participant: (Element & {
    actor?: Reference
    status: 'accepted' | 'declined' | 'tentative' | 'needs-action'
  })[]
}
