/** Chance that can be repeated: each suite prints its seed; TORIDE_SEED runs it again, TORIDE_ROUNDS makes it longer. */
import { randomInt } from 'node:crypto'
import type { TestContext } from 'node:test'

export interface Chance {
  readonly seed: number
  /** A whole number from 0 to below `end`. */
  below(end: number): number
  pick<T>(all: readonly T[]): T
}

/** @returns chance of a seed that stands in the test's output */
export function chance(t: TestContext): Chance {
  const seed = Number(process.env['TORIDE_SEED'] ?? randomInt(2 ** 31))
  t.diagnostic(`TORIDE_SEED=${seed}`)
  // A failure must name its seed wherever diagnostics are not shown.
  t.after(() => {
    if (!(t as TestContext & { readonly passed: boolean }).passed)
      console.error(`repeat "${t.name}" with TORIDE_SEED=${seed}`)
  })
  return chanceOf(seed)
}

/** Mulberry32: 32 bits of state are plenty to choose where to kill. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0
  const below = (end: number): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let x = Math.imul(state ^ (state >>> 15), state | 1)
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
    return Math.floor((((x ^ (x >>> 14)) >>> 0) / 2 ** 32) * end)
  }
  return { seed, below, pick: (all) => all[below(all.length)]! }
}

/** How often: as given, times TORIDE_ROUNDS. */
export function rounds(usual: number): number {
  return Math.ceil(usual * Number(process.env['TORIDE_ROUNDS'] ?? 1))
}
