export type * from './ports.ts'
export type * from './read-models.ts'
