/** One row as its mapping understands it. */
import { foldWidth } from '#base'
import type { IntakeRemark, SurveyedIdentity } from '../format.ts'
import type { Column, Role } from './table.ts'
import { parseCellDate, parseSex, parseTime, type CellDate } from './words.ts'

export interface NamedText {
  readonly heading: string
  readonly text: string
}

/** More is no number that people know a patient by. */
const MOST_ID_LENGTH = 64

export class RowView {
  readonly #columns: readonly Column[]
  readonly #cells: readonly string[]
  readonly #remarks: IntakeRemark[] = []

  constructor(columns: readonly Column[], cells: readonly string[]) {
    this.#columns = columns
    this.#cells = cells
  }

  /** Fewer or more cells than columns: nobody can tell which is which. Empty ones too many at the end do not count. */
  get isRagged(): boolean {
    const surplus = this.#cells.slice(this.#columns.length)
    return this.#cells.length < this.#columns.length || surplus.some((cell) => cell !== '')
  }

  /** All cells of a role that say anything, as written. */
  all(role: Role): NamedText[] {
    return this.#columns.flatMap((column, at) => {
      const text = plainText(this.#cells[at] ?? '')
      return column.role === role && text !== '' ? [{ heading: column.heading.trim(), text }] : []
    })
  }

  text(role: Role): string | undefined {
    return this.all(role)[0]?.text
  }

  /** The patient's number; undefined where there is none. */
  get patientId(): string | undefined {
    const id = foldWidth(this.text('id') ?? '').trim()
    return id !== '' && id.length <= MOST_ID_LENGTH && /[\p{L}\p{N}]/u.test(id) && !/\p{Cc}/u.test(id) ? id : undefined
  }

  /** Day and time of a role; what cannot be read is remarked on, and the row is shown without it. */
  date(role: 'date' | 'endDate' | 'birthDate'): CellDate | undefined {
    const cell = this.all(role)[0]
    if (!cell) return undefined
    const date = parseCellDate(cell.text)
    if (!date) return this.#unreadable(cell)
    const clock = role === 'date' ? this.all('time')[0] : undefined
    if (!clock || date.time) return date
    const time = parseTime(clock.text)
    return time ? { ...date, time } : (this.#unreadable(clock) ?? date)
  }

  get identity(): SurveyedIdentity | undefined {
    const patientId = this.patientId
    const [kanji = '', kana = ''] = [this.text('name'), this.text('kana')]
    if (patientId === undefined || (kanji === '' && kana === '')) return undefined
    const sex = this.all('sex')[0]
    const read = sex && (parseSex(sex.text) ?? this.#unreadable(sex))
    const birthDate = this.date('birthDate')?.date ?? ''
    return { patientId, kanji, kana, birthDate, sex: read ?? '', dead: false, recordedAt: '' }
  }

  #unreadable({ heading, text }: NamedText): undefined {
    const remark = { code: 'value-unreadable', where: heading, text }
    if (!this.#remarks.some((known) => known.where === heading && known.text === text)) this.#remarks.push(remark)
    return undefined
  }

  remark(cell: NamedText): void {
    this.#unreadable(cell)
  }

  /** What was asked of this row and could not be read. */
  get remarks(): readonly IntakeRemark[] {
    return this.#remarks
  }
}

/** `="00123"` is how programs keep Excel from eating zeros; spaces around a cell say nothing. */
function plainText(cell: string): string {
  const text = cell.replace(/^="(.*)"$/s, '$1')
  return text.replace(/^[\s\u3000]+|[\s\u3000]+$/g, '')
}
