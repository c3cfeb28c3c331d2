/** Bulk Data Access: the server prepares files, we wait, fetch each, and compare with what it promised. */
import { AppError } from '#base'
import { connectionError } from './connection.ts'
import { LONGEST_WAIT_MS, waitOf, wrong } from './requests.ts'
import { isResource, lineOf, parseKeeping } from './resource-line.ts'
import type { FhirServer } from './server.ts'

export interface ExportFile {
  readonly type: string
  readonly url: string
  readonly count: number | undefined
}

export interface Manifest {
  /** Instant as of which the export is true. */
  readonly transactionTime: string
  readonly files: readonly ExportFile[]
  /** The server says that some of it failed. */
  readonly hasErrors: boolean
}

const FIRST_WAIT_MS = 5000
/** A server that needs longer is stuck. */
const LONGEST_JOB_MS = 12 * 3_600_000
const MOST_LINE_BYTES = 128 * 1024 * 1024
const MOST_FILES = 100_000

/**
 * Starts an export, waits for it and hands over its manifest; ends the job at the server afterwards, whatever happened.
 * @throws FHIR_SERVER_ANSWER_WRONG (`expired`, `too-long`, `manifest` …) and what asking throws
 */
export async function withExport<T>(
  server: FhirServer,
  since: string | undefined,
  use: (manifest: Manifest) => Promise<T>,
): Promise<T> {
  const { requests } = server
  const query = new URLSearchParams({ _outputFormat: 'application/fhir+ndjson', ...(since && { _since: since }) })
  const begun = await requests.json(requests.own(`${requests.base}/$export?${query.toString()}`), {
    Prefer: 'respond-async',
  })
  const place = begun.answer.headers['content-location']
  if (begun.answer.status !== 202 || place === undefined) throw wrong('export')
  const job = requests.own(place)
  try {
    return await use(await finished(server, job))
  } finally {
    await requests.remove(job)
  }
}

async function finished({ requests }: FhirServer, job: URL): Promise<Manifest> {
  let waited = 0
  for (;;) {
    const { answer, text } = await requests.json(job)
    if (answer.status !== 202) return manifestOf(text)
    const ms = Math.min(waitOf(answer.headers['retry-after']) ?? FIRST_WAIT_MS, LONGEST_WAIT_MS)
    // One who says "at once" again and again does not keep us for ever.
    waited += Math.max(ms, 1000)
    if (waited > LONGEST_JOB_MS) throw wrong('too-long')
    await requests.wait(ms)
  }
}

function manifestOf(text: string): Manifest {
  const { transactionTime, output, error } = (parseKeeping(text) ?? {}) as Record<string, unknown>
  if (!Array.isArray(output) || typeof transactionTime !== 'string' || Number.isNaN(Date.parse(transactionTime)))
    throw wrong('manifest')
  if (output.length > MOST_FILES) throw wrong('manifest')
  const files = output.map((one: { type?: unknown; url?: unknown; count?: unknown } | null) => {
    if (typeof one?.type !== 'string' || !/^[A-Z][A-Za-z]+$/.test(one.type) || typeof one.url !== 'string')
      throw wrong('manifest')
    return { type: one.type, url: one.url, count: typeof one.count === 'number' ? one.count : undefined }
  })
  return { transactionTime, files, hasErrors: Array.isArray(error) && error.length > 0 }
}

/**
 * The lines of one file. A file that breaks off is begun again by the caller.
 * @throws FHIR_SERVER_ANSWER_WRONG: `expired` where the server has taken it away, `short` where it holds fewer lines than
 *   promised, `json`; and what asking throws
 */
export async function* exportedLines({ requests }: FhirServer, file: ExportFile): AsyncIterableIterator<string> {
  const { body } = await requests.stream(requests.own(file.url)).catch((error: unknown) => {
    const status = error instanceof AppError ? error.context['status'] : undefined
    throw status === 404 || status === 410 ? wrong('expired') : error
  })
  let count = 0
  for await (const line of linesIn(body as AsyncIterable<Buffer>)) {
    if (line.trim() === '') continue
    const resource = parseKeeping(line)
    if (!isResource(resource)) throw wrong('not-a-resource')
    count++
    yield lineOf(resource)
  }
  if (file.count !== undefined && count < file.count) throw wrong('short', 'temporary')
}

async function* linesIn(body: AsyncIterable<Buffer>): AsyncIterableIterator<string> {
  let parts: Buffer[] = []
  let held = 0
  try {
    for await (const piece of body) {
      let from = 0
      for (let at = piece.indexOf(0x0a); at !== -1; at = piece.indexOf(0x0a, from)) {
        yield Buffer.concat([...parts, piece.subarray(from, at)]).toString('utf8')
        ;[parts, held, from] = [[], 0, at + 1]
      }
      parts.push(piece.subarray(from))
      held += piece.length - from
      if (held > MOST_LINE_BYTES) throw wrong('too-large')
    }
  } catch (error) {
    throw error instanceof AppError ? error : connectionError(error)
  }
  if (held > 0) yield Buffer.concat(parts).toString('utf8')
}
