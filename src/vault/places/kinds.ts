/** What a place may be, what is kept of it, and what people say of it. */
import { z } from 'zod'
import { type EpochMs, type ErrorCode, institutionTime } from '#base'
import { type KeeperConfig, keeperConfigSchema } from '#storage'
import type { PlaceRow } from '../tables.ts'

/** A bucket with Object Lock; repositories lie in it as `<prefix>/<source>/`. */
const bucketSchema = z.strictObject({
  endpoint: z.url({ protocol: /^https?$/ }),
  region: z.string().min(1),
  bucket: z.string().min(1),
  /** Without slashes at its ends; '' is the top. */
  prefix: z.string(),
  pathStyle: z.boolean(),
})
/** A server that speaks restic's REST protocol and makes no promise: a second copy, no lock. */
const serverSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  user: z.string(),
  /** SHA-256 of its certificate; '' where the system's issuers vouch for it. */
  pin: z.string().regex(/^([0-9a-f]{64})?$/),
})
/** A folder on another disk or a mounted share, known by a mark in it. */
const folderSchema = z.strictObject({ folder: z.string().min(1) })

export type BucketConfig = z.infer<typeof bucketSchema>
export type ServerConfig = z.infer<typeof serverSchema>
export type FolderConfig = z.infer<typeof folderSchema>

export type PlaceSetup =
  | { readonly kind: 'keeper'; readonly config: KeeperConfig }
  | { readonly kind: 's3'; readonly config: BucketConfig }
  | { readonly kind: 'rest'; readonly config: ServerConfig }
  | { readonly kind: 'folder'; readonly config: FolderConfig }
export type OtherPlaceKind = PlaceSetup['kind']

const CONFIGS = { keeper: keeperConfigSchema, s3: bucketSchema, rest: serverSchema, folder: folderSchema }

/** Half a megabit a second. */
export const LEAST_RATE = 62_500
const hour = z.int().min(0).max(24)
const words = z.string().max(500).default('')

/** What only people know of a place; the guideline asks for it in writing (R40). */
export const placeNotesSchema = z.strictObject({
  /** In another building, out of reach of the same fire or flood (R28). */
  offsite: z.boolean().default(false),
  /** Administered by somebody else, or with another password, than production (R7). Null: nobody has said. */
  ownAdministrator: z.boolean().nullable().default(null),
  /** What was bought, where the place itself does not tell how much is free. */
  capacityBytes: z.int().positive().nullable().default(null),
  /** What could happen to it, and what is done then. */
  risk: words,
  response: words,
  /** Slower between these hours of the institution's day. */
  slow: z
    .strictObject({ fromHour: hour, toHour: hour, bytesPerSecond: z.int().min(LEAST_RATE) })
    // All day would be no slow hours but a place that starves.
    .refine(({ fromHour, toHour }) => (toHour - fromHour + 24) % 24 >= 1 && (toHour - fromHour + 24) % 24 <= 18)
    .nullable()
    .default(null),
})
export type PlaceNotes = Readonly<z.infer<typeof placeNotesSchema>>

export type Place = PlaceSetup & {
  readonly id: string
  readonly name: string
  readonly notes: PlaceNotes
  readonly createdAt: EpochMs
  readonly lastFailure: { readonly code: ErrorCode; readonly at: EpochMs } | undefined
}

export function toPlace(row: PlaceRow): Place {
  const kind = row.kind as OtherPlaceKind
  return {
    // The schema is the one of the kind.
    ...({ kind, config: CONFIGS[kind].parse(JSON.parse(row.config)) } as PlaceSetup),
    id: row.id,
    name: row.name,
    notes: placeNotesSchema.parse(JSON.parse(row.notes)),
    createdAt: row.created_at,
    lastFailure:
      row.last_failure === null ? undefined : { code: row.last_failure as ErrorCode, at: row.last_failure_at ?? 0 },
  }
}

/** For people: where it is, without credentials. */
export function locationOf(place: PlaceSetup): string {
  if (place.kind === 'folder') return place.config.folder
  if (place.kind !== 's3') return place.config.url
  const { endpoint, bucket, prefix } = place.config
  return `${endpoint.replace(/\/$/, '')}/${bucket}${prefix && `/${prefix}`}`
}

/** Bytes a second that may go to a place at this hour of the institution's day; undefined: as many as will. */
export function rateAt({ slow }: PlaceNotes, now: EpochMs): number | undefined {
  if (slow === null) return undefined
  const { hour } = institutionTime(now)
  const { fromHour, toHour, bytesPerSecond } = slow
  const isSlow = fromHour <= toHour ? hour >= fromHour && hour < toHour : hour >= fromHour || hour < toHour
  return isSlow ? bytesPerSecond : undefined
}
