/**
 * NBD over TLS with a key of the session's own (RFC 4279, RFC 8446 2.2): whoever has it may connect, and only then knows the
 * server too. No certificate, so nothing that a person would have to compare.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { TLSSocket } from 'node:tls'
import type { Secure } from '#disk'

/** What QEMU and libnbd call the username. */
export const PSK_NAME = 'toride'
const KEY_BYTES = 32
/** A client that never finishes holds no place. */
export const MOST_WAIT_MS = 15_000

export const newPsk = (): Uint8Array => randomBytes(KEY_BYTES)

/** The file that QEMU (`keys.psk` in `dir=`) and libnbd (`tls-psk-file=`) read: one line. */
export const pskFile = (key: Uint8Array): string => `${PSK_NAME}:${Buffer.from(key).toString('hex')}\n`

/** One side of it. Rejects where the client has another key, or does not finish in time. */
export function securedBy(key: Uint8Array): Secure {
  return (stream) =>
    new Promise((done, fail) => {
      const line = new TLSSocket(stream, {
        isServer: true,
        minVersion: 'TLSv1.2',
        ciphers:
          'TLS_AES_128_GCM_SHA256:ECDHE-PSK-CHACHA20-POLY1305:DHE-PSK-AES256-GCM-SHA384:DHE-PSK-CHACHA20-POLY1305',
        pskCallback: (_socket: TLSSocket, identity: string) => (isName(identity) ? key : null),
      } as ConstructorParameters<typeof TLSSocket>[1])
      const late = setTimeout(() => line.destroy(new Error('no handshake in time')), MOST_WAIT_MS)
      line.once('error', fail)
      line.once('close', () => fail(new Error('left before it was secured')))
      line.once('secure', () => done(line))
      for (const end of ['secure', 'close'] as const) line.once(end, () => clearTimeout(late))
    })
}

const isName = (identity: string): boolean => {
  const [given, wanted] = [Buffer.from(identity), Buffer.from(PSK_NAME)]
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}
