/**
 * What the elements that Toride reads must hold, R4's names. `s` a text, `n` a number, `b` a boolean, else a type of this table;
 * `*` behind it: a list of these; `!`: without it the object says nothing and goes too. Elements that are not named pass as
 * they are.
 */
const ELEMENT = 'id:s extension:Extension*'
const DOMAIN =
  'id:s meta:Meta language:s text:Narrative contained:any* extension:Extension* modifierExtension:Extension*'
const SUBJECT = 'subject:Reference patient:Reference encounter:Reference note:Annotation* identifier:Identifier*'
const REFERENCES = 'basedOn:Reference* partOf:Reference*'
const DRUG = 'medicationCodeableConcept:CodeableConcept medicationReference:Reference'
const VALUES = 'valueQuantity:Quantity valueCodeableConcept:CodeableConcept valueString:s'

const DATATYPES = {
  Extension:
    'url:s! valueString:s valueCode:s valueBoolean:b valueInteger:n valueDecimal:n valueDateTime:s valueDate:s valueCoding:Coding valueCodeableConcept:CodeableConcept valueQuantity:Quantity valueDuration:Quantity valuePeriod:Period valueReference:Reference valueIdentifier:Identifier valueAddress:Address',
  Coding: 'system:s version:s code:s display:s',
  CodeableConcept: 'coding:Coding* text:s',
  Period: 'start:s end:s',
  Quantity: 'value:n comparator:s unit:s system:s code:s',
  Range: 'low:Quantity high:Quantity',
  Ratio: 'numerator:Quantity denominator:Quantity',
  Identifier: 'use:s type:CodeableConcept system:s value:s period:Period',
  Reference: 'reference:s type:s identifier:Identifier display:s',
  Annotation: 'authorString:s time:s text:s!',
  Meta: 'versionId:s lastUpdated:s source:s profile:s* security:Coding* tag:Coding*',
  Narrative: 'status:s div:s',
  HumanName: 'use:s text:s family:s given:s* prefix:s* suffix:s* period:Period',
  Address: 'use:s text:s line:s* city:s state:s postalCode:s country:s',
  ContactPoint: 'system:s value:s use:s',
  Attachment: 'contentType:s url:s title:s size:n hash:s data:s creation:s',
  Timing: 'event:s* repeat:Repeat code:CodeableConcept',
  Repeat: 'boundsDuration:Quantity boundsPeriod:Period count:n',
  DoseAndRate:
    'type:CodeableConcept doseRange:Range doseQuantity:Quantity rateRatio:Ratio rateQuantity:Quantity rateRange:Range',
  Dosage:
    'sequence:n text:s additionalInstruction:CodeableConcept* patientInstruction:s timing:Timing asNeededBoolean:b asNeededCodeableConcept:CodeableConcept site:CodeableConcept route:CodeableConcept method:CodeableConcept doseAndRate:DoseAndRate*',
  AdministeredDosage:
    'text:s site:CodeableConcept route:CodeableConcept method:CodeableConcept dose:Quantity rateRatio:Ratio rateQuantity:Quantity',
  Reaction: 'substance:CodeableConcept manifestation:CodeableConcept* description:s severity:s',
  AppointmentParticipant: 'actor:Reference status:s',
  CoverageClass: 'type:CodeableConcept! value:s! name:s',
  ReferenceRange: 'low:Quantity high:Quantity type:CodeableConcept text:s',
  Component: `code:CodeableConcept! ${VALUES} interpretation:CodeableConcept* referenceRange:ReferenceRange*`,
  DocumentContent: 'attachment:Attachment! format:Coding',
  DocumentContext: 'period:Period related:Reference* practiceSetting:CodeableConcept encounter:Reference*',
  EncounterParticipant: 'type:CodeableConcept* period:Period individual:Reference',
  EncounterLocation: 'location:Reference! status:s period:Period',
  Hospitalization: 'admitSource:CodeableConcept dischargeDisposition:CodeableConcept',
  Ingredient: 'itemCodeableConcept:CodeableConcept itemReference:Reference isActive:b strength:Ratio',
  Dispense: 'validityPeriod:Period numberOfRepeatsAllowed:n quantity:Quantity expectedSupplyDuration:Quantity',
  Performer: 'function:CodeableConcept actor:Reference!',
  OralDiet: 'type:CodeableConcept* schedule:Timing* instruction:s',
  Supplement: 'type:CodeableConcept productName:s schedule:Timing* instruction:s quantity:Quantity',
  PatientLink: 'other:Reference! type:s',
  PatientContact:
    'relationship:CodeableConcept* name:HumanName telecom:ContactPoint* address:Address organization:Reference',
  Agent: 'type:CodeableConcept who:Reference! onBehalfOf:Reference',
  Entity: 'role:s what:Reference!',
  Section: 'title:s code:CodeableConcept text:Narrative section:Section*',
  Collection: 'collectedDateTime:s collectedPeriod:Period bodySite:CodeableConcept',
} as const

const RESOURCES = {
  AllergyIntolerance:
    'clinicalStatus:CodeableConcept verificationStatus:CodeableConcept type:s category:s* criticality:s code:CodeableConcept onsetDateTime:s onsetString:s recordedDate:s recorder:Reference asserter:Reference reaction:Reaction*',
  Appointment:
    'serviceType:CodeableConcept* status:s description:s start:s end:s comment:s participant:AppointmentParticipant*',
  Binary: 'contentType:s data:s',
  Composition:
    'identifier:Identifier status:s type:CodeableConcept date:s author:Reference* title:s confidentiality:s section:Section*',
  Bundle: 'entry:any* type:s timestamp:s',
  Condition:
    'clinicalStatus:CodeableConcept verificationStatus:CodeableConcept category:CodeableConcept* severity:CodeableConcept code:CodeableConcept bodySite:CodeableConcept* onsetDateTime:s onsetString:s abatementDateTime:s abatementString:s recordedDate:s recorder:Reference asserter:Reference',
  Coverage:
    'type:CodeableConcept status:s subscriberId:s beneficiary:Reference dependent:s relationship:CodeableConcept period:Period payor:Reference* class:CoverageClass* order:n',
  DiagnosticReport: `${REFERENCES} category:CodeableConcept* status:s code:CodeableConcept effectiveDateTime:s effectivePeriod:Period issued:s performer:Reference* specimen:Reference* result:Reference* conclusion:s presentedForm:Attachment*`,
  DocumentReference:
    'masterIdentifier:Identifier status:s docStatus:s type:CodeableConcept category:CodeableConcept* date:s author:Reference* description:s content:DocumentContent* context:DocumentContext',
  Encounter:
    'status:s class:Coding type:CodeableConcept* serviceType:CodeableConcept participant:EncounterParticipant* period:Period reasonCode:CodeableConcept* hospitalization:Hospitalization location:EncounterLocation* serviceProvider:Reference',
  Flag: 'status:s category:CodeableConcept* code:CodeableConcept period:Period author:Reference',
  Location: 'name:s description:s physicalType:CodeableConcept partOf:Reference',
  Medication: 'code:CodeableConcept status:s form:CodeableConcept ingredient:Ingredient*',
  MedicationAdministration: `${DRUG} status:s statusReason:CodeableConcept* category:CodeableConcept effectiveDateTime:s effectivePeriod:Period performer:Performer* request:Reference dosage:AdministeredDosage`,
  MedicationRequest: `${DRUG} ${REFERENCES} status:s intent:s statusReason:CodeableConcept category:CodeableConcept* supportingInformation:Reference* authoredOn:s requester:Reference recorder:Reference reasonCode:CodeableConcept* groupIdentifier:Identifier dosageInstruction:Dosage* dispenseRequest:Dispense`,
  NutritionOrder:
    'status:s intent:s dateTime:s orderer:Reference allergyIntolerance:Reference* foodPreferenceModifier:CodeableConcept* excludeFoodModifier:CodeableConcept* oralDiet:OralDiet supplement:Supplement*',
  Observation: `${REFERENCES} ${VALUES} status:s category:CodeableConcept* code:CodeableConcept effectiveDateTime:s effectivePeriod:Period issued:s performer:Reference* valueBoolean:b valueInteger:n valueDateTime:s valueRatio:Ratio valueRange:Range dataAbsentReason:CodeableConcept interpretation:CodeableConcept* bodySite:CodeableConcept method:CodeableConcept specimen:Reference referenceRange:ReferenceRange* hasMember:Reference* component:Component*`,
  Organization: 'type:CodeableConcept* name:s telecom:ContactPoint* address:Address* partOf:Reference',
  Patient:
    'active:b name:HumanName* telecom:ContactPoint* gender:s birthDate:s deceasedBoolean:b deceasedDateTime:s address:Address* contact:PatientContact* generalPractitioner:Reference* link:PatientLink*',
  Practitioner: 'name:HumanName*',
  Procedure: `${REFERENCES} status:s category:CodeableConcept code:CodeableConcept performedDateTime:s performedPeriod:Period performer:Performer* bodySite:CodeableConcept* report:Reference* usedCode:CodeableConcept*`,
  Provenance: 'target:Reference* agent:Agent* entity:Entity* activity:CodeableConcept recorded:s occurredDateTime:s',
  ServiceRequest: `basedOn:Reference* requisition:Identifier status:s intent:s category:CodeableConcept* priority:s code:CodeableConcept orderDetail:CodeableConcept* occurrenceDateTime:s occurrencePeriod:Period occurrenceTiming:Timing authoredOn:s requester:Reference locationCode:CodeableConcept* reasonCode:CodeableConcept* supportingInfo:Reference* specimen:Reference* bodySite:CodeableConcept*`,
  Specimen: 'accessionIdentifier:Identifier status:s type:CodeableConcept receivedTime:s collection:Collection',
} as const

export interface ElementShape {
  readonly type: string
  readonly isList: boolean
  readonly isNeeded: boolean
}
export type Shape = ReadonlyMap<string, ElementShape>

function shapeOf(words: string): Shape {
  return new Map(
    words.split(' ').map((word): [string, ElementShape] => {
      const [, name = '', type = '', list, needed] = /^(\w+):(\w+)(\*?)(!?)$/.exec(word) ?? []
      return [name, { type, isList: list === '*', isNeeded: needed === '!' }]
    }),
  )
}

const table = (of: Readonly<Record<string, string>>, more: string): ReadonlyMap<string, Shape> =>
  new Map(Object.entries(of).map(([name, words]) => [name, shapeOf(`${more} ${words}`)]))

export const DATATYPE_SHAPES = table(DATATYPES, ELEMENT)
/** Of types that are not named the common elements. */
export const OTHER_RESOURCES: Shape = shapeOf(DOMAIN)
export const RESOURCE_SHAPES = table(RESOURCES, `${DOMAIN} ${SUBJECT}`)
