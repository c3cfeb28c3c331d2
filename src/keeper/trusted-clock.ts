/**
 * The time by which locks end. An attacker may move the hardware clock over a reboot, step or slew the wall clock, or feed
 * a false NTP server; he must not make a lock end early (SECURITY.md 7, Veeam KB4482). So trusted time:
 * - goes forward with the slower of the wall clock and the machine's own oscillator (CLOCK_MONOTONIC_RAW, which NTP does
 *   not steer), and never back: a high-water mark that outlives restarts;
 * - counts time while powered off only out of a small credit, which running time earns: rebooting again and again with a
 *   hardware clock set ahead gains no more than the credit;
 * - adds up every disagreement of the two clocks; past {@link DRIFT_BUDGET_MS} it is frozen until people on the spot
 *   correct it.
 * Frozen time stands still for unlocking only. New backups are taken as always.
 */
import type { EpochMs } from '#base'

const HOUR_MS = 3_600_000
export const DRIFT_BUDGET_MS = 24 * HOUR_MS
/** A long New Year's closure. What is off longer keeps its locks that much longer. */
export const OFF_CREDIT_MS = 10 * 24 * HOUR_MS
/** Running time earns a tenth of itself as credit. */
const CREDIT_RATE = 0.1

/** What a machine says of its time. */
export interface TimeSources {
  wall(): EpochMs
  /** Milliseconds since boot by the bare oscillator. */
  oscillator(): number
  /** Another one after every boot. */
  readonly bootId: string
}

export interface ClockState {
  readonly trusted: EpochMs
  /** The clocks when `trusted` was that. */
  readonly wall: EpochMs
  readonly oscillator: number
  readonly bootId: string
  /** Disagreements so far, added up without sign. */
  readonly driftMs: number
  readonly offCreditMs: number
  readonly frozen: boolean
}

export interface ClockEvent {
  readonly kind: 'disagreement' | 'off-too-long' | 'frozen'
  readonly byMs: number
  readonly state: ClockState
}

export interface ClockStore {
  load(): ClockState | undefined
  /** Durable when it returns. */
  save(state: ClockState): void
}

/** What scheduling and the steering of an honest NTP make within {@link LOOK_EVERY_MS}. */
const NOISE_MS = 2000
/** The clocks are compared over spans of this length: long enough that a slow slew does not hide in the noise of one look. */
const LOOK_EVERY_MS = 600_000

type Reading = Pick<ClockState, 'wall' | 'oscillator' | 'bootId'>

export class TrustedClock {
  readonly #sources: TimeSources
  readonly #store: ClockStore
  readonly #tell: (event: ClockEvent) => void
  #state: ClockState
  #highest: EpochMs

  constructor(sources: TimeSources, store: ClockStore, tell: (event: ClockEvent) => void) {
    this.#sources = sources
    this.#store = store
    this.#tell = tell
    const before = store.load()
    const reading = this.#read()
    this.#state = before ?? {
      ...reading,
      trusted: reading.wall,
      driftMs: 0,
      offCreditMs: OFF_CREDIT_MS,
      frozen: false,
    }
    this.#highest = this.#state.trusted
    if (before) this.now()
    else store.save(this.#state)
  }

  /** Goes on only as far as it can be kept: on a full disk time stands still, and whoever reads is served all the same. */

  now(): EpochMs {
    const reading = this.#read()
    if (reading.bootId === this.#state.bootId) this.#afterWhile(reading)
    else this.#afterBoot(reading)
    return this.#highest
  }

  #afterWhile(reading: Reading): void {
    const byWall = reading.wall - this.#state.wall
    const byOscillator = Math.max(0, reading.oscillator - this.#state.oscillator)
    const apart = Math.abs(byWall - byOscillator)
    const by = Math.max(0, Math.min(byWall, byOscillator))
    if (apart >= NOISE_MS || byOscillator >= LOOK_EVERY_MS) this.#move(reading, by, apart, by * CREDIT_RATE)
    else if (!this.#state.frozen) this.#highest = Math.max(this.#highest, this.#state.trusted + by)
  }

  get state(): ClockState {
    const trusted = this.now()
    return { ...this.#state, trusted }
  }

  /** What people on the spot found right: time goes on from the wall clock where that is later, the drift is forgiven. */
  correct(): void {
    const reading = this.#read()
    const trusted = Math.max(this.now(), reading.wall)
    this.#keep({ ...reading, trusted, driftMs: 0, offCreditMs: OFF_CREDIT_MS, frozen: false })
  }

  /** Between two boots only the hardware clock tells; one that was set back is a disagreement. */
  #afterBoot(reading: Reading): void {
    const { wall, offCreditMs } = this.#state
    const off = reading.wall - wall
    const counted = Math.min(Math.max(0, off), offCreditMs)
    const isKept = this.#move(reading, counted, Math.max(0, -off), -counted)
    if (isKept && off > counted)
      this.#tell({ kind: 'off-too-long', byMs: off - Math.max(0, counted), state: this.#state })
  }

  #move(reading: Reading, by: number, apart: number, credit: number): boolean {
    const before = this.#state
    const driftMs = before.driftMs + apart
    const frozen = before.frozen || driftMs > DRIFT_BUDGET_MS
    const after = {
      ...reading,
      trusted: frozen ? this.#highest : Math.max(this.#highest, Math.floor(before.trusted + by)),
      driftMs,
      offCreditMs: Math.min(OFF_CREDIT_MS, Math.max(0, before.offCreditMs + credit)),
      frozen,
    }
    try {
      this.#keep(after)
    } catch {
      // Nothing of it is lost: the next look compares with the same old state.
      return false
    }
    if (apart >= NOISE_MS) this.#tell({ kind: 'disagreement', byMs: apart, state: this.#state })
    if (frozen && !before.frozen) this.#tell({ kind: 'frozen', byMs: driftMs, state: this.#state })
    return true
  }

  #keep(state: ClockState): void {
    this.#store.save(state)
    this.#state = state
    this.#highest = state.trusted
  }

  #read(): Reading {
    return {
      wall: this.#sources.wall(),
      oscillator: Math.floor(this.#sources.oscillator()),
      bootId: this.#sources.bootId,
    }
  }
}
