/** How a place is tried before it is believed: each kind in its own way, nothing kept where it does not hold. */
import { statfsSync, statSync, writeFileSync } from 'node:fs'
import { isAbsolute, join, resolve, sep } from 'node:path'
import { AppError, systemError } from '#base'
import { type EnrolInput, enrolAtKeeper, openRestBackend, probeObjectLock } from '#storage'
import { parseVerifierKey } from '#tlog'
import type { BucketConfig, PlaceSetup, ServerConfig } from './kinds.ts'
import { PLACE_MARK, placeMark, type PlaceSecret } from './open.ts'

/** As people type it. */
export type PlaceInput =
  | ({ readonly kind: 'keeper' } & EnrolInput)
  | ({ readonly kind: 's3' } & Omit<BucketConfig, 'pathStyle'> & BucketCredentials)
  | ({ readonly kind: 'rest'; readonly password: string } & ServerConfig)
  | { readonly kind: 'folder'; readonly folder: string }

interface BucketCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export interface EnrolContext {
  readonly id: string
  readonly ledgerKey: string
  /** Toride's own folder. */
  readonly dataFolder: string
}

export interface Enrolment {
  readonly setup: PlaceSetup
  readonly secret: PlaceSecret
}

/** @throws VAULT_PLACE_INVALID and its kin, naming the field in `context.field`; STORAGE_* of the server that was asked */
export function enrol(input: PlaceInput, context: EnrolContext): Promise<Enrolment> {
  if (input.kind === 'keeper') return enrolKeeper(input, context)
  if (input.kind === 's3') return enrolBucket(input, context)
  if (input.kind === 'rest') return enrolServer(input)
  return enrolFolder(input.folder, context)
}

async function enrolKeeper(input: EnrolInput, { ledgerKey }: EnrolContext): Promise<Enrolment> {
  const { config, token } = await enrolAtKeeper(input, 'append', { ledgerKey }, parseVerifierKey)
  return { setup: { kind: 'keeper', config }, secret: { kind: 'keeper', password: token } }
}

/** A bucket is believed once it has refused, for half a minute, to give up what it promised to hold. */
async function enrolBucket(input: Extract<PlaceInput, { kind: 's3' }>, { id }: EnrolContext): Promise<Enrolment> {
  const { accessKeyId, secretAccessKey } = input
  const endpoint = webAddress(input.endpoint, 'endpoint', 'https')
  const prefix = input.prefix.trim().replaceAll(/^\/+|\/+$/g, '')
  const bucket = input.bucket.trim()
  if (!/^[a-z0-9][a-z0-9.-]{1,62}$/.test(bucket)) throw invalid('bucket')
  const region = input.region.trim() || 'us-east-1'
  // Beside one's own servers the bucket stands in the path: every provider takes that.
  const config = { endpoint, region, bucket, prefix: prefix || `toride-${id}`, pathStyle: true }
  await demandLocks({ ...config, credentials: { accessKeyId, secretAccessKey } })
  return { setup: { kind: 's3', config }, secret: { kind: 's3', accessKeyId, secretAccessKey } }
}

/** At enrolment and each month. @throws the probe's refusal */
export async function demandLocks(config: Parameters<typeof probeObjectLock>[0]): Promise<void> {
  const { refusal, verdict, findings } = await probeObjectLock(config)
  if (verdict !== 'refused') return
  const failed = findings.filter(({ outcome }) => outcome === 'fail').map(({ step }) => step)
  throw new AppError(refusal ?? 'STORAGE_S3_LOCK_IGNORED', { detail: failed.join(', ') })
}

async function enrolServer(input: Extract<PlaceInput, { kind: 'rest' }>): Promise<Enrolment> {
  const { user, password } = input
  const url = webAddress(input.url, 'url', 'http', 'https')
  const pin = input.pin.replaceAll(/[\s:]/g, '').toLowerCase()
  if (!/^([0-9a-f]{64})?$/.test(pin) || (pin !== '' && !url.startsWith('https:'))) throw invalid('pin')
  const server = openRestBackend({
    url,
    ...(user === '' ? {} : { user, password }),
    ...(pin === '' ? {} : { pinnedCertificateSha256: pin }),
  })
  try {
    // Whether there is something or not: the server answers, and lets us in.
    await server.stat({ kind: 'config', name: '' })
  } finally {
    await server.close()
  }
  return { setup: { kind: 'rest', config: { url, user, pin } }, secret: { kind: 'rest', password } }
}

/** tmpfs (devtmpfs too) and ramfs, by the numbers of statfs(2): gone with the power. */
const MEMORY = new Set([0x01021994, 0x858458f6])

async function enrolFolder(typed: string, { id, dataFolder }: EnrolContext): Promise<Enrolment> {
  if (!isAbsolute(typed)) throw invalid('folder')
  const folder = resolve(typed)
  const device = (path: string): number => {
    const stat = statSync(path)
    if (!stat.isDirectory()) throw invalid('folder')
    return stat.dev
  }
  try {
    if (folder === dataFolder || `${folder}${sep}`.startsWith(`${dataFolder}${sep}`)) throw invalid('folder')
    // Lost with the disk on which everything else is: no second place.
    if (MEMORY.has(statfsSync(folder).type)) throw new AppError('VAULT_PLACE_IN_MEMORY', field('folder'))
    if (device(folder) === device(dataFolder)) throw new AppError('VAULT_PLACE_SAME_DISK', field('folder'))
    if (placeMark(folder) !== undefined) throw new AppError('VAULT_PLACE_TAKEN', field('folder'))
    writeFileSync(join(folder, PLACE_MARK), `${JSON.stringify({ v: 1, id })}\n`, {
      flag: 'wx',
      flush: true,
      mode: 0o600,
    })
  } catch (error) {
    if (error instanceof AppError) throw error
    const { code, retry } = systemError(error, 'make a mark in the folder')
    throw new AppError(code, { ...field('folder'), retry, cause: error })
  }
  return { setup: { kind: 'folder', config: { folder } }, secret: { kind: 'folder' } }
}

function webAddress(typed: string, name: string, ...protocols: string[]): string {
  const text = typed.trim()
  const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`)
  const isFine = url !== null && url.hostname !== '' && url.username === '' && url.password === ''
  // A server of one's own house without a certificate is spoken to only on the same machine.
  const isHere = url !== null && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
  if (!isFine || !(protocols.includes(url.protocol.slice(0, -1)) || isHere)) throw invalid(name)
  return url.href
}

const field = (name: string) => ({ context: { field: name } })
const invalid = (name: string): AppError => new AppError('VAULT_PLACE_INVALID', field(name))
