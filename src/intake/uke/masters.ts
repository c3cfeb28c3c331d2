/**
 * Names of codes: the public masters of claims (医薬品 y, 診療行為 s, 特定器材 t, 傷病名 b, 修飾語 z), where a clinic lays
 * them beside its claims. None travels with us. Layout: the reimbursement fund's マスターファイル仕様, by field number.
 */
import type { FileSurvey, SharedRecord } from '../format.ts'
import { recordLines } from './records.ts'

/** Field 1 of a row, its code's digits, and the field of the name. */
const MASTERS: Readonly<Record<string, { readonly digits: number; readonly name: number }>> = {
  Y: { digits: 9, name: 4 },
  S: { digits: 9, name: 4 },
  T: { digits: 9, name: 4 },
  B: { digits: 7, name: 5 },
  Z: { digits: 4, name: 6 },
}
const KIND = 1
const CODE = 2

/** Which master names the codes of a record type. */
const MASTER_OF: Readonly<Record<string, string>> = { SY: 'B', IY: 'Y', SI: 'S', TO: 'T', modifier: 'Z' }

/** Under what a row of a master is found from any file of the source. @param type of a claim's record, or `modifier` */
export const codeName = (type: string, code: string): string | undefined =>
  MASTER_OF[type] === undefined || code === '' ? undefined : masterName(MASTER_OF[type], code)

const masterName = (master: string, code: string): string => `claim-code|${master}|${code}`

/** Undefined where the file is no master. */
export function surveyMaster(bytes: Uint8Array): FileSurvey | undefined {
  const shared: SharedRecord[] = []
  let records = 0
  for (const { text, start, end } of recordLines(bytes)) {
    records++
    const row = rowOf(text)
    if (row) shared.push({ names: [masterName(row.master, row.code)], range: [start, end] })
    // A claim file has none of them; one stray row makes no master.
    else if (records === 1) return undefined
  }
  return shared.length === 0 ? undefined : { records, patients: [], shared, problems: [], form: 'master' }
}

/** What a row calls its code. */
export function nameIn(slice: Uint8Array): string | undefined {
  for (const { text } of recordLines(slice)) return rowOf(text)?.name
  return undefined
}

function rowOf(text: string): { master: string; code: string; name: string } | undefined {
  const fields = fieldsOf(text)
  const [master = '', code = ''] = [fields[KIND], fields[CODE]]
  const layout = Object.hasOwn(MASTERS, master) ? MASTERS[master] : undefined
  const name = layout && fields[layout.name]?.trim()
  if (!name || !/^\d+$/.test(code) || code.length !== layout.digits) return undefined
  // In front of each name stands how long it is, in characters or bytes: another layout is no name of anything.
  const length = Number(fields[layout.name - 1])
  return length >= name.length && length <= 2 * name.length ? { master, code, name } : undefined
}

/** By comma; text may stand in quotes. */
function fieldsOf(text: string): string[] {
  return [...text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
  )
}
