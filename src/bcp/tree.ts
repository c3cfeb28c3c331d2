/**
 * Sections and questions. Numbers and subjects follow the ministry's template of a BCP for the department of medical
 * information systems (reference regulation.md 4.2), every word is ours. What a small institution is not asked is left out
 * of its plan as well.
 */
export const INSTITUTION_KINDS = ['cloud-clinic', 'clinic', 'small-hospital', 'regional-hospital'] as const
export type InstitutionKind = (typeof INSTITUTION_KINDS)[number]

/** Content that Toride draws by itself. */
export const LIVE = [
  'grounds',
  'people',
  'deciders',
  'contacts',
  'systems',
  'connections',
  'backups',
  'reading',
  'supplies',
  'care-order',
  'recovery-order',
  'bia',
] as const
export type Live = (typeof LIVE)[number]

export interface Question {
  readonly key: string
  readonly kind: 'text' | 'long' | 'number' | 'choices'
  readonly choices?: readonly string[]
  /** Of a number, both included. */
  readonly range?: readonly [number, number]
  /** Whether Toride brings a proposal (its words stand beside the question's). */
  readonly proposed?: true
  readonly only?: readonly InstitutionKind[]
}

export interface Section {
  readonly code: string
  readonly number: string
  readonly live: readonly Live[]
  readonly questions: readonly Question[]
}

const HOSPITALS = ['small-hospital', 'regional-hospital'] as const
const ON_PREMISE = ['clinic', ...HOSPITALS] as const
const long = (key: string, more: Omit<Question, 'key' | 'kind'> = {}): Question => ({ key, kind: 'long', ...more })
const proposed = (key: string, more: Omit<Question, 'key' | 'kind'> = {}) => long(key, { proposed: true, ...more })
const text = (key: string, more: Omit<Question, 'key' | 'kind'> = {}): Question => ({ key, kind: 'text', ...more })
const number = (key: string, ...range: [number, number]): Question => ({ key, kind: 'number', range })
const section = (code: string, number: string, live: readonly Live[], ...questions: Question[]): Section => ({
  code,
  number,
  live,
  questions,
})

export const EVENTS = [
  'earthquake',
  'flood',
  'fire',
  'cyber',
  'failure',
  'power',
  'network',
  'cloud',
  'vendor',
] as const
export const CRITERIA = ['cannot-open', 'ransom-note', 'strange-print', 'many-pcs', 'vendor-says', 'no-power'] as const

export const SECTIONS: readonly Section[] = [
  section('purpose', '1.1', ['grounds'], proposed('purpose')),
  section('policy', '1.2', [], proposed('policy', { only: HOSPITALS })),
  section('scope', '1.3', [], { key: 'events', kind: 'choices', choices: EVENTS }),
  section('upkeep', '1.4', [], proposed('upkeep'), number('reviewMonth', 1, 12)),
  section('roles', '2.1.2', ['people'], long('meeting', { only: HOSPITALS })),
  section('systems', '2.1.3', ['systems']),
  section('network', '2.1.4', ['connections'], text('networkMap', { only: ON_PREMISE })),
  section('care-order', '2.1.5', ['care-order', 'bia'], long('reduced', { proposed: true })),
  section('contacts', '2.2.1', ['contacts']),
  section('training', '2.2.3', [], number('drillsPerYear', 1, 365), long('training', { only: HOSPITALS })),
  section('backups', '2.2.4', ['backups', 'reading']),
  section(
    'criteria',
    '3.2',
    ['deciders'],
    { key: 'criteria', kind: 'choices', choices: CRITERIA },
    number('waitMinutes', 1, 1440),
    text('reportTo'),
  ),
  section('cause', '3.3.1', [], proposed('cause')),
  section('spread', '3.3.2', ['connections'], proposed('spread')),
  section('management', '3.3.3', [], proposed('management')),
  section('care', '3.4.1', ['reading', 'supplies'], proposed('care'), long('refuse')),
  section('evidence', '3.4.2', [], proposed('evidence', { only: ON_PREMISE })),
  section('reports', '3.4.3', [], text('whoReports')),
  section('recovery', '3.5.1', ['recovery-order'], proposed('consistency')),
  section(
    'return',
    '3.5.2',
    [],
    text('whoConfirms', { only: ON_PREMISE }),
    text('whoDeclares'),
    proposed('returnRule'),
  ),
  section('after', '4', [], proposed('after'), long('publish', { only: HOSPITALS })),
]

/** Of this kind of institution. */
export const questionsOf = ({ questions }: Section, kind: InstitutionKind): Question[] =>
  questions.filter(({ only }) => only === undefined || only.includes(kind))

/** A section with nothing to ask and nothing to show is none of this institution's plan. */
export const sectionsOf = (kind: InstitutionKind): Section[] =>
  SECTIONS.filter((one) => one.live.length > 0 || questionsOf(one, kind).length > 0)

/** 診療の重要度: what of care may stop last. */
export const CARE = [
  'emergency',
  'operation',
  'dialysis',
  'ward',
  'outpatient',
  'prescription',
  'laboratory',
  'imaging',
  'delivery',
  'home-care',
  'billing',
] as const
/** 復旧優先度: in which order machines come back, which is another one (a network before what it carries). */
export const RECOVERY = [
  'network',
  'accounts',
  'virtual-base',
  'database',
  'ehr-read',
  'ehr',
  'orders',
  'billing-system',
  'laboratory-system',
  'imaging-system',
  'devices',
  'mail',
] as const
export type Order = 'care' | 'recovery'
export const ORDERS: Readonly<Record<Order, readonly string[]>> = { care: CARE, recovery: RECOVERY }
