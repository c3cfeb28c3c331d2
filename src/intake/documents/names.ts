/** Names of documents as virtual printers and scanners give them, read by a pattern that was set up by looking at real ones. */
import { AppError, foldWidth } from '#base'
import { z } from 'zod'
import { parseCellDate } from '../csv/words.ts'

/** A pattern: text as it stands, with `{id}`, `{date}`, `{title}` and `{any}` for what changes. */
export interface NameSettings {
  /** Below the folder, without the ending: `{id}_{date}_{title}`, `{id}/{title}`. The first that fits counts. */
  readonly patterns: readonly string[]
}

export interface NamedDocument {
  readonly patientId: string
  /** `YYYY-MM-DD`, or '' where the name has none. */
  readonly date: string
  readonly title: string
}

/** A digit of either width: titles stay as they are written, so the name is not folded. */
const D = '[0-9０-９]'
const PARTS = {
  id: `(?<id>[A-Za-z]{0,3}${D}{1,16})`,
  date: `(?<date>${D}{4}[-.]${D}{2}[-.]${D}{2}|${D}{4}年${D}{1,2}月${D}{1,2}日|[RHS]${D}{2}\\.?${D}{2}\\.?${D}{2}|${D}{14}|${D}{12}|${D}{8})`,
  title: '(?<title>[^/]+)',
  any: '[^/]+',
} as const
type PartName = keyof typeof PARTS

/** A longer path is no document of ours; and no pattern may take long over it. */
const MOST_PATH = 400
const MOST_PARTS = 6
/** Parts of any length: with each further one a name made to be slow is tried a hundred times as often. */
const MOST_OPEN_PARTS = 3

const shape = z.object({ patterns: z.array(z.string().min(1).max(120)).min(1).max(10) })

/** @throws INTAKE_SETTINGS_INVALID */
export function parseNameSettings(input: unknown): NameSettings {
  const parsed = shape.safeParse(input)
  if (!parsed.success || parsed.data.patterns.some((pattern) => compile(pattern) === undefined))
    throw new AppError('INTAKE_SETTINGS_INVALID')
  return parsed.data
}

/** Whether it can be used. */
export const isNamePattern = (pattern: string): boolean => compile(pattern) !== undefined

const compiled = new Map<string, RegExp | undefined>()

/** Undefined where it names no patient, or a part twice, or has two parts side by side that nothing separates. */
export function compile(pattern: string): RegExp | undefined {
  if (!compiled.has(pattern)) compiled.set(pattern, build(pattern))
  return compiled.get(pattern)
}

function build(pattern: string): RegExp | undefined {
  const pieces = pattern.normalize('NFC').split(/\{(id|date|title|any)\}/)
  const names = pieces.filter((_, at) => at % 2 === 1) as PartName[]
  const between = pieces.filter((_, at) => at % 2 === 0).slice(1, -1)
  const twice = names.some((name, at) => name !== 'any' && names.indexOf(name) !== at)
  const open = names.filter((name) => name === 'any' || name === 'title')
  if (open.length > MOST_OPEN_PARTS) return undefined
  if (!names.includes('id') || twice || names.length > MOST_PARTS || between.includes('')) return undefined
  const source = pieces.map((piece, at) => (at % 2 === 1 ? PARTS[piece as PartName] : literal(piece)))
  return new RegExp(`^${source.join('')}$`, 'iu')
}

/** Spaces and separators are written now one way, now another. */
function literal(text: string): string {
  return RegExp.escape(text.normalize('NFC')).replace(/(?:\\x20| )+/g, String.raw`\s+`)
}

/** The patient, date and title in a path below the folder; undefined where no pattern fits. */
export function readName(path: string, { patterns }: NameSettings): NamedDocument | undefined {
  const bare = path.replace(/\.[^./]+$/, '').normalize('NFC')
  if (bare.length > MOST_PATH) return undefined
  for (const pattern of patterns) {
    const groups = compile(pattern)?.exec(bare)?.groups
    if (!groups) continue
    const { id = '', date = '', title } = groups
    const day = dayOf(date)
    // Eight digits that are no date are a number of something else: another pattern may fit.
    if (date !== '' && day === '') continue
    return { patientId: foldWidth(id), date: day, title: titleOf(title, bare) }
  }
  return undefined
}

function dayOf(text: string): string {
  const found = parseCellDate(/^[RHS]/i.test(text) ? text.replaceAll('.', '') : text)?.date ?? ''
  return found.length === 10 ? found : ''
}

function titleOf(title: string | undefined, bare: string): string {
  const written = title?.replace(/[_]+/g, ' ').trim()
  return written || bare.slice(bare.lastIndexOf('/') + 1)
}

/** Patterns that are tried on real names, the more telling first. */
export const KNOWN_PATTERNS = [
  '{id}_{date}_{title}',
  '{id}-{date}-{title}',
  '{id} {date} {title}',
  '{date}_{id}_{title}',
  '{id}_{title}_{date}',
  '{title}_{id}_{date}',
  '{title}_{date}_{id}',
  '{id}_{any}_{date}_{title}',
  '{id}_{date}',
  '{date}_{id}',
  '{id}_{title}',
  '{title}_{id}',
  '{id}/{date}_{title}',
  '{id}/{date}/{title}',
  '{id}/{title}_{date}',
  '{id}/{date}',
  '{id}_{any}/{date}_{title}',
  '{id}_{any}/{title}',
  '{id}/{title}',
  '{any}/{id}_{date}_{title}',
  '{any}/{id}_{title}',
  '{id}',
] as const

export interface PatternFit {
  readonly pattern: string
  /** How many of the names it reads. */
  readonly fits: number
  /** Of those that a pattern before it has not read. */
  readonly more: number
}

interface Rated {
  readonly pattern: string
  readonly read: readonly string[]
  /** Different patients in what it read; a folder a year (`2026/00123_…`) read as the patient gives few. */
  readonly patients: number
  readonly parts: number
}

function rate(pattern: string, paths: readonly string[]): Rated {
  const named = paths.map((path) => ({ path, document: readName(path, { patterns: [pattern] }) }))
  const read = named.filter(({ document }) => document !== undefined)
  const patients = new Set(read.map(({ document }) => document!.patientId)).size
  const parts = pattern.match(/\{(id|date|title)\}/g)?.length ?? 0
  return { pattern, read: read.map(({ path }) => path), patients, parts }
}

/** Reads more names; of these tells more parts; of these more different patients. */
function isBetter(a: Rated, b: Rated): boolean {
  const [one, other] = [a, b].map(({ read, parts, patients }) => [read.length, parts, patients])
  const at = one!.findIndex((value, i) => value !== other![i])
  return at !== -1 && one![at]! > other![at]!
}

/** Which patterns read the names that are there: each one that reads names that those before it do not. */
export function suggestPatterns(paths: readonly string[]): PatternFit[] {
  const chosen: PatternFit[] = []
  let left = [...paths]
  while (left.length > 0 && chosen.length < 5) {
    const best = KNOWN_PATTERNS.map((pattern) => rate(pattern, left)).reduce((a, b) => (isBetter(b, a) ? b : a))
    if (best.read.length === 0) break
    const fits = paths.filter((path) => readName(path, { patterns: [best.pattern] }) !== undefined).length
    chosen.push({ pattern: best.pattern, fits, more: best.read.length })
    const read = new Set(best.read)
    left = left.filter((path) => !read.has(path))
  }
  return chosen
}
