/** Starts a program that is to die, and tells how it ended. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { KillPlan } from './kill-switch.ts'
import type { Chance } from './seed.ts'

/** When to kill: at an operation on the disk, or so long after the work began. */
export type Moment = KillPlan | { readonly afterMs: number }

export interface Ended {
  readonly killed: boolean
  /** What it said when it came to its end: the id of what it finished, and how many operations it took. */
  readonly finished: { readonly id: string; readonly operations: number; readonly ms: number } | undefined
}

/** Runs `script` (see backup-until-killed.ts) with `input` until its moment comes. */
export function runUntilKilled(script: URL, input: object, moment: Moment): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const plan = 'afterMs' in moment ? {} : moment
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', fileURLToPath(script), JSON.stringify({ ...input, plan })],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    let printed = ''
    child.stdout.on('data', (chunk: Buffer) => {
      // The time counts from the beginning of the work: starting a process takes long and varies.
      if (printed === '' && 'afterMs' in moment) setTimeout(() => child.kill('SIGKILL'), moment.afterMs)
      printed += chunk.toString()
    })
    child.once('error', reject)
    child.once('close', (code, signal) => {
      const [, last = ''] = printed.trim().split('\n')
      if (code !== 0 && signal !== 'SIGKILL') reject(new Error(`ended with ${code ?? signal}`))
      else resolve({ killed: signal === 'SIGKILL', finished: last === '' ? undefined : (JSON.parse(last) as never) })
    })
  })
}

/** A random moment of work that took so many operations and milliseconds the last time it was seen to its end. */
export function randomMoment(chance: Chance, usual: { readonly operations: number; readonly ms: number }): Moment {
  if (chance.below(4) === 0) return { afterMs: chance.below(usual.ms) }
  return { at: 1 + chance.below(usual.operations), torn: chance.below(2) === 0 }
}
