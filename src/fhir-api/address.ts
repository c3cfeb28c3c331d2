/** What an address asks for. */
import { type ClinicalType, isClinicalType } from './parameters.ts'
import { Refusal } from './refusal.ts'

export type RecordType = ClinicalType | 'Patient' | 'Binary'

export type Asked =
  | { readonly what: 'capabilities' }
  | { readonly what: 'smart' }
  | { readonly what: 'search'; readonly type: ClinicalType | 'Patient' }
  | { readonly what: 'read'; readonly type: RecordType; readonly id: string }
  | { readonly what: 'everything'; readonly id: string }

export interface Address {
  /** Absent: the newest. */
  readonly generationId?: string
  readonly asked: Asked
}

const MAX_PATH = 400

/** @param path below `/fhir`, percent-encoded. @throws Refusal */
export function parseAddress(path: string): Address {
  if (path.length > MAX_PATH) throw new Refusal('address')
  const segments = path.replace(/\/$/, '').split('/').slice(1).map(decoded)
  const isNamed = segments[0] === 'generations'
  const [type, id, history, version, ...more] = isNamed ? segments.slice(2) : segments
  // A version of a record is the record in its generation.
  if (history === '_history' && more.length === 0)
    return { generationId: generationOf(version), asked: askedBy([type!, id!]) }
  if (!isNamed) return { asked: askedBy(segments) }
  return { generationId: generationOf(segments[1]), asked: askedBy(segments.slice(2)) }
}

function generationOf(id: string | undefined): string {
  if (id === undefined || !/^[0-9a-f]{64}$/.test(id)) throw new Refusal('notFound')
  return id
}

function askedBy(segments: readonly string[]): Asked {
  const [type = '', id, operation, version] = segments
  if (segments.length === 1 && type === 'metadata') return { what: 'capabilities' }
  if (segments.join('/') === '.well-known/smart-configuration') return { what: 'smart' }
  if (type === 'Patient' && operation === '$everything' && version === undefined)
    return { what: 'everything', id: idOf(id) }
  if (segments.length > 2) throw new Refusal('notSupported')
  if (type !== 'Patient' && type !== 'Binary' && !isClinicalType(type)) throw new Refusal('notSupported')
  if (id === undefined || id === '_search') {
    if (type === 'Binary') throw new Refusal('notSupported')
    return { what: 'search', type }
  }
  return { what: 'read', type, id: idOf(id) }
}

/** R4's rule for ids; everything else is no record of ours. */
function idOf(id: string | undefined): string {
  if (id === undefined || !/^[A-Za-z0-9.-]{1,64}$/.test(id)) throw new Refusal('notFound')
  return id
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw new Refusal('address')
  }
}
