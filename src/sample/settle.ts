/** Steps that one call both writes and renames, folded: the disk only sees the end. */
import type { RenameStep, WriteStep } from './versions.ts'

export interface Settled {
  readonly writes: Map<string, WriteStep>
  readonly renames: readonly RenameStep[]
}

/** Main documents as `documents.ts` names them. */
const FOLDER_FILES = ['main_document.hl7', 'main_document.xml', 'main_document.pdf', 'main_document.jpg']

export function settle(steps: readonly (WriteStep | RenameStep)[]): Settled {
  const writes = new Map<string, WriteStep>()
  const renames: RenameStep[] = []
  const renamed = new Map<string, number>()
  for (const step of steps) {
    if (step.step === 'write') {
      writes.set(step.path, step)
      continue
    }
    if (moveWrites(writes, step)) continue
    const earlier = renamed.get(step.from)
    if (earlier !== undefined) renames[earlier] = { ...renames[earlier]!, to: step.to }
    else renames.push(step)
    renamed.set(step.to, earlier ?? renames.length - 1)
  }
  return { writes, renames }
}

/** A rename of something that this call writes: a file, or a content folder with its files. */
function moveWrites(writes: Map<string, WriteStep>, { from, to }: RenameStep): boolean {
  const file = writes.get(from)
  const inside = file ? [from] : FOLDER_FILES.map((name) => `${from}/${name}`).filter((path) => writes.has(path))
  for (const path of inside) {
    const write = writes.get(path)!
    const moved = to + path.slice(from.length)
    writes.delete(path)
    writes.set(moved, { ...write, path: moved })
  }
  return inside.length > 0
}
