/**
 * The small registers that an emergency needs: people, vendors, contacts, outside connections, supplies. Each is a list of
 * records of named fields; what fields there are is data, so that form, table, paper and file are the same for all.
 */
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { addDays, AppError, type Clock, type EpochMs, isDate } from '#base'
import type { Kysely } from '#db'
import type { GovernanceTables, RegisterRow } from './tables.ts'

export const REGISTERS = ['person', 'vendor', 'contact', 'connection', 'supply', 'deadline'] as const
export type Register = (typeof REGISTERS)[number]

export interface Field {
  readonly key: string
  /** `choices`: several, joined by commas. Every value is kept as text; '' is not given. */
  readonly kind: 'text' | 'long' | 'tel' | 'mail' | 'number' | 'date' | 'choice' | 'choices'
  readonly choices?: readonly string[]
  readonly required?: true
  /** Of a number: the least that makes sense. */
  readonly least?: number
  /** Shown only to who keeps the register, and on the sheets of those who hold them. */
  readonly isPrivate?: true
}

export const JOBS = [
  'doctor',
  'nurse',
  'pharmacist',
  'laboratory',
  'imaging',
  'clerk',
  'it',
  'manager',
  'other',
] as const
/** What somebody does in an emergency; `decider` and `deputy` judge whether it is one (R44), in the order of `order`. */
export const DUTIES_IN_EMERGENCY = [
  'decider',
  'deputy',
  'safety-officer',
  'system-manager',
  'lead',
  'scribe',
  'liaison',
  'evidence',
] as const
export const CONTACT_GROUPS = [
  'ministry',
  'prefecture',
  'privacy',
  'police',
  'expert',
  'association',
  'insurer',
  'lawyer',
  'neighbour',
  'pharmacy',
  'supplier',
  'press',
  'other',
] as const
/** In the order in which lines are cut: the way to the backups, lines to outside, borders inside the house. */
export const CUT_STAGES = ['backup', 'outside', 'segment'] as const
export const CONNECTION_KINDS = [
  'internet',
  'vpn',
  'remote-maintenance',
  'regional-network',
  'insurance-check',
  'cloud',
  'medical-device',
  'trial',
  'wireless',
  'telephone',
  'backup',
  'segment',
  'other',
] as const
/** Terms of the house's own, beside those of the law (incident/own-clocks holds what they mean). */
export const DEADLINE_CHOICES = {
  unit: ['hours', 'days'],
  from: ['opened', 'declared', 'known'],
  when: ['leak', 'attack', 'emergency', 'always'],
} as const
export const SUPPLY_KINDS = ['paper', 'toner', 'forms', 'labels', 'pens', 'battery', 'disc', 'other'] as const

const text = (key: string, more: Omit<Field, 'key' | 'kind'> = {}): Field => ({ key, kind: 'text', ...more })
const tel = (key: string, more: Omit<Field, 'key' | 'kind'> = {}): Field => ({ key, kind: 'tel', ...more })
const mail = (key: string, more: Omit<Field, 'key' | 'kind'> = {}): Field => ({ key, kind: 'mail', ...more })
const long = (key: string): Field => ({ key, kind: 'long' })
const number = (key: string, more: Omit<Field, 'key' | 'kind'> = {}): Field => ({ key, kind: 'number', ...more })
const choice = (key: string, choices: readonly string[]): Field => ({ key, kind: 'choice', choices })

export const FIELDS: Readonly<Record<Register, readonly Field[]>> = {
  person: [
    text('name', { required: true }),
    choice('job', JOBS),
    text('post'),
    { key: 'duties', kind: 'choices', choices: DUTIES_IN_EMERGENCY },
    number('order', { least: 1 }),
    tel('phone'),
    tel('homePhone', { isPrivate: true }),
    mail('mail', { isPrivate: true }),
  ],
  vendor: [
    text('name', { required: true }),
    text('looksAfter'),
    tel('phone'),
    tel('hotline'),
    text('hours'),
    text('who'),
    text('contract'),
    number('recoveryHours'),
    long('recovery'),
    long('ourPart'),
  ],
  contact: [
    text('name', { required: true }),
    choice('group', CONTACT_GROUPS),
    tel('phone'),
    text('hours'),
    mail('mail'),
    long('when'),
    text('offers'),
    text('policyNumber', { isPrivate: true }),
    text('limit', { isPrivate: true }),
  ],
  connection: [
    text('name', { required: true }),
    choice('stage', CUT_STAGES),
    choice('kind', CONNECTION_KINDS),
    number('order', { least: 1 }),
    text('place', { required: true }),
    text('mark'),
    text('vendor'),
    long('stops'),
    text('mayCut'),
    long('back'),
    text('boughtBy'),
    long('agreement'),
    { key: 'updatedOn', kind: 'date' },
  ],
  supply: [
    text('name', { required: true }),
    choice('kind', SUPPLY_KINDS),
    number('count', { required: true }),
    number('minimum', { required: true }),
    text('place', { required: true }),
    { key: 'countedOn', kind: 'date' },
    text('countedBy'),
  ],
  deadline: [
    text('name', { required: true }),
    text('source', { required: true }),
    number('amount', { required: true, least: 1 }),
    choice('unit', DEADLINE_CHOICES.unit),
    choice('from', DEADLINE_CHOICES.from),
    choice('startsWhen', DEADLINE_CHOICES.when),
  ],
}

export type Values = Readonly<Record<string, string>>

export interface RegisterEntry {
  readonly id: string
  readonly register: Register
  /** By key of the register's fields; '' where nobody wrote anything. */
  readonly values: Values
  /** Came with Toride and was never looked at by a person. */
  readonly unverified: boolean
  readonly checked?: { readonly on: EpochMs; readonly by: string }
  readonly changedAt: EpochMs
}

/** Boxes that stand towards the outside: most ways in were an old one of these (R67, R97). */
const DOORS: ReadonlySet<string> = new Set(['internet', 'vpn', 'remote-maintenance', 'wireless'])
const UPDATE_DAYS = 92

/** Whether somebody saw that the box of a connection has the newest update; undefined where it has none of its own. @param today `YYYY-MM-DD` */
export function updateState({ kind, updatedOn }: Values, today: string): 'good' | 'stale' | 'none' | undefined {
  if (!DOORS.has(kind ?? '')) return undefined
  if (!updatedOn) return 'none'
  return updatedOn < addDays(today, -UPDATE_DAYS) ? 'stale' : 'good'
}

export type Problem = 'required' | 'too-long' | 'not-a-number' | 'too-small' | 'not-a-date' | 'not-a-mail-address'
const MOST = { text: 100, long: 600 } as const
const mailAddress = z.email()

/** As a Japanese keyboard writes them, too: ５ is 5. */
const digitsOf = (text: string): string => text.normalize('NFKC').trim()

/** By key of the field; none where all is well. */
export function problemsOf(register: Register, values: Values): Record<string, Problem> {
  const problems: Record<string, Problem> = {}
  for (const { key, kind, required, least = 0 } of FIELDS[register]) {
    const value = values[key] ?? ''
    if (value === '') {
      if (required) problems[key] = 'required'
    } else if (value.length > (kind === 'long' || kind === 'choices' ? MOST.long : MOST.text))
      problems[key] = 'too-long'
    else if (kind === 'number' && !/^\d{1,6}$/.test(digitsOf(value))) problems[key] = 'not-a-number'
    else if (kind === 'number' && Number(digitsOf(value)) < least) problems[key] = 'too-small'
    else if (kind === 'mail' && !mailAddress.safeParse(value).success) problems[key] = 'not-a-mail-address'
    else if (kind === 'date' && !isDate(value)) problems[key] = 'not-a-date'
  }
  return problems
}

/** Known fields alone, choices that exist; the others are ''. */
export function knownValues(register: Register, values: Values): Record<string, string> {
  const known: Record<string, string> = {}
  for (const { key, kind, choices = [] } of FIELDS[register]) {
    const value = (values[key] ?? '').trim()
    if (kind === 'choice') known[key] = choices.includes(value) ? value : (choices.at(-1) ?? '')
    else if (kind === 'choices') known[key] = choices.filter((one) => value.split(',').includes(one)).join(',')
    else known[key] = kind === 'number' ? digitsOf(value) : value
  }
  return known
}

export class Registers {
  readonly #tables: Kysely<GovernanceTables>
  readonly #clock: Clock

  constructor(tables: Kysely<GovernanceTables>, clock: Clock) {
    this.#tables = tables
    this.#clock = clock
  }

  /** As people read them: by order where the register has one, then as they came. */
  async list(register: Register): Promise<RegisterEntry[]> {
    const rows = await this.#tables
      .selectFrom('register_entry')
      .selectAll()
      .where('register', '=', register)
      .where('removed_at', 'is', null)
      .orderBy('created_at')
      .orderBy('id')
      .execute()
    return rows.map(toEntry).toSorted((a, b) => placeOf(a) - placeOf(b))
  }

  async all(): Promise<Readonly<Record<Register, readonly RegisterEntry[]>>> {
    const [person, vendor, contact, connection, supply, deadline] = await Promise.all([
      this.list('person'),
      this.list('vendor'),
      this.list('contact'),
      this.list('connection'),
      this.list('supply'),
      this.list('deadline'),
    ])
    return { person, vendor, contact, connection, supply, deadline }
  }

  /** What was taken out since, with when. */
  async removedSince(at: EpochMs): Promise<{ readonly entry: RegisterEntry; readonly removedAt: EpochMs }[]> {
    const rows = await this.#tables.selectFrom('register_entry').selectAll().where('removed_at', '>=', at).execute()
    return rows.map((row) => ({ entry: toEntry(row), removedAt: row.removed_at! }))
  }

  async get(id: string): Promise<RegisterEntry | undefined> {
    const row = await this.#tables.selectFrom('register_entry').selectAll().where('id', '=', id).executeTakeFirst()
    return row && row.removed_at === null ? toEntry(row) : undefined
  }

  /** All or none. Values are {@link knownValues}; who asks has looked at {@link problemsOf}. */
  async add(register: Register, all: readonly Values[], unverified = false): Promise<string[]> {
    const now = this.#clock.now()
    return this.#tables.transaction().execute(async (tables) => {
      const ids: string[] = []
      for (const [i, values] of all.entries()) {
        const id = randomBytes(6).toString('hex')
        await tables
          .insertInto('register_entry')
          .values({
            id,
            register,
            body: JSON.stringify(knownValues(register, values)),
            unverified: unverified ? 1 : 0,
            checked_at: null,
            checked_by: null,
            created_at: now + i,
            changed_at: now,
            removed_at: null,
          })
          .execute()
        ids.push(id)
      }
      return ids
    })
  }

  /** What somebody rewrote is no longer what came with Toride. @throws BASE_BUG for an unknown id */
  async change(register: Register, id: string, values: Values): Promise<void> {
    await this.#set(id, {
      body: JSON.stringify(knownValues(register, values)),
      unverified: 0,
      changed_at: this.#clock.now(),
    })
  }

  /** Somebody called, looked or counted: it is so. */
  async check(id: string, by: string): Promise<void> {
    await this.#set(id, { unverified: 0, checked_at: this.#clock.now(), checked_by: by })
  }

  async remove(id: string): Promise<void> {
    await this.#set(id, { removed_at: this.#clock.now() })
  }

  async #set(id: string, fields: Partial<RegisterRow>): Promise<void> {
    const { numUpdatedRows } = await this.#tables
      .updateTable('register_entry')
      .set(fields)
      .where('id', '=', id)
      .where('removed_at', 'is', null)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) throw new AppError('BASE_BUG', { detail: 'register entry unknown' })
  }
}

/** First the stage of the cut, then the order that people wrote; without one behind those that have one. */
function placeOf({ register, values }: RegisterEntry): number {
  const stage = register === 'connection' ? CUT_STAGES.findIndex((one) => one === values['stage']) : 0
  return stage * 1e7 + (values['order'] ? Number(values['order']) : 1e6)
}

function toEntry(row: RegisterRow): RegisterEntry {
  const register = REGISTERS.find((one) => one === row.register)!
  return {
    id: row.id,
    register,
    values: knownValues(register, JSON.parse(row.body) as Values),
    unverified: row.unverified === 1,
    ...(row.checked_at !== null && { checked: { on: row.checked_at, by: row.checked_by ?? '' } }),
    changedAt: row.changed_at,
  }
}

/** Who judges whether it is an emergency: deciders, then deputies, each in their order. */
export function decidersOf(people: readonly RegisterEntry[]): RegisterEntry[] {
  const has = (duty: string) => people.filter(({ values }) => values['duties']?.split(',').includes(duty))
  return [...new Set([...has('decider'), ...has('deputy')])]
}

/** Fewer than the least that should lie there. */
export const isShort = ({ values }: RegisterEntry): boolean => Number(values['count']) < Number(values['minimum'])
