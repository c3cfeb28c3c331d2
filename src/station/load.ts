/** What an emergency PC must know of production's sources, sealed to its key, so that a card printed earlier stays good. */
import { z } from 'zod'
import { type Box, type BoxKey, openBox, sealBox } from '#access'
import { AppError } from '#base'
import { MISSING_TOPICS } from '#chart'
import { type IntakePart, isSourceId } from '#vault'

const isText = (value: unknown): boolean => typeof value === 'string' && value.length < 100

/** Of names; production cuts what is longer ({@link shortened}). */
export const MOST_TEXT = 200
export const shortened = (text: string): string => text.slice(0, MOST_TEXT).toWellFormed()

/** Of a package or an answer: most of it are the paths of the erasure register, some hundred characters a patient. */
export const MOST_CHARACTERS = 30_000_000

/** Of all papers: they go with every package and every answer. */
export const MOST_PAPER_BYTES = 2_000_000

export const boxSchema = z.strictObject({ ephemeral: z.string().max(100), sealed: z.string().max(MOST_CHARACTERS) })

const sourceSchema = z.strictObject({
  id: z.string().refine(isSourceId),
  name: z.string().max(MOST_TEXT),
  kind: z.enum(['ssmix2', 'intake', 'fhir-server']),
  /** As production knew them: units are told by them. */
  paths: z.array(z.string().max(4096)).min(1).max(100),
  /** Id in the repository's config. */
  repository: z.string().regex(/^[0-9a-f]{64}$/),
  password: z.string().min(1).max(200),
  /** Of `intake`: how each of the paths is read. */
  intake: z.array(z.strictObject({ format: z.custom<IntakePart['format']>(isText), settings: z.unknown() })).max(100),
})
export type StationSource = z.infer<typeof sourceSchema>

/** What a newer server adds is passed over: a PC must open whatever version it is of. */
const loadSchema = z.object({
  /** Made at; an older one never takes the place of a newer one. */
  at: z.int().nonnegative(),
  institution: z.string().max(MOST_TEXT),
  sources: z.array(sourceSchema).max(200),
  /** 消去台帳: paths that no view shows. */
  hidden: z.array(z.string().max(4096)).max(200_000),
  /** Patients whose charts open with a reason only, as the journal names them. */
  protected: z.array(z.string().regex(/^patient:[0-9a-f]{64}$/)).default([]),
  /** Sources whose patient numbers are the house's. */
  sharedNumbers: z.array(z.string()).max(200).default([]),
  /** What each ward cannot do without (R13). */
  minimums: z
    .array(
      z.object({
        ward: z.string().max(MOST_TEXT),
        topics: z.array(z.string()).transform((named) => MISSING_TOPICS.filter((topic) => named.includes(topic))),
        by: z.string().max(MOST_TEXT),
        onMs: z.int(),
      }),
    )
    .default([]),
  /** 緊急連絡先 and the like: PDFs as base64. */
  papers: z
    .array(
      z.object({
        title: z.string().max(MOST_TEXT),
        pdf: z.base64().max(MOST_PAPER_BYTES * 2),
        madeAt: z.int().optional(),
      }),
    )
    .max(20)
    .default([]),
})
export type StationLoad = z.infer<typeof loadSchema>

/** What a copy needs before any card was used: folder names and repository ids, no secret. */
export const copySchema = z.strictObject({
  id: sourceSchema.shape.id,
  name: sourceSchema.shape.name,
  repository: sourceSchema.shape.repository,
})
export type CopiedSource = z.infer<typeof copySchema>

const PURPOSE = 'toride station load v1'

export const sealLoad = (load: StationLoad, station: string, box: string): Box =>
  sealBox(Buffer.from(JSON.stringify(load)), box, PURPOSE, station)

/** @throws STATION_FILE_DAMAGED where it is not for this key, or nothing sensible is in it */
export function openLoad(load: Box, station: string, key: BoxKey): StationLoad {
  const plain = openBox(load, key, PURPOSE, station)
  if (!plain) throw new AppError('STATION_FILE_DAMAGED', { detail: 'load' })
  try {
    return loadSchema.parse(JSON.parse(plain.toString()))
  } catch (cause) {
    throw new AppError('STATION_FILE_DAMAGED', { detail: 'load', cause })
  }
}
