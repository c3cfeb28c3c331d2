/**
 * What is wrong at this moment, as alarms: codes and figures out of what the areas judged. A group that could not be looked
 * at, or has nothing new to say, leaves its alarms as they are.
 */
import { type ErrorCode, type EpochMs } from '#base'
import type { LedgerReport } from '#journal'
import type { AlarmCode, AlarmInput } from '#notify'
import { PRINT_ALARM_ABOVE } from '#reading'
import { lockHorizon } from '#retention'
import { type Generation, isOwnState, LOCAL_PLACE, type MediaState, type PlaceView, type Source } from '#vault'
import { planAlarms } from '../bcp/reminder.ts'
import { planState } from '../bcp/state.ts'
import { drillAlarms, trainingAlarms } from '../drills/reminder.ts'
import type { Institution } from '../institution.ts'
import { ledgerAlarm } from '../ledger-check.ts'
import { KIT_CHECK_MS, kitProvenAt } from '../services/kit.ts'
import { pcOf, TEST_LATE_MS } from '../services/stations.ts'

/** A group of alarms that are raised and cleared together. */
export interface Watch {
  readonly codes: readonly AlarmCode[]
  /** What is wrong; undefined: not known now. */
  readonly look: () => Promise<readonly AlarmInput[] | undefined>
}

export type Watched = Pick<
  Institution,
  | 'plans'
  | 'manuals'
  | 'printings'
  | 'registers'
  | 'systems'
  | 'rehearsals'
  | 'drills'
  | 'training'
  | 'rules'
  | 'unannounced'
  | 'folder'
  | 'nightEditions'
  | 'stations'
  | 'vault'
  | 'access'
  | 'editions'
  | 'openings'
  | 'reserve'
  | 'journalIndex'
  | 'incidents'
  | 'ledger'
  | 'clock'
>

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** A source that was added and never taken is late after a night. */
const FIRST_MS = 30 * HOUR_MS
/** Generations whose unread files are the measure of the newest's. */
const USUAL_GENERATIONS = 30
const BEHIND_DAYS = 3
const FULL_AHEAD_DAYS = 60
/** Fewer days than this under lock for three generations. */
const SHORT_LOCK_DAYS = 7
/** An envelope that ended in the night is reviewed by noon. */
const REVIEW_MS = 12 * HOUR_MS
/** A new kit is to be proved while its printing is remembered. */
const FREEZE_ENDS_MS = 4 * DAY_MS
const KIT_FIRST_MS = 14 * DAY_MS

/** @param report what the last check of the ledger found */
export function watches(house: Watched, report: () => LedgerReport): readonly Watch[] {
  return [
    { codes: ['backup-late', 'backup-failed', 'backup-incomplete'], look: () => taken(house) },
    { codes: ['restore-test-failed'], look: () => proven(house) },
    { codes: ['signs-of-attack'], look: () => suspicious(house) },
    { codes: ['lock-ends-soon'], look: () => locked(house) },
    {
      codes: ['place-unreachable', 'place-failed', 'place-behind', 'place-damaged', 'place-full', 'place-nearly-full'],
      look: () => places(house),
    },
    { codes: ['place-not-holding'], look: () => holding(house) },
    { codes: ['ledger-contradicted', 'lock-lifted'], look: () => ledger(house, report()) },
    {
      codes: ['medium-wrong', 'medium-missing', 'medium-full', 'medium-unusable', 'medium-damaged'],
      look: () => media(house),
    },
    { codes: ['kit-unchecked'], look: () => kit(house) },
    { codes: ['freeze-ends'], look: () => freeze(house) },
    { codes: ['emergency-opened', 'emergency-unreviewed'], look: () => emergency(house) },
    { codes: ['trouble-reported', 'emergency-declared'], look: () => incidents(house) },
    { codes: ['station-late', 'station-untested', 'station-test-failed'], look: () => emergencyPcs(house) },
    { codes: ['edition-made'], look: () => editionsMade(house) },
    { codes: ['edition-night-failed'], look: async () => nightFailed(house) },
    {
      codes: ['bulk-opening', 'printed-many'],
      look: async () => [...bulkOpening(house), ...(await printedMany(house)), ...(await bulkAtPcs(house))],
    },
    {
      codes: ['drill-overdue', 'drill-none'],
      look: async () => drillAlarms(await house.drills.list(), house.folder.info.createdAt, house.clock.now()),
    },
    {
      codes: ['bcp-review-due', 'bcp-stale', 'binder-old', 'binder-changed'],
      look: async () => planAlarms(await planState(house), house.clock.now()),
    },
    { codes: ['test-today', 'rules-unread'], look: () => trainingAlarms(house) },
    { codes: ['edition-overdue'], look: () => editions(house) },
  ]
}

const live = ({ stopped, replaced }: Source): boolean => !stopped && !replaced

async function taken({ vault, clock }: Watched): Promise<AlarmInput[]> {
  const now = clock.now()
  const judged = new Map((await vault.taken()).map((one) => [one.sourceId, one]))
  const found: AlarmInput[] = []
  for (const source of (await vault.sources()).filter(live)) {
    const about = source.id
    if (source.lastFailure) found.push({ code: 'backup-failed', about, figures: { sinceMs: source.lastFailure.at } })
    const { code, newest } = judged.get(about) ?? {}
    const isNeverTaken = code === 'source-never' && now - source.createdAt > FIRST_MS
    if (code === 'source-late' || isNeverTaken)
      found.push({ code: 'backup-late', about, figures: { sinceMs: newest?.takenAt ?? source.createdAt } })
    const count = unreadMore(await vault.generations.list({ sourceId: about, limit: USUAL_GENERATIONS }))
    if (count !== undefined) found.push({ code: 'backup-incomplete', about, figures: { count } })
  }
  return found
}

/** How many files the newest could not read, where that is more than before. */
function unreadMore(newestFirst: readonly Generation[]): number | undefined {
  const [newest, ...before] = newestFirst.filter(({ closure }) => closure === 'complete')
  const usual = before.length === 0 ? 0 : Math.min(...before.map(({ skipped }) => skipped))
  return newest && newest.skipped > usual ? Math.min(newest.skipped, 1_000_000) : undefined
}

async function proven({ vault }: Watched): Promise<AlarmInput[]> {
  const found: AlarmInput[] = []
  for (const { id: about } of await ofClinic(vault)) {
    const test = await vault.generations.newestProof(about, 'restore')
    if (test && !test.passed) found.push({ code: 'restore-test-failed', about, figures: { sinceMs: test.at } })
  }
  return found
}

async function locked({ vault, clock }: Watched): Promise<AlarmInput[]> {
  const found: AlarmInput[] = []
  for (const source of await ofClinic(vault)) {
    const { three } = lockHorizon(await vault.policies.locked(source))
    // With fewer than three, what is missing is backups: that is said as late.
    if (three !== undefined && three < clock.now() + SHORT_LOCK_DAYS * DAY_MS)
      found.push({ code: 'lock-ends-soon', about: source.id, figures: { untilMs: three } })
  }
  return found
}

const ofClinic = async (vault: Watched['vault']): Promise<Source[]> =>
  (await vault.sources()).filter((source) => live(source) && !isOwnState(source.id))

const AWAY: ReadonlySet<ErrorCode> = new Set(['STORAGE_UNREACHABLE', 'VAULT_PLACE_NOT_THERE'])

async function places({ vault, reserve, clock }: Watched): Promise<AlarmInput[]> {
  const now = clock.now()
  const found: AlarmInput[] = []
  if (!reserve.isKept) found.push({ code: 'place-full', about: LOCAL_PLACE })
  const all = await vault.places()
  const here = all.find(({ id }) => id === LOCAL_PLACE)
  const since = new Map((await vault.otherPlaces.list()).map(({ id, createdAt }) => [id, createdAt]))
  const sources = (await ofClinic(vault)).map(({ id, places: chosen }) => ({ id, chosen }))
  for (const place of all) {
    const about = place.id
    if (place.failure)
      found.push({ code: failureCode(place.failure.code), about, figures: { sinceMs: place.failure.at } })
    if (place.fullAt !== undefined && place.fullAt < now + FULL_AHEAD_DAYS * DAY_MS)
      found.push({ code: 'place-nearly-full', about, figures: { untilMs: Math.max(0, place.fullAt) } })
    const copied = sources.filter(({ chosen }) => chosen === undefined || chosen.includes(about))
    const behind = copied.map(({ id }) => behindSince(id, place, here, since.get(about)))
    const sinceMs = Math.min(...behind.filter((at) => at !== undefined))
    if (sinceMs < now - BEHIND_DAYS * DAY_MS)
      found.push({ code: 'place-behind', about, figures: { sinceMs, days: Math.floor((now - sinceMs) / DAY_MS) } })
  }
  return found
}

function failureCode(code: ErrorCode): AlarmCode {
  if (code === 'VAULT_PLACE_DAMAGED') return 'place-damaged'
  if (code === 'STORAGE_FULL') return 'place-full'
  return AWAY.has(code) ? 'place-unreachable' : 'place-failed'
}

/** Since when a place lacks what is here of a source; undefined where it has the newest, or is this computer. */
function behindSince(
  sourceId: string,
  place: PlaceView,
  here: PlaceView | undefined,
  createdAt: EpochMs | undefined,
): EpochMs | undefined {
  if (createdAt === undefined) return undefined
  const newestAt = (view: PlaceView | undefined) => view?.sources.find((one) => one.sourceId === sourceId)?.newestAt
  const [own, theirs] = [newestAt(here), newestAt(place)]
  return own === undefined || own <= (theirs ?? 0) ? undefined : (theirs ?? createdAt)
}

async function holding({ vault, journalIndex, ledger: log }: Watched): Promise<AlarmInput[]> {
  await journalIndex.catchUp(await log.reader())
  const found: AlarmInput[] = []
  for (const { id: about } of await vault.otherPlaces.list()) {
    const tested = await journalIndex.latest('place.tested', `place:${about}`)
    if (tested?.data['result'] === 'refused')
      found.push({ code: 'place-not-holding', about, figures: { sinceMs: tested.atMs } })
  }
  return found
}

const LIFTED = new Set(['REPOSITORY_LOCKS_RESTORED', 'GENERATION_LOCK_LIFTED'])

async function ledger({ vault, journalIndex, ledger: log }: Watched, report: LedgerReport): Promise<AlarmInput[]> {
  const found: AlarmInput[] = []
  const alarm = await ledgerAlarm(vault)
  const errors = report.findings.filter(({ severity, code }) => severity === 'error' && !LIFTED.has(code))
  if (alarm) found.push({ code: 'ledger-contradicted', figures: { sinceMs: alarm.at } })
  else if (errors.length > 0) found.push({ code: 'ledger-contradicted', figures: { count: errors.length } })
  await journalIndex.catchUp(await log.reader())
  const { entries } = await journalIndex.query({ types: ['repository.locks-restored', 'alarm.acknowledged'], limit: 1 })
  const restored = entries[0]?.entry.type === 'repository.locks-restored' ? entries[0].entry.atMs : undefined
  if (restored !== undefined) found.push({ code: 'lock-lifted', figures: { sinceMs: restored } })
  else if (report.findings.some(({ code }) => code === 'GENERATION_LOCK_LIFTED')) found.push({ code: 'lock-lifted' })
  return found
}

/** Holds until a later check finds another thing: the evening does not bring a missing disk back. */
async function media({ vault }: Watched): Promise<AlarmInput[] | undefined> {
  const state = await vault.media.state()
  if (!state || state.stage === 'empty') return []
  if (state.stage === 'done') return []
  if (state.stage === 'damaged') return [{ code: 'medium-damaged' }]
  if (state.failure) return [{ code: 'medium-unusable', figures: { sinceMs: state.failure.at } }]
  return state.check && [...mediumAlarm(state.check)]
}

function mediumAlarm({ finding, at }: NonNullable<MediaState['check']>): AlarmInput[] {
  if (finding === 'right') return []
  const own = { wrong: 'medium-wrong', missing: 'medium-missing', full: 'medium-full' } as const
  const code = finding in own ? own[finding as keyof typeof own] : 'medium-unusable'
  return [{ code, figures: { sinceMs: at } }]
}

/** One for each source: its newest; the screen shows the others. */
async function suspicious({ vault }: Watched): Promise<AlarmInput[]> {
  const newest = new Map((await vault.signs.open()).toReversed().map((one) => [one.sourceId, one]))
  return [...newest].map(([about, { signs, at }]) => {
    const count = Math.min(1_000_000, Math.max(...signs.map(({ files }) => files)))
    return { code: 'signs-of-attack', about, figures: { count, sinceMs: at } }
  })
}

async function freeze({ vault, clock }: Watched): Promise<AlarmInput[]> {
  const untilMs = await vault.freeze.until()
  const isEnding = untilMs !== undefined && untilMs - clock.now() < FREEZE_ENDS_MS
  return isEnding ? [{ code: 'freeze-ends', figures: { untilMs } }] : []
}

async function kit({ access, clock }: Watched): Promise<AlarmInput[]> {
  const current = await access.kits.current()
  if (!current) return []
  const provenAt = kitProvenAt(current)
  const sinceMs = provenAt ?? current.issuedAt
  const isDue = clock.now() - sinceMs > (provenAt === undefined ? KIT_FIRST_MS : KIT_CHECK_MS)
  return isDue ? [{ code: 'kit-unchecked', figures: { sinceMs } }] : []
}

/** One that never reported has until the end of its first week; one without an address is looked at by people. */
const STATION_FIRST_MS = 7 * DAY_MS

async function emergencyPcs({ stations, clock }: Watched): Promise<AlarmInput[]> {
  const now = clock.now()
  const found: AlarmInput[] = []
  for (const station of await stations.inUse()) {
    const { state, test } = pcOf(station, now)
    const { madeAt, reportedAt } = station
    const about = `station-${station.id}`
    const isFirstOver = now - madeAt > STATION_FIRST_MS
    if (state === 'late' || state === 'stale' || (state === 'never' && isFirstOver))
      found.push({ code: 'station-late', about, figures: { sinceMs: reportedAt ?? madeAt } })
    if (test?.isOverdue ?? (state !== 'silent' && now - madeAt > TEST_LATE_MS))
      found.push({ code: 'station-untested', about, figures: { sinceMs: test?.atMs ?? madeAt } })
    if (test && test.problems > 0)
      found.push({ code: 'station-test-failed', about, figures: { sinceMs: test.atMs, count: test.problems } })
  }
  return found
}

/** Stands for a day: long enough to be read, and gone by itself where the print was right. */
async function printedMany(house: Watched): Promise<AlarmInput[]> {
  const entries = await ofLastDay(house, 'chart.printed-many', 500)
  const loud = entries.filter(({ entry }) => entry.data['alarm'] === true)
  const count = loud.reduce((sum, { entry }) => sum + Number(entry.data['patients']), 0)
  return loud.length > 0 ? [{ code: 'printed-many', figures: { count: Math.min(count, 1_000_000) } }] : []
}

function nightFailed({ nightEditions: { failure } }: Watched): AlarmInput[] {
  return failure ? [{ code: 'edition-night-failed', figures: { sinceMs: failure.atMs } }] : []
}

/** Stands for a day, like a large print: whoever carries all charts out is seen by those who did not. */
async function editionsMade(house: Watched): Promise<AlarmInput[]> {
  const entries = await ofLastDay(house, 'edition.made', 100)
  const { length: count } = entries.filter(({ entry }) => entry.data['night'] !== true)
  return count > 0 ? [{ code: 'edition-made', figures: { count } }] : []
}

async function ofLastDay(
  { journalIndex, ledger: log, clock }: Watched,
  type: 'chart.printed-many' | 'edition.made',
  limit: number,
) {
  await journalIndex.catchUp(await log.reader())
  return (await journalIndex.query({ types: [type], fromMs: clock.now() - DAY_MS, limit })).entries
}

/** As the PCs reported it within a day. */
async function bulkAtPcs({ stations, clock }: Watched): Promise<AlarmInput[]> {
  const found: AlarmInput[] = []
  for (const { id, report, reportedAt } of await stations.inUse()) {
    if (!report?.bulk || reportedAt === undefined || clock.now() - reportedAt > DAY_MS) continue
    const { since, opened, printed } = report.bulk
    const about = `station-${id}`
    if (since !== undefined) found.push({ code: 'bulk-opening', about, figures: { sinceMs: since, count: opened } })
    if (printed > PRINT_ALARM_ABOVE) found.push({ code: 'printed-many', about, figures: { count: printed } })
  }
  return found
}

async function editions({ editions: register }: Watched): Promise<AlarmInput[]> {
  const count = (await register.list()).filter(({ isOverdue }) => isOverdue).length
  return count > 0 ? [{ code: 'edition-overdue', figures: { count } }] : []
}

/** Every opening is told, in a declared emergency too. Its review is due on the next day. */
async function emergency({ access, clock }: Watched): Promise<AlarmInput[]> {
  await access.emergency.endDue()
  return (await access.emergency.list()).flatMap(({ number, state, openedAt, endedAt }): AlarmInput[] => {
    const about = `emergency-${number}`
    if (state === 'open' && openedAt !== undefined)
      return [{ code: 'emergency-opened', about, figures: { sinceMs: openedAt } }]
    const isDue = state === 'ended' && endedAt !== undefined && clock.now() - endedAt > REVIEW_MS
    return isDue ? [{ code: 'emergency-unreviewed', about, figures: { sinceMs: endedAt } }] : []
  })
}

/** Codes and times alone: who said what stays in the case. */
async function incidents({ incidents: cases }: Watched): Promise<AlarmInput[]> {
  return (await cases.open()).map(({ emergency: state, openedAt, activeSince }) =>
    state === 'active'
      ? { code: 'emergency-declared', figures: { sinceMs: activeSince ?? openedAt } }
      : { code: 'trouble-reported', figures: { sinceMs: openedAt } },
  )
}

function bulkOpening({ openings }: Watched): AlarmInput[] {
  const { unusual } = openings
  return unusual ? [{ code: 'bulk-opening', figures: { sinceMs: unusual.at, count: unusual.count } }] : []
}
