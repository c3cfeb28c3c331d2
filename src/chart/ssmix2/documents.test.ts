import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { cdaDocument } from './cda-document.ts'
import { cdaText } from './cda-text.ts'
import { documentText } from './document-text.ts'

const CP932 = Buffer.from([0x8c, 0x6f, 0x89, 0xdf]) // 経過

test('text is read in the charset that it was written in', () => {
  assert.equal(documentText(Buffer.from('経過')), '経過')
  assert.equal(documentText(Buffer.from('\uFEFF経過')), '経過')
  assert.equal(documentText(CP932), '経過')
  assert.equal(
    documentText(Buffer.concat([Buffer.from('<?xml version="1.0" encoding="Shift_JIS"?>'), CP932])).slice(-2),
    '経過',
  )
  assert.equal(
    documentText(Buffer.concat([Buffer.from('<?xml version="1.0" encoding="UTF-8"?>'), CP932])).slice(-2),
    '経過',
  )
  assert.equal(documentText(Buffer.from('\uFEFF経過', 'utf16le')), '経過')
  assert.equal(documentText(Buffer.alloc(0)), '')
})

test('a CDA gives its sections as text, without tags, and its markup stays text', () => {
  const body = (inner: string) =>
    `<c:ClinicalDocument xmlns:c="urn:hl7-org:v3"><c:title>要約</c:title><c:component><c:structuredBody>${inner}</c:structuredBody></c:component></c:ClinicalDocument>`
  const section = (title: string, text: string) =>
    `<c:section><c:title>${title}</c:title><c:text>${text}</c:text></c:section>`
  const found = cdaText(
    body(
      section('経過', '<c:paragraph>咳&amp;痰</c:paragraph>1行目<c:br/>2行目') +
        section('計画', '<![CDATA[a<b>c]]>&#x8584;'),
    ),
  )
  assert.deepEqual(found, { title: '要約', text: '【経過】\n咳&痰\n1行目\n2行目\n【計画】\na<b>c薄' })
  assert.equal(cdaText('<html><title>x</title></html>'), undefined)
  assert.equal(cdaText(body('')), undefined)
})

test('whatever the bytes, reading ends and never throws', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => typeof documentText(bytes) === 'string'))
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom(
          '<ClinicalDocument>',
          '<structuredBody>',
          '</structuredBody>',
          '<text>',
          '</text>',
          '<title>',
          '</title>',
          '<section>',
          '</section>',
          '<table>',
          '</table>',
          '<tr>',
          '<td>',
          '<list>',
          '<item>',
          '</list>',
          '<paragraph>',
          '&#x;',
          '&#99999999;',
          '<',
          'x',
        ),
      ),
      (parts) => {
        cdaText(parts.join(''))
        cdaDocument(parts.join(''))
        return true
      },
    ),
  )
  cdaText(`<ClinicalDocument><structuredBody>${'<text>'.repeat(150_000)}</structuredBody></ClinicalDocument>`)
  cdaText(`<ClinicalDocument><structuredBody><text>${' '.repeat(900_000)}x</text></structuredBody></ClinicalDocument>`)
  cdaText(`<ClinicalDocument><structuredBody>${'<text '.repeat(150_000)}`)
  cdaText(
    `<ClinicalDocument><structuredBody><text>]]>${'<![CDATA['.repeat(100_000)}</text></structuredBody></ClinicalDocument>`,
  )
})

test('a CDA becomes sections, paragraphs, lists and tables; its markup and its code stay behind', () => {
  const found = cdaDocument(
    `<ClinicalDocument><title>要約 &amp; 経過</title><component><structuredBody>
     <component><section><title>経過</title><text>はじめ<paragraph>咳<br/>痰 &lt;script&gt;</paragraph>
       <list><item><content styleCode="Bold">一</content></item><item>二<list><item>三</item></list></item></list>おわり</text>
       <component><section><title>内訳</title><text><table border="1"><caption>血液</caption><thead><tr><th>項目</th><th>値</th></tr></thead>
         <tbody><tr><td onclick="x()"><paragraph>Cre</paragraph></td><td/></tr></tbody></table></text></section></component>
     </section></component>
     <component><section><title>なし</title></section></component></structuredBody></component></ClinicalDocument>`,
  )
  assert.deepEqual(found, {
    title: '要約 & 経過',
    cut: false,
    sections: [
      {
        level: 1,
        title: '経過',
        blocks: [
          { kind: 'paragraph', text: 'はじめ' },
          { kind: 'paragraph', text: '咳\n痰 <script>' },
          { kind: 'list', items: ['一', '二', '三'] },
          { kind: 'paragraph', text: 'おわり' },
        ],
      },
      {
        level: 2,
        title: '内訳',
        blocks: [
          {
            kind: 'table',
            caption: '血液',
            rows: [
              {
                cells: [
                  { text: '項目', head: true },
                  { text: '値', head: true },
                ],
              },
              {
                cells: [
                  { text: 'Cre', head: false },
                  { text: '', head: false },
                ],
              },
            ],
          },
        ],
      },
      { level: 1, title: 'なし', blocks: [] },
    ],
  })
  assert.equal(cdaDocument('<html/>'), undefined)
  const scan =
    '<ClinicalDocument><component><nonXMLBody><text mediaType="application/pdf" representation="B64">JVBE</text>'
  assert.deepEqual(cdaDocument(scan), { title: '', sections: [], embedded: 'application/pdf', cut: false })
  const picture = (tag: string, bytes: string) =>
    cdaDocument(`<ClinicalDocument><component>${tag}${bytes}</text></nonXMLBody>`)!
  const jpeg = '<nonXMLBody><text mediaType="image/jpeg" representation="B64">'
  const shown = [{ level: 1, title: '', blocks: [{ kind: 'picture', type: 'image/jpeg', base64: '/9j/4AAQ' }] }]
  assert.deepEqual(picture(jpeg, '\n/9j/\n4AAQ\n').sections, shown)
  // No base64, and a type that may carry a script: named, not drawn.
  assert.equal(picture(jpeg, '"><script>').embedded, 'image/jpeg')
  assert.deepEqual(picture(jpeg.replace('jpeg', 'svg+xml'), 'PHN2Zz4=').sections, [])
  const media = (type: string) =>
    cdaDocument(
      `<ClinicalDocument><structuredBody><section><title>図</title><text><paragraph>創部</paragraph></text><entry><observationMedia><value mediaType="${type}" representation="B64">iVBORw==</value></observationMedia></entry><entry><observation><value unit="mg">AAAA</value></observation></entry></section></structuredBody></ClinicalDocument>`,
    )!.sections[0]!.blocks
  assert.deepEqual(media('image/png'), [
    { kind: 'paragraph', text: '創部' },
    { kind: 'picture', type: 'image/png', base64: 'iVBORw==' },
  ])
  assert.equal(media('text/html').length, 1)
  const long = `<ClinicalDocument><structuredBody><section><text>${'<paragraph>x</paragraph>'.repeat(6000)}`
  const cut = cdaDocument(long)!
  assert.deepEqual([cut.cut, cut.sections[0]!.blocks.length], [true, 5000])
})
