/**
 * Shapes of HL7 v2.5 as SS-MIX2 uses it. A {@link Value} keeps apart what HL7 keeps apart (chapter 2, "Null values"):
 * `undefined` = the sender said nothing, `null` = the sender wrote `""` (delete what you hold), a string = the value,
 * unescaped. `?? ''` is right only where the difference does not matter.
 */
export type Value = string | null | undefined

/** How the bytes were read. `mixed` = ISO-2022-JP with raw 8-bit bytes of another charset in between. */
export type Charset = 'ascii' | 'iso-2022-jp' | 'utf-8' | 'cp932' | 'mixed'

export type DecodeProblemCode =
  /** Bytes that no charset explains; they read as U+FFFD. */
  | 'undecodable'
  /** A well-formed code without a character in JIS X 0208/0212 (private use, 外字). */
  | 'unmapped-character'
  /** An escape sequence of a charset that is not supported. */
  | 'unknown-escape'
  /** Two-byte text that did not switch back with ESC ( B before a separator or the end of the segment. */
  | 'missing-escape'
  /** Bytes above 0x7F in a message that announces 7-bit ISO-2022-JP: read as UTF-8 or CP932. */
  | 'raw-8bit'

export interface DecodeProblem {
  readonly code: DecodeProblemCode
  /** Where it was met first, in bytes from the start. */
  readonly offset: number
  /** How often. */
  readonly count: number
}

export interface DecodedMessage {
  /** Without BOM, VT (0x0B) and FS (0x1C). Line ends are as in the bytes. */
  readonly text: string
  readonly charset: Charset
  /** One per code, in order of first offset. */
  readonly problems: readonly DecodeProblem[]
}

/** The characters of MSH-1 and MSH-2. */
export interface Delimiters {
  readonly field: string
  readonly component: string
  readonly repetition: string
  /** `\`, or `¥` where the text came through JIS X 0201 Roman. */
  readonly escape: string
  readonly subComponent: string
}

/** TS/DTM. SS-MIX2 writes no zone: the time is the institution's (Asia/Tokyo). */
export interface TimeStamp {
  /** As written. */
  readonly raw: string
  readonly precision: 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'fraction'
  readonly year: number
  readonly month?: number
  readonly day?: number
  readonly hour?: number
  readonly minute?: number
  readonly second?: number
  /** Digits of the fraction of a second, as written. */
  readonly fraction?: string
  /** Minutes east of UTC where the sender wrote an offset. */
  readonly offsetMinutes?: number
}

/** XPN, one repetition. */
export interface PersonName {
  readonly family: Value
  readonly given: Value
  readonly middle: Value
  /** .7: `L` legal, and so on. */
  readonly type: Value
  /** .8: `I` ideographic (漢字), `P` phonetic (カナ), `A` alphabetic. */
  readonly representation: Value
}

/** XAD, one repetition. */
export interface Address {
  readonly street: Value
  readonly other: Value
  readonly city: Value
  readonly state: Value
  readonly zip: Value
  readonly country: Value
  /** `H` home, `B` business, … */
  readonly type: Value
  /** .8: Japanese senders write the whole address here. */
  readonly free: Value
}

/** XTN, one repetition. */
export interface Telecom {
  /** .1 or .12 (unformatted), whichever is filled; .12 wins. */
  readonly number: Value
  /** .2: PRN home, WPN work, EMR emergency, … */
  readonly use: Value
  /** .3: PH, FX, CP, Internet, … */
  readonly equipment: Value
  readonly email: Value
}

/** CX. */
export interface Identifier {
  readonly id: Value
  readonly checkDigit: Value
  readonly authority: Value
  /** .5: PI, … */
  readonly type: Value
}

/** One triplet of CE/CWE. */
export interface Coding {
  readonly code: Value
  readonly text: Value
  readonly system: Value
}

/** CE/CWE: two triplets (standard and local code) and, in CWE.9, the text as written. */
export interface CodedValue extends Coding {
  readonly alternate: Coding
  readonly originalText: Value
}

/** XCN, one repetition. */
export interface Practitioner {
  readonly id: Value
  readonly family: Value
  readonly given: Value
  readonly type: Value
  /** .15: I, P or A. */
  readonly representation: Value
}

/** One TQ1 segment, the parts that SS-MIX2 fills. */
export interface Timing {
  readonly quantity: { readonly value: Value; readonly unit: Coding }
  /** TQ1-3, one per repetition: 用法 (JAMI 16 digits) or a local code; the pieces are sub-components of component 1. */
  readonly patterns: readonly Coding[]
  /** TQ1-6: `5^d`, `14^D&日&ISO+`, `14^日分`. */
  readonly duration: { readonly value: Value; readonly unit: Coding }
  readonly start: TimeStamp | undefined
  readonly end: TimeStamp | undefined
  readonly priority: Coding
  /** TQ1-11: 頓用 and other instructions as text. */
  readonly instruction: Value
  /** TQ1-14: number of times (頓用の回数). */
  readonly occurrences: Value
}
