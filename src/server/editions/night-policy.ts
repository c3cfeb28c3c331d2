/** What people decided about editions by night, and how far the night is; both in the settings. Nothing of it opens a chart. */
import type { EpochMs } from '#base'
import type { EnvelopeSet } from '#edition'
import type { Vault } from '#vault'
import type { NightRequest } from '#web'

export interface NightPolicy extends Omit<NightRequest, 'slots'> {
  /** `asked`: nothing is made yet. */
  readonly state: 'asked' | 'on'
  readonly envelopes: EnvelopeSet
  /** Under which the signing key and what is derived from it lie in the backup ring. */
  readonly keyName: string
  /** Key number on the discs. */
  readonly signer: string
  readonly askedBy: string
  readonly askedAt: EpochMs
  readonly confirmedBy?: string
}

export interface NightState {
  readonly number: number
  /** By source. */
  readonly generations: Readonly<Record<string, string>>
  /** On which it was made. */
  readonly day: string
  readonly isCopied: boolean
  /** Numbers that go when this one lies at its place. */
  readonly replaces: readonly number[]
}

type Settings = Pick<Vault, 'setting' | 'saveSetting'>
const POLICY = 'edition-night'
const STATE = 'edition-night-state'

export async function nightOf(settings: Settings): Promise<NightPolicy | undefined> {
  const text = await settings.setting(POLICY)
  return text ? (JSON.parse(text) as NightPolicy) : undefined
}

export async function saveNight(settings: Settings, policy: NightPolicy | undefined): Promise<void> {
  await settings.saveSetting(POLICY, policy ? JSON.stringify(policy) : '')
}

/** Of the last one; undefined before the first. */
export async function nightState(settings: Settings): Promise<NightState | undefined> {
  const text = await settings.setting(STATE)
  return text ? (JSON.parse(text) as NightState) : undefined
}

export async function saveState(settings: Settings, state: NightState): Promise<void> {
  await settings.saveSetting(STATE, JSON.stringify(state))
}
