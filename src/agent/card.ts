/**
 * The card that an agent hands to production. Facts stand in it openly; the password of its repositories is sealed to
 * production's escrow key (X25519, HKDF-SHA256, AES-256-GCM), whose private half only a person's password opens there.
 */
import { z } from 'zod'
import { type BoxKey, isBoxKey, makeBoxKey, openBox, sealBox } from '#access'
import { AppError } from '#base'
import { keeperConfigSchema } from '#storage'

const MARK = 'TORIDE-AGENT-1:'
const PURPOSE = 'toride agent card v1'
/** A card is some hundred characters; what is pasted may be anything. */
const MOST_CHARACTERS = 10_000

const factsSchema = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(100)
    .regex(/^\P{Cc}+$/u),
  keeper: keeperConfigSchema,
  /** `HH:MM` of each day, in the institution's time. */
  dailyAt: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
})
export type CardFacts = z.infer<typeof factsSchema>

const cardSchema = z.strictObject({
  ...factsSchema.shape,
  ephemeral: z.string().refine(isBoxKey),
  sealed: z.string().max(500),
})

export interface OpenedCard {
  readonly facts: CardFacts
  readonly password: string
}

export const makeEscrowKey = makeBoxKey

/** @throws AGENT_ESCROW_KEY_WRONG */
export function sealCard(facts: CardFacts, password: string, escrowKey: string): string {
  if (!isBoxKey(escrowKey)) throw new AppError('AGENT_ESCROW_KEY_WRONG')
  const box = sealBox(Buffer.from(password), escrowKey, PURPOSE, bound(facts))
  return MARK + Buffer.from(JSON.stringify({ ...facts, ...box })).toString('base64url')
}

/**
 * @param text as it was pasted: line ends and blanks do not matter
 * @throws AGENT_CARD_WRONG where it is none, was changed, or was sealed to another key
 */
export function openCard(text: string, escrow: BoxKey): OpenedCard {
  try {
    const { ephemeral, sealed, ...facts } = cardSchema.parse(JSON.parse(bodyOf(text)))
    const password = openBox({ ephemeral, sealed }, escrow, PURPOSE, bound(facts))
    if (password) return { facts, password: password.toString() }
  } catch (cause) {
    throw new AppError('AGENT_CARD_WRONG', { cause })
  }
  throw new AppError('AGENT_CARD_WRONG')
}

function bodyOf(text: string): string {
  const token = text.replaceAll(/\s/g, '')
  if (!token.startsWith(MARK) || token.length > MOST_CHARACTERS) throw new AppError('AGENT_CARD_WRONG')
  return Buffer.from(token.slice(MARK.length), 'base64url').toString()
}

const bound = ({ name, keeper, dailyAt }: CardFacts): string =>
  JSON.stringify(['toride agent card v1', name, keeper.url, keeper.pin, keeper.client, keeper.keeperKey, dailyAt])
