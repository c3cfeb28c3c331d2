export { openCasebook } from './casebook.ts'
export type { BookEntry, BookWriter, Casebook, CasebookOptions, Head, NewEntry } from './casebook.ts'
export type { ExportOptions, Merged, MergeOptions } from './merge.ts'
