import type { Delimiters } from './types.ts'

export const DEFAULT_DELIMITERS: Delimiters = {
  field: '|',
  component: '^',
  repetition: '~',
  escape: '\\',
  subComponent: '&',
}

const ESCAPE = /[\\¥]([FSTREHN]|X(?:[0-9A-Fa-f]{2})+|\.(?:br|sp|ce|fi|nf|in|ti|sk)[+-]?\d*|[CM][0-9A-Fa-f]{4,6})[\\¥]/g

/**
 * HL7 v2.5 chapter 2.7. For display only, after splitting. `\` and `¥` are taken for one character, because JIS X 0201
 * Roman turns one into the other on the way; what is not an escape sequence stays as written.
 */
export function unescape(raw: string, delimiters: Delimiters = DEFAULT_DELIMITERS): string {
  if (!raw.includes('\\') && !raw.includes('¥')) return raw
  return raw.replace(ESCAPE, (_whole, sequence: string) => expand(sequence, delimiters))
}

function expand(sequence: string, delimiters: Delimiters): string {
  switch (sequence[0]) {
    case 'F':
      return delimiters.field
    case 'S':
      return delimiters.component
    case 'T':
      return delimiters.subComponent
    case 'R':
      return delimiters.repetition
    case 'E':
      return delimiters.escape
    case 'X':
      return Buffer.from(sequence.slice(1), 'hex').toString('latin1').replaceAll('\r', '\n')
    case '.':
      return formatting(sequence.slice(1))
    default:
      return '' // highlighting and charset switches: the text is Unicode already
  }
}

/** `.br`, `.sp<n>`, `.sk<n>`, …: line breaks and spaces; indents are left out. */
function formatting(command: string): string {
  const count = Math.min(Number(command.slice(2)) || 1, 40)
  switch (command.slice(0, 2)) {
    case 'br':
    case 'ce':
      return '\n'
    case 'sp':
      return '\n'.repeat(count)
    case 'sk':
      return ' '.repeat(count)
    default:
      return ''
  }
}
