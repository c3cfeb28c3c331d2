/** What each department does on paper: the institution's own words, kept in versions. */
import type { InstitutionKind } from '#bcp'
import { type Clock, type EpochMs, inTurns } from '#base'
import type { Kysely } from '#db'
import type { DowntimeTables } from './tables.ts'

export const DEPARTMENTS = [
  'outpatient',
  'ward',
  'pharmacy',
  'lab',
  'imaging',
  'billing',
  'operation',
  'dialysis',
  'emergency',
  'it',
] as const
export type Department = (typeof DEPARTMENTS)[number]

const OF_CLINICS: readonly Department[] = ['outpatient', 'pharmacy', 'lab', 'imaging', 'billing', 'dialysis', 'it']

export const isClinic = (kind: InstitutionKind): boolean => kind === 'cloud-clinic' || kind === 'clinic'

export const departmentsOf = (kind: InstitutionKind): readonly Department[] =>
  isClinic(kind) ? OF_CLINICS : DEPARTMENTS

export interface ManualVersion {
  /** From 1; 0: nobody has written one, the template stands. */
  readonly number: number
  readonly text: string
  readonly savedAt: EpochMs
  readonly savedBy: string
}

export const MOST_MANUAL = 4000

export class Manuals {
  readonly #tables: Kysely<DowntimeTables>
  readonly #clock: Clock
  readonly #inTurn = inTurns()

  constructor(tables: Kysely<DowntimeTables>, clock: Clock) {
    this.#tables = tables
    this.#clock = clock
  }

  /** Newest first. */
  async versions(department: Department): Promise<ManualVersion[]> {
    const rows = await this.#tables
      .selectFrom('department_manual')
      .selectAll()
      .where('department', '=', department)
      .orderBy('number', 'desc')
      .execute()
    return rows.map((row) => ({ number: row.number, text: row.text, savedAt: row.saved_at, savedBy: row.saved_by }))
  }

  /**
   * Nothing of another is written over: `conflict` where a version came since the one that was seen.
   * @param seen number of the version that the person had before them; 0: the template
   */
  save(
    department: Department,
    text: string,
    seen: number,
    savedBy: string,
    before: (number: number) => Promise<void>,
  ): Promise<'saved' | 'same' | 'conflict'> {
    return this.#inTurn(async () => {
      const [newest] = await this.versions(department)
      if (newest?.text === text) return 'same'
      if ((newest?.number ?? 0) !== seen) return 'conflict'
      const number = seen + 1
      await before(number)
      await this.#tables
        .insertInto('department_manual')
        .values({ department, number, text, saved_at: this.#clock.now(), saved_by: savedBy })
        .execute()
      return 'saved'
    })
  }
}
