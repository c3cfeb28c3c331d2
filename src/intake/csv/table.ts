/** What a table holds, as a person set it up on screen: which column is what. Codes and headings only, no cell. */
import { AppError, foldWidth } from '#base'
import { z } from 'zod'

export const TABLE_KINDS = [
  'patients',
  'allergies',
  'problems',
  'prescriptions',
  'labs',
  'vitals',
  'notes',
  'bookings',
] as const
export type TableKind = (typeof TABLE_KINDS)[number]

/** What a column says. `extra` is kept and shown with where the record comes from; nothing of a table is thrown away. */
export const ROLES = [
  'id',
  'name',
  'kana',
  'birthDate',
  'sex',
  'address',
  'phone',
  'date',
  'time',
  'endDate',
  'department',
  'author',
  'allergy',
  'drugAllergy',
  'foodAllergy',
  'reaction',
  'bloodType',
  'infection',
  'problem',
  'icd10',
  'outcome',
  'orderNumber',
  'rp',
  'drug',
  'perTime',
  'perDay',
  'dose',
  'total',
  'unit',
  'usage',
  'days',
  'item',
  'value',
  'range',
  'flag',
  'vital',
  'title',
  'text',
  'status',
  'extra',
] as const
export type Role = (typeof ROLES)[number]

const EVERYWHERE = ['id', 'name', 'kana', 'birthDate', 'sex', 'date', 'time', 'extra'] as const

/** What a table of each kind makes of its columns; any other role counts as `extra` there. */
export const ROLES_OF: Readonly<Record<TableKind, readonly Role[]>> = {
  patients: [
    ...EVERYWHERE,
    'address',
    'phone',
    'allergy',
    'drugAllergy',
    'foodAllergy',
    'reaction',
    'bloodType',
    'infection',
    'problem',
    'text',
  ],
  allergies: [...EVERYWHERE, 'allergy', 'drugAllergy', 'foodAllergy', 'reaction', 'text'],
  problems: [...EVERYWHERE, 'problem', 'icd10', 'endDate', 'outcome', 'department'],
  prescriptions: [
    ...EVERYWHERE,
    'orderNumber',
    'rp',
    'drug',
    'perTime',
    'perDay',
    'dose',
    'total',
    'unit',
    'usage',
    'days',
    'department',
    'author',
    'status',
    'text',
  ],
  labs: [...EVERYWHERE, 'item', 'value', 'unit', 'range', 'flag', 'department'],
  vitals: [...EVERYWHERE, 'vital', 'item', 'value', 'unit', 'range', 'flag', 'department'],
  notes: [...EVERYWHERE, 'text', 'title', 'author', 'department'],
  bookings: [...EVERYWHERE, 'department', 'title', 'status', 'text'],
}

/** Roles that may stand at several columns of one table. */
const REPEATED: ReadonlySet<Role> = new Set(['allergy', 'infection', 'vital', 'problem', 'text', 'extra'])

/** Columns besides the patient's number without which a table of this kind says nothing. */
const NEEDED: Readonly<Record<TableKind, readonly Role[]>> = {
  patients: ['name', 'kana'],
  allergies: ['allergy', 'drugAllergy', 'foodAllergy'],
  problems: ['problem'],
  prescriptions: ['drug'],
  labs: ['item'],
  vitals: ['vital', 'item'],
  notes: ['text'],
  bookings: ['date'],
}

export interface Column {
  /** As the file wrote it; '' without a heading row. */
  readonly heading: string
  readonly role: Role
}

export interface TableMapping {
  /** Name of the files, `*` for what changes from export to export. Case does not matter. */
  readonly file: string
  readonly kind: TableKind
  /** Row of the headings, from 1; 0 where there is none. What stands above it is no record. */
  readonly headingRow: number
  readonly columns: readonly Column[]
  /** `whole`: each file is the complete list of its day, so what the newest one lacks is no longer so. Else nothing is said. */
  readonly exports?: 'whole' | undefined
}

export interface TableSettings {
  readonly tables: readonly TableMapping[]
}

const MOST_TABLES = 40
const MOST_COLUMNS = 300

const shape = z.object({
  tables: z
    .array(
      z.object({
        file: z.string().min(1).max(200),
        kind: z.enum(TABLE_KINDS),
        headingRow: z.number().int().min(0).max(50),
        columns: z
          .array(z.object({ heading: z.string().max(200), role: z.enum(ROLES) }))
          .min(1)
          .max(MOST_COLUMNS),
        exports: z.literal('whole').optional(),
      }),
    )
    .max(MOST_TABLES),
})

/** @throws INTAKE_SETTINGS_INVALID */
export function parseTableSettings(input: unknown): TableSettings {
  const parsed = shape.safeParse(input)
  if (!parsed.success || parsed.data.tables.some((table) => mappingFaults(table).length > 0))
    throw new AppError('INTAKE_SETTINGS_INVALID')
  return parsed.data
}

export type MappingFault = 'no-id' | 'needed-missing' | 'role-twice' | 'heading-is-data'

/** What keeps a mapping from being used. */
export function mappingFaults({ kind, columns, headingRow }: TableMapping): MappingFault[] {
  const roles = columns.map(({ role }) => role)
  const twice = roles.some((role, at) => !REPEATED.has(role) && roles.indexOf(role) !== at)
  return [
    ...(roles.includes('id') ? [] : (['no-id'] as const)),
    ...(NEEDED[kind].some((role) => roles.includes(role)) ? [] : (['needed-missing'] as const)),
    ...(twice ? (['role-twice'] as const) : []),
    // Settings rest unsealed: a row of a patient must not get into them as "headings".
    ...(headingRow > 0 && !looksLikeHeadings(columns.map(({ heading }) => heading))
      ? ['heading-is-data' as const]
      : []),
  ]
}

/** Words and no figures: 「検査日1」 is a heading, 「00123」 and 「1970/3/3」 are data. */
export function looksLikeHeadings(cells: readonly string[]): boolean {
  const folded = cells.map((cell) => foldWidth(cell).trim())
  return folded.some((cell) => /\p{L}/u.test(cell)) && folded.every((cell) => !/\d{4}|^[\d./:-]+$/.test(cell))
}

/** The first table whose pattern a file's name fits. `path` is below the source's folder. */
export function tableFor(path: string, { tables }: TableSettings): TableMapping | undefined {
  return tables.find(({ file }) => fits(path, file))
}

/** A pattern without a folder speaks of the name alone. */
export function fits(path: string, pattern: string): boolean {
  const [name, wanted] = [path, pattern].map((text) => text.normalize('NFC').toLowerCase())
  const subject = wanted!.includes('/') ? name! : name!.slice(name!.lastIndexOf('/') + 1)
  return fitsParts(subject, wanted!.split('*'))
}

/** Without a regular expression: a pattern full of `*` must not take for ever. */
function fitsParts(text: string, parts: readonly string[]): boolean {
  const [first = '', ...rest] = parts
  if (rest.length === 0) return text === first
  const last = rest.at(-1)!
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false
  let at = first.length
  const end = text.length - last.length
  for (const part of rest.slice(0, -1)) {
    const found = text.indexOf(part, at)
    if (found === -1 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}

/** The pattern for a file that was looked at: a date or a counter in its name is what changes. */
export function patternOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return name.replace(/\d{4}[-_.]\d\d[-_.]\d\d|\d{4,14}/g, '*').replace(/\*(?:[-_.]?\*)+/g, '*')
}

/** Where each column of the mapping stands in a file. */
export interface PlacedColumns {
  readonly columns: readonly Column[]
  /** `moved`: every mapped column is there, some elsewhere or with new ones; `lost`: some are gone; `other`: not this table. */
  readonly state: 'same' | 'moved' | 'lost' | 'other'
}

/** @param found headings of the file, or (without a heading row) one cell per column */
export function placeColumns(mapping: TableMapping, found: readonly string[]): PlacedColumns {
  if (mapping.headingRow === 0) {
    const same = found.length === mapping.columns.length
    return { columns: mapping.columns, state: same ? 'same' : 'other' }
  }
  const headings = found.map((heading) => heading.trim())
  const wanted = mapping.columns.map(({ heading, role }) => ({ heading: heading.trim(), role }))
  if (wanted.length === headings.length && wanted.every(({ heading }, at) => heading === headings[at]))
    return { columns: wanted, state: 'same' }
  // Of two columns with one name nobody can tell which is which once they have moved.
  const once = (heading: string, all: readonly string[]) => all.indexOf(heading) === all.lastIndexOf(heading)
  const names = wanted.map(({ heading }) => heading)
  const roleOf = (heading: string): Role => {
    const at = names.indexOf(heading)
    return at !== -1 && once(heading, names) && once(heading, headings) ? wanted[at]!.role : 'extra'
  }
  const columns = headings.map((heading) => ({ heading, role: roleOf(heading) }))
  const lost = wanted.filter(({ role }) => role !== 'extra' && !columns.some((column) => column.role === role))
  if (lost.some(({ role }) => role === 'id')) return { columns, state: 'other' }
  return { columns, state: lost.length > 0 ? 'lost' : 'moved' }
}
