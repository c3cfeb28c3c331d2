/** What people decide of a media set. */
import { z } from 'zod'
import { AppError } from '#base'
import { mediaSetSchema, USUAL_SET_SIZE } from './set.ts'

/** What the guideline asks to be written down of a place (R40), and no machine knows. */
export const mediaNotesSchema = z.strictObject({
  /** Of one medium. */
  capacityBytes: z.int().positive().nullable().default(null),
  risk: z.string().max(500).default(''),
  response: z.string().max(500).default(''),
})

const mediaSettingsSchema = z.strictObject({
  name: z.string().trim().min(1).max(60),
  /** One alone would never be away. */
  size: z.int().min(2).max(60),
  checkAt: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
  /** Where media go that are away for longer; `isOffsite`: in another building. */
  vault: z.strictObject({ name: z.string().trim().max(60), isOffsite: z.boolean() }),
  carriers: mediaSetSchema.shape.carriers,
  notes: mediaNotesSchema,
})
export type MediaSettings = Readonly<z.infer<typeof mediaSettingsSchema>>

export const DEFAULT_MEDIA_SETTINGS: Omit<MediaSettings, 'name'> = {
  size: USUAL_SET_SIZE,
  checkAt: '08:30',
  vault: { name: '', isOffsite: false },
  carriers: [],
  notes: mediaNotesSchema.parse({}),
}

/** @throws BASE_CONFIG_INVALID naming fields, not values */
export function parseMediaSettings(input: unknown): MediaSettings {
  const parsed = mediaSettingsSchema.safeParse(input)
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.map((issue) => issue.path.join('.'))
  throw new AppError('BASE_CONFIG_INVALID', { detail: `media: ${fields.join(', ')}` })
}
