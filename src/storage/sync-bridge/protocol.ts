import type { FileKind, FileRef, ListedFile, PlainError } from '#base'

/** What a waiting thread and its I/O thread say to each other: one question, one answer. */
export type Question =
  | { readonly type: 'save'; readonly file: FileRef; readonly bytes: Uint8Array }
  | { readonly type: 'load'; readonly file: FileRef; readonly offset: number; readonly length: number | undefined }
  | { readonly type: 'stat'; readonly file: FileRef }
  | { readonly type: 'list'; readonly kind: FileKind }
  | { readonly type: 'remove'; readonly file: FileRef }

export interface Results {
  readonly save: void
  readonly load: Uint8Array<ArrayBuffer>
  readonly stat: { sizeBytes: number } | undefined
  readonly list: ListedFile[]
  readonly remove: void
}

export type Answer = { readonly result: Results[Question['type']] } | { readonly error: PlainError }

/** Words that both threads share: how many answers were given, and the pulse of the I/O thread. */
export const ANSWERS = 0
export const PULSE = 1
export const SHARED_BYTES = 8
export const PULSE_MS = 1000
