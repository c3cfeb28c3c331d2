/**
 * Who looked, as it leaves the browser: sealed under the edition's own key, so that the server that made the disc can tell
 * it from any other, and nobody who finds the file reads it.
 */
import type { EpochMs } from '#base'
import { fromBase64, seal, toBase64, unseal, utf8 } from './web-crypto.ts'

export const DID = ['unlocked', 'opened', 'refused', 'document', 'printed', 'saved', 'closed'] as const
export type Did = (typeof DID)[number]
export const LOOK_REASONS = ['care', 'reception', 'drill', 'other'] as const
export type LookReason = (typeof LOOK_REASONS)[number]

export interface LogLine {
  /** By the clock of the computer that showed it. */
  readonly at: EpochMs
  readonly who: string
  readonly did: Did
  /** Empty where no patient was concerned. */
  readonly patientKey: string
  readonly patientId: string
  /** Place of the patient's source in the head; absent where no patient was concerned. */
  readonly source?: number
  readonly reason: LookReason
  /** In the reader's own words; empty where none were asked. */
  readonly why: string
}

/** One page from its opening to its end; a log that is saved twice has the same session and begins with the same lines. */
export interface ReaderLog {
  /** 32 hex digits, chance. */
  readonly session: string
  readonly lines: readonly LogLine[]
}

const MARK = 'TORIDE-LOG-1'

/** @returns `TORIDE-LOG-1 <bundle> <base64>`, one line */
export async function sealLog(key: CryptoKey, bundle: string, log: ReaderLog): Promise<string> {
  const sealed = await seal(key, utf8(JSON.stringify(log)), { bundle, purpose: 'log', about: [] })
  return `${MARK} ${bundle} ${toBase64(sealed)}`
}

/** Which edition's log a saved file holds; undefined where there is none in it. */
export function bundleOfLog(text: string): string | undefined {
  return /^TORIDE-LOG-1 ([0-9a-f]{32}) [A-Za-z0-9+/]+=*$/m.exec(text)?.[1]
}

/** Undefined where it is not what was sealed for this edition. @param text of the whole saved file */
export async function openLog(key: CryptoKey, bundle: string, text: string): Promise<ReaderLog | undefined> {
  const sealed = new RegExp(`^${MARK} ${bundle} ([A-Za-z0-9+/]+=*)$`, 'm').exec(text)?.[1]
  const plain = sealed && (await unseal(key, fromBase64(sealed), { bundle, purpose: 'log', about: [] }))
  return plain ? (JSON.parse(new TextDecoder().decode(plain)) as ReaderLog) : undefined
}
