/** 未収金: sheets of billing of which less was received than was asked for. */
import { foldWidth } from '#base'
import { itemsOf, type Sheet } from './sheets.ts'

export interface Unpaid {
  readonly sheet: Sheet
  readonly what: string
  /** As written. */
  readonly due: string
  readonly paid: string
  /** Yen; undefined where a figure cannot be read and somebody has to look at the paper. */
  readonly left: number | undefined
}

/** In the order of the sheets' days. What was paid whole is left out; what nobody wrote down as received is not paid. */
export function unpaidOf(sheets: readonly Sheet[]): Unpaid[] {
  return sheets
    .filter(({ kind }) => kind === 'billing')
    .toSorted((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : a.number < b.number ? -1 : 1))
    .flatMap((sheet) =>
      itemsOf(sheet).flatMap(({ what, fields }) => {
        const { due = '', paid = '' } = fields
        const [asked, received] = [yenOf(due), paid === '' ? 0 : yenOf(paid)]
        const left = asked === undefined || received === undefined ? undefined : asked - received
        return left !== undefined && left <= 0 ? [] : [{ sheet, what, due, paid, left }]
      }),
    )
}

/** `3,000円`, `￥３０００`, `3000`; undefined for anything else: a figure is never guessed. */
function yenOf(text: string): number | undefined {
  const flat = foldWidth(text)
    .replace(/[\s,¥円]/gu, '')
    .replace(/^\\/u, '')
  return /^\d{1,9}$/.test(flat) ? Number(flat) : undefined
}
