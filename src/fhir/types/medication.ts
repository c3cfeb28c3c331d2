/** R4 resources about drugs: ordered and given. */
import type { DomainResource } from './base.ts'
import type {
  Annotation,
  CodeableConcept,
  Dosage,
  Element,
  Identifier,
  Period,
  Quantity,
  Ratio,
  Reference,
} from './datatypes.ts'

export interface Medication extends DomainResource {
  resourceType: 'Medication'
  identifier?: Identifier[]
  code?: CodeableConcept
  status?: 'active' | 'inactive' | 'entered-in-error'
  form?: CodeableConcept
  ingredient?: (Element & {
    itemCodeableConcept?: CodeableConcept
    isActive?: boolean
    strength?: Ratio
  })[]
}

export interface MedicationRequest extends DomainResource {
  resourceType: 'MedicationRequest'
  identifier?: Identifier[]
  basedOn?: Reference[]
  status: 'active' | 'on-hold' | 'cancelled' | 'completed' | 'entered-in-error' | 'stopped' | 'draft' | 'unknown'
  statusReason?: CodeableConcept
  intent:
    | 'proposal'
    | 'plan'
    | 'order'
    | 'original-order'
    | 'reflex-order'
    | 'filler-order'
    | 'instance-order'
    | 'option'
  category?: CodeableConcept[]
  medicationCodeableConcept?: CodeableConcept
  medicationReference?: Reference
  subject: Reference
  supportingInformation?: Reference[]
  authoredOn?: string
  requester?: Reference
  recorder?: Reference
  reasonCode?: CodeableConcept[]
  groupIdentifier?: Identifier
  note?: Annotation[]
  dosageInstruction?: Dosage[]
  dispenseRequest?: Element & {
    validityPeriod?: Period
    numberOfRepeatsAllowed?: number
    quantity?: Quantity
    expectedSupplyDuration?: Quantity
  }
}

export interface MedicationAdministration extends DomainResource {
  resourceType: 'MedicationAdministration'
  identifier?: Identifier[]
  status: 'in-progress' | 'not-done' | 'on-hold' | 'completed' | 'entered-in-error' | 'stopped' | 'unknown'
  statusReason?: CodeableConcept[]
  category?: CodeableConcept
  medicationCodeableConcept?: CodeableConcept
  medicationReference?: Reference
  subject: Reference
  effectiveDateTime?: string
  effectivePeriod?: Period
  performer?: (Element & { function?: CodeableConcept; actor: Reference })[]
  request?: Reference
  note?: Annotation[]
  dosage?: Element & {
    text?: string
    site?: CodeableConcept
    route?: CodeableConcept
    method?: CodeableConcept
    dose?: Quantity
    rateRatio?: Ratio
    rateQuantity?: Quantity
  }
}
