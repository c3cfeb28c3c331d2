/** References inside what was read: the four forms a Japanese bundle uses. */
import type { Reference, Resource, UnknownResource } from './types.ts'

type AnyResource = Resource | UnknownResource

export interface ReferenceIndex {
  /** By `Type/id`, by fullUrl, by `urn:uuid:`. */
  readonly byUrl: ReadonlyMap<string, AnyResource>
  /** Patients and others by `system|value` of their identifiers. */
  readonly byIdentifier: ReadonlyMap<string, AnyResource>
}

export interface IndexEntry {
  readonly resource: AnyResource
  readonly fullUrl?: string
}

export function indexReferences(entries: Iterable<IndexEntry>): ReferenceIndex {
  const byUrl = new Map<string, AnyResource>()
  const byIdentifier = new Map<string, AnyResource>()
  for (const { resource, fullUrl } of entries) {
    if (resource.id) byUrl.set(`${resource.resourceType}/${resource.id}`, resource)
    if (fullUrl) byUrl.set(fullUrl, resource)
    for (const key of identifierKeys(resource)) if (!byIdentifier.has(key)) byIdentifier.set(key, resource)
  }
  return { byUrl, byIdentifier }
}

/**
 * What a reference points to: a contained resource of its owner (`#id`), an entry (literal, absolute, `urn:uuid:`,
 * versioned), or the one with that identifier. Undefined where only a display is given or nothing is there.
 */
export function resolveReference(
  reference: Reference | undefined,
  owner: { contained?: readonly AnyResource[] } | undefined,
  index: ReferenceIndex,
): AnyResource | undefined {
  const url = reference?.reference
  if (url?.startsWith('#')) return owner?.contained?.find(({ id }) => id === url.slice(1))
  if (url !== undefined) {
    const plain = url.replace(/\/_history\/[^/]+$/, '')
    return index.byUrl.get(plain) ?? index.byUrl.get(plain.split('/').slice(-2).join('/'))
  }
  const identifier = reference?.identifier
  return identifier?.value === undefined ? undefined : index.byIdentifier.get(key(identifier.system, identifier.value))
}

/** What to show for a reference that leads nowhere: its display, else its identifier. */
export function referenceText(reference: Reference | undefined): string {
  return reference?.display ?? reference?.identifier?.value ?? ''
}

function identifierKeys(resource: AnyResource): string[] {
  const identifiers: unknown = 'identifier' in resource ? resource.identifier : undefined
  const list: unknown[] = Array.isArray(identifiers) ? identifiers : []
  return list.flatMap((item) => {
    const { system, value } = (item ?? {}) as { system?: unknown; value?: unknown }
    return typeof value === 'string' ? [key(typeof system === 'string' ? system : undefined, value)] : []
  })
}

function key(system: string | undefined, value: string): string {
  return `${system ?? ''}|${value}`
}
