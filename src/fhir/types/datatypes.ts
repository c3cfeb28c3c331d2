/**
 * Data types of FHIR R4 (4.0.1), exactly its names and shapes, only the elements Toride writes or shows. What others put
 * into a resource beyond these is kept by `readResources` and simply not typed.
 */

export interface Element {
  id?: string
  extension?: Extension[]
}

/** `value[x]`: the types that Toride or JP Core uses. */
export interface Extension {
  url: string
  id?: string
  extension?: Extension[]
  valueString?: string
  valueCode?: string
  valueBoolean?: boolean
  valueInteger?: number
  valueDecimal?: number
  valueDateTime?: string
  valueDate?: string
  valueCoding?: Coding
  valueCodeableConcept?: CodeableConcept
  valueQuantity?: Quantity
  valueDuration?: Quantity
  valuePeriod?: Period
  valueReference?: Reference
  valueIdentifier?: Identifier
}

export interface Coding extends Element {
  system?: string
  version?: string
  code?: string
  display?: string
}

export interface CodeableConcept extends Element {
  coding?: Coding[]
  /** What a person wrote or saw. */
  text?: string
}

export interface Period extends Element {
  start?: string
  end?: string
}

export interface Quantity extends Element {
  value?: number
  comparator?: '<' | '<=' | '>=' | '>'
  unit?: string
  system?: string
  code?: string
}

export interface Range extends Element {
  low?: Quantity
  high?: Quantity
}

export interface Ratio extends Element {
  numerator?: Quantity
  denominator?: Quantity
}

export interface Identifier extends Element {
  use?: 'usual' | 'official' | 'temp' | 'secondary' | 'old'
  type?: CodeableConcept
  system?: string
  value?: string
  period?: Period
}

/** One of four forms: literal (`Patient/1`, `urn:uuid:…`), contained (`#id`), identifier only, display only. */
export interface Reference extends Element {
  reference?: string
  identifier?: Identifier
  display?: string
}

export interface Annotation extends Element {
  authorString?: string
  time?: string
  text: string
}

export interface Meta extends Element {
  versionId?: string
  lastUpdated?: string
  /** Path of the file that this was read from. */
  source?: string
  profile?: string[]
  security?: Coding[]
  tag?: Coding[]
}

export interface Narrative extends Element {
  status: 'generated' | 'extensions' | 'additional' | 'empty'
  div: string
}

/** Kanji, kana and alphabetic names are told apart by the extension iso21090-EN-representation (`IDE`, `SYL`, `ABC`). */
export interface HumanName extends Element {
  use?: 'usual' | 'official' | 'temp' | 'nickname' | 'anonymous' | 'old' | 'maiden'
  text?: string
  family?: string
  given?: string[]
}

export interface Address extends Element {
  use?: 'home' | 'work' | 'temp' | 'old' | 'billing'
  text?: string
  line?: string[]
  city?: string
  state?: string
  postalCode?: string
  country?: string
}

export interface ContactPoint extends Element {
  system?: 'phone' | 'fax' | 'email' | 'pager' | 'url' | 'sms' | 'other'
  value?: string
  use?: 'home' | 'work' | 'temp' | 'old' | 'mobile'
}

export interface Attachment extends Element {
  contentType?: string
  url?: string
  title?: string
  size?: number
  hash?: string
  data?: string
  creation?: string
}

export interface Timing extends Element {
  event?: string[]
  repeat?: Element & { boundsDuration?: Quantity; boundsPeriod?: Period; count?: number }
  code?: CodeableConcept
}

export interface DoseAndRate extends Element {
  type?: CodeableConcept
  doseRange?: Range
  /** 1回量. */
  doseQuantity?: Quantity
  /** 1日量, with a denominator of one day (JP Core). */
  rateRatio?: Ratio
  /** Speed of a drip. */
  rateQuantity?: Quantity
}

export interface Dosage extends Element {
  sequence?: number
  text?: string
  additionalInstruction?: CodeableConcept[]
  patientInstruction?: string
  timing?: Timing
  asNeededBoolean?: boolean
  asNeededCodeableConcept?: CodeableConcept
  site?: CodeableConcept
  route?: CodeableConcept
  method?: CodeableConcept
  doseAndRate?: DoseAndRate[]
}
