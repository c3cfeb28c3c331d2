/** Bulk Data Access: the server prepares files, we wait, fetch each, and compare with what it promised. */
import { AppError } from '#base'
import { connectionError } from './connection.ts'
import { LONGEST_WAIT_MS, waitOf } from './requests.ts'
import { isObject, isResourceLine, lineOf, objectsIn, parseKeeping } from './resource-line.ts'
import type { FhirServer } from './server.ts'
import { wrong } from './wrong.ts'

export interface ExportFile {
  readonly type: string
  readonly url: string
  readonly count: number | undefined
  /** It is read only with the login. */
  readonly asksLogin: boolean
}

export interface Manifest {
  /** Instant as of which the export is true. */
  readonly transactionTime: string
  readonly files: readonly ExportFile[]
  /** Of an export of changes: lists of what the server deleted. */
  readonly deleted: readonly ExportFile[]
  /** Lists (OperationOutcome) of what the server could not export. */
  readonly errors: readonly ExportFile[]
}

const FIRST_WAIT_MS = 5000
/** A server that needs longer is stuck. */
const LONGEST_JOB_MS = 12 * 3_600_000
const MOST_LINE_BYTES = 128 * 1024 * 1024
const MOST_FILES = 100_000
/** More say no more. */
const MOST_ERRORS = 1000

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
  const scope = server.group === undefined ? '' : `Group/${encodeURIComponent(server.group)}/`
  const begun = await requests.json(requests.own(`${requests.base}/${scope}$export?${query.toString()}`), {
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
  const said = (parseKeeping(text) ?? {}) as Record<string, unknown>
  const { transactionTime, output, error = [], deleted = [], requiresAccessToken } = said
  if (!Array.isArray(output) || !Array.isArray(deleted) || !Array.isArray(error)) throw wrong('manifest')
  if (typeof transactionTime !== 'string' || Number.isNaN(Date.parse(transactionTime))) throw wrong('manifest')
  if (output.length + deleted.length + error.length > MOST_FILES) throw wrong('manifest')
  const asksLogin = requiresAccessToken === true
  const file = (one: unknown): ExportFile => {
    const { type, url, count } = (one ?? {}) as Record<string, unknown>
    if (typeof type !== 'string' || !/^[A-Z][A-Za-z]+$/.test(type) || typeof url !== 'string') throw wrong('manifest')
    return { type, url, count: typeof count === 'number' ? count : undefined, asksLogin }
  }
  return { transactionTime, files: output.map(file), deleted: deleted.map(file), errors: error.map(file) }
}

/**
 * The lines of the server's lists of errors: an OperationOutcome each.
 * @throws as {@link exportedLines}
 */
export async function errorsIn(server: FhirServer, { errors }: Manifest): Promise<readonly string[]> {
  const lines: string[] = []
  for (const file of errors)
    for await (const line of exportedLines(server, file)) if (lines.length < MOST_ERRORS) lines.push(line)
  return lines
}

/** Whether a list of errors says that something is missing; a remark does not. What cannot be read does. */
export function saysFailed(line: string): boolean {
  if (!isResourceLine(line)) return true
  const issues = objectsIn((JSON.parse(line) as Record<string, unknown>)['issue'])
  return issues.length === 0 || issues.some(({ severity }) => severity !== 'information' && severity !== 'warning')
}

/**
 * What the server deleted, as `Type/id` (Bulk Data: Bundles of DELETE requests).
 * @throws as {@link exportedLines}
 */
export async function deletedIn(server: FhirServer, { deleted }: Manifest): Promise<ReadonlySet<string>> {
  const names = new Set<string>()
  for (const file of deleted)
    for await (const line of exportedLines(server, file)) {
      if (!isResourceLine(line)) throw wrong('not-a-resource')
      for (const { request } of objectsIn((JSON.parse(line) as Record<string, unknown>)['entry'])) {
        const { method, url } = isObject(request) ? request : {}
        if (method === 'DELETE' && typeof url === 'string') names.add(url)
      }
    }
  return names
}

/**
 * The lines of one file, those that hold no resource as they came. A file that breaks off is begun again by the caller.
 * @throws FHIR_SERVER_ANSWER_WRONG: `expired` where the server has taken it away, `short` where it holds fewer lines than
 *   promised, `json`; and what asking throws
 */
export async function* exportedLines({ requests }: FhirServer, file: ExportFile): AsyncIterableIterator<string> {
  const url = requests.named(file.url)
  // To our own server it always goes; elsewhere only where the server says that the file asks for it.
  const withLogin = file.asksLogin || url.origin === new URL(requests.base).origin
  const { body } = await requests.stream(url, withLogin).catch((error: unknown) => {
    const status = error instanceof AppError ? error.context['status'] : undefined
    throw status === 404 || status === 410 ? wrong('expired') : error
  })
  let [count, good] = [0, 0]
  for await (const { line, isCut } of linesIn(body as AsyncIterable<Buffer>)) {
    if (line.trim() === '') continue
    count++
    // The last line of a file that broke off may come whole the next time; a whole one that is no resource stays what it is.
    const isGood = isResourceLine(line)
    if (isGood) good++
    yield isCut || isGood ? lineOf(parseKeeping(line)) : line
  }
  // A page that asks to log in, say, is no file of bad records.
  if (count > 0 && good === 0) throw wrong('not-a-resource')
  if (file.count !== undefined && count < file.count) throw wrong('short', 'temporary')
}

async function* linesIn(body: AsyncIterable<Buffer>): AsyncIterableIterator<{ line: string; isCut: boolean }> {
  let parts: Buffer[] = []
  let held = 0
  try {
    for await (const piece of body) {
      let from = 0
      for (let at = piece.indexOf(0x0a); at !== -1; at = piece.indexOf(0x0a, from)) {
        yield { line: Buffer.concat([...parts, piece.subarray(from, at)]).toString('utf8'), isCut: false }
        ;[parts, held, from] = [[], 0, at + 1]
      }
      parts.push(piece.subarray(from))
      held += piece.length - from
      if (held > MOST_LINE_BYTES) throw wrong('too-large')
    }
  } catch (error) {
    throw error instanceof AppError ? error : connectionError(error)
  }
  if (held > 0) yield { line: Buffer.concat(parts).toString('utf8'), isCut: true }
}
