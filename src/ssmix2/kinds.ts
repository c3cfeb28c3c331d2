/** Data kinds of the standardized storage: guideline 1.2g p. 11, table 1-1, unchanged in 1.2i. */

import type { StayEvent } from './types.ts'

export interface DataKind {
  /** As people call it. */
  readonly label: string
  /** Message types that carry it. */
  readonly messages: readonly string[]
  /** Message types that cancel it; they lie in files with flag 0. */
  readonly cancels: readonly string[]
}

const kind = (label: string, message: string, cancel?: string): DataKind => ({
  label,
  messages: [message],
  cancels: cancel ? [cancel] : [],
})

export const DATA_KINDS: Readonly<Record<string, DataKind>> = {
  'ADT-00': kind('患者基本情報', 'ADT^A08', 'ADT^A23'),
  'ADT-01': kind('担当医', 'ADT^A54', 'ADT^A55'),
  'ADT-12': kind('外来受付', 'ADT^A04'),
  'ADT-21': kind('入院予定', 'ADT^A14', 'ADT^A27'),
  'ADT-22': kind('入院', 'ADT^A01', 'ADT^A11'),
  'ADT-31': kind('外出・外泊', 'ADT^A21', 'ADT^A52'),
  'ADT-32': kind('外出・外泊からの帰院', 'ADT^A22', 'ADT^A53'),
  'ADT-41': kind('転科・転棟予定', 'ADT^A15', 'ADT^A26'),
  'ADT-42': kind('転科・転棟', 'ADT^A02', 'ADT^A12'),
  'ADT-51': kind('退院予定', 'ADT^A16', 'ADT^A25'),
  'ADT-52': kind('退院', 'ADT^A03', 'ADT^A13'),
  'ADT-61': kind('アレルギー', 'ADT^A60'),
  'PPR-01': kind('病名', 'PPR^ZD1'),
  OMD: kind('食事オーダ', 'OMD^O03'),
  'OMP-01': kind('処方オーダ', 'RDE^O11'),
  'OMP-11': kind('処方実施', 'RAS^O17'),
  'OMP-02': kind('注射オーダ', 'RDE^O11'),
  'OMP-12': kind('注射実施', 'RAS^O17'),
  'OML-01': kind('検体検査オーダ', 'OML^O33'),
  'OML-11': kind('検体検査結果', 'OUL^R22'),
  'OMG-01': kind('放射線検査オーダ', 'OMG^O19'),
  'OMG-11': kind('放射線検査実施', 'OMI^Z23'),
  'OMG-02': kind('内視鏡検査オーダ', 'OMG^O19'),
  'OMG-12': kind('内視鏡検査実施', 'OMI^Z23'),
  'OMG-03': kind('生理検査オーダ', 'OMG^O19'),
  'OMG-13': kind('生理検査結果', 'ORU^R01'),
}

/** Admission records, and what each says happened. */
export const STAY_KINDS: Readonly<Record<string, StayEvent>> = {
  'ADT-21': 'admission-planned',
  'ADT-22': 'admission',
  'ADT-31': 'leave',
  'ADT-32': 'return',
  'ADT-41': 'transfer-planned',
  'ADT-42': 'transfer',
  'ADT-51': 'discharge-planned',
  'ADT-52': 'discharge',
}

/** The label, or the kind itself where the table does not know it. */
export function kindLabel(dataKind: string): string {
  return DATA_KINDS[dataKind]?.label ?? dataKind
}

/** May a file of this kind hold this message? True for kinds that the table does not know. */
export function holdsMessage(dataKind: string, messageType: string): boolean {
  const known = DATA_KINDS[dataKind]
  return !known || known.messages.includes(messageType) || known.cancels.includes(messageType)
}

/** `ADT-00`, `OMD`: what a folder of the standardized storage looks like. Anything else is the extended storage's. */
export function looksStandard(folder: string): boolean {
  return folder in DATA_KINDS || /^[A-Z]{3}(?:-\d\d)?$/.test(folder)
}
