/** What a case can say, in codes. What people read of them is in the web's messages. */

/** Books of production: where gates and paper are counted. */
export const HOME = 'server'

/** What happened, as far as it is known; decides the runbook and the clocks. */
export const INCIDENT_KINDS = [
  'unknown',
  'ransomware',
  'ehr-down',
  'vendor-down',
  'network-down',
  'power-disaster',
  'leak',
  'lost',
] as const
export type IncidentKind = (typeof INCIDENT_KINDS)[number]

/** 検知 → 初動 → 復旧 → 事後 */
export const PHASES = ['detect', 'respond', 'recover', 'after'] as const
export type Phase = (typeof PHASES)[number]

/** 'not': judged, and it is none. 'ended': BCP closed. */
export const EMERGENCY_VALUES = ['active', 'not', 'ended'] as const
export type EmergencyValue = (typeof EMERGENCY_VALUES)[number]

/** Whose decision on the emergency it was: of the register; of somebody else, since nobody of it could be reached; of whom a house without register named. */
export const DECIDED_BY = ['register', 'outside', 'no-register'] as const
export type DecidedBy = (typeof DECIDED_BY)[number]

/** 'suspected' holds from minute 0 wherever an attack is possible (R31), until a person decides otherwise. */
export const LEAK_VALUES = ['suspected', 'confirmed', 'none'] as const
export type LeakValue = (typeof LEAK_VALUES)[number]

/** How much of the house it concerns: one place, several, all. */
export const LEVELS = ['one', 'several', 'all'] as const
export type Level = (typeof LEVELS)[number]

/** Each with a deputy. */
export const CASE_ROLES = ['lead', 'scribe', 'liaison'] as const
export type CaseRole = (typeof CASE_ROLES)[number]

/** By what an emergency is judged (R44): one of them is enough. */
export const CRITERIA = ['no-charts', 'spreading', 'ransom-note', 'long-outage', 'disaster', 'plan', 'other'] as const
export type Criterion = (typeof CRITERIA)[number]

export const STEP_STATES = ['done', 'not-needed', 'open'] as const
export type StepState = (typeof STEP_STATES)[number]

/** How it became known. */
export const NOTE_WAYS = ['seen', 'phone', 'talk', 'mail', 'paper'] as const
export type NoteWay = (typeof NOTE_WAYS)[number]

/** Whose data may have got out. */
export const COUNTED = ['patients', 'staff'] as const
export type Counted = (typeof COUNTED)[number]

export const EVIDENCE_ITEMS = [
  'firewall-log',
  'vpn-log',
  'server-log',
  'disk-image',
  'memory',
  'device',
  'photo',
  'note',
  'other',
] as const
export type EvidenceItem = (typeof EVIDENCE_ITEMS)[number]

/** What happens to an item: it is preserved, handed on, taken by the authorities, given back; a spare stands in for it. */
export const CUSTODY_MOVES = ['handed-on', 'seized', 'returned', 'replaced'] as const
export type CustodyMove = (typeof CUSTODY_MOVES)[number]

/** R70: kinds of damage, as a case counts them afterwards. */
export const DAMAGES = ['liability', 'leak', 'interruption', 'crisis', 'trust'] as const
export type Damage = (typeof DAMAGES)[number]
