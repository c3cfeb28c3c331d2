/** HL7 v2.5 segments and fields, for writing. Fields are numbered as in the standard (PID-3 is 3). */
import { encodeText } from './encode-text.ts'
import type { TextStyle } from './encode-text.ts'

export interface Segment {
  readonly id: string
  /** Encoded text by field number. */
  readonly fields: Readonly<Record<number, string>>
}

/** A segment; fields that are undefined stay empty. */
export function segment(id: string, fields: Record<number, string | number | undefined>): Segment {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined && value !== '')
  return { id, fields: Object.fromEntries(present.map(([n, value]) => [n, String(value)])) }
}

/** Components joined with `^`, trailing empty ones dropped. */
export function components(...parts: readonly (string | number | undefined)[]): string {
  return parts
    .map((part) => part ?? '')
    .join('^')
    .replace(/\^+$/, '')
}

const ESCAPED: Record<string, string> = {
  '\\': '\\E\\',
  '|': '\\F\\',
  '^': '\\S\\',
  '&': '\\T\\',
  '~': '\\R\\',
  '\n': '\\.br\\',
}

/** Free text with HL7's delimiters escaped (HL7 v2.5 chapter 2.7) and line ends as `\.br\`. */
export function freeText(text: string): string {
  return text.replace(/[\\|^&~\n]/g, (c) => ESCAPED[c]!)
}

function lineOf({ id, fields }: Segment): string {
  const last = Math.max(0, ...Object.keys(fields).map(Number))
  // MSH-1 is the field separator itself: MSH-2 is the first one that is written.
  const first = id === 'MSH' ? 2 : 1
  let line = id
  for (let n = first; n <= last; n++) line += `|${fields[n] ?? ''}`
  return line
}

export function messageText(segments: readonly Segment[]): string {
  return segments.map((s) => `${lineOf(s)}\r`).join('')
}

/** The bytes of a file: segments end with CR, and the file with FS (0x1C), as real storages have it. */
export function encodeMessage(segments: readonly Segment[], style: TextStyle): Uint8Array {
  return Buffer.concat([encodeText(messageText(segments), style), Uint8Array.of(0x1c)])
}
