/**
 * What production hands to an emergency PC: a file that anybody may carry. Its secrets are sealed by the 開封カード, which is
 * on paper only; what changes later (sources, passwords, the erasure register) comes sealed to the same key (`load.ts`).
 */
import { z } from 'zod'
import { type BoxKey, isBoxKey, type StationCard, stationCardKey, unwrap, wrap } from '#access'
import { AppError } from '#base'
import { numbersGivenSchema } from '#downtime'
import { boxSchema, copySchema, MOST_CHARACTERS, MOST_TEXT } from './load.ts'

/** Of what a person types for a PC; longer texts would make a file that no PC takes. */
export const MOST_NAME = 100
export const MOST_ADDRESS = 300

const key = z.string().regex(/^[A-Za-z0-9_-]{43}$/)

export const packageSchema = z.strictObject({
  version: z.literal(1),
  station: z.string().regex(/^[0-9a-f]{4}$/),
  name: z.string().min(1).max(MOST_NAME),
  institution: z.string().max(MOST_TEXT),
  sample: z.boolean(),
  madeAt: z.int().nonnegative(),
  /** Where it reports to; '' where it never does. */
  server: z.union([z.literal(''), z.url({ protocol: /^https?$/ }).max(MOST_ADDRESS)]),
  /** Of production's ledger: who signs lists of backups and new loads. */
  ledgerKey: z.string().min(1).max(500),
  /** Shows once, with the first report, that the PC's own key belongs to this file. */
  enrolment: key,
  /** Public half of the key that loads are sealed to. */
  box: z.string().refine(isBoxKey),
  /** Sealed by the card. */
  keys: z.string().max(4000),
  /** What is copied. */
  copies: z.array(copySchema).max(200),
  load: boxSchema,
  /** Serials of sheets that this PC prints while it is apart. */
  numbers: numbersGivenSchema.optional(),
})
export type StationPackage = z.infer<typeof packageSchema>

const keysSchema = z.strictObject({
  /** Private half of `box`. */
  box: key,
  /** Seals the PC's patient indexes. */
  index: key,
  /** Production's key of patients' names in the journal: what is written here can be merged there. */
  subject: key,
})

/** What the card opens. 32 bytes each. */
export interface StationKeys {
  readonly box: BoxKey
  readonly index: Uint8Array
  readonly subject: Uint8Array
}

type Facts = Pick<StationPackage, 'station' | 'box' | 'ledgerKey'>

const bound = ({ station, box, ledgerKey }: Facts): string =>
  JSON.stringify(['toride station keys v1', station, box, ledgerKey])

export function sealKeys(card: StationCard, facts: Facts, keys: StationKeys): string {
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
  const plain = { box: keys.box.privateKey, index: text(keys.index), subject: text(keys.subject) }
  return wrap(stationCardKey(card), Buffer.from(JSON.stringify(plain)), bound(facts))
}

/** Undefined where it is another card. @throws STATION_FILE_DAMAGED where the card opens it and nothing sensible is in it */
export function openKeys(
  card: StationCard,
  { keys, ...facts }: Facts & { readonly keys: string },
): StationKeys | undefined {
  const plain = unwrap(stationCardKey(card), keys, bound(facts))
  if (!plain) return undefined
  try {
    const { box, index, subject } = keysSchema.parse(JSON.parse(plain.toString()))
    const bytes = (text: string): Uint8Array => Buffer.from(text, 'base64url')
    return { box: { publicKey: facts.box, privateKey: box }, index: bytes(index), subject: bytes(subject) }
  } catch (cause) {
    throw new AppError('STATION_FILE_DAMAGED', { cause })
  }
}

/** @throws STATION_FILE_DAMAGED where the text is no package */
export function parsePackage(text: string): StationPackage {
  try {
    if (text.length > MOST_CHARACTERS) throw new Error('too long')
    return packageSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new AppError('STATION_FILE_DAMAGED', { cause })
  }
}
