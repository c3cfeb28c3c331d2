import { DEFAULT_DELIMITERS, unescape } from './escape.ts'
import type { Delimiters, Value } from './types.ts'

/** One segment. Nothing is split before it is asked for; numbers are HL7's, counted from 1. */
export class Segment {
  /** Three characters, or '' for text that stands before the first segment. */
  readonly id: string
  readonly raw: string
  readonly delimiters: Delimiters
  #parts: readonly string[] | undefined

  constructor(id: string, raw: string, delimiters: Delimiters) {
    this.id = id
    this.raw = raw
    this.delimiters = delimiters
  }

  /** Highest field number present; 0 for a bare segment id. */
  get fieldCount(): number {
    return this.#split().length - 1
  }

  /** The field as written, with all repetitions; '' where absent. MSH-1 is the separator itself. */
  field(n: number): string {
    return this.#split()[n] ?? ''
  }

  /** The repetitions as written; none for an empty field. */
  repetitions(n: number): string[] {
    const raw = this.field(n)
    if (raw === '') return []
    const { repetition } = this.delimiters
    return this.#isEncodingField(n) || !raw.includes(repetition) ? [raw] : raw.split(repetition)
  }

  /**
   * One component, unescaped. Without `subComponent` the whole component, separators included: senders leave `&` in
   * plain text (`QTc 時間&Bazzet`).
   */
  value(n: number, component = 1, subComponent?: number, repetition = 1): Value {
    const field = this.field(n)
    if (field === '') return undefined
    const written = this.repetitions(n)[repetition - 1]
    if (written === undefined || this.#isEncodingField(n)) return toValue(written, this.delimiters)
    const part = pieceOf(written, this.delimiters.component, component)
    if (subComponent === undefined) return toValue(part, this.delimiters)
    return toValue(part?.split(this.delimiters.subComponent)[subComponent - 1], this.delimiters)
  }

  /** The whole field as text, unescaped: for ST, TX and FT. */
  text(n: number): Value {
    return toValue(this.field(n), this.delimiters)
  }

  #isEncodingField(n: number): boolean {
    return n === 2 && this.id === 'MSH'
  }

  #split(): readonly string[] {
    if (!this.#parts) {
      const parts = this.raw.split(this.delimiters.field)
      // MSH-1 is the separator after the id, so everything moves by one.
      if (this.id === 'MSH' && parts.length > 1) parts.splice(1, 0, this.delimiters.field)
      this.#parts = parts
    }
    return this.#parts
  }
}

/** `text.split(separator)[n - 1]` without the other pieces. */
function pieceOf(text: string, separator: string, n: number): string | undefined {
  let from = 0
  for (let seen = 1; seen < n; seen++) {
    from = text.indexOf(separator, from) + 1
    if (from === 0) return undefined
  }
  const to = text.indexOf(separator, from)
  return to < 0 ? text.slice(from) : text.slice(from, to)
}

/** A message: its segments in order, every line of the text in exactly one of them. */
export class Message {
  readonly delimiters: Delimiters
  readonly segments: readonly Segment[]

  constructor(delimiters: Delimiters, segments: readonly Segment[]) {
    this.delimiters = delimiters
    this.segments = segments
  }

  first(id: string): Segment | undefined {
    return this.segments.find((segment) => segment.id === id)
  }

  all(id: string): Segment[] {
    return this.segments.filter((segment) => segment.id === id)
  }

  /** MSH-9 as `ADT^A08`; '' where absent. */
  get type(): string {
    const msh = this.first('MSH')
    return [msh?.value(9, 1) ?? '', msh?.value(9, 2) ?? ''].filter(Boolean).join('^')
  }
}

/** undefined = nothing written, null = `""`, else the text. */
export function toValue(raw: string | undefined, delimiters: Delimiters): Value {
  if (raw === undefined || raw === '') return undefined
  return raw === '""' ? null : unescape(raw, delimiters)
}

/**
 * Splits text into segments at CR, LF or CRLF. A line that does not begin with a segment id belongs to the segment
 * before it (a line break inside a text field). Takes any text; whether it is a message shows in `first('MSH')`.
 */
export function parseMessage(text: string): Message {
  const lines = text.split(/\r\n?|\n/)
  const delimiters = delimitersOf(lines.find((line) => /^\s*MSH/.test(line))?.trimStart())
  const raws: string[] = []
  for (const line of lines) {
    const written = line.trimStart()
    if (written === '') continue
    if (raws.length === 0 || isSegment(written, delimiters)) raws.push(written)
    else raws.push(`${raws.pop()}\n${line}`)
  }
  return new Message(
    delimiters,
    raws.map((raw) => new Segment(isSegment(raw, delimiters) ? raw.slice(0, 3) : '', raw, delimiters)),
  )
}

const SEGMENT_ID = /^[A-Z][A-Z0-9]{2}/

function isSegment(line: string, delimiters: Delimiters): boolean {
  return SEGMENT_ID.test(line) && (line.length === 3 || line[3] === delimiters.field || line.trimEnd().length === 3)
}

/** MSH-1 and MSH-2; the usual ones where the header is missing or cut. */
function delimitersOf(msh: string | undefined): Delimiters {
  const [field, component, repetition, escape, subComponent] = msh?.slice(3, 8) ?? ''
  if (!field || !component || component === field || repetition === field) return DEFAULT_DELIMITERS
  return {
    field,
    component,
    repetition: repetition ?? DEFAULT_DELIMITERS.repetition,
    escape: escape === undefined || escape === field ? DEFAULT_DELIMITERS.escape : escape,
    subComponent: subComponent === undefined || subComponent === field ? DEFAULT_DELIMITERS.subComponent : subComponent,
  }
}
