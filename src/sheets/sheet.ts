/** What a sheet holds, before it has pages. */
import type { Line } from './page.ts'

export type Size = 'small' | 'body' | 'title' | 'name'
/** Em and line height in points. */
export const SIZES: Readonly<Record<Size, { readonly em: number; readonly line: number }>> = {
  small: { em: 7.5, line: 9.6 },
  body: { em: 8.5, line: 11 },
  title: { em: 9.5, line: 13 },
  name: { em: 15, line: 19 },
}

export interface Row {
  readonly lines: readonly { readonly text: Line; readonly size: Size }[]
  /** Empty boxes at the right for what is written by hand. */
  readonly boxes?: number
  /** Says something about the part and is no record of it: counted with none. */
  readonly isRemark?: true
}

export interface Block {
  readonly title: string
  /** Beside the title, small. */
  readonly note?: string
  readonly rows: readonly Row[]
  readonly columns: 1 | 2
  /** A thick frame: something that must not be overlooked. */
  readonly framed?: boolean
}

/** Blocks that stand beside each other where they are short, below each other where they are long. */
export interface Beside {
  readonly beside: readonly Block[]
}

export interface Head {
  /** 院内用（患者・家族に渡さない） */
  readonly mark: string
  readonly title: string
  readonly asOf: string
  readonly kana: string
  readonly name: string
  readonly patientId: string
  /** Birth date, sex and so on, named. */
  readonly facts: readonly string[]
  /** Of the strip on following sheets. */
  readonly birth: string
}

export interface Foot {
  /** 見本 on every sheet of a sample. */
  readonly sample?: string
  /** Whose sheet and of when: patient, id, as-of, generation. */
  readonly what: string
  /** Who printed it, and when. */
  readonly by: string
}

export interface Sheet {
  readonly head: Head
  /** Never cut: they go on to a further sheet. */
  readonly kept: readonly (Block | Beside)[]
  /** Cut from the end of the list, each from its last row, so that one sheet is one sheet. */
  readonly cut: readonly Block[]
  readonly foot: Foot
  readonly words: SheetWords
}

/** Words of the sheet itself. */
export interface SheetWords {
  readonly continued: string
  /** On the first of several sheets: what stands on the others. */
  further(what: string): string
  /** One part of it: name, number, and on which sheets (`2`, `2-4`). */
  furtherOf(what: string, count: string | undefined, sheets: string): string
  /** 「この紙に入りきらず省いたもの: …」 */
  leftOut(what: string): string
  /** One part of it: name and number. */
  leftOutOf(what: string, count: string): string
  /** What was left out first. */
  readonly leftOutOrder: string
  readonly nothingLeftOut: string
}

export const plain = (text: string): Line => [{ text }]
export const bold = (text: string): Line => [{ text, bold: true }]
/** A row of one line of the usual size. */
export const row = (...text: Line): Row => ({ lines: [{ text, size: 'body' }] })
export const remark = (...text: Line): Row => ({ ...row(...text), isRemark: true })
export const smallRow = (...text: Line): Row => ({ lines: [{ text, size: 'small' }] })
