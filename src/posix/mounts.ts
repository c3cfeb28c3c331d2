/** What is mounted where, as the kernel says (proc_pid_mountinfo(5)). */
import { readFileSync } from 'node:fs'

export interface Mount {
  readonly type: string
  /** `//server/share` for SMB. */
  readonly source: string
  readonly readOnly: boolean
}

/** What is mounted at exactly this folder now (the last one wins); undefined where nothing is, or the system cannot tell. */
export function mountAt(folder: string): Mount | undefined {
  let text: string
  try {
    text = readFileSync('/proc/self/mountinfo', 'utf8')
  } catch {
    return undefined
  }
  let found: Mount | undefined
  for (const line of text.split('\n')) {
    const [front = '', back = ''] = line.split(' - ')
    const [, , , , point = '', options = ''] = front.split(' ')
    const [type = '', source = ''] = back.split(' ')
    if (plain(point) === folder) found = { type, source: plain(source), readOnly: options.split(',').includes('ro') }
  }
  return found
}

/** Blanks and backslashes stand there as \\040 and the like, of UTF-8 bytes only those below 128. */
const plain = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
