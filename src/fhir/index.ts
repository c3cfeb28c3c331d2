/**
 * The room's face. What comes in: a parsed SS-MIX2 message, or bytes of foreign FHIR. What comes out: R4 resources in JP
 * Core shapes and the list of what could not be understood.
 */
export type * from './types.ts'
export type { Conversion, FhirProblem, FhirProblemCode, Origin } from './problem.ts'
export { EXTENSION, TORIDE_SYSTEM, findExtension, quantityText } from './extensions.ts'
export { canonicalSystem, sameSystem, SYSTEM, systemLabel } from './systems.ts'
export { decodeUsage } from './usage.ts'
export type { Usage } from './usage.ts'
export { logicalId } from './logical-id.ts'
// Coming: toResources(message: Message, origin: Origin): Conversion
//         documentResources(document: DocumentOrigin): Conversion      (extended storage)
//         readResources(bytes: Uint8Array, name: string): Conversion    (resource, Bundle, NDJSON)
//         resolveReference(reference, within): Resource | display
//         accessors: resultText, numericValue, dosesOf, orderSetting, dispensing, disclosure, allergyStatement,
//         departmentOf, placeOf, encounterEvent
