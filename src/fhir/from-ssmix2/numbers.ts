/** Numbers inside result texts. The text stays what it is; the number is for trends and comparisons only. */

export type Comparator = '<' | '<=' | '>=' | '>'

const COMPARATORS: Readonly<Record<string, Comparator>> = {
  '<': '<',
  '<=': '<=',
  '=<': '<=',
  '≦': '<=',
  '≤': '<=',
  '>': '>',
  '>=': '>=',
  '=>': '>=',
  '≧': '>=',
  '≥': '>=',
}
const SUFFIXES: Readonly<Record<string, Comparator>> = { 以上: '>=', 以下: '<=', 未満: '<', 超: '>' }

const NUMBER = String.raw`[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[+-]?\.\d+`
const RESULT = new RegExp(String.raw`^([<>=≦≤≧≥]{0,2})\s*(${NUMBER})\s*(以上|以下|未満|超)?$`)
const RANGE = new RegExp(String.raw`^(${NUMBER})\s*[-~〜]\s*(${NUMBER})$`)

/** `5.0`, `＜0.5`, `200以上`; undefined for anything else (`3+(300)`, `1個-`, `2-3`). */
export function parseResult(text: string): { value: number; comparator?: Comparator } | undefined {
  const match = RESULT.exec(fold(text))
  if (!match) return undefined
  const [, sign = '', digits = '', suffix = ''] = match
  const comparator = sign ? COMPARATORS[sign] : SUFFIXES[suffix]
  if ((sign && !comparator) || (sign && suffix)) return undefined
  return { value: toNumber(digits), ...(comparator && { comparator }) }
}

/** `6.70-8.3` → low and high; `<85` → high; `40以上` → low; nothing for what is not plainly a range. */
export function parseRange(text: string): { low?: number; high?: number } {
  const match = RANGE.exec(fold(text))
  if (match) return { low: toNumber(match[1]!), high: toNumber(match[2]!) }
  const bound = parseResult(text)
  if (!bound?.comparator) return {}
  return bound.comparator.startsWith('<') ? { high: bound.value } : { low: bound.value }
}

/** Full width to half width, Japanese minus and tilde signs to ASCII ones. */
function fold(text: string): string {
  return text
    .normalize('NFKC')
    .trim()
    .replace(/[−‐－]/g, '-')
    .replace(/～/g, '~')
}

function toNumber(digits: string): number {
  return Number(digits.replaceAll(',', ''))
}
