/** 読めなかった記録: out of the index of each source's newest generation, for those who hold the reading keys. */
import { isAppError } from '#base'
import type { IndexedProblem } from '#chart'
import type { Source } from '#vault'
import { newestOfEach, type Page, type Problem, type ProblemCounts, type ProblemGroup, type Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { countProblems, knownProblemCounts, problemGroup } from '../problem-counts.ts'
import { readingOf } from './viewers.ts'

const PAGE_SIZE = 50

/** What keeps a record from being shown stands before what is only remarked. */
const ORDER: readonly ProblemGroup[] = ['withheld', 'unread', 'skipped', 'remark']

interface Filter {
  readonly group?: ProblemGroup
  readonly page: number
}

export async function problems(
  { charts, vault }: Institution,
  viewer: Viewer,
  filter: Filter,
): Promise<Page<Problem> & { counts: ProblemCounts }> {
  const { page } = filter
  const found: Problem[] = []
  let isClosed = false
  const mayKnowPaths = viewer.can.has('see-problem-paths')
  for (const newest of newestOfEach(await charts.readable())) {
    const source = await vault.source(newest.sourceId)
    const listed = await listOf(() => charts.index(newest.id, readingOf(viewer)))
    if (listed === undefined) isClosed = true
    for (const [i, problem] of (listed ?? []).entries())
      found.push({
        id: `${newest.id}-${i}`,
        group: problemGroup(problem.code),
        code: problem.code,
        path: mayKnowPaths ? belowSource(problem.path, source) : '',
        sourceName: source?.name ?? '',
        foundAtMs: newest.startedAt,
      })
  }
  // What was found when each was taken holds also for a source that does not open now.
  const counts = isClosed ? await knownProblemCounts(vault) : countProblems(found)
  const wanted = found
    .filter((problem) => filter.group === undefined || problem.group === filter.group)
    .toSorted((a, b) => ORDER.indexOf(a.group) - ORDER.indexOf(b.group))
  const rows = wanted.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE)
  return { rows, total: wanted.length, page, pageSize: PAGE_SIZE, counts }
}

/** Undefined while the reading keys are closed, or where this source cannot be opened now: the others are told all the same. */
async function listOf(
  open: () => Promise<{ problems(): Iterable<IndexedProblem> }>,
): Promise<IndexedProblem[] | undefined> {
  try {
    return [...(await open()).problems()]
  } catch (error) {
    if (isAppError(error)) return undefined
    throw error
  }
}

/** The path below the root that it lies in; the root's own name stays, since a storage may have several. */
function belowSource(path: string, source: Source | undefined): string {
  const root = source?.paths.find((candidate) => path.startsWith(`${candidate}/`))
  return root === undefined ? path : path.slice(root.lastIndexOf('/') + 1)
}
