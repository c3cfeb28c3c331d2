/** What a server may say at most: it may be taken by a thief, or be no S3 server at all. */
import { pipeline, type Readable, Transform } from 'node:stream'
import { AppError } from '#base'

/** The largest object that is read whole. */
export const MAX_LOAD_BYTES = 512 * 1024 * 1024
/** Of everything but an object's bytes; a page of 1000 versions with keys of 1 KiB is half of it. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024
/** More than any repository has; servers give 1000 a page. */
const MAX_ENTRIES = 2_000_000
const MAX_PAGES = 20_000

/** The stream with an end: it fails where more than `MAX_ANSWER_BYTES` come. What is no stream is left as it is. */
export function boundedAnswer<T>(body: T): T | Readable {
  if (!isReadable(body)) return body
  let seen = 0
  const bound = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length
      if (seen > MAX_ANSWER_BYTES) done(tooLong())
      else done(null, chunk)
    },
  })
  // A broken connection breaks `bound`, and so whoever reads it.
  pipeline(body, bound, () => undefined)
  return bound
}

/**
 * The bytes of an object.
 * @param statedBytes by the answer's own header
 * @param mostBytes what was asked for or is known of it
 * @throws STORAGE_UNREACHABLE (temporary) where more come, or fewer than were stated
 */
export async function boundedBytes(
  body: unknown,
  statedBytes: number | undefined,
  mostBytes = MAX_LOAD_BYTES,
): Promise<Buffer> {
  if (!isReadable(body)) return Buffer.alloc(0)
  const most = Math.min(mostBytes, MAX_LOAD_BYTES)
  const chunks: Buffer[] = []
  let seen = statedBytes ?? 0
  if (seen <= most) {
    seen = 0
    for await (const chunk of body as AsyncIterable<Buffer>) {
      seen += chunk.length
      if (seen > most) break
      chunks.push(chunk)
    }
  }
  if (seen > most) {
    body.destroy()
    throw tooLong()
  }
  if (seen < (statedBytes ?? 0)) throw broken('the answer was cut off')
  return Buffer.concat(chunks)
}

/** One listing, page by page. @throws STORAGE_FAILED where it has no end */
export class Pages {
  readonly #seen: Set<string>
  #entries = 0

  /** @param first how the first page is asked for */
  constructor(first: string) {
    this.#seen = new Set([first])
  }

  /** @param next how the following page is asked for @param entries of this page */
  turn(next: string, entries: number): void {
    this.#entries += entries
    if (this.#seen.has(next) || this.#seen.size >= MAX_PAGES || this.#entries > MAX_ENTRIES)
      throw new AppError('STORAGE_FAILED', { detail: 'a listing without an end' })
    this.#seen.add(next)
  }
}

const isReadable = (body: unknown): body is Readable => typeof (body as Partial<Readable> | null)?.pipe === 'function'
const tooLong = (): AppError => broken('more bytes than asked for')
const broken = (detail: string): AppError => new AppError('STORAGE_UNREACHABLE', { detail, retry: 'temporary' })
