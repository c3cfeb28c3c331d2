/** Two versions of a text, line by line (longest common subsequence), in bounded time. Pure. */
export interface DiffLine {
  readonly kind: 'same' | 'gone' | 'new'
  readonly text: string
}

/** Above this many pairs of lines that differ the middle counts as replaced: a page must not wait for minutes. */
const MOST_PAIRS = 4_000_000

/** More of either text is not compared. */
const MOST_LINES = 20_000

const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/))

export interface TextDiff {
  readonly lines: readonly DiffLine[]
  /** False where a text was longer than what is compared. */
  readonly isWhole: boolean
}

export function diffLines(before: string, after: string): TextDiff {
  const [longA, longB] = [linesOf(before), linesOf(after)]
  const isWhole = longA.length <= MOST_LINES && longB.length <= MOST_LINES
  return { lines: compared(longA.slice(0, MOST_LINES), longB.slice(0, MOST_LINES)), isWhole }
}

function compared(a: readonly string[], b: readonly string[]): DiffLine[] {
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++
  return [
    ...mark('same', a.slice(0, start)),
    ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...mark('same', a.slice(a.length - end)),
  ]
}

const mark = (kind: DiffLine['kind'], lines: readonly string[]): DiffLine[] => lines.map((text) => ({ kind, text }))

function middle(a: readonly string[], b: readonly string[]): DiffLine[] {
  if (a.length * b.length > MOST_PAIRS) return [...mark('gone', a), ...mark('new', b)]
  // common[i][j]: how many lines a[i..] and b[j..] have in common, in order.
  const width = b.length + 1
  const common = new Uint16Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      common[i * width + j] =
        a[i] === b[j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!)
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      lines.push({ kind: 'same', text: a[i]! })
      i++
      j++
    } else if (common[(i + 1) * width + j]! >= common[i * width + j + 1]!) lines.push({ kind: 'gone', text: a[i++]! })
    else lines.push({ kind: 'new', text: b[j++]! })
  }
  return [...lines, ...mark('gone', a.slice(i)), ...mark('new', b.slice(j))]
}
