import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contentTypeOf, documentResources } from './document.ts'

const KIND = {
  localCode: '',
  localName: '',
  localSystem: '',
  standardCode: '18842-5',
  standardName: '退院時サマリー',
  standardSystem: 'LN',
}

test('a document of the extended storage: kind, time, files', () => {
  const { resources } = documentResources({
    path: '000/012/0000123456/20260401/^^^18842-5^退院時サマリー^LN/folder',
    patientId: '0000123456',
    careDate: '20260401',
    dataKind: '^^^18842-5^退院時サマリー^LN',
    orderNo: '20260401_1',
    kind: KIND,
    occurredAt: '20260401123045678',
    department: '01',
    files: [{ path: 'folder/main document.pdf', sizeBytes: 12 }, { path: 'folder/image/1.JPG' }],
  })
  const [document] = resources
  assert.ok(document?.resourceType === 'DocumentReference')
  assert.equal(document.type?.coding?.[0]?.system, 'http://loinc.org')
  assert.equal(document.type?.text, '退院時サマリー')
  assert.equal(document.date, '2026-04-01T12:30:45+09:00')
  assert.match(document.id ?? '', /^[A-Za-z0-9.-]{1,64}$/)
  assert.deepEqual(
    document.content.map(({ attachment }) => [attachment.contentType, attachment.url, attachment.size]),
    [
      ['application/pdf', 'folder/main%20document.pdf', 12],
      ['image/jpeg', 'folder/image/1.JPG', undefined],
    ],
  )
})

test('content types by ending', () => {
  assert.equal(contentTypeOf('main_document.hl7'), 'application/hl7-v2')
  assert.equal(contentTypeOf('x.XML'), 'text/xml')
  assert.equal(contentTypeOf('no-ending'), 'application/octet-stream')
})
