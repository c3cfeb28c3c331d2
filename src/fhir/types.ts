/** FHIR R4 in Toride's subset; `types.test.ts` proves that each is assignable to the full R4 types of another author. */
export type * from './types/base.ts'
export type * from './types/clinical.ts'
export type * from './types/datatypes.ts'
export type * from './types/documents.ts'
export type * from './types/medication.ts'
export type * from './types/people.ts'
export type * from './types/resources.ts'
