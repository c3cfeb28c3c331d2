/** A list of terminals as CSV, in and out. What a spreadsheet would take for a formula is text in both ways. */
import { AppError } from '#base'
import { tableRows } from '#intake'

export interface TerminalInput {
  readonly name: string
  readonly place: string
  /** 1 is first. */
  readonly priority: number
  readonly who: string
}

const MOST_ROWS = 20_000
const MOST_TEXT = 200
const LAST = 9

const HEADS: Readonly<Record<keyof TerminalInput, readonly string[]>> = {
  name: ['名前', '端末', '端末名', 'name'],
  place: ['場所', '設置場所', 'place'],
  priority: ['優先度', '順番', 'priority'],
  who: ['担当', '担当者', 'who'],
}

/** UTF-8 or CP932, as Excel on a Japanese Windows writes. The last row of a name counts. @throws RECOVERY_LIST_WRONG */
export function parseTerminals(bytes: Uint8Array): TerminalInput[] {
  const [head, ...rows] = tableRows(bytes)
  const column = (field: keyof TerminalInput): number =>
    head?.findIndex((title) => HEADS[field].includes(title.trim().toLowerCase())) ?? -1
  const at = { name: column('name'), place: column('place'), priority: column('priority'), who: column('who') }
  const wrong = (why: string, line = 1) => new AppError('RECOVERY_LIST_WRONG', { context: { why, line } })
  if (at.name === -1) throw wrong('no name')
  if (rows.length > MOST_ROWS) throw wrong('too many')
  const found = new Map<string, TerminalInput>()
  for (const [index, row] of rows.entries()) {
    if (row.every((value) => value.trim() === '')) continue
    const value = (of: keyof TerminalInput): string => plain(row[at[of]] ?? '')
    const name = value('name')
    const priority = at.priority === -1 || value('priority') === '' ? LAST : Number(value('priority').normalize('NFKC'))
    const isRight = name !== '' && Number.isInteger(priority) && priority >= 1 && priority <= LAST
    if (!isRight || row.some((text) => text.length > MOST_TEXT)) throw wrong('row', index + 2)
    found.set(name, { name, place: value('place'), priority, who: value('who') })
  }
  if (found.size === 0) throw wrong('no rows')
  return [...found.values()]
}

/** Without the sign that keeps a spreadsheet from calculating, and without characters that no screen shows. */
function plain(text: string): string {
  return (
    text
      .trim()
      .replace(/^'(?=[=+\-@])/, '')
      // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
      .replace(/[\u0000-\u001f\u007f]/g, ' ')
      .trim()
  )
}

/** A value as a spreadsheet may be given it: what would begin a formula gets a sign before it. */
export function csvValue(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return `"${safe.replaceAll('"', '""')}"`
}
