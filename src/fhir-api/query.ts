/** The words of a search, read once and strictly: a condition that is not understood would answer with more than was asked. */
import { Refusal } from './refusal.ts'

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
}

const MAX_CONDITIONS = 30
const MAX_VALUES = 50
const MAX_VALUE_CHARACTERS = 200
/** Say how to answer, not what for. */
const RESULT_ONLY = new Set(['_format', '_pretty', '_total'])

/** `_count` over `most` is taken down to it, as R4 allows. @throws Refusal */
export function parseQuery(pairs: readonly (readonly [string, string])[], { usual = 50, most = 100 } = {}): Query {
  if (pairs.length > MAX_CONDITIONS) throw new Refusal('parameter', `more than ${MAX_CONDITIONS}`)
  const conditions: Condition[] = []
  let count = usual
  let sort: string[] = []
  for (const [written, text] of pairs) {
    const [name = '', modifier = ''] = written.split(':', 2)
    if (!/^[_a-zA-Z][a-zA-Z0-9_.-]{0,40}$/.test(name)) throw new Refusal('parameter')
    checkText(name, text)
    if (RESULT_ONLY.has(name)) continue
    if (name === '_count') count = countOf(text, most)
    else if (name === '_sort') sort = text.split(',').filter(Boolean)
    else conditions.push({ name, modifier, values: valuesOf(name, text) })
  }
  return { conditions, count, sort }
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
