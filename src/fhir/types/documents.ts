/** R4 resources that carry documents, bundles and reports about the data itself. */
import type { DomainResource } from './base.ts'
import type { Attachment, CodeableConcept, Coding, Element, Identifier, Meta, Period, Reference } from './datatypes.ts'
import type { Resource } from './resources.ts'

export interface DocumentReference extends DomainResource {
  resourceType: 'DocumentReference'
  masterIdentifier?: Identifier
  identifier?: Identifier[]
  status: 'current' | 'superseded' | 'entered-in-error'
  docStatus?: 'preliminary' | 'final' | 'amended' | 'entered-in-error'
  type?: CodeableConcept
  category?: CodeableConcept[]
  subject?: Reference
  date?: string
  author?: Reference[]
  description?: string
  content: (Element & { attachment: Attachment; format?: Coding })[]
  context?: Element & { period?: Period; related?: Reference[]; practiceSetting?: CodeableConcept }
}

export interface Binary {
  resourceType: 'Binary'
  id?: string
  meta?: Meta
  contentType: string
  data?: string
}

export interface Bundle {
  resourceType: 'Bundle'
  id?: string
  meta?: Meta
  identifier?: Identifier
  type:
    | 'document'
    | 'message'
    | 'transaction'
    | 'transaction-response'
    | 'batch'
    | 'batch-response'
    | 'history'
    | 'searchset'
    | 'collection'
  timestamp?: string
  total?: number
  link?: { relation: string; url: string }[]
  entry?: (Element & {
    fullUrl?: string
    resource?: Resource
    search?: { mode?: 'match' | 'include' | 'outcome'; score?: number }
  })[]
}

export interface OperationOutcome extends DomainResource {
  resourceType: 'OperationOutcome'
  issue: (Element & {
    severity: 'fatal' | 'error' | 'warning' | 'information'
    code:
      | 'invalid'
      | 'structure'
      | 'required'
      | 'value'
      | 'not-supported'
      | 'code-invalid'
      | 'incomplete'
      | 'processing'
      | 'login'
      | 'expired'
      | 'forbidden'
      | 'suppressed'
      | 'not-found'
      | 'deleted'
      | 'throttled'
      | 'too-costly'
      | 'exception'
      | 'informational'
    details?: CodeableConcept
    diagnostics?: string
    expression?: string[]
  })[]
}

export interface Provenance extends DomainResource {
  resourceType: 'Provenance'
  target: Reference[]
  occurredDateTime?: string
  recorded: string
  activity?: CodeableConcept
  agent: (Element & { type?: CodeableConcept; who: Reference; onBehalfOf?: Reference })[]
  entity?: (Element & { role: 'derivation' | 'revision' | 'quotation' | 'source' | 'removal'; what: Reference })[]
}
