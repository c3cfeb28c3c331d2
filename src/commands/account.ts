/** Users of this machine by name. */
import { readFileSync } from 'node:fs'
import { AppError } from '#base'

export interface Account {
  readonly uid: number
  readonly gid: number
  readonly home: string
}

/** @throws COMMANDS_RUN_AS_REFUSED where there is no such user */
export function account(user: string): Account {
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [name, , uid, gid, , home] = line.split(':')
    if (name === user) return { uid: Number(uid), gid: Number(gid), home: home ?? '/' }
  }
  throw new AppError('COMMANDS_RUN_AS_REFUSED')
}
