/**
 * A PDF of one page, small and valid (ISO 32000-1): text only, Japanese through the predefined CMap UniJIS-UTF16-H and a
 * CID font that is not embedded, so that the reader's own font shows it.
 */

const PAGE = { widthPt: 595, heightPt: 842, marginPt: 56 }

/** UTF-16BE in hexadecimal, as the CMap wants it. */
const utf16 = (text: string): string => Buffer.from(text, 'utf16le').swap16().toString('hex')

function textStream(title: string, lines: readonly string[]): string {
  const first = PAGE.heightPt - PAGE.marginPt
  const show = (text: string, size: number, y: number): string =>
    `BT /F1 ${size} Tf ${PAGE.marginPt} ${y} Td <${utf16(text)}> Tj ET`
  return [show(title, 16, first), ...lines.map((line, i) => show(line, 10.5, first - 32 - i * 18))].join('\n')
}

/** Bytes of the document. Lines are not wrapped: keep them under 45 full-width characters. */
export function pdfPage(title: string, lines: readonly string[]): Uint8Array {
  const content = textStream(title, lines)
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${PAGE.widthPt} ${PAGE.heightPt}] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>`,
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type0 /BaseFont /HeiseiKakuGo-W5 /Encoding /UniJIS-UTF16-H /DescendantFonts [6 0 R] >>',
    '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HeiseiKakuGo-W5 /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 5 >> /FontDescriptor 7 0 R /DW 1000 >>',
    '<< /Type /FontDescriptor /FontName /HeiseiKakuGo-W5 /Flags 4 /FontBBox [-92 -250 1010 922] /ItalicAngle 0 /Ascent 752 /Descent -221 /CapHeight 737 /StemV 114 >>',
  ]
  let body = '%PDF-1.5\n'
  const offsets = objects.map((object, i) => {
    const offset = body.length
    body += `${i + 1} 0 obj\n${object}\nendobj\n`
    return offset
  })
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const size = objects.length + 1
  const trailer = `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`
  return Buffer.from(`${body}xref\n0 ${size}\n0000000000 65535 f \n${table}${trailer}`, 'latin1')
}
