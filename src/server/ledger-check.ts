/**
 * Checking the ledger: at each start, before the table of screens takes in what the log has become, and whenever somebody
 * asks. The state database's last sight of the log tells a log that was cut off or swapped while nothing ran.
 */
import type { Clock } from '#base'
import {
  type Actor,
  type AlarmReason,
  type Finding,
  finding,
  type JournalIndex,
  type Ledger,
  type LedgerReport,
} from '#journal'
import type { Vault } from '#vault'

export interface LedgerCheckParts {
  readonly vault: Vault
  readonly journalIndex: JournalIndex
  readonly ledger: Ledger
  readonly clock: Clock
}

/** Findings that the next catch-up would make unseen, since the database then knows the new log: kept until looked at. */
const KEPT_FINDINGS = new Set(['LEDGER_SHORTER', 'LEDGER_REWRITTEN', 'LEDGER_MISSING'])
const ALARM = 'ledger-alarm'

/** Checks log and generations. Never throws for what it finds. */
export async function checkLedger({ vault, journalIndex, ledger, clock }: LedgerCheckParts): Promise<LedgerReport> {
  const known = await journalIndex.lastSeen()
  const report = await vault.verifyLedger(known ? [known] : [])
  const kept = report.findings.filter((found) => KEPT_FINDINGS.has(found.code))
  if (kept.length > 0) await addAlarm(vault, clock, kept)
  if (report.findings.every((found) => found.code !== 'LEDGER_UNREADABLE'))
    await journalIndex.catchUp(await ledger.reader())
  return report
}

export interface LedgerAlarm {
  /** When it was first raised. */
  readonly at: number
  readonly findings: readonly Finding[]
}

/** What an earlier check found of the log itself and nobody has cleared. */
export async function ledgerAlarm(vault: Pick<Vault, 'setting'>): Promise<LedgerAlarm | undefined> {
  const kept = await vault.setting(ALARM)
  return kept ? (JSON.parse(kept) as LedgerAlarm) : undefined
}

/** One finding of each code, the first; an alarm only grows. */
async function addAlarm(vault: Settings, clock: Clock, found: readonly Finding[]): Promise<void> {
  const before = await ledgerAlarm(vault)
  const all = new Map([...found, ...(before?.findings ?? [])].map((one) => [one.code, one]))
  const alarm: LedgerAlarm = { at: before?.at ?? clock.now(), findings: [...all.values()] }
  await vault.saveSetting(ALARM, JSON.stringify(alarm))
}

export interface AcknowledgeParts {
  readonly vault: Settings
  readonly ledger: Ledger
  readonly clock: Clock
  /** Of a check made just now. */
  readonly report: LedgerReport
  readonly actor: Actor
}

/** Codes that stand until somebody acknowledges them: kept by the database, or by the ledger itself. */
export async function standingAlarms({
  vault,
  report,
}: Pick<AcknowledgeParts, 'vault' | 'report'>): Promise<Finding[]> {
  const alarm = await ledgerAlarm(vault)
  return [...(alarm?.findings ?? []), ...report.findings.filter(({ code }) => code === 'REPOSITORY_LOCKS_RESTORED')]
}

/**
 * Ends what stands, in the name of somebody who looked into it. The ledger's entry names what it was and when it was first
 * raised, and comes first: whatever happens then, nothing is forgotten, and every later check tells of it.
 * @returns what was acknowledged; empty where nothing stood
 */
export async function acknowledgeAlarms(parts: AcknowledgeParts, reason: AlarmReason): Promise<readonly Finding[]> {
  const { vault, ledger, clock, actor } = parts
  const standing = await standingAlarms(parts)
  if (standing.length === 0) return []
  const times = standing.flatMap(({ at }) => (at === undefined ? [] : Date.parse(at)))
  const raised = Math.min((await ledgerAlarm(vault))?.at ?? clock.now(), ...times)
  const findings = [...new Set(standing.map(({ code }) => code))]
  await ledger.append({
    type: 'alarm.acknowledged',
    actor,
    data: { raised: new Date(raised).toISOString(), findings, reason },
  })
  await vault.saveSetting(ALARM, '')
  return standing
}

type Settings = Pick<Vault, 'setting' | 'saveSetting'>
/** Set from before a new log is made in place of a lost one until the loss is an entry of it. */
const UNENTERED = 'ledger-loss-unentered'

/** Before a new log is made where one was: the alarm is durable first, so that a kill in between cannot lose it. */
export async function raiseLedgerLost(settings: Settings, clock: Clock): Promise<void> {
  await addAlarm(settings, clock, [finding('LEDGER_MISSING')])
  await settings.saveSetting(UNENTERED, 'yes')
}

/** Enters the loss of the earlier log as the first thing that the new one says. */
export async function enterLedgerLost(settings: Settings, ledger: Ledger): Promise<void> {
  if ((await settings.setting(UNENTERED)) !== 'yes') return
  const data = { area: ALARM, changes: ['LEDGER_MISSING'] }
  await ledger.append({ type: 'settings.changed', actor: 'system:setup', data })
  await settings.saveSetting(UNENTERED, '')
}
