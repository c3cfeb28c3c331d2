/**
 * restic's path patterns (internal/filter): `/absolute`, `relative` (matches at any depth), `*`, `?`, `[a-z]` within one
 * name, `**` over any number of folders, `!` at the front takes back. A pattern that matches a folder matches all in it.
 * Paths and patterns are compared as bytes (one character per byte), as file names are.
 */
export interface PathPatterns {
  /** Whether the patterns choose this path. @param path absolute, `/` between names, bytes as characters */
  matches(path: string): boolean
  /** Whether something below this folder may still be chosen. */
  mayMatchBelow(path: string): boolean
}

type Part = '**' | RegExp
interface Pattern {
  readonly negated: boolean
  readonly parts: readonly Part[]
}

/** @param ignoreCase for restic's `--iexclude` and `--iinclude` */
export function pathPatterns(patterns: readonly string[], ignoreCase = false): PathPatterns {
  const compiled = patterns.filter((text) => text !== '').map((text) => compile(text, ignoreCase))
  return {
    matches(path) {
      const names = namesOf(path)
      let chosen = false
      for (const { negated, parts } of compiled) if (chosen === negated && fits(parts, names, 0, 0)) chosen = !negated
      return chosen
    },
    mayMatchBelow(path) {
      const names = namesOf(path)
      return compiled.some(({ negated, parts }) => !negated && reaches(parts, names))
    },
  }
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '')
}

function compile(text: string, ignoreCase: boolean): Pattern {
  const negated = text.startsWith('!')
  const body = Buffer.from(negated ? text.slice(1) : text, 'utf8').toString('latin1')
  const parts = namesOf(body).map((part) => (part === '**' ? part : compileName(part, ignoreCase)))
  return { negated, parts: body.startsWith('/') ? parts : ['**', ...parts] }
}

/** Go's filepath.Match for one name. */
function compileName(part: string, ignoreCase: boolean): RegExp {
  const source = part.replace(/\\(.)|\[(\^?)((?:\\.|[^\]\\])+)\]|[*?]|[.+^${}()|[\]\\]/gs, (all, escaped, not, set) => {
    if (escaped !== undefined) return literal(escaped as string)
    if (set !== undefined) return `[${not}${(set as string).replaceAll(/[[\]^]/g, '\\$&')}]`
    if (all === '*') return '[^/]*'
    return all === '?' ? '[^/]' : literal(all)
  })
  return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's')
}

function literal(char: string): string {
  return char.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}

/** Whether the parts use up a beginning of the names: what lies below a match is chosen too. */
function fits(parts: readonly Part[], names: readonly string[], part: number, name: number): boolean {
  for (; part < parts.length; part++, name++) {
    const wanted = parts[part]!
    if (wanted === '**') {
      for (let skip = name; skip <= names.length; skip++) if (fits(parts, names, part + 1, skip)) return true
      return false
    }
    if (name >= names.length || !wanted.test(names[name]!)) return false
  }
  return true
}

/** Whether the names could be the beginning of a path that the parts choose. */
function reaches(parts: readonly Part[], names: readonly string[]): boolean {
  for (const [i, name] of names.entries()) {
    const wanted = parts[i]
    // Past its end the pattern chose a folder above, and with it all below.
    if (wanted === '**' || wanted === undefined) return true
    if (!wanted.test(name)) return false
  }
  return true
}
