/**
 * The five lights, from evidence alone (R3, R1, R10, R39, R32, R45). A light is as good as its worst demand; every reason
 * names when its evidence was made. Sample data lights nothing: its reasons are shown, its lights stay unlit.
 */
import type { EpochMs, LockStrength } from '#base'
import {
  againstTheLaw,
  goodDays,
  type BusinessCalendar,
  type KeptGeneration,
  missedBackups,
  type Rhythm,
} from '#retention'
import type { watchVerdict } from './watch.ts'

export type LightName = 'taken' | 'locked' | 'proven' | 'readable' | 'drilled'
export type LightState = 'good' | 'soon' | 'bad' | 'unlit'

export interface LightReason {
  code:
    | 'source-taken'
    | 'source-unchanged'
    | 'source-changed'
    | 'source-not-looked'
    | 'source-late'
    | 'source-never'
    | 'source-failed'
    | 'source-stopped'
    | 'source-retired'
    | 'source-incomplete'
    | 'source-dump-late'
    | 'no-source'
    | 'lock-holds'
    | 'lock-logical'
    | 'lock-none'
    | 'floor-kept'
    | 'floor-missed'
    | 'policy-lowered'
    | 'one-place-only'
    | 'place-failed'
    | 'restore-tested'
    | 'restore-never'
    | 'kit-checked'
    | 'kit-never'
    | 'verified-failed'
    | 'chart-opened'
    | 'chart-never-opened'
    | 'file-opened'
    | 'file-never-opened'
    | 'no-station'
    | 'drill-never'
    | 'drill-old'
    | 'drill-soon'
    | 'drill-missed'
    | 'drill-unmended'
    | 'drill-done'
    | 'sample-data'
  state: LightState
  atMs?: EpochMs
  untilMs?: EpochMs
  subject?: string
  count?: number
  /** Days that hold one, several of one day as one. */
  days?: number
  durationMs?: number
}

/** What the light 取れている says of one source. */
export type TakenCode = Extract<LightReason['code'], `source-${string}`>

export type LightStep =
  | 'add-source'
  | 'run-backup'
  | 'look-at-sources'
  | 'look-at-problems'
  | 'look-at-generation'
  | 'open-a-chart'
  | 'open-a-file'
  | 'plan-restore-test'
  | 'plan-drill'
  | 'mend-what-drill-found'
  | 'see-recovery-kit'
  | 'prepare-station'
  | 'prepare-second-place'
  | 'look-at-places'
  | 'nothing'

export interface Light {
  name: LightName
  state: LightState
  reasons: readonly LightReason[]
  next: LightStep
}

export interface SourceFacts {
  name: string
  /** How often it is expected. */
  rhythm: Rhythm
  /** Of one that is taken on change: the verdict of its looks, and the last one. */
  watch?: { verdict: ReturnType<typeof watchVerdict>; lookedAt: EpochMs } | undefined
  /** A person stopped it: nothing new is to be expected. */
  stoppedAt?: EpochMs | undefined
  /** Stopped for good: until when its last generation is kept. */
  retired?: { readonly keptUntil: EpochMs } | undefined
  addedAt: EpochMs
  /** When a person last weakened how it is kept. */
  loweredAt?: EpochMs | undefined
  holdsCharts: boolean
  lastRunFailed: boolean
  /** Of another program's dumps: when the newest was written as the last run saw it, and how often one is to be. */
  dumps?: { newestAt: EpochMs; everyHours: number } | undefined
  /** Generations that are still there, in any order. */
  generations: readonly (KeptGeneration & {
    lockedUntil: EpochMs | undefined
    lockStrength: LockStrength | undefined
    skipped: number
  })[]
  lastRestoreTest: { at: EpochMs; passed: boolean; durationMs: number; files: number } | undefined
  /** A chart (or file, where there are no charts) was opened out of a generation and every byte matched. */
  lastOpened: { at: EpochMs; asOf: EpochMs } | undefined
}

export interface HouseFacts {
  isSample: boolean
  now: EpochMs
  sources: readonly SourceFacts[]
  calendar: BusinessCalendar
  places: number
  /** Places that are in trouble, and since when. */
  failedPlaces: readonly { readonly name: string; readonly at: EpochMs; readonly isGrave: boolean }[]
  stations: number
  kit?: KitFacts | undefined
  drill?: DrillFacts | undefined
}

/** The newest drill that ended; undefined: none ever did. */
export interface DrillFacts {
  endedAt: EpochMs
  objectives: number
  reached: number
  /** Improvement items past their date. */
  overdue: number
}

/** The paper without which no backup opens once this machine is lost (SECURITY.md 12). */
export interface KitFacts {
  /** Somebody proved by its words that it is there; undefined: nobody ever did. */
  provenAt: EpochMs | undefined
  /** When the house began. */
  since: EpochMs
}

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
/** A program that writes each night does not write at the same minute. */
const DUMP_GRACE_MS = 3 * HOUR_MS
const LOWERED_SHOWN_MS = 7 * DAY_MS
/** A place that is away longer misses generations. */
const PLACE_AWAY_MS = 3 * DAY_MS
/** A restore test counts this long; the ministry asks for yearly drills, a month is what a ransomware crew's stay asks for. */
const RESTORE_TEST_DAYS = 35
const RESTORE_TEST_SOON_DAYS = 95
/** A new house has this long to print its kit; a check counts half a year and a month, then another two at most. */
const KIT_FIRST_DAYS = 14
const KIT_CHECK_DAYS = 213
const KIT_CHECK_SOON_DAYS = 274
/** A drill counts a year; a month before, the next one is asked for. */
const DRILL_DAYS = 365
const DRILL_SOON_DAYS = 335

export function lights(facts: HouseFacts): readonly Light[] {
  const all = [taken(facts), locked(facts), proven(facts), readable(facts), drilled(facts)]
  return facts.isSample ? all.map(unlit) : all
}

function unlit(light: Light): Light {
  return { ...light, state: 'unlit', reasons: [{ code: 'sample-data', state: 'unlit' }, ...light.reasons] }
}

const RANK: Record<LightState, number> = { good: 0, unlit: 1, soon: 2, bad: 3 }

function light(name: LightName, reasons: LightReason[], steps: Partial<Record<LightReason['code'], LightStep>>): Light {
  const worst = reasons.reduce((a, b) => (RANK[b.state] > RANK[a.state] ? b : a))
  const next = worst.state === 'good' ? 'nothing' : (steps[worst.code] ?? 'look-at-generation')
  return { name, state: worst.state, reasons: reasons.toSorted((a, b) => RANK[b.state] - RANK[a.state]), next }
}

function taken({ sources, calendar, now }: HouseFacts): Light {
  const reasons: LightReason[] = sources.flatMap((source) => takenReasons(source, calendar, now))
  // What is kept of an old system is no backup of today's.
  if (reasons.every(({ code }) => code === 'source-retired')) reasons.push({ code: 'no-source', state: 'bad' })
  return light('taken', reasons, {
    'no-source': 'add-source',
    'source-never': 'run-backup',
    'source-late': 'run-backup',
    'source-not-looked': 'look-at-sources',
    'source-failed': 'run-backup',
    'source-stopped': 'look-at-sources',
    'source-incomplete': 'look-at-problems',
    'source-dump-late': 'look-at-sources',
  })
}

/** How well one source is taken: its worst reason. */
export function takenReason(
  source: SourceFacts,
  calendar: BusinessCalendar,
  now: EpochMs,
): LightReason & { readonly code: TakenCode } {
  return takenReasons(source, calendar, now).reduce((a, b) => (RANK[b.state] > RANK[a.state] ? b : a))
}

function takenReasons(
  source: SourceFacts,
  calendar: BusinessCalendar,
  now: EpochMs,
): (LightReason & { readonly code: TakenCode })[] {
  const subject = source.name
  // Nothing is to be expected of a system that is no longer used, as long as what it left is kept.
  if (source.retired && source.retired.keptUntil > now && newestGood(source))
    return [{ code: 'source-retired', state: 'good', atMs: source.retired.keptUntil, subject }]
  if (source.stoppedAt !== undefined)
    return [{ code: 'source-stopped', state: 'soon', atMs: source.stoppedAt, subject }]
  const newest = newestGood(source)
  if (!newest) return [{ code: source.lastRunFailed ? 'source-failed' : 'source-never', state: 'bad', subject }]
  const reasons: ReturnType<typeof takenReasons> = []
  const missed = missedBackups(source.rhythm, calendar, newest.takenAt, now)
  const at = { atMs: newest.takenAt, subject }
  if (source.watch) reasons.push(...watchReasons(source.watch, at))
  else if (missed === 0) reasons.push({ code: 'source-taken', state: 'good', ...at })
  else reasons.push({ code: 'source-late', state: missed === 1 ? 'soon' : 'bad', count: missed, ...at })
  if (source.lastRunFailed) reasons.push({ code: 'source-failed', state: 'soon', subject })
  if (source.dumps && newest.takenAt - source.dumps.newestAt > source.dumps.everyHours * HOUR_MS + DUMP_GRACE_MS)
    reasons.push({ code: 'source-dump-late', state: 'bad', atMs: source.dumps.newestAt, subject })
  if (newest.skipped > 0) reasons.push({ code: 'source-incomplete', state: 'soon', count: newest.skipped, ...at })
  return reasons
}

/** Taken on change: a day without one counts by its looks, whose moment is named, not by a generation that was not taken. */
function watchReasons(
  { verdict, lookedAt }: NonNullable<SourceFacts['watch']>,
  at: { readonly atMs: EpochMs; readonly subject: string },
): ReturnType<typeof takenReasons> {
  const taken = { code: 'source-taken', state: 'good', ...at } as const
  if (verdict === 'current')
    return [taken, { code: 'source-unchanged', state: 'good', atMs: lookedAt, subject: at.subject }]
  if (verdict === 'waiting') return [taken, { code: 'source-changed', state: 'good', subject: at.subject }]
  if (verdict === 'late') return [{ code: 'source-late', state: 'bad', ...at }]
  return [{ code: 'source-not-looked', state: 'bad', ...(lookedAt > 0 ? { atMs: lookedAt } : {}), subject: at.subject }]
}

export function newestGood(source: SourceFacts) {
  return source.generations
    .filter((g) => g.isGood)
    .reduce<SourceFacts['generations'][number] | undefined>(
      (newest, g) => (newest && newest.takenAt >= g.takenAt ? newest : g),
      undefined,
    )
}

function locked({ sources, now, places, failedPlaces }: HouseFacts): Light {
  // First: it is what somebody has to look at.
  const failed = failedPlaces.map(({ name, at, isGrave }): LightReason => {
    const isLong = now - at > PLACE_AWAY_MS
    return { code: 'place-failed', state: isGrave || isLong ? 'bad' : 'soon', atMs: at, subject: name }
  })
  const reasons = sources.flatMap((source) => lockedReasons(source, now))
  if (reasons.length === 0) reasons.push({ code: 'lock-none', state: 'bad' })
  reasons.unshift(...failed)
  if (places < 2) reasons.push({ code: 'one-place-only', state: 'soon' })
  return light('locked', reasons, {
    'lock-none': 'run-backup',
    'floor-missed': 'run-backup',
    'policy-lowered': 'look-at-sources',
    'place-failed': 'look-at-places',
    'one-place-only': 'prepare-second-place',
    'lock-logical': 'prepare-second-place',
  })
}

function lockedReasons(source: SourceFacts, now: EpochMs): LightReason[] {
  const subject = source.name
  const held = source.generations.filter((g) => g.isGood && (g.lockedUntil ?? 0) > now)
  if (held.length === 0) return [{ code: 'lock-none', state: 'bad', subject }]
  // Everybody sees it for a week: a thief of an account weakens what he waits for to end.
  const { loweredAt = -Infinity } = source
  const lowered: LightReason[] =
    loweredAt <= now && now - loweredAt < LOWERED_SHOWN_MS
      ? [{ code: 'policy-lowered', state: 'soon', subject, atMs: loweredAt }]
      : []
  const days = goodDays(held).length
  const untilMs = Math.max(...held.map((g) => g.lockedUntil ?? 0))
  const reasons: LightReason[] = [...lowered, { code: 'lock-holds', state: 'good', subject, days, untilMs }]
  if (held.some((g) => g.lockStrength === 'logical')) reasons.push({ code: 'lock-logical', state: 'soon', subject })
  const lawful = againstTheLaw(source.generations, now).every((finding) => finding.met)
  reasons.push({
    code: lawful ? 'floor-kept' : 'floor-missed',
    state: lawful ? 'good' : 'soon',
    subject,
    days,
  })
  return reasons
}

function proven({ sources, kit, now }: HouseFacts): Light {
  const reasons = sources.map((source) => provenReason(source, now))
  if (reasons.length === 0) reasons.push({ code: 'restore-never', state: 'bad' })
  if (kit) reasons.push(...kitReasons(kit, now))
  return light('proven', reasons, {
    'restore-never': 'plan-restore-test',
    'restore-tested': 'plan-restore-test',
    'verified-failed': 'look-at-generation',
    'kit-never': 'see-recovery-kit',
    'kit-checked': 'see-recovery-kit',
  })
}

function provenReason(source: SourceFacts, now: EpochMs): LightReason {
  const subject = source.name
  const test = source.lastRestoreTest
  if (!test) return { code: 'restore-never', state: 'bad', subject }
  if (!test.passed) return { code: 'verified-failed', state: 'bad', subject, atMs: test.at }
  const days = (now - test.at) / DAY_MS
  const state = days <= RESTORE_TEST_DAYS ? 'good' : days <= RESTORE_TEST_SOON_DAYS ? 'soon' : 'bad'
  return { code: 'restore-tested', state, subject, atMs: test.at, durationMs: test.durationMs, count: test.files }
}

function kitReasons({ provenAt, since }: KitFacts, now: EpochMs): LightReason[] {
  if (provenAt === undefined) return now - since > KIT_FIRST_DAYS * DAY_MS ? [{ code: 'kit-never', state: 'soon' }] : []
  const days = (now - provenAt) / DAY_MS
  const state = days <= KIT_CHECK_DAYS ? 'good' : days <= KIT_CHECK_SOON_DAYS ? 'soon' : 'bad'
  return [{ code: 'kit-checked', state, atMs: provenAt }]
}

function readable({ sources, stations }: HouseFacts): Light {
  const withCharts = sources.filter((source) => source.holdsCharts)
  // A house of PDFs and tables has no chart to open: one of its files, read out of the backup, is the evidence.
  const what = withCharts.length > 0 ? 'chart' : 'file'
  const reasons = (withCharts.length > 0 ? withCharts : sources).map((source): LightReason => {
    const opened = source.lastOpened
    if (!opened) return { code: `${what}-never-opened`, state: 'bad', subject: source.name }
    return { code: `${what}-opened`, state: 'good', subject: source.name, atMs: opened.at }
  })
  if (reasons.length === 0) reasons.push({ code: 'chart-never-opened', state: 'bad' })
  if (stations === 0) reasons.push({ code: 'no-station', state: 'soon' })
  return light('readable', reasons, {
    'chart-never-opened': 'open-a-chart',
    'file-never-opened': 'open-a-file',
    'no-station': 'prepare-station',
  })
}

/** Once a year is what the guideline asks for; what a drill found is mended by its date, or the drill was for nothing. */
function drilled({ drill, now }: HouseFacts): Light {
  const steps = { 'drill-never': 'plan-drill', 'drill-old': 'plan-drill', 'drill-soon': 'plan-drill' } as const
  const more = { 'drill-missed': 'plan-drill', 'drill-unmended': 'mend-what-drill-found' } as const
  return light('drilled', drillReasons(drill, now), { ...steps, ...more })
}

function drillReasons(drill: DrillFacts | undefined, now: EpochMs): LightReason[] {
  if (!drill) return [{ code: 'drill-never', state: 'bad' }]
  const days = (now - drill.endedAt) / DAY_MS
  const atMs = drill.endedAt
  if (days > DRILL_DAYS) return [{ code: 'drill-old', state: 'bad', atMs }]
  const reasons: LightReason[] = [
    days > DRILL_SOON_DAYS ? { code: 'drill-soon', state: 'soon', atMs } : { code: 'drill-done', state: 'good', atMs },
  ]
  if (drill.reached === 0) reasons.push({ code: 'drill-missed', state: 'soon' })
  if (drill.overdue > 0) reasons.push({ code: 'drill-unmended', state: 'soon', count: drill.overdue })
  return reasons
}
