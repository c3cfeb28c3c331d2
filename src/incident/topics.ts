/**
 * What stands now, as a pure fold over entries that were written on several devices while these were apart. An entry that
 * settles something names the entries that it takes the place of (`supersedes`, those its writer saw). What nobody took the
 * place of stands; where two of these say different things that is a conflict, and both are shown until a later one names
 * both. Order of arrival, repetition and clocks change nothing of it.
 */
import type { BookEntry } from '#casebook'

export interface Topic {
  /** What stands, oldest first; more than one were written apart. */
  readonly heads: readonly BookEntry[]
  /** Everything that was ever said of it, oldest first. */
  readonly all: readonly BookEntry[]
  /** Those that stand say different things. */
  readonly isConflict: boolean
}

/** Ids of entries in one code: 16 digits each, a code holds 200 characters. */
const MOST_SUPERSEDED = 11

export const supersededBy = ({ codes }: Pick<BookEntry, 'codes'>): readonly string[] =>
  typeof codes['supersedes'] === 'string' ? codes['supersedes'].split(' ').filter(Boolean) : []

/** The code to write: what the writer saw standing. With more than fit, the oldest stay a conflict that is decided again. */
export const supersedes = (seen: readonly string[]): { readonly supersedes?: string } =>
  seen.length === 0 ? {} : { supersedes: seen.slice(-MOST_SUPERSEDED).join(' ') }

/** Entries that settle something, by what they settle. */
export function topicsOf(entries: readonly BookEntry[]): Map<string, Topic> {
  const about = new Map<string, BookEntry[]>()
  for (const entry of entries) {
    const topic = entry.codes['topic']
    if (typeof topic !== 'string') continue
    const known = about.get(topic)
    if (known) known.push(entry)
    else about.set(topic, [entry])
  }
  return new Map([...about].map(([topic, all]) => [topic, { ...standing(all), all }]))
}

/** Topics of one name, by what stands behind the colon. */
export const topicsNamed = (topics: ReadonlyMap<string, Topic>, name: string): [string, Topic][] =>
  [...topics].flatMap(([topic, now]): [string, Topic][] =>
    topic.startsWith(`${name}:`) ? [[topic.slice(name.length + 1), now]] : [],
  )

/** Notes and the like, which settle nothing: what was corrected, by what. Only the same kind corrects. */
export function corrections(entries: readonly BookEntry[]): ReadonlyMap<string, readonly BookEntry[]> {
  const kinds = new Map(entries.map(({ id, kind }) => [id, kind]))
  const found = new Map<string, BookEntry[]>()
  for (const entry of entries)
    for (const id of supersededBy(entry))
      if (kinds.get(id) === entry.kind) found.set(id, [...(found.get(id) ?? []), entry])
  return found
}

function standing(all: readonly BookEntry[]): Pick<Topic, 'heads' | 'isConflict'> {
  const gone = new Set(all.flatMap(supersededBy))
  const heads = all.filter(({ id }) => !gone.has(id))
  return { heads, isConflict: heads.slice(1).some((head) => !saysTheSame(heads[0]!, head)) }
}

/** Two who decided the same for different reasons agree; two who named different people do not. */
function saysTheSame(one: BookEntry, other: BookEntry): boolean {
  if (one.codes['value'] !== other.codes['value']) return false
  const named = (entry: BookEntry): string => {
    const { name, deputy } = (entry.detail ?? {}) as { name?: unknown; deputy?: unknown }
    return JSON.stringify([name ?? '', deputy ?? ''])
  }
  return named(one) === named(other)
}
