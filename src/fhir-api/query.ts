/** The words of a search, read once and strictly: a condition that is not understood would answer with more than was asked. */
import { type Includes, parseInclude } from './includes.ts'
import { Refusal } from './refusal.ts'
import { type Shape, shapeOf } from './shape.ts'

/** One condition. Values are joined by OR, conditions by AND. */
export interface Condition {
  readonly name: string
  readonly modifier: string
  readonly values: readonly string[]
}

export interface Query {
  readonly conditions: readonly Condition[]
  readonly count: number
  /** `date` or `-date`, in order. */
  readonly sort: readonly string[]
  readonly shape: Shape
  readonly includes: Includes
  /** `_total=none`: the number is not asked for. */
  readonly hasTotal: boolean
  /** Conditions that a lenient reader wants passed over; empty for everybody else. */
  readonly ignored: readonly string[]
}

export interface QueryRules {
  readonly usual?: number
  readonly most?: number
  /** Whether a condition is one of the type's. */
  readonly knows: (name: string, modifier: string) => boolean
  readonly maySort: (name: string) => boolean
  readonly mayInclude?: boolean
  /** `Prefer: handling=lenient`: what is not known is passed over, and said. */
  readonly isLenient: boolean
}

const MAX_CONDITIONS = 30
const MAX_VALUES = 50
const MAX_VALUE_CHARACTERS = 200
/** Say how to answer, not what for; `_format` is read before. */
const RESULT_ONLY = new Set(['_format', '_pretty', '_count', '_sort', '_total', '_summary', '_elements'])
const INCLUDES = new Set(['_include', '_revinclude'])

/** `_count` over `most` is taken down to it, as R4 allows; none at all asks for the number. @throws Refusal */
export function parseQuery(pairs: readonly (readonly [string, string])[], rules: QueryRules): Query {
  if (pairs.length > MAX_CONDITIONS) throw new Refusal('parameter', `more than ${MAX_CONDITIONS}`)
  const { usual = 50, most = 100, isLenient } = rules
  const ignored = new Set<string>()
  const passOver = (name: string) => {
    if (!isLenient) throw new Refusal('parameter', name)
    ignored.add(name)
  }
  const conditions: Condition[] = []
  const how = new Map<string, string>()
  const includes = { forward: [] as Includes['forward'][number][], back: [] as Includes['back'][number][] }
  for (const [written, text] of pairs) {
    const [name = '', modifier = ''] = written.split(':', 2)
    if (!/^[_a-zA-Z][a-zA-Z0-9_.-]{0,40}$/.test(name)) throw new Refusal('parameter')
    checkText(name, text)
    if (RESULT_ONLY.has(name)) how.set(name, text)
    else if (INCLUDES.has(name) && rules.mayInclude === true) {
      const list = name === '_include' ? includes.forward : includes.back
      list.push(...valuesOf(name, text).map((value) => parseInclude(name, modifier, value)))
    } else if (rules.knows(name, modifier)) conditions.push({ name, modifier, values: valuesOf(name, text) })
    else passOver(modifier ? `${name}:${modifier}` : name)
  }
  const sort = (how.get('_sort') ?? '').split(',').filter((name) => {
    const isKnown = rules.maySort(name.replace(/^-/, ''))
    if (!isKnown && name !== '') passOver(`_sort=${name}`)
    return isKnown
  })
  const isCounted = how.get('_count') === '0'
  const shape = shapeOf(isCounted ? 'count' : how.get('_summary'), how.get('_elements'))
  if (shape.summary === 'text' && includes.forward.length + includes.back.length > 0)
    throw new Refusal('value', '_summary=text')
  const count = isCounted ? 0 : countOf(how.get('_count') ?? String(usual), most)
  return { conditions, count, sort, shape, includes, hasTotal: totalOf(how.get('_total')), ignored: [...ignored] }
}

function totalOf(text = 'accurate'): boolean {
  if (!/^(none|estimate|accurate)$/.test(text)) throw new Refusal('value', '_total')
  return text !== 'none'
}

/** U+FFFD stands where the bytes were no UTF-8. */
function checkText(name: string, text: string): void {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (text.length > MAX_VALUE_CHARACTERS || /[\u0000-\u001f\u007f\ufffd]/.test(text)) throw new Refusal('value', name)
}

function countOf(text: string, most: number): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) === 0) throw new Refusal('value', '_count')
  return Math.min(Number(text), most)
}

/** `a,b` is two values; `\,` is a comma. */
function valuesOf(name: string, text: string): string[] {
  const values = text
    .split(/(?<!\\),/)
    .map((value) => value.replace(/\\([,$|\\])/g, '$1').trim())
    .filter((value) => value !== '')
  if (values.length === 0 || values.length > MAX_VALUES) throw new Refusal('value', name)
  return values
}
