/**
 * One record in several files (an export every night, the same diagnosis in three letters) is shown once. Only where the
 * source says that two are one record: its server's version and time, or JP-CLINS's resource identifier. Two records that
 * merely have one id and differ are both shown: too much is seen, too little is not.
 */
import { type Resource, sameSystem, SYSTEM } from '#fhir'
import type { DatedResource } from './read-patient.ts'

type Any = Resource & {
  id?: string
  meta?: { lastUpdated?: string; versionId?: string; source?: string }
  identifier?: unknown
}

export function currentOnly(all: readonly DatedResource[]): { resources: Resource[]; superseded: number } {
  const kept = new Map<string, DatedResource>()
  let copies = 0
  for (const one of all) {
    const key = keyOf(one.resource as Any)
    const before = kept.get(key)
    if (!before || isNewer(one, before)) kept.set(key, one)
    if (before) copies++
  }
  return { resources: [...kept.values()].map(({ resource }) => resource), superseded: copies }
}

function keyOf(resource: Any): string {
  const { resourceType, id, meta } = resource
  const instance = instanceOf(resource)
  if (instance) return `${resourceType} ${instance}`
  if (id && (meta?.lastUpdated || meta?.versionId)) return `${resourceType}/${id}`
  // The very same, whatever file it lies in.
  return JSON.stringify({ ...resource, meta: { ...meta, source: undefined } })
}

function instanceOf({ identifier }: Any): string | undefined {
  const all = (Array.isArray(identifier) ? identifier : []) as { system?: string; value?: string }[]
  return all.find(({ system, value }) => value && sameSystem(system, SYSTEM.resourceInstance))?.value
}

function isNewer(one: DatedResource, before: DatedResource): boolean {
  const at = ({ resource }: DatedResource): number => Date.parse((resource as Any).meta?.lastUpdated ?? '')
  const [a, b] = [at(one), at(before)]
  if (!Number.isNaN(a) && !Number.isNaN(b) && a !== b) return a > b
  return one.mtimeMs > before.mtimeMs
}
