/** The gates of the way back (R150), as a fold over what was decided. Pure. */
import type { EpochMs } from '#base'

export const GATES = ['evidence', 'scan', 'isolated', 'operation', 'reconciled', 'ended', 'review'] as const
export type Gate = (typeof GATES)[number]

/** `mishap`: a person answers for it that nobody attacked: nothing has to be preserved, scanned or tried apart. */
export const CASE_KINDS = ['attack', 'mishap'] as const
export type CaseKind = (typeof CASE_KINDS)[number]

/** Gates before anything is written over the old place. */
export const BEFORE_PRODUCTION: Readonly<Record<CaseKind, readonly Gate[]>> = {
  attack: ['evidence', 'scan', 'isolated'],
  mishap: [],
}

export const gatesOf = (kind: CaseKind): readonly Gate[] =>
  kind === 'attack' ? GATES : GATES.filter((gate) => !BEFORE_PRODUCTION.attack.includes(gate))

/** `asked`: one person asks to go on without; another one decides. `undone`: it and all behind it are open again. */
export const GATE_RESULTS = ['passed', 'asked', 'overridden', 'undone'] as const
export type GateResult = (typeof GATE_RESULTS)[number]

export interface Decision {
  readonly gate: Gate
  readonly result: GateResult
  readonly reason: string
  readonly at: EpochMs
  /** Id of a person. */
  readonly by: string
}

export interface GateState {
  readonly gate: Gate
  readonly state: 'passed' | 'overridden' | 'asked' | 'open'
  /** What stands now; undefined while nothing was decided, or it was taken back. */
  readonly decision: Decision | undefined
}

/** Where the case stands: each gate of its kind, in order. */
export function gateStates(kind: CaseKind, decisions: readonly Decision[]): GateState[] {
  const gates = gatesOf(kind)
  const now = new Map<Gate, Decision>()
  for (const decision of decisions) {
    if (decision.result !== 'undone') now.set(decision.gate, decision)
    else for (const gate of gates.slice(gates.indexOf(decision.gate))) now.delete(gate)
  }
  return gates.map((gate) => {
    const decision = now.get(gate)
    const state = decision && decision.result !== 'undone' ? decision.result : 'open'
    return { gate, state, decision }
  })
}

export const isThrough = ({ state }: GateState): boolean => state === 'passed' || state === 'overridden'

/** The one next step; undefined where all are passed. */
export const nextGate = (states: readonly GateState[]): GateState | undefined => states.find((one) => !isThrough(one))

/** The first gate that keeps a restore from the old place; undefined: none does. */
export function gateBeforeProduction(kind: CaseKind, states: readonly GateState[]): Gate | undefined {
  const missing = states.find((one) => BEFORE_PRODUCTION[kind].includes(one.gate) && !isThrough(one))
  return missing?.gate
}
