/** A share of another machine that the system mounted: is it there, may the account write, what its address means here. */
import { isAppError } from '#base'
import type { ShareDefinition } from './definitions.ts'
import { runCommand } from './run-command.ts'
import { demandPrivate } from './ownership.ts'
import { findTool } from './tool.ts'

/** The defined share that a folder lies in. */
export function shareOf(
  shares: Readonly<Record<string, ShareDefinition>>,
  path: string,
): { id: string; share: ShareDefinition } | undefined {
  for (const [id, share] of Object.entries(shares))
    if (path === share.mountedAt || path.startsWith(`${share.mountedAt}/`)) return { id, share }
  return undefined
}

/** `\\server\share\folder`, as people know it, to where it lies here; undefined where no defined share fits. */
export function localPathOf(shares: Readonly<Record<string, ShareDefinition>>, unc: string): string | undefined {
  const path = unc.replaceAll('\\', '/').replace(/\/+$/, '')
  for (const { unc: root, mountedAt } of Object.values(shares)) {
    const start = path.slice(0, root.length)
    if (start.toLowerCase() === root.toLowerCase() && (path.length === root.length || path[root.length] === '/'))
      return mountedAt + path.slice(root.length)
  }
  return undefined
}

export const isUnc = (path: string): boolean => /^(?:\\\\|\/\/)[^\\/]/.test(path)

const TRY_MS = 30_000
const PROBE = 'toride-kakikomi-no-tameshi.tmp'

/**
 * Whether the account could write where it only has to read: tried, because servers' answers about rights are not to be
 * trusted. Where it can, an empty file is made and removed at once.
 * @param path the source's folder here
 * @returns undefined where it cannot be tried (no credentials named, no smbclient, no answer)
 * @throws COMMANDS_PASSWORD_EXPOSED, COMMANDS_FILE_UNSAFE
 */
export async function accountCanWrite(share: ShareDefinition, path: string): Promise<boolean | undefined> {
  if (share.credentialsFile === undefined) return undefined
  demandPrivate(share.credentialsFile)
  const below = path.slice(share.mountedAt.length + 1).replaceAll('/', '\\')
  const client = (script: string) =>
    runCommand({
      argv: [
        findTool(undefined, 'smbclient'),
        share.unc,
        `--authentication-file=${share.credentialsFile}`,
        ...(share.port === undefined ? [] : [`--port=${share.port}`]),
        ...(below === '' ? [] : [`--directory=${below}`]),
        '--command',
        script,
      ],
      timeoutMs: TRY_MS,
    })
  try {
    const { exit, log } = await client(`put - ${PROBE}`)
    if (exit === 0 && !log.includes('NT_STATUS_')) {
      await client(`rm ${PROBE}`)
      return true
    }
    return /NT_STATUS_(?:ACCESS_DENIED|MEDIA_WRITE_PROTECTED|NETWORK_ACCESS_DENIED)/.test(log) ? false : undefined
  } catch (error) {
    if (!isAppError(error)) throw error
    return undefined
  }
}
