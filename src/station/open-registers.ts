/** Order of the cut and phone numbers as production knew them: in the open, for who has no card. Nothing private is in it. */
import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { writePrivateFile } from '#access'
import { CUT_GROUPS, DEADLINE_FROM, DEADLINE_UNITS, DEADLINE_WHEN } from '#incident'
import type { StationFolder } from './folder.ts'

const text = z.string().max(2000)
export const registersSchema = z.object({
  cuts: z
    .array(z.object({ group: z.enum(CUT_GROUPS), name: text, place: text, how: text, stops: text, phone: text }))
    .max(500)
    .readonly(),
  phones: z
    .array(
      z.object({
        who: text,
        phone: text,
        note: text,
        isPrivate: z.literal(false),
        isFirst: z.boolean(),
        isUnchecked: z.boolean(),
      }),
    )
    .max(500)
    .readonly(),
  deciders: z.array(text).max(50).readonly(),
  deadlines: z
    .array(
      z.object({
        id: z.string().regex(/^[0-9a-z-]{1,40}$/),
        name: text,
        source: text,
        amount: z.int().min(1).max(9999),
        unit: z.enum(DEADLINE_UNITS),
        from: z.enum(DEADLINE_FROM),
        when: z.enum(DEADLINE_WHEN),
      }),
    )
    .max(100)
    .readonly()
    // A server that was not renewed yet knows none.
    .default([]),
  plan: z
    .object({ version: z.int(), criteria: z.array(text).max(50).readonly(), waitMinutes: z.int().optional() })
    .transform(({ waitMinutes, ...plan }) => ({ ...plan, waitMinutes }))
    .optional(),
})
export type OpenRegisters = z.infer<typeof registersSchema>

const NONE: OpenRegisters = { cuts: [], phones: [], deciders: [], deadlines: [] }

export function keepRegisters(folder: StationFolder, registers: OpenRegisters): void {
  writePrivateFile(folder.in('registers'), Buffer.from(JSON.stringify(registers)))
}

/** What a power cut left in pieces is as if it were not there: it comes with the next report. */
export function openRegisters(folder: StationFolder): OpenRegisters {
  const path = folder.in('registers')
  if (!existsSync(path)) return NONE
  try {
    return registersSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data ?? NONE
  } catch {
    return NONE
  }
}
