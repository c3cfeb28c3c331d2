/**
 * A look at a message without decoding it: whose is it, and what kind? MSH and PID-3 stand before the first kanji of
 * their segments and a segment end returns to ASCII, so the bytes may be searched as they are.
 */
export interface Peek {
  /** The first three letters are MSH (after BOM, VT and white space). Where they are not, nothing else is read. */
  readonly startsWithMsh: boolean
  /** MSH-9 as `ADT^A08`; '' where absent. */
  readonly messageType: string
  /** PID-3.1 of every PID segment, each different one once, in order. Of several repetitions the one of type PI. */
  readonly patientIds: readonly string[]
  /** Segments that are an id and nothing else. */
  readonly bareSegments: number
  /** MSH segments; 1 in every good file. */
  readonly headers: number
  /** A byte above 0x7F: not 7-bit ISO-2022-JP. */
  readonly eightBit: boolean
}

const [CR, LF, VT, FS, SPACE] = [0x0d, 0x0a, 0x0b, 0x1c, 0x20]

const NO_MESSAGE: Peek = {
  startsWithMsh: false,
  messageType: '',
  patientIds: [],
  bareSegments: 0,
  headers: 0,
  eightBit: false,
}

/** Reads only what it returns; several times cheaper than decoding. Never throws. */
export function peekMessage(bytes: Uint8Array): Peek {
  const start = skipFraming(bytes)
  // Pictures and documents come here too: not a byte more of them is read.
  if (!isId(bytes, start, 'MSH')) return NO_MESSAGE
  const [separator = 0x7c, component = 0x5e, repetition = 0x7e] = bytes.subarray(start + 3, start + 6)
  const patientIds: string[] = []
  let messageType = ''
  let bareSegments = 0
  let headers = 0
  let union = 0
  for (let at = start; at < bytes.length;) {
    let end = at
    for (; end < bytes.length && !isLineEnd(bytes[end]!); end++) union |= bytes[end]!
    if (end - at === 3 && isBareId(bytes, at)) bareSegments++
    if (isId(bytes, at, 'MSH')) {
      headers++
      // MSH-1 is the separator itself, so MSH-9 is the eighth piece after the id.
      if (messageType === '') messageType = pieces(field(bytes, at, end, separator, 8), component, 2)
    } else if (isId(bytes, at, 'PID') && bytes[at + 3] === separator) {
      const id = patientId(field(bytes, at, end, separator, 3), repetition, component)
      if (id !== '' && !patientIds.includes(id)) patientIds.push(id)
    }
    at = end + 1
    while (at < bytes.length && isFraming(bytes[at]!)) at++
  }
  return { startsWithMsh: true, messageType, patientIds, bareSegments, headers, eightBit: union >= 0x80 }
}

function patientId(written: string, repetition: number, component: number): string {
  const ids = written.split(String.fromCharCode(repetition)).map((id) => id.split(String.fromCharCode(component)))
  return (ids.find((id) => id[4] === 'PI') ?? ids[0])?.[0]?.trim() ?? ''
}

function pieces(written: string, component: number, count: number): string {
  return written.split(String.fromCharCode(component)).slice(0, count).join('^')
}

/** The n-th field after the segment id as ASCII text. */
function field(bytes: Uint8Array, at: number, end: number, separator: number, n: number): string {
  let from = at
  for (let seen = 0; seen < n; seen++) {
    from = bytes.indexOf(separator, from) + 1
    if (from === 0 || from > end) return ''
  }
  const to = bytes.indexOf(separator, from)
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return view.toString('latin1', from, to < 0 || to > end ? end : to)
}

function isLineEnd(byte: number): boolean {
  return byte === CR || byte === LF || byte === FS
}

function isFraming(byte: number): boolean {
  return byte === CR || byte === LF || byte === VT || byte === FS || byte === SPACE
}

function skipFraming(bytes: Uint8Array): number {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  while (at < bytes.length && isFraming(bytes[at]!)) at++
  return at
}

function isId(bytes: Uint8Array, at: number, id: string): boolean {
  return bytes[at] === id.charCodeAt(0) && bytes[at + 1] === id.charCodeAt(1) && bytes[at + 2] === id.charCodeAt(2)
}

function isBareId(bytes: Uint8Array, at: number): boolean {
  for (let i = at; i < at + 3; i++) {
    const byte = bytes[i]!
    const letter = byte >= 0x41 && byte <= 0x5a
    const digit = byte >= 0x30 && byte <= 0x39
    if (!letter && !(digit && i > at)) return false
  }
  return true
}
