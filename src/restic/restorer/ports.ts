import type { ErrorCode, MetadataLoss } from '#base'
import type { Node } from '../node.ts'

/** What happens to something that is there already under a name that the snapshot has. Nothing is replaced half-way. */
export type OverwritePolicy = 'always' | 'if-changed' | 'if-newer' | 'never'

/** Plain values: they cross to worker threads. */
export interface RestoreSettings {
  /** The target folder. */
  readonly target: string
  readonly overwrite: OverwritePolicy
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  readonly ignoreCase: boolean
  /** Leave holes where a file has zeros. */
  readonly sparse: boolean
  /** Make FIFOs, devices and sockets, and keep setuid and setgid: only where the repository is trusted. */
  readonly special: boolean
  /** Set user and group: needs root. */
  readonly owner: boolean
  /**
   * For folders that people work in: a file has its name only when it is complete, whatever kills the run, and nothing that
   * came meanwhile is overwritten by `never`.
   */
  readonly whole?: boolean
  /** What differs and has a name of the snapshot's stays, under that name with this behind it. Needs `whole`. */
  readonly aside?: string
}

/** Something that could not be restored, named. `path` is patient data, and so is `detail`, which may name another file. */
export interface RestoreProblem {
  /** Below the target, `/` between names, bytes as characters. */
  readonly path: string
  readonly code: ErrorCode
  readonly detail: string
}

/** A node that waits for the main thread: a file with several names, or one so large that all threads write it. */
export interface Deferred {
  /** Names of the folders from the target down. */
  readonly folder: readonly Buffer[]
  readonly node: Node
  /** The folder's own node, whose times a new name in it spoils. */
  readonly folderNode: Node | undefined
}

/** What one job, or all of them, did. */
export interface RestoreTally {
  files: number
  folders: number
  others: number
  /** Left as they were, by the overwrite policy or because they were right already. */
  skipped: number
  /** Given another name, or (in a verification under `never`) left although they differ. */
  kept: number
  bytes: number
  /** FIFOs, devices and sockets that were not asked for, and setuid or setgid bits that were left out. */
  specialSkipped: number
  problems: RestoreProblem[]
  problemCount: number
  /** Metadata that the system refused, with the number of nodes, keyed by kind and reason. */
  lost: Map<string, number>
  links: Deferred[]
  large: Deferred[]
}

/** More problems than these are counted, not kept. */
const MAX_PROBLEMS = 10_000

export function emptyTally(): RestoreTally {
  return {
    files: 0,
    folders: 0,
    others: 0,
    skipped: 0,
    kept: 0,
    bytes: 0,
    specialSkipped: 0,
    problems: [],
    problemCount: 0,
    lost: new Map(),
    links: [],
    large: [],
  }
}

export function addTally(sum: RestoreTally, more: RestoreTally): void {
  for (const key of [
    'files',
    'folders',
    'others',
    'skipped',
    'kept',
    'bytes',
    'specialSkipped',
    'problemCount',
  ] as const) {
    sum[key] += more[key]
  }
  sum.problems.push(...more.problems.slice(0, Math.max(0, MAX_PROBLEMS - sum.problems.length)))
  for (const [what, count] of more.lost) sum.lost.set(what, (sum.lost.get(what) ?? 0) + count)
  for (const one of more.links) sum.links.push(one)
  for (const one of more.large) sum.large.push(one)
}

export function addProblem(tally: RestoreTally, problem: RestoreProblem): void {
  tally.problemCount += 1
  if (tally.problems.length < MAX_PROBLEMS) tally.problems.push(problem)
}

export function addLosses(tally: RestoreTally, losses: readonly MetadataLoss[]): void {
  for (const { what, reason } of losses) {
    const key = `${what} ${reason}`
    tally.lost.set(key, (tally.lost.get(key) ?? 0) + 1)
  }
}
