import { readFileSync } from 'node:fs'
import { systemError } from '#base'
import { isImmutable, setImmutable } from '#posix'
import { openPlaceBackend, type PlaceBackend, type StorageConfig } from '#storage'
import type { CliIo } from '../io.ts'
import { say } from '../messages.ts'
import { invalid, text, type Values } from './args.ts'

/** Kinds of place that restic knows and we do not: they must not become a folder of that name. */
const FOREIGN = /^(sftp|s3|b2|azure|gs|swift|rclone):/

/** How the place to copy from differs from the repository itself, in options and environment. */
export type PlaceRole = '' | 'from-'

/** Where `location` lies: a folder, or `rest:http://name:password@host:port/path/`. */
export function placeOf(location: string, values: Values, io: CliIo, role: PlaceRole = ''): StorageConfig {
  if (FOREIGN.test(location)) throw invalid(say(io, 'foreignPlace', { kind: location.slice(0, location.indexOf(':')) }))
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
