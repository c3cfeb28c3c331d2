/** What a backup sees of an attack: looks of files, figures of runs, signs. */
export { isDense, look, readLook, writeLook, type Look } from './look.ts'
export { RunChanges, type Example, type Figures, type Finding, type SeenFile } from './figures.ts'
export { judge, type Sign, type SignKind } from './judge.ts'
