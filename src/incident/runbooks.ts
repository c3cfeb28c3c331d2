/**
 * What to do, by kind, as data: phase, who, by when (minutes from the beginning), and what a step can see for itself. Titles
 * and how-to stand in the web's messages by the same codes. The items of the ministry's table of 2024-06 (detect, respond,
 * recover, after) are in it as facts; the order of the cut is that of its model plan (backup path, outside lines, borders).
 */
import type { IncidentKind, Phase } from './kinds.ts'

/** What the program can see for itself. */
export const CHECKS = [
  'backup-cut',
  'expiry-frozen',
  'signs',
  'station-fresh',
  'rehearsed',
  'evidence-kept',
  'decided',
  'roles-named',
  'clocks-closed',
  'gates-passed',
  'reconciled',
] as const
export type CheckCode = (typeof CHECKS)[number]

export const WHO = ['finder', 'decider', 'it', 'lead', 'scribe', 'liaison', 'ward', 'desk', 'management'] as const
export type Who = (typeof WHO)[number]

interface StepData {
  readonly code: string
  readonly phase: Phase
  readonly who: Who
  /** From the beginning of the case. */
  readonly byMinutes: number
  readonly check?: CheckCode
  /** Absent: all. */
  readonly kinds?: readonly IncidentKind[]
}

const ATTACK: readonly IncidentKind[] = ['unknown', 'ransomware']
const OUT: readonly IncidentKind[] = ['lost', 'leak']
const DOWN: readonly IncidentKind[] = [
  'unknown',
  'ransomware',
  'ehr-down',
  'vendor-down',
  'network-down',
  'power-disaster',
]
const DAY = 1440

export const STEPS = [
  { code: 'hands-off', phase: 'detect', who: 'finder', byMinutes: 0, kinds: ATTACK },
  { code: 'note-screen', phase: 'detect', who: 'finder', byMinutes: 5, kinds: DOWN },
  { code: 'tell-decider', phase: 'detect', who: 'finder', byMinutes: 5 },
  { code: 'decide', phase: 'detect', who: 'decider', byMinutes: 15, check: 'decided' },
  { code: 'name-roles', phase: 'detect', who: 'decider', byMinutes: 20, check: 'roles-named' },
  { code: 'cut-backup', phase: 'respond', who: 'it', byMinutes: 10, check: 'backup-cut', kinds: ATTACK },
  { code: 'cut-outside', phase: 'respond', who: 'it', byMinutes: 15, kinds: ATTACK },
  { code: 'cut-segments', phase: 'respond', who: 'it', byMinutes: 20, kinds: ATTACK },
  { code: 'freeze', phase: 'respond', who: 'it', byMinutes: 20, check: 'expiry-frozen', kinds: ATTACK },
  { code: 'look-for-signs', phase: 'respond', who: 'it', byMinutes: 30, check: 'signs', kinds: ATTACK },
  { code: 'find-cause', phase: 'respond', who: 'it', byMinutes: 30, kinds: ['ehr-down', 'network-down', 'unknown'] },
  { code: 'ups', phase: 'respond', who: 'it', byMinutes: 5, kinds: ['power-disaster'] },
  { code: 'people-safe', phase: 'respond', who: 'lead', byMinutes: 5, kinds: ['power-disaster'] },
  {
    code: 'medical-devices',
    phase: 'respond',
    who: 'ward',
    byMinutes: 10,
    kinds: ['power-disaster', 'network-down', 'ransomware'],
  },
  { code: 'station-out', phase: 'respond', who: 'it', byMinutes: 20, check: 'station-fresh', kinds: DOWN },
  { code: 'paper-out', phase: 'respond', who: 'desk', byMinutes: 20, kinds: DOWN },
  { code: 'ward-round', phase: 'respond', who: 'ward', byMinutes: 30, kinds: DOWN },
  { code: 'care-policy', phase: 'respond', who: 'management', byMinutes: 45, kinds: DOWN },
  { code: 'call-vendor', phase: 'respond', who: 'liaison', byMinutes: 30 },
  { code: 'vendor-facts', phase: 'respond', who: 'liaison', byMinutes: 60, kinds: ['vendor-down'] },
  { code: 'close-vendor-line', phase: 'respond', who: 'it', byMinutes: 15, kinds: ['vendor-down'] },
  { code: 'other-line', phase: 'respond', who: 'it', byMinutes: 60, kinds: ['network-down', 'vendor-down'] },
  { code: 'lost-what', phase: 'respond', who: 'lead', byMinutes: 60, kinds: ['lost'] },
  { code: 'lost-search', phase: 'respond', who: 'finder', byMinutes: 60, kinds: ['lost'] },
  { code: 'lost-lock', phase: 'respond', who: 'it', byMinutes: 30, kinds: ['lost'] },
  { code: 'leak-stop', phase: 'respond', who: 'it', byMinutes: 30, kinds: ['leak'] },
  { code: 'leak-whose', phase: 'respond', who: 'lead', byMinutes: 4 * 60, kinds: [...ATTACK, ...OUT] },
  {
    code: 'keep-evidence',
    phase: 'respond',
    who: 'it',
    byMinutes: 4 * 60,
    check: 'evidence-kept',
    kinds: [...ATTACK, 'leak'],
  },
  { code: 'insurer', phase: 'respond', who: 'liaison', byMinutes: 2 * 60, kinds: [...ATTACK, ...OUT] },
  {
    code: 'report-outside',
    phase: 'respond',
    who: 'liaison',
    byMinutes: DAY,
    kinds: [...ATTACK, ...OUT, 'vendor-down'],
  },
  { code: 'tell-house', phase: 'respond', who: 'management', byMinutes: 60 },
  { code: 'tell-public', phase: 'respond', who: 'management', byMinutes: DAY, kinds: [...ATTACK, ...OUT] },
  { code: 'order-recovery', phase: 'recover', who: 'management', byMinutes: DAY, kinds: DOWN },
  {
    code: 'clean-backup',
    phase: 'recover',
    who: 'it',
    byMinutes: 2 * DAY,
    check: 'rehearsed',
    kinds: ['ransomware', 'ehr-down', 'unknown'],
  },
  { code: 'terminals', phase: 'recover', who: 'it', byMinutes: 7 * DAY, kinds: ['ransomware'] },
  { code: 'gates', phase: 'recover', who: 'lead', byMinutes: 7 * DAY, check: 'gates-passed', kinds: DOWN },
  { code: 'enter-paper', phase: 'recover', who: 'ward', byMinutes: 14 * DAY, check: 'reconciled', kinds: DOWN },
  { code: 'declare-return', phase: 'recover', who: 'management', byMinutes: 14 * DAY, kinds: DOWN },
  { code: 'reports-final', phase: 'after', who: 'liaison', byMinutes: 60 * DAY, check: 'clocks-closed' },
  { code: 'review', phase: 'after', who: 'lead', byMinutes: 30 * DAY },
  { code: 'prevent', phase: 'after', who: 'management', byMinutes: 60 * DAY },
  { code: 'vendor-orders', phase: 'after', who: 'management', byMinutes: 60 * DAY },
] as const satisfies readonly StepData[]

export type StepCode = (typeof STEPS)[number]['code']
export type Step = StepData & { readonly code: StepCode }

export const isStepCode = (text: string): text is StepCode => STEPS.some(({ code }) => code === text)

/** The runbook of a kind, in its order. */
export const runbookOf = (kind: IncidentKind): readonly Step[] =>
  (STEPS as readonly Step[]).filter(({ kinds }) => !kinds || kinds.includes(kind))
