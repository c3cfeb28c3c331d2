/** What names say of contents, and how each kind of file is known by more than its first bytes. */

export interface Family {
  begins(bytes: Uint8Array): boolean
  /** Looks behind the beginning: whoever encrypts and leaves the head alone is seen here. `sizeBytes`: of the whole file. */
  goesOn(bytes: Uint8Array, sizeBytes: number): boolean
}

const anything = (): boolean => true
const starts =
  (...heads: readonly (readonly number[])[]) =>
  (bytes: Uint8Array): boolean =>
    heads.some((head) => head.every((byte, i) => bytes[i] === byte))

const latin1 = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1', Math.max(0, from), to)

const PDF: Family = {
  begins: (bytes) => latin1(bytes, 0, 1024).includes('%PDF-'),
  goesOn(bytes, sizeBytes) {
    if (bytes.length < sizeBytes) return true
    const end = latin1(bytes, bytes.length - 2048, bytes.length)
    const at = /startxref\s+(\d+)\s+%%EOF/.exec(end)?.[1]
    if (at === undefined) return false
    const table = latin1(bytes, Number(at), Number(at) + 40)
    return /^\s*(xref|\d+\s+\d+\s+obj)/.test(table)
  },
}

/** In a scan 0xff is followed by 0 or a restart marker; in random bytes by anything. */
const JPEG: Family = {
  begins: starts([0xff, 0xd8, 0xff]),
  goesOn(bytes) {
    let at = 2
    while (at + 4 <= bytes.length) {
      if (bytes[at] !== 0xff) return false
      const marker = bytes[at + 1]!
      if (marker === 0xff) at++
      else if (marker === 0xda) return scanHolds(bytes, at + 2)
      else at += 2 + ((bytes[at + 2]! << 8) | bytes[at + 3]!)
    }
    // The head is longer than what was read of it.
    return at >= bytes.length
  },
}

function scanHolds(bytes: Uint8Array, from: number): boolean {
  let wrong = 0
  for (let at = bytes.indexOf(0xff, from); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1]!
    const isFine = next === 0 || (next >= 0xd0 && next <= 0xd9) || next === 0xff || MARKERS.has(next)
    if (!isFine && ++wrong > 8) return false
  }
  return true
}

/** Between scans of a progressive picture. */
const MARKERS = new Set([0xc4, 0xda, 0xdb, 0xdd, 0xfe])

const PNG: Family = {
  begins: starts([0x89, 0x50, 0x4e, 0x47]),
  goesOn(bytes, sizeBytes) {
    for (let at = 8; at + 8 <= bytes.length;) {
      if (!/^[A-Za-z]{4}$/.test(latin1(bytes, at + 4, at + 8))) return false
      if (latin1(bytes, at + 4, at + 8) === 'IEND') return true
      at += 12 + Buffer.from(bytes.subarray(at, at + 4)).readUInt32BE()
      if (at > sizeBytes) return false
    }
    return bytes.length < sizeBytes
  },
}

/** Its directory stands at the end and says where each file begins. */
const ZIP: Family = {
  begins: starts([0x50, 0x4b, 3, 4], [0x50, 0x4b, 5, 6], [0x50, 0x4b, 7, 8]),
  goesOn(bytes, sizeBytes) {
    if (bytes.length < sizeBytes) return true
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    const end = buffer.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]))
    if (end < 0 || end + 22 > buffer.length) return false
    let at = buffer.readUInt32LE(end + 16)
    const count = Math.min(buffer.readUInt16LE(end + 10), 50)
    for (let i = 0; i < count && at < 0xffffffff; i++) {
      if (at + 46 > buffer.length || buffer.readUInt32LE(at) !== 0x02014b50) return false
      const local = buffer.readUInt32LE(at + 42)
      if (local < 0xffffffff && (local + 4 > buffer.length || buffer.readUInt32LE(local) !== 0x04034b50)) return false
      at += 46 + buffer.readUInt16LE(at + 28) + buffer.readUInt16LE(at + 30) + buffer.readUInt16LE(at + 32)
    }
    return true
  },
}

const DICOM: Family = {
  begins: (bytes) => latin1(bytes, 128, 132) === 'DICM',
  /** The file's own group is explicit little endian always; behind it stands group 8, in whatever order of bytes. */
  goesOn(bytes) {
    let at = 132
    while (at + 12 <= bytes.length && bytes[at] === 2 && bytes[at + 1] === 0) {
      if (!/^[A-Z]{2}$/.test(latin1(bytes, at + 4, at + 6))) return false
      const isLong = ['OB', 'OW', 'SQ', 'UN', 'UT'].includes(latin1(bytes, at + 4, at + 6))
      const length = Buffer.from(bytes.subarray(at + 6, at + 12))
      at += isLong ? 12 + length.readUInt32LE(2) : 8 + length.readUInt16LE(0)
    }
    if (at + 12 > bytes.length) return true
    const group = bytes[at]! + bytes[at + 1]!
    return group === 8 || group === 4
  },
}

const onlyHead = (...heads: readonly (readonly number[])[]): Family => ({ begins: starts(...heads), goesOn: anything })
const OLE = onlyHead([0xd0, 0xcf, 0x11, 0xe0])
const TIFF = onlyHead([0x49, 0x49, 0x2a, 0], [0x4d, 0x4d, 0, 0x2a])

const FAMILIES: Readonly<Record<string, Family | 'text'>> = {
  pdf: PDF,
  jpg: JPEG,
  jpeg: JPEG,
  png: PNG,
  zip: ZIP,
  docx: ZIP,
  xlsx: ZIP,
  pptx: ZIP,
  dcm: DICOM,
  dicom: DICOM,
  tif: TIFF,
  tiff: TIFF,
  gif: onlyHead([0x47, 0x49, 0x46, 0x38]),
  bmp: onlyHead([0x42, 0x4d]),
  doc: OLE,
  xls: OLE,
  ppt: OLE,
  gz: onlyHead([0x1f, 0x8b]),
  '7z': onlyHead([0x37, 0x7a, 0xbc, 0xaf]),
  rtf: onlyHead([0x7b, 0x5c, 0x72, 0x74, 0x66]),
  ...Object.fromEntries(
    ['txt', 'csv', 'tsv', 'xml', 'json', 'ndjson', 'html', 'htm', 'hl7', 'sql', 'log', 'ini', 'cfg', 'md', 'uke'].map(
      (ending) => [ending, 'text' as const],
    ),
  ),
}

/** By the ending of a name; undefined where it says nothing. */
export function familyOf(name: string): Family | 'text' | undefined {
  const dot = name.lastIndexOf('.')
  return dot < 0 ? undefined : FAMILIES[name.slice(dot + 1).toLowerCase()]
}
