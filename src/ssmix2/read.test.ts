import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMessage } from '#hl7v2'
import { careDate } from './care-date.ts'
import { parseStoragePath } from './path.ts'
import { readRecord } from './record.ts'
import { changedSince, readTransactionLog } from './transaction-log.ts'
import { walkStorage } from './walk.ts'

const header = (type: string) => `MSH|^~\\&|A|B|C|D|20111220||${type}|1|P|2.5`

test('the care date by the rule of the message', () => {
  const date = (type: string, ...segments: string[]) => {
    const found = careDate(parseMessage([header(type), ...segments].join('\r')))
    return found && [found.field, found.value?.raw]
  }
  assert.deepEqual(date('OUL^R22^OUL_R22', `SPM|1${'|'.repeat(16)}201112191500`), ['SPM-17', '201112191500'])
  assert.deepEqual(date('RDE^O11', 'ORC|NW|1', 'ORC|NW|1|||||||20110701'), ['ORC-9', '20110701'])
  assert.deepEqual(date('ADT^A03', 'PV1|1'), ['PV1-45', undefined])
  assert.equal(date('ADT^A08'), undefined)
})

test('the transaction log: headers are read, messages skipped, bad headers counted', () => {
  const log = [
    '#SSMIX,2.00,9999999999,0000000123,-,ADT-00,999999999999999,INS,-,20220101235959568',
    header('ADT^A08'),
    'PID|0001||x #SSMIX,not a header',
    '\x1c#SSMIX,2.00,9999999999,0000000456,20220102,OMP-01,000000000000001,DEL,01,20220102080000',
    '#SSMIX,2.00,broken',
  ].join('\r')
  const { records, badHeaders } = readTransactionLog(Buffer.from(log, 'latin1'))
  assert.equal(badHeaders, 1)
  assert.deepEqual(
    records.map((r) => [r.patientId, r.careDate, r.dataKind, r.action, r.department, r.recordedAt]),
    [
      ['0000000123', undefined, 'ADT-00', 'INS', undefined, '20220101235959568'],
      ['0000000456', '20220102', 'OMP-01', 'DEL', '01', '20220102080000000'],
    ],
  )
  assert.deepEqual([...changedSince(records, '20220102000000000')], ['0000000456'])
  assert.deepEqual(readTransactionLog(new Uint8Array()), { records: [], badHeaders: 0 })
})

test('the full reading says whose it is', () => {
  const { place } = parseStoragePath('999/901/9999013/-/ADT-00/9999013_-_ADT-00_999999999999999_20111220224447339_-_1')
  const read = (text: string) => readRecord(place!, Buffer.from(text, 'utf8'))
  assert.deepEqual(read(`${header('ADT^A08')}\rPID|1||9999013`).problems, [])
  assert.equal(read(`${header('ADT^A08')}\rPID|1||9999013`).message.type, 'ADT^A08')
  assert.deepEqual(read(`${header('ADT^A08')}\rPID|1||1`).problems, ['patient-differs'])
  assert.deepEqual(read('髙').problems, ['not-hl7'])
  assert.equal(read('髙').check, 'missing')
})

test('a walk gives every file once, by bytes and as text', () => {
  const tree: Record<string, string[]> = { '': ['b/', 'a'], b: ['\x89\xe6', 'c/'], 'b/c': ['d'] }
  const list = (path: string) =>
    (tree[path] ?? []).map((name) => ({ name: name.replace('/', ''), isFolder: name.endsWith('/') }))
  assert.deepEqual(
    [...walkStorage({ list })].map(({ path, text }) => [path, text]),
    [
      ['a', 'a'],
      ['b/c/d', 'b/c/d'],
      ['b/\x89\xe6', 'b/画'],
    ],
  )
})
