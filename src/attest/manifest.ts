/**
 * The manifest of a generation: names and sizes of every object it needs (SECURITY.md 1). A Keeper without keys holds and
 * frees objects by manifests alone; the ledger fixes the manifest's hash.
 */
import { createHash } from 'node:crypto'
import { deflateSync, inflateSync } from 'node:zlib'
import { AppError, type FileKind, type FileRef } from '#base'

export interface ManifestObject extends FileRef {
  readonly sizeBytes: number
}

export const objectKey = ({ kind, name }: FileRef): string => `${kind}/${name}`

/** One line `kind/name size` per object, sorted bytewise, each ended by LF. This text is what is hashed. */
export function manifestText(objects: readonly ManifestObject[]): string {
  const lines = objects.map(({ kind, name, sizeBytes }) => `${kind}/${name} ${sizeBytes}\n`)
  return [...new Set(lines)].sort().join('')
}

export function manifestHash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

export const packManifest = (text: string): Uint8Array => deflateSync(text)

/** Far more than a repository of a clinic has files; a row that was swapped must not fill the memory. */
const MOST_TEXT_BYTES = 256 * 1024 * 1024

export function unpackManifest(packed: Uint8Array): ManifestObject[] {
  return parseManifest(textOf(packed))
}

/** Undefined where there is none or it was spoilt. @param hash where given, that of its text: another one's is spoilt too */
export function readManifest(packed: Uint8Array | undefined, hash?: string): ManifestObject[] | undefined {
  try {
    const text = packed && textOf(packed)
    return text === undefined || (hash !== undefined && manifestHash(text) !== hash) ? undefined : parseManifest(text)
  } catch {
    return undefined
  }
}

function textOf(packed: Uint8Array): string {
  return inflateSync(packed, { maxOutputLength: MOST_TEXT_BYTES }).toString()
}

const LINE = /^(config\/|(?:data|index|keys|snapshots)\/[0-9a-f]{64}) (\d{1,15})$/

/** @throws TLOG_MALFORMED on anything but the one canonical text of its objects: lines of the form, sorted, none twice */
export function parseManifest(text: string): ManifestObject[] {
  if (!text.endsWith('\n')) throw malformed()
  let last = ''
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => {
      const match = LINE.exec(line)
      if (!match || line <= last) throw malformed()
      last = line
      const [kind, name] = match[1]!.split('/') as [FileKind, string]
      return { kind, name, sizeBytes: Number(match[2]) }
    })
}

const malformed = (): AppError => new AppError('TLOG_MALFORMED', { detail: 'manifest' })
