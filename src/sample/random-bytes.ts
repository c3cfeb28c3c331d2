/** Bytes that no compressor shortens, by seed: an AES-256-CTR key stream, since a generator in JavaScript would be slow. */
import { createCipheriv, createHash } from 'node:crypto'

export function randomBytes(seed: string, length: number): Buffer {
  const key = createHash('sha256').update(seed).digest()
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length))
}
