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

/** A row of a list. Undefined: the list has no such column, and says nothing of it. */
export interface ListedTerminal {
  readonly name: string
  readonly place: string | undefined
  readonly priority: number | undefined
  readonly who: string | undefined
}

const MOST_ROWS = 20_000
const MOST_TEXT = 200
/** Whoever has no turn comes last. */
export const LAST = 9

const HEADS: Readonly<Record<keyof TerminalInput, readonly string[]>> = {
  name: ['名前', '端末', '端末名', 'name'],
  place: ['場所', '設置場所', 'place'],
  priority: ['優先度', '順番', 'priority'],
  who: ['担当', '担当者', 'who'],
}

/** What is wrong with a list, and in which of its lines. */
export const LIST_FAULTS = ['no-name-column', 'no-rows', 'too-many', 'no-name', 'priority', 'too-long'] as const
export type ListFault = (typeof LIST_FAULTS)[number]

/**
 * UTF-8 or CP932, as Excel on a Japanese Windows writes. The last row of a name counts.
 * @throws RECOVERY_LIST_WRONG with `why` ({@link ListFault}) and `line` (1 is the heading) in its context
 */
export function parseTerminals(bytes: Uint8Array): ListedTerminal[] {
  const [head, ...rows] = tableRows(bytes)
  const column = (field: keyof TerminalInput): number =>
    head?.findIndex((title) => HEADS[field].includes(title.trim().toLowerCase())) ?? -1
  const at = { name: column('name'), place: column('place'), priority: column('priority'), who: column('who') }
  const wrong = (why: ListFault, line = 1) => new AppError('RECOVERY_LIST_WRONG', { context: { why, line } })
  if (at.name === -1) throw wrong('no-name-column')
  if (rows.length > MOST_ROWS) throw wrong('too-many')
  const found = new Map<string, ListedTerminal>()
  for (const [index, row] of rows.entries()) {
    if (row.every((value) => value.trim() === '')) continue
    const value = (of: keyof TerminalInput): string => plain(row[at[of]] ?? '')
    const name = value('name')
    const told = (of: 'place' | 'who'): string | undefined => (at[of] === -1 ? undefined : value(of))
    const turn = value('priority') === '' ? LAST : Number(value('priority').normalize('NFKC'))
    if (name === '') throw wrong('no-name', index + 2)
    if (!Number.isInteger(turn) || turn < 1 || turn > LAST) throw wrong('priority', index + 2)
    if (row.some((text) => text.length > MOST_TEXT)) throw wrong('too-long', index + 2)
    const priority = at.priority === -1 ? undefined : turn
    found.set(name, { name, place: told('place'), priority, who: told('who') })
  }
  if (found.size === 0) throw wrong('no-rows')
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
