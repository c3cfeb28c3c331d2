/** 読めなかった記録: out of the newest generation's index, for those who hold the reading keys. */
import { isAppError } from '#base'
import type { IndexedProblem } from '#chart'
import type { Source } from '#vault'
import type { Page, Problem, ProblemCounts, ProblemGroup, Viewer } from '#web'
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
  const newest = (await charts.readable())[0]
  const source = newest && (await vault.source(newest.sourceId))
  const found = newest && (await listOf(() => charts.index(newest.id, readingOf(viewer))))
  if (!newest || !found)
    return { rows: [], total: 0, page, pageSize: PAGE_SIZE, counts: await knownProblemCounts(vault) }
  const mayKnowPaths = viewer.can.has('see-problem-paths')
  const wanted = found
    .map((problem, i): Problem => ({
      id: `${newest.id}-${i}`,
      group: problemGroup(problem.code),
      code: problem.code,
      path: mayKnowPaths ? belowSource(problem.path, source) : '',
      sourceName: source?.name ?? '',
      foundAtMs: newest.startedAt,
    }))
    .filter((problem) => filter.group === undefined || problem.group === filter.group)
    .toSorted((a, b) => ORDER.indexOf(a.group) - ORDER.indexOf(b.group))
  const rows = wanted.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE)
  return { rows, total: wanted.length, page, pageSize: PAGE_SIZE, counts: countProblems(found) }
}

/** Undefined while the reading keys are closed. */
async function listOf(
  open: () => Promise<{ problems(): Iterable<IndexedProblem> }>,
): Promise<IndexedProblem[] | undefined> {
  try {
    return [...(await open()).problems()]
  } catch (error) {
    if (isAppError(error, 'VAULT_KEY_MISSING')) return undefined
    throw error
  }
}

/** The path below the root that it lies in; the root's own name stays, since a storage may have several. */
function belowSource(path: string, source: Source | undefined): string {
  const root = source?.paths.find((candidate) => path.startsWith(`${candidate}/`))
  return root === undefined ? path : path.slice(root.lastIndexOf('/') + 1)
}
