/**
 * The card that an agent hands to production. Facts stand in it openly; the password of its repositories is sealed to
 * production's escrow key (X25519, HKDF-SHA256, AES-256-GCM), whose private half only a person's password opens there.
 */
import {
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto'
import { z } from 'zod'
import { unwrap, wrap } from '#access'
import { AppError } from '#base'
import { keeperConfigSchema } from '#storage'

const KEY = /^[A-Za-z0-9_-]{43}$/
const MARK = 'TORIDE-AGENT-1:'
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
  ephemeral: z.string().regex(KEY),
  sealed: z.string().max(500),
})

export interface OpenedCard {
  readonly facts: CardFacts
  readonly password: string
}

/** Both halves, 32 bytes each in base64url. */
export function makeEscrowKey(): { readonly publicKey: string; readonly privateKey: string } {
  const { x = '', d = '' } = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' })
  return { publicKey: x, privateKey: d }
}

/** @throws AGENT_ESCROW_KEY_WRONG */
export function sealCard(facts: CardFacts, password: string, escrowKey: string): string {
  const { publicKey, privateKey } = makeEscrowKey()
  const key = shared(privateOf(privateKey, publicKey), publicOf(escrowKey), publicKey)
  const sealed = wrap(key, Buffer.from(password), bound(facts))
  return MARK + Buffer.from(JSON.stringify({ ...facts, ephemeral: publicKey, sealed })).toString('base64url')
}

/**
 * @param text as it was pasted: line ends and blanks do not matter
 * @throws AGENT_CARD_WRONG where it is none, was changed, or was sealed to another key
 */
export function openCard(
  text: string,
  escrow: { readonly publicKey: string; readonly privateKey: string },
): OpenedCard {
  try {
    const { ephemeral, sealed, ...facts } = cardSchema.parse(JSON.parse(bodyOf(text)))
    const key = shared(privateOf(escrow.privateKey, escrow.publicKey), publicOf(ephemeral), ephemeral)
    const password = unwrap(key, sealed, bound(facts))
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

function shared(privateKey: KeyObject, publicKey: KeyObject, ephemeral: string): Uint8Array {
  const secret = diffieHellman({ privateKey, publicKey })
  return Buffer.from(hkdfSync('sha256', secret, Buffer.from(ephemeral), 'toride agent card v1', 32))
}

/** @throws AGENT_ESCROW_KEY_WRONG */
function publicOf(x: string): KeyObject {
  if (!KEY.test(x)) throw new AppError('AGENT_ESCROW_KEY_WRONG')
  return createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x }, format: 'jwk' })
}

const privateOf = (d: string, x: string): KeyObject =>
  createPrivateKey({ key: { kty: 'OKP', crv: 'X25519', d, x }, format: 'jwk' })
