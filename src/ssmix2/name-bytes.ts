import type { ByteString } from '#base'

const utf8 = new TextDecoder('utf-8', { fatal: true })
const cp932 = new TextDecoder('shift_jis')

/**
 * A name or path as text for reading and comparing: UTF-8 where it is well-formed, else CP932 (shares of Windows), in NFC
 * (macOS stores NFD). The bytes stay the key under which the file is read: keep both.
 */
export function pathText(name: ByteString | Uint8Array): string {
  const bytes = typeof name === 'string' ? name : Buffer.from(name).toString('latin1')
  if (/^[\x20-\x7E]*$/.test(bytes)) return bytes
  const buffer = Buffer.from(bytes, 'latin1')
  try {
    return utf8.decode(buffer).normalize('NFC')
  } catch {
    return cp932.decode(buffer).normalize('NFC')
  }
}
