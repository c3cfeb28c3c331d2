/**
 * Go's two string escapes, as restic's trees need them (restic internal/data/node.go):
 * a node's name is `strconv.Quote(name)` without its outer quotes, and that string then goes through encoding/json with
 * HTML escaping. Names are bytes: what is not valid UTF-8 travels as `\xff`.
 */

/** What Go's unicode.IsPrint takes literally: letters, marks, numbers, punctuation, symbols, and the ASCII space. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u
/** Printable ASCII without `"` and `\`: such a name is its own quotation. */
const PLAIN = /^[ !#-[\]-~]*$/
const SHORT_ESCAPES: Readonly<Record<number, string>> = {
  0x07: '\\a',
  0x08: '\\b',
  0x0c: '\\f',
  0x0a: '\\n',
  0x0d: '\\r',
  0x09: '\\t',
  0x0b: '\\v',
}
const FROM_SHORT: Readonly<Record<string, number>> = {
  a: 0x07,
  b: 0x08,
  f: 0x0c,
  n: 0x0a,
  r: 0x0d,
  t: 0x09,
  v: 0x0b,
  '\\': 0x5c,
  '"': 0x22,
  "'": 0x27,
}

/**
 * strconv.Quote(name) without the outer quotes. Characters younger than the Unicode tables of the Go that wrote a tree
 * may be escaped there and literal here; both read back the same, only the tree's id differs.
 */
export function goQuote(name: Uint8Array): string {
  const latin = asBuffer(name).toString('latin1')
  return PLAIN.test(latin) ? latin : quoteRunes(asBuffer(name))
}

function quoteRunes(bytes: Buffer): string {
  let out = ''
  for (let i = 0; i < bytes.length;) {
    const size = runeLength(bytes, i)
    if (size === 0) {
      out += `\\x${hex(bytes[i]!, 2)}`
      i += 1
      continue
    }
    out += quoteRune(bytes.toString('utf8', i, i + size))
    i += size
  }
  return out
}

function quoteRune(char: string): string {
  const rune = char.codePointAt(0)!
  if (char === '"' || char === '\\') return `\\${char}`
  if (rune < 0x7f ? rune >= 0x20 : PRINTABLE.test(char)) return char
  const short = SHORT_ESCAPES[rune]
  if (short !== undefined) return short
  if (rune < 0x20 || rune === 0x7f) return `\\x${hex(rune, 2)}`
  return rune < 0x10000 ? `\\u${hex(rune, 4)}` : `\\U${hex(rune, 8)}`
}

/** Bytes of the UTF-8 sequence at `i`, or 0 where Go's utf8.DecodeRune would call it invalid (RFC 3629, no surrogates). */
function runeLength(bytes: Buffer, i: number): number {
  const a = bytes[i]!
  if (a < 0x80) return 1
  const length = a < 0xc2 ? 0 : a < 0xe0 ? 2 : a < 0xf0 ? 3 : a < 0xf5 ? 4 : 0
  if (length === 0 || i + length > bytes.length) return 0
  const b = bytes[i + 1]!
  const low = a === 0xe0 ? 0xa0 : a === 0xf0 ? 0x90 : 0x80
  const high = a === 0xed ? 0x9f : a === 0xf4 ? 0x8f : 0xbf
  if (b < low || b > high) return 0
  for (let k = 2; k < length; k++) if ((bytes[i + k]! & 0xc0) !== 0x80) return 0
  return length
}

/**
 * strconv.Unquote of `"` + quoted + `"`: the bytes of the name, or undefined where it is not a Go string (the caller
 * names the node). Refuses what Go refuses: bare quotes, newlines, unfinished and unknown escapes, surrogates.
 */
export function goUnquote(quoted: string): Buffer | undefined {
  if (!quoted.includes('\\')) return /["\n]/.test(quoted) ? undefined : Buffer.from(quoted, 'utf8')
  const parts: Buffer[] = []
  const token = /[^\\"\n]+|\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|([abfnrtv\\"]))/y
  while (token.lastIndex < quoted.length) {
    const match = token.exec(quoted)
    if (match === null) return undefined
    const part = unescape(match)
    if (part === undefined) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function unescape([text, x, u, U, octal, short]: RegExpExecArray): Buffer | undefined {
  if (x !== undefined) return Buffer.of(parseInt(x, 16))
  if (octal !== undefined) return Buffer.of(parseInt(octal, 8))
  if (short !== undefined) return Buffer.of(FROM_SHORT[short]!)
  const digits = u ?? U
  if (digits === undefined) return Buffer.from(text, 'utf8')
  const rune = parseInt(digits, 16)
  if (rune > 0x10ffff || (rune >= 0xd800 && rune < 0xe000)) return undefined
  return Buffer.from(String.fromCodePoint(rune), 'utf8')
}

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const JSON_ESCAPED = /["\\<>&\u0000-\u001f\u2028\u2029]/
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const JSON_ESCAPED_ALL = /["\\<>&\u0000-\u001f\u2028\u2029]/g
const JSON_SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

/** A string as Go's encoding/json writes it (Go 1.22 and later), with its quotes and HTML escapes. */
export function goJsonString(text: string): string {
  if (!JSON_ESCAPED.test(text)) return `"${text}"`
  return `"${text.replace(JSON_ESCAPED_ALL, (c) => JSON_SHORT[c] ?? `\\u${hex(c.charCodeAt(0), 4)}`)}"`
}

/** Bytes as a Go JSON string: each invalid byte becomes `\ufffd`, as encoding/json does. */
export function goJsonBytes(bytes: Uint8Array): string {
  const buffer = asBuffer(bytes)
  if (isUtf8(buffer)) return goJsonString(buffer.toString('utf8'))
  let out = ''
  for (let i = 0; i < buffer.length;) {
    const size = runeLength(buffer, i)
    out += size === 0 ? '\\ufffd' : goJsonString(buffer.toString('utf8', i, i + size)).slice(1, -1)
    i += size || 1
  }
  return `"${out}"`
}

export function isUtf8(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length;) {
    const size = runeLength(bytes as Buffer, i)
    if (size === 0) return false
    i += size
  }
  return true
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}
