/**
 * The room's face. What comes in: a parsed SS-MIX2 message, or bytes of foreign FHIR. What comes out: R4 resources in JP
 * Core shapes and the list of what could not be understood.
 */
export type * from './types.ts'
export type { Conversion, FhirProblem, FhirProblemCode, Origin } from './problem.ts'
export { categoriesOf } from './analytes.ts'
export { parseResult } from './from-ssmix2/numbers.ts'
export { EXTENSION, extension, TORIDE_SYSTEM, findExtension, quantityText } from './extensions.ts'
export { canonicalSystem, sameSystem, SYSTEM, systemLabel } from './systems.ts'
export { decodeUsage } from './usage.ts'
export type { Usage } from './usage.ts'
export { logicalId } from './logical-id.ts'
export { patientOf, toResources } from './from-ssmix2/to-resources.ts'
export { contentTypeOf, documentDate, documentResources } from './document.ts'
export type { DocumentFile, DocumentKind, DocumentOrigin } from './document.ts'
export { nameOf } from './names.ts'
export { currentPlace, isInpatient, placeLevel, stayMoments } from './whole-stay.ts'
export type { StayMoment } from './whole-stay.ts'
export { readResources } from './read.ts'
export { dropMisshapen } from './shape.ts'
export type { ReadResult } from './read.ts'
export { indexReferences, referenceText, resolveReference } from './references.ts'
export type { IndexEntry, ReferenceIndex } from './references.ts'
