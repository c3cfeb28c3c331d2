/**
 * What each report asks for, as data (`forms.json`): facts in our own words, nothing of any authority's wording. `checked`:
 * false where the list was not compared with the authority's own form: shown as 未確認.
 */
import { z } from 'zod'
import { isClockCode } from '#incident'
import data from './forms.json' with { type: 'json' }

export const FORM_CODES = [
  'ppc-first',
  'ppc-final',
  'mhlw',
  'prefecture',
  'police',
  'common',
  'staff',
  'public',
  'patients',
] as const
export type FormCode = (typeof FORM_CODES)[number]

export const FIELD_CODES = [
  // Filled from the case.
  'institution',
  'contact',
  'decider',
  'kind',
  'known-at',
  'found',
  'emergency',
  'scope',
  'leak',
  'patients',
  'staff',
  'ransom-note',
  'done',
  'told',
  'evidence',
  'course',
  'prevention',
  // Filled with words of the house, to be looked at.
  'advice',
  'staff-do',
  // Written by people.
  'data-kinds',
  'cause',
  'further-harm',
  'persons-told',
  'published',
  'care',
  'help',
  'recovery',
  'entry',
  'indicators',
  'extension',
  'malware',
  'complaint',
  'share',
  'press',
  'desk',
  'next-news',
  'other',
] as const
export type FieldCode = (typeof FIELD_CODES)[number]

const formSchema = z.strictObject({
  code: z.enum(FORM_CODES),
  /** It answers this clock of the case. */
  clock: z.string().refine(isClockCode).optional(),
  checked: z.boolean(),
  /** Anybody may read it: free text of the timeline is not taken over, only codes, times and figures. */
  open: z.boolean().default(false),
  fields: z.array(z.enum(FIELD_CODES)).nonempty(),
})
export type ReportForm = z.infer<typeof formSchema>

export const FORMS: readonly ReportForm[] = z.array(formSchema).length(FORM_CODES.length).parse(data)
export const formOf = (code: string): ReportForm | undefined => FORMS.find((form) => form.code === code)
