/**
 * Where a restore test writes a generation in the clear: a folder that only the process's own user may enter, in memory
 * where the system has it. Its name says whose it is, so that what a killed process left is found and removed.
 */
import { existsSync, lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '#base'
import { startTicks } from './data-folder.ts'

const TMPFS = '/dev/shm'
const PREFIX = 'toride-restore-test-'
/** What another container's process left is swept only then: its pid says nothing here. */
const OTHERS_MS = 86_400_000

export const scratchPlace = (): string => (existsSync(TMPFS) ? TMPFS : tmpdir())

/** Mode 0700, as mkdtemp makes it. */
export function makeScratch(place = scratchPlace()): string {
  return mkdtempSync(join(place, `${PREFIX}${process.pid}-${startTicks(process.pid)}-${pidSpace()}-`))
}

/** Removes what dead processes of this user left. A pid that was given out again started at another tick. */
export function sweepRestoreTests(place = scratchPlace()): number {
  let swept = 0
  if (!existsSync(place)) return 0
  for (const name of readdirSync(place)) {
    const [, pid, ticks = '', space] = /^toride-restore-test-(\d+)-(\d*)-(\d*)-/.exec(name) ?? []
    if (pid === undefined) continue
    const path = join(place, name)
    const stat = lstatSync(path, { throwIfNoEntry: false })
    if (!stat || (process.getuid && stat.uid !== process.getuid())) continue
    const isOther = space !== pidSpace()
    if (isOther ? systemClock.now() - stat.mtimeMs < OTHERS_MS : lives(Number(pid), ticks)) continue
    rmSync(path, { recursive: true, force: true })
    swept++
  }
  return swept
}

/** Pids mean something within one space only; containers may share the memory. '' off Linux. */
function pidSpace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? ''
  } catch {
    return ''
  }
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
