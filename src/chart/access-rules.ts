/** From the matrix of roles (`access`) to the parts of a chart. One table: which cell of the matrix opens which part. */
import { chartAccess, type ChartItem, type Roles } from '#access'
import type { Part, Sensitivity } from './model.ts'
import { PARTS, SENSITIVITIES } from './parts.ts'
import type { AccessRule, ChartAccess } from './ports.ts'

const CELL_OF_PART: Readonly<Record<Part, ChartItem>> = {
  identity: 'identity',
  contacts: 'identity',
  coverage: 'insurance',
  drugAllergy: 'allergy-flag',
  allergies: 'allergies',
  infections: 'infections',
  bloodType: 'labs',
  // An alert may say anything: who may not see problems may not see it.
  alerts: 'problems',
  prescriptions: 'prescriptions',
  injections: 'injections',
  administrations: 'injections',
  labs: 'labs',
  labOrders: 'labs',
  microbiology: 'labs',
  vitals: 'vitals',
  problems: 'problems',
  stay: 'encounters',
  encounters: 'encounters',
  diets: 'encounters',
  examinations: 'images',
  notes: 'notes',
  documents: 'documents',
}

const CELL_OF_SENSITIVITY: Readonly<Record<Sensitivity, ChartItem>> = {
  uninformed: 'undisclosed',
  // Marked by the source as not to be handed on: as closely kept as what the patient was not told.
  undelivered: 'undisclosed',
  'stigma-infection': 'stigma-infections',
  psychiatry: 'psychiatry',
}

/** What a person with these roles may read. `reasonAlways` is for protected patients and emergency accounts. */
export function accessOf(roles: Roles, reasonAlways = false): ChartAccess {
  const rule = (item: ChartItem): AccessRule => {
    const cell = chartAccess(roles, item)
    return cell === 'reason' ? 'with-reason' : cell
  }
  return {
    parts: Object.fromEntries(PARTS.map((part) => [part, rule(CELL_OF_PART[part])])) as Record<Part, AccessRule>,
    sensitive: Object.fromEntries(SENSITIVITIES.map((s) => [s, rule(CELL_OF_SENSITIVITY[s])])) as Record<
      Sensitivity,
      AccessRule
    >,
    reasonAlways,
  }
}
