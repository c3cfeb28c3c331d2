import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { CliIo } from '../io.ts'

/** The agent's folder: given, else beside the user's other data. */
export function agentFolder(given: string | undefined, { env }: CliIo): string {
  if (given !== undefined) return resolve(given)
  return join(env['XDG_DATA_HOME'] ?? join(env['HOME'] ?? homedir(), '.local', 'share'), 'toride-agent')
}
