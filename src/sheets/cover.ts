/** The first sheets of a stack: whom it holds in which order, how many sheets, and who is missing. */
import { AREA, AREA_WIDTH, type Mark, type Page } from './page.ts'
import type { NotPrinted, PaperView } from './paper-words.ts'
import { bold, type Foot, plain, type Row, row, smallRow } from './sheet.ts'
import { placeRows, setRows, type SetRow } from './rows.ts'
import { inBrackets } from './texts.ts'
import { withFeet } from './typeset.ts'

export interface CoverPatient {
  /** 3西 302-2, or when they are booked. */
  readonly where: string
  readonly name: string
  readonly kana: string
  readonly patientId: string
  readonly birth: string
  /** Sheets of this patient, or why there are none. */
  readonly sheets: number | NotPrinted
}

export interface Cover {
  readonly title: string
  readonly asOf: string
  readonly groups: readonly { readonly title: string; readonly patients: readonly CoverPatient[] }[]
  /** 見本, whose, which backup, by whom. */
  readonly foot: Foot
  /** Further sentences: what this list cannot know. */
  readonly notes: readonly string[]
}

export function coverPages(view: PaperView, cover: Cover): Page[] {
  const { p, t, f } = view
  const all = cover.groups.flatMap(({ patients }) => patients)
  const sheets = all.reduce((sum, one) => sum + (typeof one.sheets === 'number' ? one.sheets : 0), 0)
  const missing = all.filter((one) => typeof one.sheets !== 'number')
  const rows: Row[] = [
    { lines: [{ text: bold(cover.title), size: 'name' }] },
    row(...bold(`${t.print.inHouseMark}\u3000${t.asOfShort(cover.asOf)}`)),
    row(...plain(p.ward.counts(f.count(all.length), f.count(all.length - missing.length), f.count(sheets)))),
    ...(missing.length > 0 ? [row(...bold(`▲ ${p.ward.notPrinted(f.count(missing.length))}`))] : []),
    ...cover.notes.map((note) => smallRow(...plain(note))),
    ...cover.groups.flatMap((group) => [
      { lines: [{ text: bold(`■ ${group.title}（${f.count(group.patients.length)}）`), size: 'title' as const }] },
      ...group.patients.map((one) => patientRow(view, one)),
    ]),
  ]
  return withFeet(flow(setRows(rows, AREA_WIDTH)), cover.foot)
}

function patientRow({ p }: PaperView, one: CoverPatient): Row {
  const isPrinted = typeof one.sheets === 'number'
  const end = isPrinted ? `${one.sheets} ${p.ward.sheets}` : `▲ ${p.ward.why[one.sheets]}`
  return row(
    ...plain('□ '),
    ...bold(`${one.where || p.ward.noBed}\u3000${one.name}`),
    ...plain(`${inBrackets(one.kana === one.name ? '' : one.kana)}\u3000${one.patientId}\u3000${one.birth}\u3000`),
    ...(isPrinted ? plain(end) : bold(end)),
  )
}

/** Rows over as many sheets as they need. */
export function flow(rows: readonly SetRow[]): Mark[][] {
  const pages: Mark[][] = []
  for (let left = rows; left.length > 0;) {
    const marks: Mark[] = []
    const { rows: placed } = placeRows(marks, left, {
      x: AREA.left,
      y: AREA.top,
      width: AREA_WIDTH,
      columns: 1,
      room: AREA.bottom - AREA.top,
    })
    pages.push(marks)
    left = left.slice(placed)
  }
  return pages
}
