/**
 * Where a restore test writes a generation in the clear: a folder that only the process's own user may enter, in memory
 * where the system has it. Its name says whose it is, so that what a killed process left is found and removed.
 */
import { existsSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTicks } from './data-folder.ts'

const TMPFS = '/dev/shm'
const PREFIX = 'toride-restore-test-'

export const scratchPlace = (): string => (existsSync(TMPFS) ? TMPFS : tmpdir())

/** Mode 0700, as mkdtemp makes it. */
export function makeScratch(): string {
  return mkdtempSync(join(scratchPlace(), `${PREFIX}${process.pid}-${startTicks(process.pid)}-`))
}

/** Removes what dead processes of this user left. A pid that was given out again started at another tick. */
export function sweepRestoreTests(): number {
  let swept = 0
  for (const name of readdirSync(scratchPlace())) {
    const [, pid, ticks] = /^toride-restore-test-(\d+)-(\d*)-/.exec(name) ?? []
    if (pid === undefined || lives(Number(pid), ticks ?? '')) continue
    const path = join(scratchPlace(), name)
    const { uid } = lstatSync(path)
    if (process.getuid && uid !== process.getuid()) continue
    rmSync(path, { recursive: true, force: true })
    swept++
  }
  return swept
}

function lives(pid: number, ticks: string): boolean {
  if (ticks !== '') return startTicks(pid) === ticks
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
