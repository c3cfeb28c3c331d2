/** Amounts of a cell as FHIR quantities that keep what was written. */
import { foldWidth } from '#base'
import { EXTENSION, extension, parseResult, type Quantity } from '#fhir'

const NUMBER_AND_UNIT = /^([+-]?\d[\d,]*(?:\.\d+)?)\s*([^\d\s~-]\D*)?$/

/** `1錠`, `0.5 g`, `2～3錠` (kept as text without a number). @param unit of a column of its own */
export function quantityOf(text: string, unit: string | undefined): Quantity {
  const [, digits, own] = NUMBER_AND_UNIT.exec(foldWidth(text).trim()) ?? []
  if (digits === undefined) return { ...(unit && { unit }), extension: [written(text)] }
  const said = own?.trim() || unit
  const value = parseResult(digits)?.value
  // What was written, without the unit behind it: `5.0` stays `5.0`.
  const number = own ? text.slice(0, Math.max(0, text.length - own.length)).trim() : text
  return { ...(value !== undefined && { value }), ...(said && { unit: said }), extension: [written(number)] }
}

const written = (text: string) => extension(EXTENSION.sourceText, { valueString: text })

/** Days or times as written; undefined for what is neither. */
export function supplyOf(text: string): { count: number; of: 'days' | 'times' } | undefined {
  const [, digits, of] = /^(\d{1,4})\s*(日分?|日間|回分?)?$/.exec(foldWidth(text).trim()) ?? []
  if (digits === undefined) return undefined
  return { count: Number(digits), of: of?.startsWith('回') ? 'times' : 'days' }
}
