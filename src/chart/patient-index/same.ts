/** Who could be taken for whom: same name, same reading, same birth date, twins, over the whole index (USERS.md). */
import type { SameWhat } from '../model.ts'
import { foldName } from '../search/fold.ts'
import type { TextColumn } from './columns.ts'

type NameTable = Readonly<
  Record<'kanji' | 'kana' | 'nameKey' | 'kanaKey', Pick<TextColumn, 'get' | 'equals'>> &
    Record<'birthDate', Pick<TextColumn, 'get'>>
>

/** Order in which a reader should be warned. */
const WHATS: readonly SameWhat[] = ['name', 'reading', 'twin', 'birth-date']

export class SameFinder {
  readonly #table: NameTable
  readonly #identityRow: Uint32Array
  /** YYYYMMDD of each patient; 00 for a month or day that is not recorded, 0 for no date. */
  readonly birthDates: Uint32Array
  /** One bit per entry of WHATS: another patient shares it. */
  readonly #flags: Uint8Array

  /** @param flags what an earlier finder over the same rows found ({@link marks}); absent: found now */
  constructor(table: NameTable, identityRow: Uint32Array, flags?: Uint8Array) {
    this.#table = table
    this.#identityRow = identityRow
    this.birthDates = Uint32Array.from(
      identityRow,
      (at) => Number(table.birthDate.get(at).slice(0, 8).padEnd(8, '0')) || 0,
    )
    this.#flags = flags ?? new Uint8Array(identityRow.length)
    if (!flags) for (const what of WHATS) this.#mark(what)
  }

  /** Of a row, as one number below 16, to be kept. */
  marks(row: number): number {
    return this.#flags[row]!
  }

  flags(row: number): SameWhat[] {
    return WHATS.filter((_, bit) => (this.#flags[row]! & (1 << bit)) !== 0)
  }

  /** All who share something, most dangerous first. */
  find(row: number): { row: number; same: SameWhat[] }[] {
    if (this.#flags[row] === 0) return []
    const own = WHATS.map((what) => this.#key(row, what))
    const found: { row: number; same: SameWhat[]; rank: number }[] = []
    for (let other = 0; other < this.#flags.length; other++) {
      if (other === row || !this.#sharesColumn(row, other, own[0]!, own[1]!)) continue
      const same = WHATS.filter((what, i) => own[i] !== '' && this.#key(other, what) === own[i])
      found.push({ row: other, same, rank: WHATS.indexOf(same[0]!) * WHATS.length - same.length })
    }
    return found.sort((a, b) => a.rank - b.rank).map(({ row: similar, same }) => ({ row: similar, same }))
  }

  /** A test without allocation, since it runs over every patient. Twins share the birth date. */
  #sharesColumn(row: number, other: number, name: string, reading: string): boolean {
    const at = this.#identityRow[other]!
    return (
      (toTheDay(this.birthDates[row]!) && this.birthDates[other] === this.birthDates[row]) ||
      (name !== '' && this.#table.nameKey.equals(at, name)) ||
      (reading !== '' && this.#table.kanaKey.equals(at, reading))
    )
  }

  #mark(what: SameWhat): void {
    const bit = 1 << WHATS.indexOf(what)
    const first = new Map<string, number>()
    for (let row = 0; row < this.#flags.length; row++) {
      const key = this.#key(row, what)
      if (key === '') continue
      const seen = first.get(key)
      if (seen === undefined) first.set(key, row)
      else {
        this.#flags[seen]! |= bit
        this.#flags[row]! |= bit
      }
    }
  }

  /** '' where the patient's record cannot say. */
  #key(row: number, what: SameWhat): string {
    const at = this.#identityRow[row]!
    if (what === 'name') return this.#table.nameKey.get(at)
    if (what === 'reading') return this.#table.kanaKey.get(at)
    const born = this.birthDates[row]!
    if (!toTheDay(born)) return ''
    if (what === 'birth-date') return String(born)
    const family = familyName(this.#table.kana.get(at) || this.#table.kanji.get(at))
    return family === '' ? '' : `${born} ${foldName(family)}`
  }
}

function toTheDay(date: number): boolean {
  return date % 100 !== 0
}

/** Up to the first space: where a name is not split, nothing can be said of its family name. */
function familyName(name: string): string {
  const space = name.search(/[\s\u3000]/)
  return space === -1 ? '' : name.slice(0, space)
}
