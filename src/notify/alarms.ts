/**
 * What an alarm can say: a code, which source or place of ours it is about, and figures. No free text, so that no name of a
 * patient, file or person can get into a mail; the words are in `words-ja.ts` and `words-en.ts`.
 */
import { z } from 'zod'
import { AppError } from '#base'

export type Severity = 'information' | 'warning' | 'urgent'

/** Each code and how much it matters. `urgent` asks for a person on the same day. */
export const ALARMS = {
  'backup-late': 'warning',
  'backup-failed': 'warning',
  'backup-incomplete': 'warning',
  'generation-refused': 'urgent',
  'generation-suspicious': 'urgent',
  'generation-unattested': 'warning',
  'lock-lifted': 'urgent',
  'lock-ends-soon': 'warning',
  'verification-failed': 'urgent',
  'file-rotten': 'urgent',
  'verification-overdue': 'warning',
  'ledger-contradicted': 'urgent',
  'clock-frozen': 'urgent',
  'place-unreachable': 'warning',
  'place-nearly-full': 'warning',
  'place-full': 'urgent',
  'medium-wrong': 'warning',
  'medium-missing': 'warning',
  'protection-lowered': 'urgent',
  'protection-raised': 'warning',
  'request-refused': 'urgent',
  'medium-full': 'warning',
  'medium-unusable': 'warning',
  'medium-damaged': 'urgent',
  'place-failed': 'warning',
  'place-behind': 'warning',
  'place-damaged': 'urgent',
  'place-not-holding': 'urgent',
  'restore-test-failed': 'urgent',
  'signs-of-attack': 'urgent',
  'kit-unchecked': 'warning',
  'freeze-ends': 'warning',
  'trouble-reported': 'urgent',
  'emergency-declared': 'urgent',
  'emergency-opened': 'urgent',
  'emergency-unreviewed': 'warning',
  'bulk-opening': 'urgent',
  'station-late': 'warning',
  'station-untested': 'warning',
  'station-test-failed': 'warning',
  'printed-many': 'urgent',
  'edition-made': 'urgent',
  'edition-night-failed': 'warning',
  'edition-overdue': 'warning',
  'drill-overdue': 'warning',
  'drill-none': 'warning',
  'bcp-review-due': 'warning',
  'bcp-stale': 'warning',
  'binder-old': 'warning',
  'binder-changed': 'warning',
  'test-today': 'information',
  'rules-unread': 'warning',
  'contacts-changed': 'warning',
  'expiry-frozen': 'warning',
  'machine-enrolled': 'information',
  'sign-in-refused': 'warning',
  'alarms-lost': 'warning',
  'alarms-not-kept': 'warning',
} as const satisfies Record<string, Severity>

export type AlarmCode = keyof typeof ALARMS

const figure = z.number().min(0).max(1e15)

/** The only figures there are: a digit string that could be a patient's id has no place here. */
const figuresSchema = z.strictObject({
  count: z.int().min(0).max(1_000_000).optional(),
  days: z.int().min(0).max(100_000).optional(),
  hours: z.int().min(0).max(1_000_000).optional(),
  percent: z.int().min(0).max(100).optional(),
  /** When it began or was last well. */
  sinceMs: figure.optional(),
  /** When something ends. */
  untilMs: figure.optional(),
})
export type Figures = Readonly<z.infer<typeof figuresSchema>>

/** An id that Toride gave to a source or place (`ssmix2-1a2b3c4d`, `local`): it begins with a letter, as no patient id does. */
const subjectId = z.string().regex(/^[a-z][a-z0-9]{1,15}(-[a-z0-9]{1,16}){0,3}$/)

export const alarmSchema = z.strictObject({
  code: z.enum(Object.keys(ALARMS) as [AlarmCode, ...AlarmCode[]]),
  about: subjectId.optional(),
  figures: figuresSchema.default({}),
})
export type Alarm = Readonly<z.infer<typeof alarmSchema>>
export type AlarmInput = Readonly<z.input<typeof alarmSchema>>

/** @throws BASE_CONFIG_INVALID, without the value: what does not fit may be anything */
export function parseAlarm(input: AlarmInput): Alarm {
  const parsed = alarmSchema.safeParse(input)
  if (parsed.success) return parsed.data
  throw new AppError('BASE_CONFIG_INVALID', {
    detail: `alarm: ${parsed.error.issues.map((i) => i.path.join('.')).join(', ')}`,
  })
}

/** One alarm at a time for a code and what it is about. */
export function alarmKey({ code, about }: Pick<Alarm, 'code' | 'about'>): string {
  return about === undefined ? code : `${code}:${about}`
}
