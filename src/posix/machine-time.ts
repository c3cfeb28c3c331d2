import { readFileSync } from 'node:fs'
import { uptime } from 'node:os'
import { systemClock } from '#base'
import { libc } from './libc.ts'

/** clock_gettime(2): the oscillator as it is, which no NTP steers. */
const CLOCK_MONOTONIC_RAW = 4

/** Milliseconds since some moment of this boot by the bare oscillator; where that cannot be asked, by the steered one. */
export function oscillatorMs(): number {
  const time = new BigInt64Array(2)
  if (libc === undefined || libc.clock_gettime(CLOCK_MONOTONIC_RAW, time) !== 0) return performance.now()
  return Number(time[0]!) * 1000 + Number(time[1]!) / 1e6
}

/** Another text after every boot. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    // Windows and others: the minute of the boot, as near as it can be told.
    return `booted-${Math.round((systemClock.now() / 1000 - uptime()) / 60)}`
  }
}
