/**
 * In an incident nothing whose time is over is let go, here, at other places and at every Keeper (USERS.md, law and paper).
 * It ends by itself after 30 days unless a person renews it. Nobody ends it earlier from here: a thief could.
 */
import type { Clock, EpochMs } from '#base'
import type { Actor, Ledger } from '#journal'
import type { Settings } from './settings.ts'

const FREEZE_MS = 30 * 86_400_000
const UNTIL = 'expiry-frozen-until'
const toldName = (place: string): string => `expiry-frozen-told:${place}`

interface FreezeParts {
  readonly settings: Settings
  readonly ledger: Pick<Ledger, 'append'>
  readonly clock: Clock
}

export class Freeze {
  readonly #parts: FreezeParts

  constructor(parts: FreezeParts) {
    this.#parts = parts
  }

  /** Its end; undefined where there is none, or it is over. */
  async until(): Promise<EpochMs | undefined> {
    const until = Number((await this.#parts.settings.setting(UNTIL)) ?? 0)
    return until > this.#parts.clock.now() ? until : undefined
  }

  /** For 30 days from now. A clock that was set back does not make an earlier end of it. */
  async freeze(actor: Actor): Promise<EpochMs> {
    const { settings, ledger, clock } = this.#parts
    const until = Math.max(clock.now() + FREEZE_MS, (await this.until()) ?? 0)
    await ledger.append({ type: 'expiry.frozen', actor, data: { until: new Date(until).toISOString() } })
    await settings.saveSetting(UNTIL, String(until))
    return until
  }

  /** True where this Keeper has not heard of it yet. */
  async isNewTo(place: string): Promise<boolean> {
    const until = await this.until()
    return until !== undefined && (await this.#parts.settings.setting(toldName(place))) !== String(until)
  }

  async told(place: string): Promise<void> {
    const until = await this.until()
    if (until !== undefined) await this.#parts.settings.saveSetting(toldName(place), String(until))
  }
}
