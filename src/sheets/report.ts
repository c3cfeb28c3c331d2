/** A report on sheets: a title, sentences, sections of lines. Nothing of a patient is in it. */
import { flow } from './cover.ts'
import { AREA_WIDTH, type Page } from './page.ts'
import { setRows } from './rows.ts'
import { bold, type Foot, plain, type Row, row, smallRow } from './sheet.ts'
import { withFeet } from './typeset.ts'

export interface Report {
  readonly title: string
  /** What to take from it, first. */
  readonly lead: readonly string[]
  readonly sections: readonly {
    readonly title: string
    /** `small`: explains the line before it. */
    readonly lines: readonly { readonly text: string; readonly strong?: boolean; readonly small?: boolean }[]
  }[]
  readonly foot: Foot
}

const SPACE: Row = smallRow(...plain('\u3000'))

export function reportPages({ title, lead, sections, foot }: Report): Page[] {
  const rows: Row[] = [
    { lines: [{ text: bold(title), size: 'name' }] },
    ...lead.map((text) => row(...bold(text))),
    ...sections.flatMap((section) => [
      SPACE,
      { lines: [{ text: bold(`■ ${section.title}`), size: 'title' as const }] },
      ...section.lines.map(({ text, strong, small }) => {
        if (small) return smallRow(...plain(`・ ${text}`))
        return row(...(strong ? bold(text) : plain(text)))
      }),
    ]),
  ]
  return withFeet(flow(setRows(rows, AREA_WIDTH)), foot)
}
