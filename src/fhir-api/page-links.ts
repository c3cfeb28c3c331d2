/**
 * The opaque `next` of a long answer: generation, search and place, sealed by a key of this process, so that it can be
 * neither read nor changed nor used by another reader. It ends with the process.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

export interface Place {
  readonly path: string
  readonly query: readonly (readonly [string, string])[]
  readonly offset: number
  readonly isLenient: boolean
}

export interface PageLinks {
  seal(place: Place, reader: string): string
  /** Undefined for a link of another reader, another process, or none of ours. */
  open(text: string, reader: string): Place | undefined
}

export function pageLinks(key: Uint8Array = randomBytes(32)): PageLinks {
  return {
    seal(place, reader) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(reader))
      const sealed = Buffer.concat([cipher.update(JSON.stringify(place), 'utf8'), cipher.final()])
      return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url')
    },
    open(text, reader) {
      const bytes = Buffer.from(text, 'base64url')
      if (bytes.length < 29) return undefined
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 })
      decipher.setAAD(Buffer.from(reader)).setAuthTag(bytes.subarray(-16))
      try {
        const plain = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()])
        return JSON.parse(plain.toString()) as Place
      } catch {
        return undefined
      }
    },
  }
}
