/** Several papers as one book: each begins on a sheet of its own, and the feet count through. */
import type { OfficeDocument } from '#office/model'
import { documentMarks } from './document.ts'
import type { Page } from './page.ts'
import type { Foot } from './sheet.ts'
import { type TreeBox, treeMarks } from './tree.ts'
import { withFeet } from './typeset.ts'

export type BookPart =
  | { readonly document: OfficeDocument }
  | { readonly tree: TreeBox; readonly title: string; readonly lead: string }

/** `starts`: on which sheet each part begins, from 1. */
export function bookPages(parts: readonly BookPart[], foot: Foot): { pages: Page[]; starts: number[] } {
  const all = parts.map((part) => ('document' in part ? documentMarks(part.document) : treeMarks(part.tree, part)))
  const starts = all.map((_, i) => 1 + all.slice(0, i).reduce((sum, { length }) => sum + length, 0))
  return { pages: withFeet(all.flat(), foot), starts }
}
