/**
 * Checking the ledger: at each start, before the table of screens takes in what the log has become, and whenever somebody
 * asks. The state database's last sight of the log tells a log that was cut off or swapped while nothing ran.
 */
import type { Clock } from '#base'
import type { Finding, JournalIndex, Ledger, LedgerReport } from '#journal'
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
  if (kept.length > 0) await vault.saveSetting(ALARM, JSON.stringify({ at: clock.now(), findings: kept }))
  if (report.findings.every((found) => found.code !== 'LEDGER_UNREADABLE'))
    await journalIndex.catchUp(await ledger.reader())
  return report
}

/** What an earlier check found of the log itself and nobody has cleared. */
export async function ledgerAlarm(vault: Vault): Promise<{ at: number; findings: Finding[] } | undefined> {
  const kept = await vault.setting(ALARM)
  return kept ? (JSON.parse(kept) as { at: number; findings: Finding[] }) : undefined
}
