/** What a person typed of where copies come from, tried before it is believed. */
import { isAbsolute } from 'node:path'
import { AppError } from '#base'
import { enrolReader } from '#vault'
import type { StationOriginForm } from '#web'
import { type Origin, originSchema, type StationFolder } from './folder.ts'
import { holdsRepositories, openOrigin } from './origin.ts'

/** @throws VAULT_PLACE_INVALID, VAULT_PLACE_NOT_THERE, VAULT_PLACE_CODE_WRONG, STORAGE_… */
export async function openGiven({ kind, values }: StationOriginForm, folder: StationFolder): Promise<Origin> {
  const origin = await originOf(kind, (name) => values[name] ?? '')
  // A medium may be away today; everything else has to answer once.
  if (origin.kind !== 'medium') await tryOnce(origin, folder)
  return origin
}

async function originOf(kind: StationOriginForm['kind'], of: (name: string) => string): Promise<Origin> {
  if (kind === 'folder' || kind === 'medium') {
    if (!isAbsolute(of('folder'))) throw new AppError('VAULT_PLACE_INVALID', { context: { field: 'folder' } })
    if (kind === 'folder' && !holdsRepositories(of('folder'))) throw new AppError('VAULT_PLACE_NOT_THERE')
    return { kind, folder: of('folder') }
  }
  if (kind === 'keeper')
    return { kind, ...(await enrolReader({ address: of('address'), pin: of('pin'), code: of('code') })) }
  const fields = kind === 's3' ? S3 : REST
  const typed = Object.fromEntries(fields.map((name) => [name, of(name)]))
  const parsed = originSchema.safeParse({ kind, ...typed })
  if (!parsed.success)
    throw new AppError('VAULT_PLACE_INVALID', { context: { field: String(parsed.error.issues[0]?.path[0]) } })
  return parsed.data
}

const S3 = ['endpoint', 'region', 'bucket', 'prefix', 'accessKeyId', 'secretAccessKey']
const REST = ['url', 'user', 'password', 'pin']

async function tryOnce(origin: Origin, folder: StationFolder): Promise<void> {
  const [source] = folder.copies()
  if (!source) return
  const backend = openOrigin(origin).repository(source)
  try {
    if ((await backend.stat({ kind: 'config', name: '' })) === undefined) throw new AppError('VAULT_PLACE_NOT_THERE')
  } finally {
    await backend.close()
  }
}
