/** `_include` and `_revinclude`: what the records of a page point to, and what points to them, within their one patient. */
import type { Resource } from '#fhir'
import { CLINICAL_TYPES, isClinicalType, referencesIn, referencesOf } from './parameters.ts'
import { Refusal } from './refusal.ts'

/** One value, as `Observation:specimen:Specimen`; `*` is any. */
interface Include {
  readonly source: string
  readonly parameter: string
  readonly target: string | undefined
  /** Also from what was brought in itself. */
  readonly again: boolean
}

export interface Includes {
  readonly forward: readonly Include[]
  readonly back: readonly Include[]
}

/** @throws Refusal for a reference that we have not */
export function parseInclude(parameter: string, modifier: string, value: string): Include {
  const again = modifier === 'iterate' || modifier === 'recurse'
  if (modifier !== '' && !again) throw new Refusal('parameter', `${parameter}:${modifier}`)
  const [source = '', name = value === '*' ? '*' : '', target, ...more] = value.split(':')
  const known = isClinicalType(source) && (name === '*' || Object.hasOwn(referencesOf(source), name))
  if ((!known && value !== '*') || more.length > 0) throw new Refusal('value', parameter)
  return { source, parameter: name, target, again }
}

/** @param all of the patient, as this reader may see it. Each once, none that is on the page already. */
export function included(
  page: readonly Resource[],
  all: readonly Resource[],
  { forward, back }: Includes,
): readonly Resource[] {
  if (forward.length + back.length === 0) return []
  const byName = new Map(all.map((one) => [nameOf(one), one]))
  const seen = new Set(page)
  const found: Resource[] = []
  for (let from = page, isFirst = true; from.length > 0; isFirst = false) {
    const counts = ({ again }: Include) => isFirst || again
    const names = new Set(from.map(nameOf))
    const next = [
      ...from.flatMap((one) => pointed(one, forward.filter(counts)).flatMap((name) => byName.get(name) ?? [])),
      ...all.filter((one) => pointed(one, back.filter(counts)).some((name) => names.has(name))),
    ].filter((one) => !seen.has(one))
    from = [...new Set(next)]
    for (const one of from) seen.add(one)
    found.push(...from)
  }
  return found
}

const nameOf = ({ resourceType, id }: Resource): string => `${resourceType}/${id}`

/** What a record points to by these rules, as `Type/id`. */
function pointed(resource: Resource, rules: readonly Include[]): string[] {
  const type = resource.resourceType
  if (!isClinicalType(type)) return []
  return rules
    .filter(({ source }) => source === type || source === '*')
    .flatMap(({ parameter, target }) =>
      Object.keys(referencesOf(type))
        .filter((name) => parameter === '*' || parameter === name)
        .flatMap((name) => referencesIn(type, name, resource))
        .filter((name) => target === undefined || name.startsWith(`${target}/`)),
    )
}

/** What the capability statement says of a type. */
export function includesOf(type: string): { searchInclude: string[]; searchRevInclude: string[] } {
  const of = (source: (typeof CLINICAL_TYPES)[number]) => Object.entries(referencesOf(source))
  return {
    searchInclude: isClinicalType(type) ? ['*', ...of(type).map(([name]) => `${type}:${name}`)] : [],
    searchRevInclude: CLINICAL_TYPES.flatMap((source) =>
      of(source)
        .filter(([, { targets }]) => targets.includes(type))
        .map(([name]) => `${source}:${name}`),
    ),
  }
}
