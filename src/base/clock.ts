/**
 * Time. Inside Toride an instant is a count of milliseconds since 1970 in UTC (`EpochMs`); file times are nanoseconds as
 * bigint (`EpochNs`), because a double loses them. Only this file may call Date.now(): everything that needs the time
 * takes a {@link Clock}, so tests own it.
 */
export type EpochMs = number
export type EpochNs = bigint

export interface Clock {
  /** Wall clock, may jump. */
  now(): EpochMs
  /** Milliseconds that never go back, from an arbitrary start; stands still while the machine sleeps on some systems. */
  monotonic(): number
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
}

/** A clock for tests: stands still until moved. */
export function manualClock(startMs: EpochMs): Clock & { advance(ms: number): void; set(ms: EpochMs): void } {
  let wall = startMs
  let mono = 0
  return {
    now: () => wall,
    monotonic: () => mono,
    advance(ms) {
      wall += ms
      mono += ms
    },
    set(ms) {
      wall = ms
    },
  }
}
