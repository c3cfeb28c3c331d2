/**
 * The transaction storage: `TR_<time>_<number>.DAT`, records of one header line `#SSMIX,…` and the message. Files are only
 * appended to. Used as a hint where to look first, never as proof that nothing else changed.
 */
import type { TransactionRecord } from './types.ts'

const MARK = '#SSMIX,'

export interface TransactionLog {
  readonly records: readonly TransactionRecord[]
  /** Header lines that could not be read. */
  readonly badHeaders: number
}

/** Reads the header lines and skips the messages. */
export function readTransactionLog(bytes: Uint8Array): TransactionLog {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const records: TransactionRecord[] = []
  let badHeaders = 0
  for (let at = buffer.indexOf(MARK); at >= 0; at = buffer.indexOf(MARK, at + MARK.length)) {
    if (at > 0 && !isLineEnd(buffer[at - 1]!)) continue
    const record = readHeader(buffer.toString('latin1', at, lineEnd(buffer, at)))
    if (record) records.push(record)
    else badHeaders++
  }
  return { records, badHeaders }
}

/** Patients with a record at or after `since` (17 digits, the institution's time). */
export function changedSince(records: Iterable<TransactionRecord>, since: string): Set<string> {
  const patients = new Set<string>()
  for (const { patientId, recordedAt } of records) if (recordedAt >= since) patients.add(patientId)
  return patients
}

/** `#SSMIX,2.00,facility,patient,date,kind,order,INS|DEL,department,time`. */
function readHeader(line: string): TransactionRecord | undefined {
  const [, , facility = '', patient = '', date = '', dataKind = '', order = '', action, department = '', time = ''] =
    line.split(',').map((part) => part.trim())
  if (action !== 'INS' && action !== 'DEL') return undefined
  if (patient === '' || dataKind === '' || !/^(?:-|\d{8})$/.test(date) || !/^\d{14,17}$/.test(time)) return undefined
  return {
    facilityId: facility,
    patientId: patient,
    careDate: date === '-' ? undefined : date,
    dataKind,
    orderNo: order,
    action,
    department: department === '-' || department === '' ? undefined : department,
    recordedAt: time.padEnd(17, '0'),
  }
}

/** FS too: messages may keep their MLLP end mark. */
function isLineEnd(byte: number): boolean {
  return byte === 0x0d || byte === 0x0a || byte === 0x1c
}

function lineEnd(buffer: Buffer, from: number): number {
  let end = from
  while (end < buffer.length && !isLineEnd(buffer[end]!)) end++
  return end
}
