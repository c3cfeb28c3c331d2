/**
 * The room's face. What comes in: a parsed SS-MIX2 message, or bytes of foreign FHIR. What comes out: R4 resources in JP
 * Core shapes and the list of what could not be understood.
 */
export type * from './types.ts'
export type { Conversion, Origin, Problem, ProblemCode } from './problem.ts'
