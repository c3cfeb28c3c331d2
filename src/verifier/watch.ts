/** The buckets that this machine watches: kept in its folder, looked at in rounds, told by its own mail and webhook. */
import { join } from 'node:path'
import { z } from 'zod'
import { AppError, type Clock, isAppError } from '#base'
import { AlarmBook, type AlarmCode, contactsNotifier, fileStore } from '#notify'
import type { StartWorker } from '#restic'
import type { StorageConfig } from '#storage'
import { type BucketBook, type BucketFinding, type BucketPlace, lookAtBucket } from './bucket.ts'
import { readJson, writeJson } from './folder.ts'

const placeSchema = z.object({
  kind: z.literal('s3'),
  endpoint: z.url(),
  region: z.string(),
  bucket: z.string(),
  prefix: z.string(),
  credentials: z.strictObject({ accessKeyId: z.string(), secretAccessKey: z.string() }),
})
const bucketSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9]{1,15}(-[a-z0-9]{1,16}){0,3}$/),
  place: placeSchema,
  password: z.string().min(1),
  /** A new generation is expected at least this often. */
  hours: z.int().min(1).max(2400),
})
export type WatchedBucket = z.infer<typeof bucketSchema>

const bookSchema: z.ZodType<BucketBook> = z.strictObject({
  seen: z.array(z.string()),
  wrong: z.array(z.string()),
  newAt: z.int(),
  ends: z.record(z.string(), z.int()),
})

const listPath = (folder: string): string => join(folder, 'buckets.json')
export const watchedBuckets = (folder: string): WatchedBucket[] =>
  readJson(listPath(folder), (v) => z.array(bucketSchema).parse(v)) ?? []

/** The same name again is another address or password of the same. @throws BASE_CONFIG_INVALID */
export function watchBucket(folder: string, bucket: WatchedBucket): void {
  const parsed = bucketSchema.safeParse(bucket)
  if (!parsed.success)
    throw new AppError('BASE_CONFIG_INVALID', { detail: parsed.error.issues[0]?.path.join('.') ?? '' })
  writeJson(listPath(folder), [...watchedBuckets(folder).filter(({ name }) => name !== bucket.name), parsed.data])
}

export interface Watched {
  readonly name: string
  readonly findings: readonly BucketFinding[]
  /** Nothing is known: the bucket could not be looked at. */
  readonly error?: AppError
}

const ALARM_OF: Readonly<Record<BucketFinding['what'], AlarmCode>> = {
  late: 'backup-late',
  unlocked: 'lock-lifted',
  short: 'lock-ends-soon',
  'ends-soon': 'lock-ends-soon',
  damaged: 'verification-failed',
}

/** One round over all buckets; who is to be told is told, by itself. */
export async function lookAtBuckets(
  folder: string,
  clock: Clock,
  language: 'ja' | 'en',
  more: { readonly starter: (place: StorageConfig) => StartWorker; readonly signal: AbortSignal },
): Promise<Watched[]> {
  const alarms = await AlarmBook.open({
    store: fileStore(join(folder, 'alarms.json')),
    notifier: contactsNotifier(readJson(join(folder, 'contacts.json'), (v) => v)),
    clock,
    sender: { language, house: 'Toride verifier' },
  })
  const results: Watched[] = []
  for (const bucket of watchedBuckets(folder)) {
    const watched = await lookAt(folder, bucket, clock, more)
    results.push(watched)
    const codes = new Set<AlarmCode>(watched.findings.map(({ what }) => ALARM_OF[what]))
    if (watched.error) codes.add('place-unreachable')
    for (const code of [...new Set(Object.values(ALARM_OF)), 'place-unreachable' as const])
      if (codes.has(code)) await alarms.raise({ code, about: bucket.name })
      // What was not looked at is not known to be well.
      else if (!watched.error) await alarms.clear(code, bucket.name)
  }
  await alarms.tick(() => ({ generations: 0, sources: results.length }))
  return results
}

async function lookAt(
  folder: string,
  { name, place, password, hours }: WatchedBucket,
  clock: Clock,
  { starter, signal }: Parameters<typeof lookAtBuckets>[3],
): Promise<Watched> {
  const now = clock.now()
  const path = join(folder, `bucket-${name}.json`)
  const book = readJson(path, (v) => bookSchema.parse(v)) ?? { seen: [], wrong: [], newAt: now, ends: {} }
  try {
    const lateMs = hours * 3_600_000
    const options = { place: place as BucketPlace, password, book, now, lateMs, startWorker: starter(place), signal }
    const findings = await lookAtBucket(options)
    writeJson(path, book)
    return { name, findings }
  } catch (error) {
    if (signal.aborted || !isAppError(error)) throw error
    return { name, findings: [], error }
  }
}
