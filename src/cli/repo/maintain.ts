import { systemClock } from '#base'
import {
  findSnapshot,
  parseSpan,
  planForget,
  prune as pruneRepository,
  removeLocks,
  removeSnapshots,
  type ForgetGroup,
  type KeepPolicy,
} from '#restic'
import { EXIT, type ExitCode } from '../io.ts'
import { formatBytes, formatInstant } from '../format.ts'
import { say } from '../messages.ts'
import { count, flag, invalid, list, text, type Parsed, type Values } from './args.ts'
import { snapshotJson } from './list.ts'
import { locked, lockHost, print, printJson, type Session } from './open.ts'
import { FILTER_OPTIONS, filteredSnapshots } from './select.ts'

const PERIODS = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const
const WITHIN = ['within', 'within-hourly', 'within-daily', 'within-weekly', 'within-monthly', 'within-yearly'] as const

export const PRUNE_OPTIONS = { 'dry-run': { type: 'boolean', short: 'n' }, 'max-unused': { type: 'string' } } as const
export const FORGET_OPTIONS = {
  ...FILTER_OPTIONS,
  ...PRUNE_OPTIONS,
  ...Object.fromEntries([...PERIODS, ...WITHIN].map((name) => [`keep-${name}`, { type: 'string' as const }])),
  'keep-tag': { type: 'string', multiple: true },
  'group-by': { type: 'string', short: 'g' },
  prune: { type: 'boolean' },
} as const

/** `forget [SNAPSHOT...] [--keep-...]`. */
export function forget(session: Session, { values, positionals }: Parsed): Promise<ExitCode> {
  const { io, repository } = session
  const dryRun = flag(values, 'dry-run')
  const policy = policyOf(values)
  return locked(session, true, async (signal) => {
    const all = await filteredSnapshots(repository, values)
    const named = positionals.map((reference) => findSnapshot(all, reference).id)
    const nowNs = BigInt(systemClock.now()) * 1_000_000n
    const groups = named.length > 0 ? [] : planForget(all, policy, groupBy(values), { nowNs })
    const ids = named.length > 0 ? named : groups.flatMap((group) => group.remove.map((one) => one.id))
    if (named.length === 0 && Object.keys(policy).length === 0) print(session, say(io, 'noPolicy'))
    const { held } = dryRun ? { held: [] } : await removeSnapshots(repository, ids)
    tellForget(session, groups, ids.length - held.length, dryRun)
    if (held.length > 0) io.stderr.write(`${say(io, 'heldSnapshots', { count: held.length })}\n`)
    const gone = ids.length - held.length
    return flag(values, 'prune') && gone > 0 ? runPrune(session, values, new Set(ids), signal) : EXIT.ok
  })
}

function tellForget(session: Session, groups: readonly ForgetGroup[], count: number, dryRun: boolean): void {
  if (session.json) {
    printJson(session, groups.map(groupJson))
    return
  }
  for (const { keep, remove } of groups) {
    for (const { snapshot, reasons } of keep) {
      print(
        session,
        `  + ${snapshot.id.slice(0, 8)}  ${formatInstant(Number(snapshot.timeNs / 1_000_000n))}  ${reasons.join(', ')}`,
      )
    }
    for (const snapshot of remove) {
      print(session, `  - ${snapshot.id.slice(0, 8)}  ${formatInstant(Number(snapshot.timeNs / 1_000_000n))}`)
    }
  }
  print(session, say(session.io, dryRun ? 'wouldForget' : 'forgot', { count }))
}

function groupJson({ host, paths, tags, keep, remove }: ForgetGroup): Record<string, unknown> {
  return {
    tags: tags ?? null,
    host: host ?? '',
    paths: paths ?? null,
    keep: keep.map((one) => snapshotJson(one.snapshot)),
    remove: remove.map(snapshotJson),
    reasons: keep.map((one) => ({ snapshot: snapshotJson(one.snapshot), matches: one.reasons })),
  }
}

/** `prune`. */
export function prune(session: Session, { values }: Parsed): Promise<ExitCode> {
  return locked(session, true, (signal) => runPrune(session, values, new Set(), signal))
}

async function runPrune(
  session: Session,
  values: Values,
  ignoreSnapshots: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { io, repository, backend, startWorker, workerCount } = session
  const maxUnused = /^(\d{1,3})%$/.exec(text(values, 'max-unused') ?? '5%')
  if (maxUnused === null) throw invalid(`--max-unused ${text(values, 'max-unused')}`)
  const result = await pruneRepository({
    repository,
    storage: backend.sync,
    clock: systemClock,
    dryRun: flag(values, 'dry-run'),
    maxUnusedPercent: Number(maxUnused[1]),
    ignoreSnapshots,
    startWorker,
    workerCount,
    signal,
  })
  if (session.json) {
    printJson(session, {
      message_type: 'summary',
      packs_removed: result.packsRemoved,
      packs_repacked: result.packsRepacked,
      bytes_freed: result.bytesFreed,
      bytes_unused: result.bytesUnused,
      packs_held: result.packsHeld,
    })
    return EXIT.ok
  }
  print(
    session,
    say(io, 'pruned', {
      packs: result.packsRemoved,
      repacked: result.packsRepacked,
      bytes: formatBytes(Math.max(0, result.bytesFreed)),
      unused: formatBytes(result.bytesUnused),
      held: result.packsHeld,
    }),
  )
  return EXIT.ok
}

/** `unlock [--remove-all]`. */
export async function unlock(session: Session, { values }: Parsed): Promise<ExitCode> {
  const all = flag(values, 'remove-all')
  const removed = await removeLocks(session.repository, { all, host: lockHost(), clock: systemClock })
  print(session, say(session.io, 'unlocked', { count: removed }))
  return EXIT.ok
}

function policyOf(values: Values): KeepPolicy {
  const tags = list(values, 'keep-tag').map((set) => set.split(','))
  const counts = PERIODS.flatMap((name) => {
    const value = count(values, `keep-${name}`)
    return value === undefined ? [] : [[name, value] as const]
  })
  const spans = WITHIN.flatMap((name) => {
    const value = text(values, `keep-${name}`)
    const key = name.replace(/-(.)/, (_all, letter: string) => letter.toUpperCase())
    return value === undefined ? [] : [[key, parseSpan(value)] as const]
  })
  return { ...Object.fromEntries(counts), ...Object.fromEntries(spans), ...(tags.length > 0 && { tags }) }
}

function groupBy(values: Values): { host: boolean; paths: boolean; tags: boolean } {
  const by = (text(values, 'group-by') ?? 'host,paths').split(',')
  return {
    host: by.includes('host'),
    paths: by.includes('paths') || by.includes('path'),
    tags: by.includes('tags') || by.includes('tag'),
  }
}
