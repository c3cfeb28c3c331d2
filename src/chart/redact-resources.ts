/**
 * What a reader may not see is taken out of the resources, as `redactFor` takes it out of a chart, and references to what
 * was taken out go with it. `withheld` and `without` depend on the reader's rights alone.
 */
import { EXTENSION } from '#fhir'
import type { Resource } from '#fhir'
import type { Part, Sensitivity } from './model.ts'
import { MAY_HOLD, PARTS, SENSITIVITIES } from './parts.ts'
import type { AccessRule, ChartAccess } from './ports.ts'
import { resourceParts, type ResourceParts } from './resource-parts.ts'

export interface Withholding {
  /** Parts that this reader sees nothing of. */
  readonly withheld: readonly Part[]
  /** Marks whose items this reader does not see. */
  readonly without: readonly Sensitivity[]
}

/** What these rights keep back; rules `with-reason` are open when `reasonGiven`. */
export function withholdingOf(access: ChartAccess, reasonGiven: boolean): Withholding {
  const isShut = (rule: AccessRule) => rule === 'no' || (rule === 'with-reason' && !reasonGiven)
  return {
    withheld: PARTS.filter((part) => isShut(access.parts[part])),
    without: SENSITIVITIES.filter((mark) => isShut(access.sensitive[mark])),
  }
}

/** `resources`: all of one patient. Copies where something is taken out. */
export function redactResources(resources: readonly Resource[], { withheld, without }: Withholding): Resource[] {
  if (withheld.length === 0 && without.length === 0) return [...resources]
  const partsOf = resourceParts(resources)
  const isShown = ({ parts, marks }: ResourceParts) =>
    parts.length > 0 &&
    parts.every((part) => !withheld.includes(part)) &&
    !marks.some((mark) => without.includes(mark) && parts.some((part) => MAY_HOLD[part].includes(mark)))
  const shown = resources.filter((resource) => isShown(partsOf(resource)))
  const kept = new Set(shown)
  const gone = new Set(resources.filter((r) => !kept.has(r)).map(({ resourceType, id }) => `${resourceType}/${id}`))
  return shown.map((resource) => withoutReferences(stripped(resource, { withheld, without }), gone) as Resource)
}

/** Elements that may speak of what is withheld: a report's remark, a narrative over everything, 障害 of the patient. */
function stripped(resource: Resource, { withheld, without }: Withholding): Resource {
  const { text: _text, ...bare } = resource as Resource & { text?: unknown }
  if (bare.resourceType === 'DiagnosticReport' && without.includes('stigma-infection')) {
    const {
      conclusion: _c,
      conclusionCode: _cc,
      presentedForm: _p,
      ...report
    } = bare as typeof bare & { conclusionCode?: unknown }
    return report
  }
  if (bare.resourceType === 'Patient' && withheld.includes('alerts') && bare.extension) {
    const extension = bare.extension.filter(({ url }) => url !== EXTENSION.patientDisability)
    const { extension: _all, ...patient } = bare
    return extension.length > 0 ? { ...patient, extension } : patient
  }
  return bare as Resource
}

/** Without every reference to one of `gone`; what loses nothing is handed on as it is. */
function withoutReferences(value: unknown, gone: ReadonlySet<string>): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const kept = value.filter((item) => !refersTo(item, gone)).map((item) => withoutReferences(item, gone))
    return kept.length === value.length && kept.every((item, i) => item === value[i]) ? value : kept
  }
  const entries = Object.entries(value)
  const kept = entries.flatMap(([name, inner]) => {
    if (refersTo(inner, gone)) return []
    const less = withoutReferences(inner, gone)
    return Array.isArray(less) && less.length === 0 ? [] : [[name, less] as const]
  })
  const isSame = kept.length === entries.length && kept.every(([, inner], i) => inner === entries[i]![1])
  return isSame ? value : Object.fromEntries(kept)
}

function refersTo(value: unknown, gone: ReadonlySet<string>): boolean {
  const reference = (value as { reference?: unknown } | null)?.reference
  return typeof reference === 'string' && gone.has(reference)
}
