/**
 * A secret sealed to somebody who is not there: X25519 with an ephemeral key, HKDF-SHA256, AES-256-GCM. Who knows the public
 * half can seal anything; who made it must be shown otherwise.
 */
import {
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto'
import { AppError } from '#base'
import { unwrap, wrap } from './wrap.ts'

/** 32 bytes in base64url. */
const KEY = /^[A-Za-z0-9_-]{43}$/

/** Both halves, 32 bytes each in base64url. */
export interface BoxKey {
  readonly publicKey: string
  readonly privateKey: string
}

export interface Box {
  /** The sender's half, used once. */
  readonly ephemeral: string
  readonly sealed: string
}

export function makeBoxKey(): BoxKey {
  const { x = '', d = '' } = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' })
  return { publicKey: x, privateKey: d }
}

export const isBoxKey = (text: string): boolean => KEY.test(text)

/**
 * @param purpose part of the key: what is sealed for one thing opens for no other
 * @param bound authenticated with it, not in it
 * @throws BASE_BUG where the key is none
 */
export function sealBox(secret: Uint8Array, publicKey: string, purpose: string, bound: string): Box {
  const own = makeBoxKey()
  const key = shared(privateOf(own), publicOf(publicKey), own.publicKey, purpose)
  return { ephemeral: own.publicKey, sealed: wrap(key, secret, bound) }
}

/** Undefined where it was changed, or sealed to another key or for another purpose. */
export function openBox(box: Box, key: BoxKey, purpose: string, bound: string): Buffer | undefined {
  if (!isBoxKey(box.ephemeral)) return undefined
  return unwrap(shared(privateOf(key), publicOf(box.ephemeral), box.ephemeral, purpose), box.sealed, bound)
}

function shared(privateKey: KeyObject, publicKey: KeyObject, ephemeral: string, purpose: string): Uint8Array {
  const secret = diffieHellman({ privateKey, publicKey })
  return Buffer.from(hkdfSync('sha256', secret, Buffer.from(ephemeral), purpose, 32))
}

function publicOf(x: string): KeyObject {
  if (!isBoxKey(x)) throw new AppError('BASE_BUG', { detail: 'no X25519 key' })
  return createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x }, format: 'jwk' })
}

const privateOf = ({ publicKey: x, privateKey: d }: BoxKey): KeyObject =>
  createPrivateKey({ key: { kty: 'OKP', crv: 'X25519', d, x }, format: 'jwk' })
