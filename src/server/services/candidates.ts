/** Generations beside one another for the choice of the clean one: signs, scans, restore tests, and what each would lose. */
import type { EpochMs } from '#base'
import { type CandidateFacts, DWELL_DAYS, judgeCandidates } from '#recovery'
import { type Generation, holdsCharts, isOwnState, type Source, type Suspicion } from '#vault'
import type { SourceCandidates } from '#web'
import type { Institution } from '../institution.ts'

const DAY_MS = 86_400_000
/** Candidates whose patients are counted; older ones are compared by days and records. */
const MOST_COUNTED = 60

type Parts = Pick<Institution, 'vault' | 'cases' | 'clock' | 'scans'>

/** @param intrusionAt undefined: nobody knows the day */
export async function candidatesOf(parts: Parts, intrusionAt: EpochMs | undefined): Promise<SourceCandidates[]> {
  const { vault, cases } = parts
  const chosen = (await cases.open())?.chosen ?? {}
  const sources = (await vault.sources()).filter(({ id }) => !isOwnState(id))
  return Promise.all(sources.map((source) => ofSource(parts, source, intrusionAt, chosen[source.id]?.generationId)))
}

async function ofSource(
  { vault, clock, scans }: Parts,
  source: Source,
  intrusionAt: EpochMs | undefined,
  chosen: string | undefined,
): Promise<SourceCandidates> {
  const generations = await vault.generations.list({ sourceId: source.id })
  const facts = await Promise.all(
    generations.map(async (one) =>
      factsOf(one, await vault.signs.of(one.id), await scans.scanned(one.id), clock.now()),
    ),
  )
  const suspected = facts.filter(({ signs }) => signs === 'suspected').map(({ takenAt }) => takenAt)
  const seenAt = Math.min(clock.now(), ...suspected)
  const judged = judgeCandidates(facts, { intrusionAt, seenAt })
  const since = recordsSince(generations)
  const { opened } = generations[0] ? await vault.restorable(generations[0].id) : { opened: undefined }
  const unitsLost = (id: string, index: number): number | undefined =>
    holdsCharts(source) && index < MOST_COUNTED ? opened?.catalogue.unitsSince(id, generations[0]!.id) : undefined
  const proofs = facts.flatMap(({ restored, takenAt }) =>
    restored?.passed ? [{ atMs: restored.at, takenAtMs: takenAt }] : [],
  )
  return {
    sourceId: source.id,
    name: source.name,
    rows: judged.map((one, index) => ({
      generationId: one.id,
      takenAtMs: one.takenAt,
      objections: one.objections,
      isProposed: one.isProposed,
      isChosen: one.id === chosen,
      signs: one.signs,
      scan: one.scan,
      restored: one.restored && { atMs: one.restored.at, passed: one.restored.passed },
      daysLost: one.daysLost,
      recordsLost: since.get(one.id) ?? 0,
      unitsLost: unitsLost(one.id, index),
    })),
    lastProof: proofs.toSorted((a, b) => b.atMs - a.atMs)[0],
    intrusionMs: intrusionAt,
    dwell: intrusionAt === undefined ? { fromMs: seenAt - DWELL_DAYS.careful * DAY_MS, toMs: seenAt } : undefined,
  }
}

function factsOf(
  one: Generation,
  suspicion: Suspicion | undefined,
  scan: CandidateFacts['scan'],
  now: EpochMs,
): CandidateFacts {
  const tests = one.proofs.filter(({ kind }) => kind === 'restore').toSorted((a, b) => b.at - a.at)
  const found = suspicion && suspicion.signs.length > 0
  return {
    id: one.id,
    takenAt: one.startedAt,
    isWhole: one.closure === 'complete',
    signs: !suspicion ? 'not-looked' : !found ? 'none' : suspicion.cleared ? 'cleared' : 'suspected',
    scan,
    restored: tests[0] && { at: tests[0].at, passed: tests[0].passed },
    isLocked: (one.lockedUntil ?? 0) > now,
  }
}

/** Records that came or changed after each, by the counts of the runs. @param generations newest first */
function recordsSince(generations: readonly Generation[]): Map<string, number> {
  const found = new Map<string, number>()
  let sum = 0
  for (const one of generations) {
    found.set(one.id, sum)
    sum += one.filesNew + one.filesChanged
  }
  return found
}
