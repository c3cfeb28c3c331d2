import { readFileSync } from 'node:fs'
import { systemError } from '#base'
import { isImmutable, setImmutable } from '#posix'
import { openPlaceBackend, type PlaceBackend, type StorageConfig } from '#storage'
import type { CliIo } from '../io.ts'
import { say } from '../messages.ts'
import { invalid, text, type Values } from './args.ts'

/** Kinds of place that restic knows and we do not: they must not become a folder of that name. */
const FOREIGN = /^(sftp|b2|azure|gs|swift|rclone):/

/** How the place to copy from differs from the repository itself, in options and environment. */
export type PlaceRole = '' | 'from-'

/**
 * Where `location` lies: a folder, `rest:http://name:password@host:port/path/` or `s3:https://host/bucket/folder`, whose
 * credentials are in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, as restic takes them.
 */
export function placeOf(location: string, values: Values, io: CliIo, role: PlaceRole = ''): StorageConfig {
  if (FOREIGN.test(location)) throw invalid(say(io, 'foreignPlace', { kind: location.slice(0, location.indexOf(':')) }))
  if (location.startsWith('s3:')) return bucketOf(location.slice('s3:'.length), io)
  if (!location.startsWith('rest:')) return { kind: 'local', folder: location }
  // Nothing of it is told: it may hold the password.
  const url = URL.parse(location.slice('rest:'.length))
  if (url === null) throw invalid(say(io, 'badAddress'))
  const { username, password } = url
  url.username = url.password = ''
  const caFile = text(values, `${role}cacert`)
  return {
    kind: 'rest',
    url: url.href,
    ...(username || password
      ? { user: decodeURIComponent(username), password: decodeURIComponent(password) }
      : { user: fromEnvironment(io, role, 'USERNAME'), password: fromEnvironment(io, role, 'PASSWORD') }),
    pinnedCertificateSha256: text(values, `${role}pin`),
    caPem: caFile === undefined ? undefined : readCertificates(caFile),
  }
}

function bucketOf(address: string, io: CliIo): StorageConfig {
  const url = URL.parse(/^https?:\/\//.test(address) ? address : `https://${address}`)
  const [bucket = '', ...folders] = (url?.pathname ?? '').split('/').filter((part) => part !== '')
  const accessKeyId = io.env['AWS_ACCESS_KEY_ID'] ?? ''
  const secretAccessKey = io.env['AWS_SECRET_ACCESS_KEY'] ?? ''
  if (!url || bucket === '') throw invalid(say(io, 'badBucket'))
  if (accessKeyId === '' || secretAccessKey === '') throw invalid(say(io, 'needBucketKey'))
  return {
    kind: 's3',
    endpoint: url.origin,
    region: io.env['AWS_DEFAULT_REGION'] || 'us-east-1',
    bucket,
    prefix: folders.join('/'),
    credentials: { accessKeyId, secretAccessKey },
  }
}

/** restic's names, and ours for those who run both. */
function fromEnvironment({ env }: CliIo, role: PlaceRole, what: 'USERNAME' | 'PASSWORD'): string | undefined {
  const name = `${role === 'from-' ? 'FROM_' : ''}REST_${what}`
  return env[`TORIDE_${name}`] || env[`RESTIC_${name}`] || undefined
}

function readCertificates(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw systemError(error, 'read the certificates')
  }
}

export function openPlace(config: StorageConfig, io: CliIo): PlaceBackend {
  return openPlaceBackend(config, {
    local: { immutable: { set: setImmutable, isSet: isImmutable } },
    retry: {
      signal: io.signal,
      onRetry: ({ message }) => io.stderr.write(`${say(io, 'tryingAgain', { detail: message })}\n`),
    },
  })
}
