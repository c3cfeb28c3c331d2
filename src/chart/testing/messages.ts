/** Small synthetic SS-MIX2 records for tests. Bytes are UTF-8: charsets are tested in `hl7v2`. */
import type { ChartAccess } from '../ports.ts'
import { PARTS, SENSITIVITIES } from '../parts.ts'

export interface Person {
  readonly id: string
  readonly kanji: string
  readonly kana: string
  readonly birthDate: string
  readonly sex: 'M' | 'F'
}
export const HARUKO: Person = {
  id: '0001234',
  kanji: '見本^はる子',
  kana: 'ミホン^ハルコ',
  birthDate: '19470409',
  sex: 'F',
}

const TYPES: Readonly<Record<string, string>> = {
  'ADT-00': 'ADT^A08^ADT_A01',
  'ADT-22': 'ADT^A01^ADT_A01',
  'ADT-42': 'ADT^A02^ADT_A02',
  'ADT-52': 'ADT^A03^ADT_A03',
  'ADT-61': 'ADT^A60^ADT_A60',
  'PPR-01': 'PPR^ZD1^PPR_ZD1',
  'OMP-01': 'RDE^O11^RDE_O11',
  'OMP-02': 'RDE^O11^RDE_O11',
  'OML-11': 'OUL^R22^OUL_R22',
}

/** A message of `kind` about `person`, with further segments. */
export function message(kind: string, person: Person, ...segments: readonly string[]): Buffer {
  const { id, kanji, kana, birthDate, sex } = person
  const pid = `PID|0001||${id}^^^^PI||${kanji}^^^^^L^I~${kana}^^^^^L^P||${birthDate}|${sex}`
  const msh = `MSH|^~\\&|T|T|T|T|20261101000000||${TYPES[kind]}|1|P|2.5||||||~ISO IR87||ISO 2022-1994`
  return Buffer.from([msh, pid, ...segments].map((segment) => `${segment}\r`).join(''))
}

export interface Place {
  readonly date?: string
  readonly order?: string
  readonly at?: string
  readonly flag?: string
  readonly root?: string
}

/** `root/000/123/0001234/20261101/OMP-01/0001234_20261101_OMP-01_…_1`. */
export function pathOf(kind: string, id: string, place: Place = {}): string {
  const { date = '-', order = '999999999999999', at = '20261101000000000', flag = '1', root = '' } = place
  const name = [id, date, kind, order, at, '-', flag].join('_')
  return [...(root ? [root] : []), id.slice(0, 3), id.slice(3, 6), id, date, kind, name].join('/')
}

/** A reader who may see everything. */
export const EVERYTHING: ChartAccess = {
  parts: Object.fromEntries(PARTS.map((part) => [part, 'yes'])) as ChartAccess['parts'],
  sensitive: Object.fromEntries(SENSITIVITIES.map((s) => [s, 'yes'])) as ChartAccess['sensitive'],
  reasonAlways: false,
}
