/** A tree of boxes below each other, joined by lines, as pages of marks: 連絡網 on paper and on the screen alike. */
import { breakLines } from './line-break.ts'
import { AREA, AREA_WIDTH, type Line, type Mark, type Page } from './page.ts'
import { bold, plain } from './sheet.ts'

export interface TreeBox {
  /** In bold. */
  readonly head: string
  readonly lines: readonly string[]
  /** Framed thickly: something is missing here. */
  readonly isGap?: boolean
  readonly below: readonly TreeBox[]
}

const INDENT = 24
const PAD = 5
const GAP = 6
const HEAD = { em: 10.5, line: 14 }
const BODY = { em: 9, line: 12 }
const TITLE = 15
/** Deeper ones stand no narrower. */
const MOST_DEPTH = 8

interface Placed {
  readonly page: number
  readonly top: number
  readonly bottom: number
  readonly middle: number
}

/** Marks by page, without feet, and where the last one ends. */
function grow(head: { title: string; lead: string } | undefined, root: TreeBox): { pages: Mark[][]; end: number } {
  const pages: Mark[][] = [[]]
  let y: number = AREA.top
  const write = (line: Line, x: number, { em, line: height }: typeof BODY) => {
    pages.at(-1)!.push({ kind: 'text', x, y: y + (height + em * 0.72) / 2, size: em, line })
    y += height
  }
  if (head) {
    write(bold(head.title), AREA.left, { em: TITLE, line: 20 })
    for (const line of breakLines(plain(head.lead), AREA_WIDTH / BODY.em)) write(line, AREA.left, BODY)
    y += GAP
  }

  function box({ head, lines, isGap }: TreeBox, depth: number): Placed {
    const x = AREA.left + Math.min(depth, MOST_DEPTH) * INDENT
    const width = AREA.right - x
    const inner = width - 2 * PAD
    const heads = breakLines(bold(head), inner / HEAD.em)
    const bodies = lines.filter(Boolean).flatMap((line) => breakLines(plain(line), inner / BODY.em))
    const height = heads.length * HEAD.line + bodies.length * BODY.line + 2 * PAD
    if (y + height > AREA.bottom) {
      pages.push([])
      y = AREA.top
    }
    const top = y
    pages.at(-1)!.push({ kind: 'box', x, y, width, height, stroke: isGap ? 2 : 0.75 })
    y += PAD
    for (const line of heads) write(line, x + PAD, HEAD)
    for (const line of bodies) write(line, x + PAD, BODY)
    y = top + height + GAP
    return { page: pages.length - 1, top, bottom: top + height, middle: top + PAD + HEAD.line / 2 }
  }

  /** Down from who calls, and across to who is called; where a page ended, down from the top of the next. */
  function join(from: Placed, to: Placed, depth: number): void {
    if (depth > MOST_DEPTH) return
    const x1 = AREA.left + (depth - 1) * INDENT + INDENT / 2
    for (let page = from.page; page <= to.page; page++)
      pages[page]!.push({
        kind: 'rule',
        x1,
        y1: page === from.page ? from.bottom : AREA.top,
        x2: x1,
        y2: page === to.page ? to.middle : AREA.bottom,
        stroke: 0.75,
      })
    const across = { y1: to.middle, y2: to.middle, x2: AREA.left + depth * INDENT }
    pages[to.page]!.push({ kind: 'rule', x1, ...across, stroke: 0.75 })
  }

  function place(one: TreeBox, depth: number): Placed {
    const own = box(one, depth)
    for (const below of one.below) join(own, place(below, depth + 1), depth + 1)
    return own
  }
  place(root, 0)
  return { pages, end: y }
}

/** By page, without feet. */
export const treeMarks = (root: TreeBox, head: { title: string; lead: string }): readonly (readonly Mark[])[] =>
  grow(head, root).pages

/** For a screen: without title and feet, and no higher than it is. */
export function treePicture(root: TreeBox): { pages: Page[]; height?: number } {
  const { pages, end } = grow(undefined, root)
  return { pages: pages.map((marks) => ({ marks })), ...(pages.length === 1 && { height: end }) }
}
