/**
 * A printed page as plain data: marks at places of an A4 sheet, in points (1/72 inch) from its top left corner. Set once
 * (`typeset.ts`), drawn twice: as SVG for the browser, as PDF without one. So both hold the same words on the same page.
 */

/** Words of one weight. What colour carries on screen is carried by weight, marks and frames here: paper may be black only. */
export interface Run {
  readonly text: string
  readonly bold?: boolean
}
export type Line = readonly Run[]

export type Mark =
  /** `y` is the base line, `size` the em. Runs follow each other as wide as the font really is. */
  | {
      readonly kind: 'text'
      readonly x: number
      readonly y: number
      readonly size: number
      readonly line: Line
      readonly anchor?: 'end'
    }
  | {
      readonly kind: 'box'
      readonly x: number
      readonly y: number
      readonly width: number
      readonly height: number
      readonly stroke: number
    }
  | {
      readonly kind: 'rule'
      readonly x1: number
      readonly y1: number
      readonly x2: number
      readonly y2: number
      readonly stroke: number
    }
  /** A bar code: black bars of one height, `unit` = width of the thinnest. */
  | {
      readonly kind: 'bars'
      readonly x: number
      readonly y: number
      readonly height: number
      readonly unit: number
      readonly bars: readonly { readonly x: number; readonly width: number }[]
    }

export interface Page {
  readonly marks: readonly Mark[]
}

/** A4 in points. */
export const PAPER = { width: 595.28, height: 841.89 } as const
/** Where things may stand. Between `bottom` and the foot one line stays free: for glyphs that a PDF could not print. */
export const AREA = { left: 34, right: 561.28, top: 28, bottom: 790 } as const
export const AREA_WIDTH = AREA.right - AREA.left
/** Base line of the notice of missing glyphs. */
export const NOTICE_Y = 799
export const FOOT_Y = 804
