/**
 * The matrix of what each role may see and do (USERS.md, "Roles by 職種"), one typed table per question. A cell that is
 * missing does not compile; `matrix.test.ts` states every cell a second time.
 */
import type { Duty, Profession, Roles } from './roles.ts'

/** The parts of a chart that are granted separately. */
export const CHART_ITEMS = [
  'identity',
  'bookings',
  'insurance',
  /** Only whether there is a drug allergy, not to what. */
  'allergy-flag',
  'allergies',
  'infections',
  /** HIV, hepatitis, syphilis and the like: asked for, with a reason. */
  'stigma-infections',
  'prescriptions',
  'injections',
  'labs',
  'vitals',
  'encounters',
  'problems',
  /** 未告知病名: told to the family or nobody, not to the patient. */
  'undisclosed',
  'notes',
  'psychiatry',
  'documents',
  'images',
] as const
export type ChartItem = (typeof CHART_ITEMS)[number]

/** yes = shown; reason = shown after a reason is given, which is journaled; no = not shown, and not said to exist. */
export type ChartAccess = 'yes' | 'reason' | 'no'

type Row = Readonly<Record<ChartItem, ChartAccess>>

const NOTHING: Row = {
  identity: 'no',
  bookings: 'no',
  insurance: 'no',
  'allergy-flag': 'no',
  allergies: 'no',
  infections: 'no',
  'stigma-infections': 'no',
  prescriptions: 'no',
  injections: 'no',
  labs: 'no',
  vitals: 'no',
  encounters: 'no',
  problems: 'no',
  undisclosed: 'no',
  notes: 'no',
  psychiatry: 'no',
  documents: 'no',
  images: 'no',
}

const CLERK: Row = { ...NOTHING, identity: 'yes', bookings: 'yes', insurance: 'yes', 'allergy-flag': 'yes' }

/** What everybody who treats patients needs to do so safely. */
const TREATING: Row = {
  ...CLERK,
  allergies: 'yes',
  infections: 'yes',
  'stigma-infections': 'reason',
  prescriptions: 'yes',
  injections: 'yes',
  labs: 'yes',
  vitals: 'yes',
  encounters: 'yes',
  problems: 'yes',
}

const CHART_MATRIX: Readonly<Record<Profession, Row>> = {
  doctor: { ...TREATING, undisclosed: 'yes', notes: 'yes', psychiatry: 'yes', documents: 'yes', images: 'yes' },
  nurse: { ...TREATING, undisclosed: 'yes', notes: 'yes', psychiatry: 'reason', documents: 'yes', images: 'yes' },
  pharmacist: { ...TREATING, notes: 'reason', documents: 'reason' },
  technologist: { ...TREATING, documents: 'reason', images: 'yes' },
  clerk: CLERK,
  vendor: NOTHING,
}

/** What a profession may see of an item. Duties do not count: they add no sight of charts. */
export function chartAccess(roles: Roles, item: ChartItem): ChartAccess {
  return CHART_MATRIX[roles.profession][item]
}

/** What can be done in Toride besides reading charts. */
export const ACTIONS = [
  'see-status',
  'open-charts',
  'search-patients',
  'print-charts',
  'run-backup',
  /** Rotating disks: put in, take off, say where one is. */
  'carry-media',
  'restore',
  'read-evidence',
  'read-journal',
  'manage-people',
  'manage-settings',
  'manage-keys',
  /** The second person behind a new recovery kit; also keeps and checks its sheets. */
  'confirm-kit',
  'protect-patients',
] as const
export type Action = (typeof ACTIONS)[number]

const BY_PROFESSION: Readonly<Record<Profession, readonly Action[]>> = {
  doctor: ['see-status', 'open-charts', 'search-patients', 'print-charts', 'carry-media'],
  nurse: ['see-status', 'open-charts', 'search-patients', 'print-charts', 'carry-media'],
  pharmacist: ['see-status', 'open-charts', 'search-patients', 'print-charts', 'carry-media'],
  technologist: ['see-status', 'open-charts', 'search-patients', 'carry-media'],
  clerk: ['see-status', 'open-charts', 'search-patients', 'carry-media'],
  vendor: ['see-status'],
}

const BY_DUTY: Readonly<Record<Duty, readonly Action[]>> = {
  administrator: [
    'see-status',
    'run-backup',
    'carry-media',
    'restore',
    'read-evidence',
    'read-journal',
    'manage-people',
    'manage-settings',
    'manage-keys',
    'confirm-kit',
    'protect-patients',
  ],
  director: [
    'see-status',
    'run-backup',
    'carry-media',
    'restore',
    'read-evidence',
    'read-journal',
    'confirm-kit',
    'protect-patients',
  ],
  inspector: ['see-status', 'read-evidence', 'read-journal'],
}

export function mayDo(roles: Roles, action: Action): boolean {
  return BY_PROFESSION[roles.profession].includes(action) || roles.duties.some((duty) => BY_DUTY[duty].includes(action))
}

/** Who says what a ward cannot do without (R13): a nurse or a doctor who answers for something in the house. */
export function decidesMinimum({ profession, duties }: Roles): boolean {
  const answers = duties.includes('director') || duties.includes('administrator')
  return answers && (profession === 'nurse' || profession === 'doctor')
}

export interface OpeningDecision {
  readonly decision: 'open' | 'reason-needed' | 'denied'
  /** What the journal notes beside the opening; each is reviewed the next day. */
  readonly flags: readonly ('protected-staff' | 'own-chart' | 'by-reason')[]
}

/**
 * Whether a person may open these items of a chart now.
 * A colleague who is a patient is protected: opening needs a reason and is flagged, for everybody including doctors.
 */
export function decideOpening(
  roles: Roles,
  request: {
    readonly items: readonly ChartItem[]
    readonly patient: { readonly protectedStaff: boolean; readonly ownChart: boolean }
    readonly reason?: string
  },
): OpeningDecision {
  const cells = request.items.map((item) => chartAccess(roles, item))
  if (!mayDo(roles, 'open-charts') || cells.includes('no')) return { decision: 'denied', flags: [] }
  const flags: OpeningDecision['flags'][number][] = []
  if (request.patient.protectedStaff) flags.push('protected-staff')
  if (request.patient.ownChart) flags.push('own-chart')
  if (cells.includes('reason')) flags.push('by-reason')
  const reasonGiven = (request.reason ?? '').trim() !== ''
  return { decision: flags.length > 0 && !reasonGiven ? 'reason-needed' : 'open', flags }
}
