export { type Cell, type CellCode, type CellState, coverageOf, type Covering, type CoveredSystem } from './coverage.ts'
export { EHR_KINDS, type EhrKind, proposal } from './proposal.ts'
export { ACCEPTANCE_RESULTS, type Acceptance, type AcceptanceResult, type SystemInput } from './systems.ts'
export { PARTS, type Part, type PartPlan, SYSTEM_KINDS, type System, type SystemKind, Systems } from './systems.ts'
export { GOVERNANCE_MIGRATIONS } from './tables.ts'
export {
  type Device,
  DEVICE_KINDS,
  type DeviceInput,
  type DeviceKind,
  Devices,
  MOST_RECORD_BYTES,
  type RecordContent,
  type Spare,
  type SpareInput,
  STALE_MONTHS,
} from './devices.ts'
export { type DiffLine, diffLines, type TextDiff } from './diff.ts'
export { recordState, type RecordState, spareState } from './freshness.ts'
export { type Call, type CallNode, callsOf, callTree } from './call-tree.ts'
export { phonesOf, type RoleCard, roleCards } from './cards.ts'
export { CONTACT_PROPOSALS } from './contact-proposals.ts'
export {
  CUT_STAGES,
  decidersOf,
  FIELDS,
  isShort,
  knownValues,
  problemsOf,
  REGISTERS,
  Registers,
  updateState,
} from './registers.ts'

export type { Field, Problem, Register, RegisterEntry, Values } from './registers.ts'
