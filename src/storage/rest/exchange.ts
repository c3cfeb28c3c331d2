import type { Agent, ClientRequest, IncomingMessage } from 'node:http'
import { brokenAnswer, transportError } from './failures.ts'

/** One question to the server. `doing` says it in English without names, for errors. */
export interface Question {
  readonly method: 'HEAD' | 'GET' | 'POST' | 'DELETE'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly parts?: readonly Uint8Array[]
  readonly doing: string
  readonly agent: Agent
  readonly idleMs: number
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** Of what is no success only the status is used. */
const MAX_REFUSAL_BYTES = 64 * 1024

/**
 * Asks once and reads the whole answer.
 * @param limit how many bytes the body of this answer may have, or what else is wrong with it
 * @throws STORAGE_UNREACHABLE (temporary) where the connection breaks, falls silent, or the body is cut or too long;
 *   STORAGE_CERTIFICATE_WRONG
 */
export function ask(question: Question, limit: (answer: IncomingMessage) => number): Promise<Answer> {
  const { doing, method } = question
  return new Promise((resolve, reject) => {
    const asked = open(question)
    const fail = (error: unknown): void => {
      asked.destroy()
      reject(transportError(error, doing))
    }
    asked.on('error', fail)
    asked.once('timeout', () => fail(brokenAnswer(doing, 'no answer')))
    asked.once('response', (answer) => {
      const status = answer.statusCode ?? 0
      readBody(answer, method === 'HEAD', doing, () => (isSuccess(status) ? limit(answer) : MAX_REFUSAL_BYTES))
        // Bytes on their way must stay as they are until they are out: the caller reuses them when this resolves.
        .then((body) => sent(asked, status, doing).then(() => resolve({ status, headers: answer.headers, body })))
        .catch(fail)
    })
  })
}

export const isSuccess = (status: number): boolean => status >= 200 && status < 300

function open({ method, url, headers, parts = [], agent, idleMs }: Question): ClientRequest {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const { request } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http')
  const asked = request(url, {
    method,
    agent,
    timeout: idleMs,
    headers: { ...headers, ...(method === 'POST' && { 'Content-Length': String(length) }) },
  })
  for (const part of parts) if (part.length > 0) asked.write(part)
  asked.end()
  return asked
}

async function sent(asked: ClientRequest, status: number, doing: string): Promise<void> {
  if (asked.writableFinished || !isSuccess(status)) return
  throw brokenAnswer(doing, 'an answer before the end of the question')
}

async function readBody(
  answer: IncomingMessage,
  isHead: boolean,
  doing: string,
  limitOf: () => number,
): Promise<Buffer> {
  const limit = limitOf()
  const stated = answer.headers['content-length']
  const length = isHead ? 0 : Number(stated ?? Number.NaN)
  if (length > limit) throw brokenAnswer(doing, `an answer of ${length} bytes`)
  // Allocated at once where the length is known: packs of 16 MiB would otherwise be copied together.
  const whole = Number.isSafeInteger(length) ? Buffer.allocUnsafe(length) : undefined
  const chunks: Buffer[] = []
  let done = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    if (done + chunk.length > (whole?.length ?? limit)) throw brokenAnswer(doing, 'more bytes than stated')
    if (whole) chunk.copy(whole, done)
    else chunks.push(chunk)
    done += chunk.length
  }
  if (!answer.complete || (whole && done !== whole.length)) throw brokenAnswer(doing, 'the answer was cut')
  return whole ?? Buffer.concat(chunks)
}
