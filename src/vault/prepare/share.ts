/** A source on a share: only while it is really mounted, only in its hours, only as fast as the vendor was told. */
import { type CommandBook, type ShareDefinition, shareOf } from '#commands'
import { AppError, type Clock, type EpochMs, institutionTime, isAppError } from '#base'
import { fileSystemFacts, mountAt } from '#posix'
import { statSync } from 'node:fs'
import type { JobHandle } from '../jobs.ts'
import { whereItLeads } from '../source.ts'

/** What stands at the mount point when nothing is mounted is an empty folder: it must not become a generation. @throws VAULT_SHARE_NOT_MOUNTED */
export function demandMounted({ unc, mountedAt }: ShareDefinition): void {
  const missing = (cause?: unknown): AppError => new AppError('VAULT_SHARE_NOT_MOUNTED', { cause })
  try {
    // Looking wakes an automount.
    statSync(`${mountedAt}/.`)
  } catch (cause) {
    throw missing(cause)
  }
  const mount = mountAt(mountedAt)
  const isSmb = mount?.type === 'cifs' || mount?.type === 'smb3'
  if (!mount || !fileSystemFacts(mountedAt).network) throw missing()
  if (isSmb && mount.source.replaceAll('\\', '/').toLowerCase() !== unc.toLowerCase()) throw missing()
}

/** Milliseconds until its hours end; undefined: it has none. @throws VAULT_SHARE_OUT_OF_HOURS outside of them */
export function hoursLeftMs({ hours }: ShareDefinition, now: EpochMs): number | undefined {
  if (!hours) return undefined
  const [from, to] = [minutesOf(hours.from), minutesOf(hours.to)]
  const { hour, minute, second } = institutionTime(now)
  const since = (hour * 60 + minute - from + DAY_MINUTES) % DAY_MINUTES
  const length = (to - from + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES
  if (since >= length) throw new AppError('VAULT_SHARE_OUT_OF_HOURS')
  return (length - since) * 60_000 - second * 1000
}

const DAY_MINUTES = 24 * 60
const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))

/**
 * Takes from a share: mounted before and after, within its hours. What was read by their end is what the next run builds
 * on. @throws VAULT_SHARE_NOT_MOUNTED, VAULT_SHARE_OUT_OF_HOURS
 */
export async function takeFromShare<T>(
  share: ShareDefinition,
  clock: Clock,
  job: JobHandle,
  take: (job: JobHandle) => Promise<T>,
): Promise<T> {
  demandMounted(share)
  const leftMs = hoursLeftMs(share, clock.now())
  if (leftMs === undefined) return take(job)
  const closing = new AbortController()
  const timer = setTimeout(() => closing.abort(), leftMs)
  try {
    return await take({ ...job, signal: AbortSignal.any([job.signal, closing.signal]) })
  } catch (error) {
    if (isAppError(error, 'BASE_CANCELLED') && !job.signal.aborted) throw new AppError('VAULT_SHARE_OUT_OF_HOURS')
    throw error
  } finally {
    clearTimeout(timer)
  }
}

/**
 * The defined share that a source's first folder lies in, and the folder's way there; none where the definitions may not
 * be used: ordinary folders need no root.
 */
export function shareFor(
  commands: CommandBook,
  [path]: readonly string[],
): { readonly id: string; readonly share: ShareDefinition; readonly way: string } | undefined {
  if (path === undefined) return undefined
  try {
    const { shares } = commands.read()
    for (const way of [path, whereItLeads(path)]) {
      const found = shareOf(shares, way)
      if (found) return { ...found, way }
    }
    return undefined
  } catch (error) {
    if (!isAppError(error)) throw error
    return undefined
  }
}
