/** `toride ledger acknowledge`: somebody at the terminal says why an alarm is over. The server is stopped meanwhile. */
import { systemClock } from '#base'
import { ALARM_REASONS } from '#journal'
import { acknowledgeAlarms, openInstitution, standingAlarms } from '#server'
import { peekDataFolder } from '#vault'
import { EXIT, type CliIo, type ExitCode } from '../io.ts'
import { existing, VERSION } from './data.ts'
import { explain } from './findings.ts'
import { tell } from './texts.ts'

/** Without a reason (or with another word) it only shows what stands and which reasons there are. */
export async function acknowledge(io: CliIo, data: string | undefined, given: string | undefined): Promise<ExitCode> {
  const dataFolder = existing(data, io)
  const fresh = peekDataFolder(dataFolder)!
  const institution = await openInstitution({ dataFolder, fresh, clock: systemClock, version: VERSION })
  try {
    const { vault, ledger, clock, ledgerReport: report } = institution
    const parts = { vault, ledger, clock, report, actor: 'system:terminal' } as const
    const standing = await standingAlarms(parts)
    for (const { code } of standing) io.stdout.write(`  × ${explain(io, code).what} (${code})\n`)
    if (standing.length === 0) {
      io.stdout.write(tell(io, 'acknowledgeNothing'))
      return EXIT.ok
    }
    const reason = ALARM_REASONS.find((one) => one === given)
    if (reason === undefined) {
      io.stderr.write(tell(io, 'acknowledgeReasons'))
      return EXIT.failed
    }
    await acknowledgeAlarms(parts, reason)
    io.stdout.write(tell(io, 'acknowledged', { count: standing.length }))
    return EXIT.ok
  } finally {
    await institution.close()
  }
}
