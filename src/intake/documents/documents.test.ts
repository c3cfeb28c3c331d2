import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { idName, type FileSurvey, type Surveyor } from '../format.ts'
import { pdfPages, typeOfBytes } from './content.ts'
import { documentsFormat } from './format.ts'
import { compile, KNOWN_PATTERNS, readName, suggestPatterns } from './names.ts'

const PDF =
  '%PDF-1.4\n1 0 obj<</Type /Pages/Kids[2 0 R 3 0 R]/Count 2>>endobj\n2 0 obj<</Type/Page>>endobj 3 0 obj<</Type/Page>>endobj\n%%EOF'
const read = (path: string, ...patterns: string[]) => {
  const found = readName(path, { patterns })
  return found && [found.patientId, found.date, found.title]
}

test('names by their pattern, titles as they are written', () => {
  assert.deepEqual(read('12345_20261128_紹介状.pdf', '{id}_{date}_{title}'), ['12345', '2026-11-28', '紹介状'])
  assert.deepEqual(read('１２３４５_２０２６１１２８_ｼｮｳｶｲ①.pdf', '{id}_{date}_{title}'), [
    '12345',
    '2026-11-28',
    'ｼｮｳｶｲ①',
  ])
  assert.deepEqual(read('00123/2026-11-28/同意書.jpg', '{id}/{date}/{title}'), ['00123', '2026-11-28', '同意書'])
  assert.deepEqual(read('検査_00123_R08.11.28.tif', '{title}_{id}_{date}'), ['00123', '2026-11-28', '検査'])
  assert.deepEqual(read('00123_山田太郎/血液検査.pdf', '{id}_{any}/{title}'), ['00123', '', '血液検査'])
  assert.deepEqual(read('00123.pdf', '{id}'), ['00123', '', '00123'])
  assert.equal(read('12345_20261332_紹介状.pdf', '{id}_{date}_{title}'), undefined)
  assert.equal(read('メモ.pdf', '{id}_{title}'), undefined)
  assert.equal(read(`${'1_'.repeat(300)}.pdf`, '{id}_{title}'), undefined)
})

test('a pattern must name the patient, once, with something between its parts', () => {
  for (const pattern of KNOWN_PATTERNS) assert.ok(compile(pattern), pattern)
  for (const pattern of ['{title}', '{id}{date}', '{id}_{id}', '', '{any}'.repeat(7), '{any}_{any}_{any}_{title}_{id}'])
    assert.equal(compile(pattern), undefined, pattern)
  assert.throws(() => documentsFormat.parseSettings({ patterns: ['{title}'] }), { code: 'INTAKE_SETTINGS_INVALID' })
  assert.ok(compile('(.*)+{id}$'))
})

test('patterns are proposed from the names that are there', () => {
  const paths = ['1_20261128_a.pdf', '2_20261127_b.pdf', '3_20261126_c.pdf', '00123/検査.pdf', '不明.pdf']
  assert.deepEqual(suggestPatterns(paths), [
    { pattern: '{id}_{date}_{title}', fits: 3, more: 3 },
    { pattern: '{id}/{title}', fits: 1, more: 1 },
  ])
  // A folder a year is no patient.
  const years = ['2025/00123_20251128_a.pdf', '2026/00124_20260101_b.pdf', '2026/00125_20260101_c.pdf']
  assert.equal(suggestPatterns(years)[0]?.pattern, '{any}/{id}_{date}_{title}')
  const undated = ['2025/00123_a.pdf', '2026/00124_b.pdf', '2026/00125_c.pdf']
  assert.equal(suggestPatterns(undated)[0]?.pattern, '{any}/{id}_{title}')
  assert.equal(suggestPatterns(['20261128_12345_紹介状.pdf'])[0]?.pattern, '{date}_{id}_{title}')
})

test('what a file is, by its bytes', () => {
  assert.equal(typeOfBytes(Buffer.from(`junk\n${PDF}`)), 'application/pdf')
  assert.equal(typeOfBytes(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')), 'image/png')
  assert.equal(typeOfBytes(Buffer.from('II*\0', 'latin1')), 'image/tiff')
  assert.equal(typeOfBytes(Buffer.from('\xff\xd8\xff\xe0', 'latin1')), 'image/jpeg')
  assert.equal(typeOfBytes(Buffer.from('経過\r\n')), 'text/plain')
  assert.equal(typeOfBytes(Buffer.from('MZ\0\0', 'latin1')), undefined)
  assert.deepEqual([pdfPages(Buffer.from(PDF)), pdfPages(Buffer.from('%PDF-1.5 stream'))], [2, undefined])
})

function survey(path: string, bytes: Uint8Array, patterns: readonly string[] = ['{id}_{date}_{title}']): FileSurvey {
  const begun = documentsFormat.survey({ path, sizeBytes: bytes.length }, { patterns })
  if (!('take' in begun)) return begun
  const surveyor: Surveyor = begun
  surveyor.take(bytes)
  return surveyor.end()
}

function chartOf(path: string, bytes: Uint8Array) {
  return documentsFormat.resources({
    file: { path, sizeBytes: bytes.length, mtimeMs: Date.parse('2026-11-28T10:00:00+09:00') },
    settings: { patterns: ['{id}_{date}_{title}', '{id}_{title}'] },
    form: survey(path, bytes, ['{id}_{date}_{title}', '{id}_{title}']).form,
    names: new Set([idName('12345')]),
    patientId: '12345',
    slices: [],
  })
}

test('a document of the folder: date, title, pages, and its bytes opened by its path', () => {
  const path = '12345_20261128_紹介状.pdf'
  assert.deepEqual(survey(path, Buffer.from(PDF)).patients[0], {
    names: ['id|12345'],
    ranges: [],
    counts: { DocumentReference: 1 },
    lastCareDate: '2026-11-28',
  })
  const [document] = chartOf(path, Buffer.from(PDF)).resources
  assert.ok(document?.resourceType === 'DocumentReference')
  assert.deepEqual([document.date, document.description], ['2026-11-28', '紹介状（2ページ）'])
  assert.equal(decodeURIComponent(document.content[0]!.attachment.url!), path)
  const undated = chartOf('12345_紹介状.pdf', Buffer.from(PDF)).resources[0]
  assert.ok(undated?.resourceType === 'DocumentReference' && undated.date === undefined)
  assert.match(undated.description ?? '', /ファイルの日付 2026-11-28/)
})

test('a file that is not what its name says is marked and never shown as that; unread names are listed', () => {
  const path = '12345_20261128_紹介状.pdf'
  const program = Buffer.from('MZ\x90\0\x03', 'latin1')
  assert.deepEqual(survey(path, program).problems, [{ code: 'type-differs', where: 'file' }])
  const { resources, remarks } = chartOf(path, program)
  assert.deepEqual(remarks, [{ code: 'type-differs', where: 'file' }])
  assert.ok(JSON.stringify(resources).includes('application/octet-stream'))
  assert.ok(JSON.stringify(chartOf(path, Buffer.from('\xff\xd8\xff', 'latin1')).resources).includes('image/jpeg'))
  assert.deepEqual(survey('メモ.pdf', program).problems, [{ code: 'name-unmatched', where: 'file' }])
  assert.deepEqual(survey('1_20261128_a.exe', program).problems, [{ code: 'file-unknown', where: 'file' }])
  assert.deepEqual(survey('a/Thumbs.db', program).problems, [{ code: 'file-unknown', where: 'file' }])
  assert.deepEqual(survey(path, Buffer.alloc(0)).problems, [{ code: 'empty-file', where: 'file' }])
})

test('pages are counted in one pass: neither what ends the stack nor what takes a night', () => {
  // Each of them alone held up a backup for hours, or ended it.
  assert.equal(pdfPages(Buffer.from(`%PDF-1.4 ${'obj /Type/Pages /Count 7 endobj '.repeat(300_000)}`)), 7)
  assert.equal(pdfPages(Buffer.from(`%PDF-1.4 ${'/Type/Pages '.repeat(1_000_000)}`)), undefined)
  const outline = '1 0 obj<</Type/Outlines/Count 99>>endobj 2 0 obj<</Count 3/Type/Pages>>endobj'
  assert.equal(pdfPages(Buffer.from(`%PDF-1.4 ${outline}`)), 3)
})

test('whatever a file is called and holds, nobody else gets it and nothing throws', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.uint8Array({ maxLength: 200 }),
      fc.constantFrom('', '12345_', '99_20261128_'),
      (name, bytes, start) => {
        const path = `${start}${name}.pdf`
        const named = readName(path, { patterns: ['{id}_{date}_{title}', '{id}_{title}'] })
        survey(path, bytes, [...KNOWN_PATTERNS])
        assert.equal(chartOf(path, bytes).resources.length, named?.patientId === '12345' ? 1 : 0)
      },
    ),
    { numRuns: 300 },
  )
})
