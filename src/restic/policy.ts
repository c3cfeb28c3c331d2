import { AppError, type EpochNs } from '#base'
import type { Snapshot } from './snapshot.ts'

/**
 * Which snapshots to keep: restic's rules (doc/060_forget.rst, internal/data/snapshot_policy.go). Counts of -1 mean all.
 * A snapshot is kept when one rule wants it. A rule keeps the newest snapshot of each of its periods; with counts left it
 * also keeps the oldest of all, so that the history reaches as far back as it can.
 */
export interface KeepPolicy {
  readonly last?: number
  readonly hourly?: number
  readonly daily?: number
  readonly weekly?: number
  readonly monthly?: number
  readonly yearly?: number
  readonly within?: Span
  readonly withinHourly?: Span
  readonly withinDaily?: Span
  readonly withinWeekly?: Span
  readonly withinMonthly?: Span
  readonly withinYearly?: Span
  /** A snapshot with all tags of one of the sets is kept. */
  readonly tags?: readonly (readonly string[])[]
}

/** A length of time before the newest snapshot, in calendar steps. */
export interface Span {
  readonly years: number
  readonly months: number
  readonly days: number
  readonly hours: number
}

export interface PolicyResult {
  /** Newest first. */
  readonly keep: readonly { snapshot: Snapshot; reasons: readonly string[] }[]
  readonly remove: readonly Snapshot[]
}

export interface PolicyClock {
  /** Snapshots from the future never count as the newest one that spans reach back from. */
  readonly nowNs: EpochNs
  /** Zone in which hours, days and weeks are counted; absent, each snapshot's own offset, as restic does. */
  readonly offsetMinutes?: number
}

type Period = 'last' | 'hourly' | 'daily' | 'weekly' | 'monthly' | 'yearly'
const PERIODS: readonly Period[] = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly']
const NS_PER_MINUTE = 60_000_000_000n

/** True where no rule is given: then nothing may be removed. */
export function isEmptyPolicy(policy: KeepPolicy): boolean {
  const { tags, ...rest } = policy
  return !tags?.length && Object.values(rest).every((value) => value === undefined || value === 0 || isZero(value))
}

function isZero(span: number | Span): boolean {
  return typeof span !== 'number' && span.years + span.months + span.days + span.hours === 0
}

/** Divides snapshots by the rules. They should be of one group ({@link groupSnapshots}). An empty policy keeps all. */
export function applyPolicy(snapshots: readonly Snapshot[], policy: KeepPolicy, clock: PolicyClock): PolicyResult {
  const sorted = snapshots.toSorted((a, b) => (a.timeNs === b.timeNs ? 0 : a.timeNs > b.timeNs ? -1 : 1))
  if (isEmptyPolicy(policy)) return { keep: sorted.map((snapshot) => ({ snapshot, reasons: [] })), remove: [] }
  const rules = [...countRules(policy), ...spanRules(policy, newest(sorted, clock.nowNs), clock)]
  const keep: { snapshot: Snapshot; reasons: string[] }[] = []
  const remove: Snapshot[] = []
  for (const [nr, snapshot] of sorted.entries()) {
    const oldest = nr === sorted.length - 1
    const reasons = [
      ...tagReasons(policy, snapshot),
      ...rules.flatMap((rule) => rule(snapshot, periodsOf(snapshot, nr, clock), oldest) ?? []),
    ]
    if (reasons.length > 0) keep.push({ snapshot, reasons })
    else remove.push(snapshot)
  }
  return { keep, remove }
}

/** Says why it keeps a snapshot, or undefined. Remembers the period it saw last: snapshots come newest first. */
type Rule = (snapshot: Snapshot, periods: Record<Period, number>, oldest: boolean) => string | undefined

function tagReasons(policy: KeepPolicy, snapshot: Snapshot): string[] {
  return (policy.tags ?? [])
    .filter((set) => set.every((tag) => snapshot.tags.includes(tag)))
    .map((set) => `has tags [${set.join(', ')}]`)
}

function countRules(policy: KeepPolicy): Rule[] {
  return PERIODS.map((period) => {
    let left = policy[period] ?? 0
    let seen = -1
    return (_snapshot, periods, oldest) => {
      if (left === 0 || (periods[period] === seen && !oldest)) return undefined
      const again = periods[period] === seen
      seen = periods[period]
      if (left > 0) left -= 1
      return `${again ? 'oldest ' : ''}${period} snapshot`
    }
  })
}

function spanRules(policy: KeepPolicy, newestNs: EpochNs, clock: PolicyClock): Rule[] {
  const spans: [Period | undefined, Span | undefined][] = [
    [undefined, policy.within],
    ['hourly', policy.withinHourly],
    ['daily', policy.withinDaily],
    ['weekly', policy.withinWeekly],
    ['monthly', policy.withinMonthly],
    ['yearly', policy.withinYearly],
  ]
  return spans.flatMap(([period, span]) => {
    if (span === undefined || isZero(span)) return []
    const afterNs = before(newestNs, span, clock.offsetMinutes ?? 0)
    let seen = -1
    const rule: Rule = (snapshot, periods, oldest) => {
      if (snapshot.timeNs <= afterNs) return undefined
      if (period === undefined) return `within ${formatSpan(span)}`
      if (periods[period] === seen && !oldest) return undefined
      const again = periods[period] === seen
      seen = periods[period]
      return `${again ? 'oldest ' : ''}${period} within ${formatSpan(span)}`
    }
    return [rule]
  })
}

function newest(sorted: readonly Snapshot[], nowNs: EpochNs): EpochNs {
  return sorted.find((snapshot) => snapshot.timeNs < nowNs)?.timeNs ?? 0n
}

/** The periods a snapshot falls into, as rising numbers (2026112209 for an hour). */
function periodsOf(snapshot: Snapshot, nr: number, clock: PolicyClock): Record<Period, number> {
  const offset = BigInt(clock.offsetMinutes ?? snapshot.offsetMinutes)
  const local = new Date(Number((snapshot.timeNs + offset * NS_PER_MINUTE) / 1_000_000n))
  const year = local.getUTCFullYear()
  const month = year * 100 + local.getUTCMonth() + 1
  const day = month * 100 + local.getUTCDate()
  return {
    last: nr,
    hourly: day * 100 + local.getUTCHours(),
    daily: day,
    weekly: isoWeek(local),
    monthly: month,
    yearly: year,
  }
}

/** ISO 8601 week as year * 100 + week: a week belongs to the year that its Thursday lies in. */
function isoWeek(local: Date): number {
  const thursday = new Date(local)
  thursday.setUTCDate(local.getUTCDate() + 3 - ((local.getUTCDay() + 6) % 7))
  const firstDay = Date.UTC(thursday.getUTCFullYear(), 0, 1)
  const midnight = Date.UTC(thursday.getUTCFullYear(), thursday.getUTCMonth(), thursday.getUTCDate())
  return thursday.getUTCFullYear() * 100 + Math.floor((midnight - firstDay) / (7 * 86_400_000)) + 1
}

/** Go's AddDate: months that overflow roll into the next (31 March minus one month is 3 March). */
function before(timeNs: EpochNs, span: Span, offsetMinutes: number): EpochNs {
  const offset = BigInt(offsetMinutes) * NS_PER_MINUTE
  const local = timeNs + offset
  const date = new Date(Number(local / 1_000_000n))
  const rest = local - BigInt(date.getTime()) * 1_000_000n
  date.setUTCFullYear(
    date.getUTCFullYear() - span.years,
    date.getUTCMonth() - span.months,
    date.getUTCDate() - span.days,
  )
  return BigInt(date.getTime() - span.hours * 3_600_000) * 1_000_000n + rest - offset
}

/** A span as people write it: `1y5m7d2h`. @throws BASE_CONFIG_INVALID */
export function parseSpan(text: string): Span {
  const match = /^(?:(\d+)y)?(?:(\d+)m)?(?:(\d+)d)?(?:(\d+)h)?$/.exec(text)
  if (match === null || text === '') throw new AppError('BASE_CONFIG_INVALID', { detail: 'a span looks like 1y5m7d2h' })
  const [, years = '0', months = '0', days = '0', hours = '0'] = match
  return { years: Number(years), months: Number(months), days: Number(days), hours: Number(hours) }
}

export function formatSpan({ years, months, days, hours }: Span): string {
  const parts = [years && `${years}y`, months && `${months}m`, days && `${days}d`, hours && `${hours}h`]
  return parts.filter(Boolean).join('')
}

export interface SnapshotGroup {
  readonly host?: string
  readonly paths?: readonly string[]
  readonly tags?: readonly string[]
  readonly snapshots: readonly Snapshot[]
}

/** Groups by host, paths and tags, so that a policy counts each source for itself. */
export function groupSnapshots(
  snapshots: readonly Snapshot[],
  by: { readonly host?: boolean; readonly paths?: boolean; readonly tags?: boolean },
): SnapshotGroup[] {
  const groups = Map.groupBy(snapshots, (snapshot) => JSON.stringify(groupKey(snapshot, by)))
  return [...groups.values()].map((members) => ({ ...groupKey(members[0]!, by), snapshots: members }))
}

function groupKey(
  snapshot: Snapshot,
  by: { readonly host?: boolean; readonly paths?: boolean; readonly tags?: boolean },
): { host?: string; paths?: string[]; tags?: string[] } {
  return {
    ...(by.host && { host: snapshot.hostname }),
    ...(by.paths && { paths: snapshot.paths.toSorted() }),
    ...(by.tags && { tags: snapshot.tags.toSorted() }),
  }
}
