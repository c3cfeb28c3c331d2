/**
 * The clocks of a Keeper as an intruder, a power cut and an honest year move them, and the time that has truly passed. The
 * model does not ask the trusted clock: it adds up what powered-off time may have given away (docs/design/keeper.md, Time).
 */
import type { Chance } from '../robustness/seed.ts'
import { DAY, HOUR, type RunningKeeper } from './running.ts'

const MOST_CREDIT = 10 * DAY

export class ModelClock {
  readonly #start: number
  #passed = 0
  #credit = MOST_CREDIT
  #given = 0
  #boots = 1

  constructor(keeper: RunningKeeper) {
    this.#start = keeper.time.wall
  }

  get trueNow(): number {
    return this.#start + this.#passed
  }

  /** No lock may count as ended before this moment is past its end. */
  get latest(): number {
    return this.trueNow + this.#given
  }

  /** Runs, both clocks well. */
  run({ time }: RunningKeeper, ms: number): void {
    time.wall += ms
    time.oscillator += ms
    this.#passed += ms
    this.#credit = Math.min(MOST_CREDIT, this.#credit + ms / 10)
  }

  /** Runs while the wall clock is slewed: false by up to a tenth. */
  slew(keeper: RunningKeeper, ms: number, chance: Chance): void {
    this.run(keeper, ms)
    keeper.time.wall += Math.round((ms * (chance.below(21) - 10)) / 100)
  }

  step({ time }: RunningKeeper, chance: Chance): void {
    time.wall += (chance.below(2) ? 1 : -1) * (1 + chance.below(30)) * HOUR
  }

  /** Off for `trueMs`, while the hardware clock claims `claimedMs`. The Keeper must be started anew afterwards. */
  off({ time }: RunningKeeper, trueMs: number, claimedMs: number): void {
    time.wall += claimedMs
    time.oscillator = 1000
    time.bootId = `boot ${++this.#boots}`
    this.#passed += trueMs
    const counted = Math.min(Math.max(0, claimedMs), this.#credit)
    this.#credit -= counted
    this.#given += Math.max(0, counted - trueMs)
  }

  /** The administrators set the wall clock right and say so. */
  correct(keeper: RunningKeeper): void {
    keeper.time.wall = this.trueNow
    keeper.correctClock()
    this.#credit = MOST_CREDIT
  }
}
