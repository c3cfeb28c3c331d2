/** Reading a request, within bounds, and answering it. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Refusal } from '../refusal.ts'

export interface Answer {
  readonly status: number
  readonly body?: string | Buffer
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
}

export const JSON_TYPE = 'application/json; charset=utf-8'
export const TEXT_TYPE = 'text/plain; charset=utf-8'

export const json = (value: unknown): Answer => ({ status: 200, body: JSON.stringify(value), type: JSON_TYPE })
export const text = (body: string): Answer => ({ status: 200, body, type: TEXT_TYPE })

export function send(response: ServerResponse, { status, body = '', type = TEXT_TYPE, headers = {} }: Answer): void {
  if (response.headersSent || response.destroyed) return void response.destroy()
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...headers,
  })
  response.end(body)
}

/** The whole body as text. @throws Refusal too-large */
export async function bodyText(request: IncomingMessage, mostBytes: number): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > mostBytes) throw new Refusal('too-large')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

/** Path segments after the leading slash; a trailing slash leaves an empty last one. No percent signs, no dots. */
export function segments(url: string): { path: string[]; query: URLSearchParams } {
  const [path = '', query = ''] = url.split('?', 2)
  if (!/^\/[a-z0-9/-]*$/.test(path)) throw new Refusal('bad-request', 'path')
  return { path: path.slice(1).split('/'), query: new URLSearchParams(query) }
}

export function basicAuth(header: string | undefined): { name: string; token: string } | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/]+=*)$/.exec(header ?? '')?.[1]
  if (encoded === undefined) return undefined
  const decoded = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  return colon < 0 ? undefined : { name: decoded.slice(0, colon), token: decoded.slice(colon + 1) }
}
