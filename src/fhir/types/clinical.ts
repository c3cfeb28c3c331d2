/** R4 resources of clinical content. */
import type { DomainResource } from './base.ts'
import type {
  Annotation,
  Attachment,
  CodeableConcept,
  Element,
  Identifier,
  Period,
  Quantity,
  Range,
  Ratio,
  Reference,
  Timing,
} from './datatypes.ts'

export type AllergyCategory = 'food' | 'medication' | 'environment' | 'biologic'

export interface AllergyIntolerance extends DomainResource {
  resourceType: 'AllergyIntolerance'
  identifier?: Identifier[]
  clinicalStatus?: CodeableConcept
  verificationStatus?: CodeableConcept
  type?: 'allergy' | 'intolerance'
  category?: AllergyCategory[]
  criticality?: 'low' | 'high' | 'unable-to-assess'
  code?: CodeableConcept
  patient: Reference
  onsetDateTime?: string
  onsetString?: string
  recordedDate?: string
  recorder?: Reference
  asserter?: Reference
  note?: Annotation[]
  reaction?: (Element & {
    manifestation: CodeableConcept[]
    description?: string
    severity?: 'mild' | 'moderate' | 'severe'
  })[]
}

export interface Condition extends DomainResource {
  resourceType: 'Condition'
  identifier?: Identifier[]
  clinicalStatus?: CodeableConcept
  verificationStatus?: CodeableConcept
  category?: CodeableConcept[]
  severity?: CodeableConcept
  code?: CodeableConcept
  bodySite?: CodeableConcept[]
  subject: Reference
  onsetDateTime?: string
  onsetString?: string
  abatementDateTime?: string
  abatementString?: string
  recordedDate?: string
  recorder?: Reference
  asserter?: Reference
  note?: Annotation[]
}

export type ObservationStatus =
  | 'registered'
  | 'preliminary'
  | 'final'
  | 'amended'
  | 'corrected'
  | 'cancelled'
  | 'entered-in-error'
  | 'unknown'

export interface ReferenceRange extends Element {
  low?: Quantity
  high?: Quantity
  type?: CodeableConcept
  text?: string
}

export interface ObservationComponent extends Element {
  code: CodeableConcept
  valueQuantity?: Quantity
  valueCodeableConcept?: CodeableConcept
  valueString?: string
  interpretation?: CodeableConcept[]
  referenceRange?: ReferenceRange[]
}

export interface Observation extends DomainResource {
  resourceType: 'Observation'
  identifier?: Identifier[]
  basedOn?: Reference[]
  partOf?: Reference[]
  status: ObservationStatus
  category?: CodeableConcept[]
  code: CodeableConcept
  subject?: Reference
  effectiveDateTime?: string
  effectivePeriod?: Period
  issued?: string
  performer?: Reference[]
  valueQuantity?: Quantity
  valueCodeableConcept?: CodeableConcept
  valueString?: string
  valueBoolean?: boolean
  valueInteger?: number
  valueDateTime?: string
  valueRatio?: Ratio
  valueRange?: Range
  dataAbsentReason?: CodeableConcept
  interpretation?: CodeableConcept[]
  note?: Annotation[]
  bodySite?: CodeableConcept
  method?: CodeableConcept
  specimen?: Reference
  referenceRange?: ReferenceRange[]
  hasMember?: Reference[]
  component?: ObservationComponent[]
}

export interface DiagnosticReport extends DomainResource {
  resourceType: 'DiagnosticReport'
  identifier?: Identifier[]
  basedOn?: Reference[]
  status:
    | 'registered'
    | 'partial'
    | 'preliminary'
    | 'final'
    | 'amended'
    | 'corrected'
    | 'appended'
    | 'cancelled'
    | 'entered-in-error'
    | 'unknown'
  category?: CodeableConcept[]
  code: CodeableConcept
  subject?: Reference
  effectiveDateTime?: string
  effectivePeriod?: Period
  issued?: string
  performer?: Reference[]
  specimen?: Reference[]
  result?: Reference[]
  conclusion?: string
  presentedForm?: Attachment[]
}

export interface Specimen extends DomainResource {
  resourceType: 'Specimen'
  identifier?: Identifier[]
  accessionIdentifier?: Identifier
  status?: 'available' | 'unavailable' | 'unsatisfactory' | 'entered-in-error'
  type?: CodeableConcept
  subject?: Reference
  receivedTime?: string
  collection?: Element & { collectedDateTime?: string; collectedPeriod?: Period; bodySite?: CodeableConcept }
  note?: Annotation[]
}

export type RequestStatus = 'draft' | 'active' | 'on-hold' | 'revoked' | 'completed' | 'entered-in-error' | 'unknown'

export interface ServiceRequest extends DomainResource {
  resourceType: 'ServiceRequest'
  identifier?: Identifier[]
  basedOn?: Reference[]
  requisition?: Identifier
  status: RequestStatus
  intent:
    | 'proposal'
    | 'plan'
    | 'directive'
    | 'order'
    | 'original-order'
    | 'reflex-order'
    | 'filler-order'
    | 'instance-order'
  category?: CodeableConcept[]
  priority?: 'routine' | 'urgent' | 'asap' | 'stat'
  code?: CodeableConcept
  orderDetail?: CodeableConcept[]
  subject: Reference
  occurrenceDateTime?: string
  occurrencePeriod?: Period
  occurrenceTiming?: Timing
  authoredOn?: string
  requester?: Reference
  locationCode?: CodeableConcept[]
  reasonCode?: CodeableConcept[]
  supportingInfo?: Reference[]
  specimen?: Reference[]
  bodySite?: CodeableConcept[]
  note?: Annotation[]
}

export interface Procedure extends DomainResource {
  resourceType: 'Procedure'
  identifier?: Identifier[]
  basedOn?: Reference[]
  partOf?: Reference[]
  status:
    | 'preparation'
    | 'in-progress'
    | 'not-done'
    | 'on-hold'
    | 'stopped'
    | 'completed'
    | 'entered-in-error'
    | 'unknown'
  category?: CodeableConcept
  code?: CodeableConcept
  subject: Reference
  performedDateTime?: string
  performedPeriod?: Period
  performer?: (Element & { function?: CodeableConcept; actor: Reference })[]
  bodySite?: CodeableConcept[]
  report?: Reference[]
  note?: Annotation[]
  usedCode?: CodeableConcept[]
}

export interface NutritionOrder extends DomainResource {
  resourceType: 'NutritionOrder'
  identifier?: Identifier[]
  status: RequestStatus
  intent:
    | 'proposal'
    | 'plan'
    | 'directive'
    | 'order'
    | 'original-order'
    | 'reflex-order'
    | 'filler-order'
    | 'instance-order'
    | 'option'
  patient: Reference
  dateTime: string
  orderer?: Reference
  allergyIntolerance?: Reference[]
  foodPreferenceModifier?: CodeableConcept[]
  excludeFoodModifier?: CodeableConcept[]
  oralDiet?: Element & { type?: CodeableConcept[]; schedule?: Timing[]; instruction?: string }
  supplement?: (Element & { type?: CodeableConcept; productName?: string; schedule?: Timing[]; instruction?: string })[]
  note?: Annotation[]
}

export interface Flag extends DomainResource {
  resourceType: 'Flag'
  identifier?: Identifier[]
  status: 'active' | 'inactive' | 'entered-in-error'
  category?: CodeableConcept[]
  code: CodeableConcept
  subject: Reference
  period?: Period
  author?: Reference
}
