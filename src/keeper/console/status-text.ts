/** `toride keeper status` in words. */
import { institutionDate } from '#base'
import type { KeeperStatus } from './commands.ts'
import { keeperText } from './texts.ts'

export function statusText(language: 'ja' | 'en', status: unknown): string {
  const { name, time, clients, waiting } = status as KeeperStatus
  const say = (...args: Parameters<typeof keeperText> extends [unknown, ...infer R] ? R : never): string =>
    keeperText(language, ...args)
  const frozen = time.frozen ? say('clockFrozen') : ''
  const lines = [
    say('statusHead', { name }),
    say('statusClock', { time: new Date(time.trusted).toISOString(), frozen }),
  ]
  for (const { client, kind, enabled, plain, repositories } of clients) {
    lines.push(say('statusClient', { client, kind, state: enabled ? '' : say('revoked') }))
    for (const { name: repository, generations, snapshots, newest, lockedUntil } of repositories)
      lines.push(
        plain && snapshots > 0
          ? say('statusPlain', { name: repository, count: snapshots })
          : generations === 0
            ? say('nothingReceived', { name: repository })
            : say('statusRepository', {
                name: repository,
                count: generations,
                newest: institutionDate(newest),
                until: institutionDate(lockedUntil),
              }),
      )
  }
  if (waiting)
    lines.push(
      say('statusWaiting', { changes: waiting.changes.join(' '), until: institutionDate(waiting.effectiveAt) }),
    )
  return lines.join('')
}
