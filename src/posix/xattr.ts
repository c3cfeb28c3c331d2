import type { ByteString } from '#base'
import { cString, libc, refusal } from './libc.ts'

export interface Attribute {
  readonly name: Buffer
  readonly value: Buffer
}

// One list of names fits nearly always; Linux allows 64 KiB for the list and for each value.
const LIST = Buffer.allocUnsafe(65_536)
const VALUE = Buffer.allocUnsafe(65_536)
/** The path at hand with its NUL: asked for every file there is, nearly always for nothing. Longer ones do not open either. */
const PATH = Buffer.alloc(4096)

/**
 * Extended attributes of the file itself, given by path or opened, sorted by name; [] where the file system has none or
 * libc is not there.
 */
export function listAttributes(file: ByteString | number): Attribute[] {
  if (libc === undefined || (typeof file === 'string' && file.length >= PATH.length)) return []
  if (typeof file === 'string') PATH[PATH.write(file, 'latin1')] = 0
  const length =
    typeof file === 'string' ? libc.llistxattr(PATH, LIST, LIST.length) : libc.flistxattr(file, LIST, LIST.length)
  const found: Attribute[] = []
  for (let start = 0; start < length;) {
    const end = LIST.indexOf(0, start)
    const key = Buffer.from(LIST.subarray(start, end))
    const size =
      typeof file === 'string'
        ? libc.lgetxattr(PATH, cString(key), VALUE, VALUE.length)
        : libc.fgetxattr(file, cString(key), VALUE, VALUE.length)
    if (size >= 0) found.push({ name: key, value: Buffer.from(VALUE.subarray(0, size)) })
    start = end + 1
  }
  return found.sort((a, b) => Buffer.compare(a.name, b.name))
}

/** One attribute of a file by its path as text, or undefined. Some file systems answer names that they do not list. */
export function attributeOf(path: string, name: string): string | undefined {
  if (libc === undefined) return undefined
  const size = libc.lgetxattr(cString(Buffer.from(path)), cString(Buffer.from(name)), VALUE, VALUE.length)
  return size < 0 ? undefined : VALUE.toString('utf8', 0, size)
}

/** Sets attributes on an opened file (number) or on the path itself; the reason of the first that was refused. */
export function setAttributes(
  where: number | Buffer,
  attributes: readonly { readonly name: Uint8Array; readonly value: Uint8Array }[],
): string | undefined {
  if (libc === undefined) return 'unsupported'
  let reason: string | undefined
  for (const { name, value } of attributes) {
    const key = cString(name)
    const bytes = Buffer.from(value)
    const refused = refusal((c) =>
      typeof where === 'number'
        ? c.fsetxattr(where, key, bytes, bytes.length, 0)
        : c.lsetxattr(cString(where), key, bytes, bytes.length, 0),
    )
    reason ??= refused
  }
  return reason
}
