/** What an emergency PC must know of production's sources, sealed to its key, so that a card printed earlier stays good. */
import { z } from 'zod'
import { type Box, type BoxKey, openBox, sealBox } from '#access'
import { AppError } from '#base'
import { type IntakePart, isSourceId } from '#vault'

const isText = (value: unknown): boolean => typeof value === 'string' && value.length < 100

export const boxSchema = z.strictObject({ ephemeral: z.string().max(100), sealed: z.string().max(900_000) })

const sourceSchema = z.strictObject({
  id: z.string().refine(isSourceId),
  name: z.string().max(200),
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

const loadSchema = z.strictObject({
  /** Made at; an older one never takes the place of a newer one. */
  at: z.int().nonnegative(),
  institution: z.string().max(200),
  sources: z.array(sourceSchema).max(200),
  /** 消去台帳: paths that no view shows. */
  hidden: z.array(z.string().max(4096)).max(10_000),
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
