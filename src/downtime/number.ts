/**
 * The serial of a sheet: thirteen digits `MMM-FF-DD-NNNNN-C`, read aloud group by group. M: mark of the institution, F: form,
 * D: device that allotted it (01 the server), N: running number, C: check digit.
 */

/** H. M. Damm's quasigroup of order 10 (dissertation, Marburg 2004): finds one wrong digit and every swap of neighbours. */
const DAMM = [
  '0317598642',
  '7092154863',
  '4206871359',
  '1750983426',
  '6123045978',
  '3674209581',
  '5869720134',
  '8945362017',
  '9438617205',
  '2581436790',
]

const dammOf = (digits: string): string =>
  Array.from(digits).reduce((row, digit) => DAMM[Number(row)]![Number(digit)]!, '0')

export interface SheetNumber {
  /** 0-999, of the institution. */
  readonly mark: number
  /** 1-99: a form's number, never given to another form; 0: a temporary number of a patient. */
  readonly form: number
  /** 1-99: who allotted it; two devices never have the same. */
  readonly device: number
  /** 1-99999. */
  readonly number: number
}

const part = (value: number, digits: number): string => {
  if (!Number.isInteger(value) || value < 0 || value >= 10 ** digits) throw new RangeError(`not of ${digits} digits`)
  return String(value).padStart(digits, '0')
}

/** @throws RangeError where a part has too many digits: a number is never cut */
export function sheetCode({ mark, form, device, number }: SheetNumber): string {
  const parts = [part(mark, 3), part(form, 2), part(device, 2), part(number, 5)]
  return [...parts, dammOf(parts.join(''))].join('-')
}

/** A patient's number until the real one is known: `T-MMM-DD-NNNNN-C`. The letter keeps it apart from every number of digits. */
export function temporaryCode({ mark, device, number }: SheetNumber): string {
  const parts = [part(mark, 3), part(device, 2), part(number, 5)]
  return ['T', ...parts, dammOf(parts.join(''))].join('-')
}

export type ReadCode =
  | { readonly kind: 'sheet' | 'other-institution' | 'other-form'; readonly sheet: SheetNumber }
  /** A patient's number until the real one is known. */
  | { readonly kind: 'temporary'; readonly sheet: SheetNumber; readonly code: string }
  /** A serial with a digit wrong, missing or too many. */
  | { readonly kind: 'damaged' }
  /** Digits and dashes are not all that stands there: a patient's label, a drug's code. */
  | { readonly kind: 'not-a-sheet' }

/**
 * What a scanner or a person typed. Full-width digits and any dash or blank are read too.
 * @param expected form: where the screen takes one form alone
 */
export function readSheetCode(text: string, expected: { readonly mark: number; readonly form?: number }): ReadCode {
  const plain = text.normalize('NFKC').replaceAll(/[\s\-‐‑–—−ー]/g, '')
  if (/^T\d+$/i.test(plain)) return readTemporary(plain.slice(1), expected.mark)
  if (!/^\d+$/.test(plain)) return { kind: 'not-a-sheet' }
  if (plain.length !== 13 || dammOf(plain) !== '0') return { kind: 'damaged' }
  const at = (from: number, to: number) => Number(plain.slice(from, to))
  const sheet = { mark: at(0, 3), form: at(3, 5), device: at(5, 7), number: at(7, 12) }
  if (sheet.mark !== expected.mark) return { kind: 'other-institution', sheet }
  return { kind: expected.form !== undefined && sheet.form !== expected.form ? 'other-form' : 'sheet', sheet }
}

function readTemporary(digits: string, mark: number): ReadCode {
  if (digits.length !== 11 || dammOf(digits) !== '0') return { kind: 'damaged' }
  const at = (from: number, to: number) => Number(digits.slice(from, to))
  const sheet = { mark: at(0, 3), form: 0, device: at(3, 5), number: at(5, 10) }
  return sheet.mark === mark
    ? { kind: 'temporary', sheet, code: temporaryCode(sheet) }
    : { kind: 'other-institution', sheet }
}
