import type { Element, Extension, Meta, Narrative } from './datatypes.ts'
import type { Resource } from './resources.ts'

/** What every R4 DomainResource has. */
export interface DomainResource extends Element {
  meta?: Meta
  language?: string
  text?: Narrative
  contained?: Resource[]
  modifierExtension?: Extension[]
}
