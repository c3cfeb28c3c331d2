/**
 * restic's REST protocol, version 2 (restic doc/REST_backend.rst), append-only: stock restic works against it. What may be
 * removed is one function that the composition hands in; the shipped one lets locks go and nothing else (SECURITY.md 8).
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { FileKind, FileRef } from '#base'
import type { Client } from '../clients.ts'
import type { House } from '../house.ts'
import { isId, KINDS, objectPath, type RepositoryRef } from '../layout.ts'
import { LARGEST, MOST } from '../objects.ts'
import { Refusal } from '../refusal.ts'
import type { Answer } from './request.ts'

const LIST_V2 = 'application/vnd.x.restic.rest.v2'
const LIST_V1 = 'application/vnd.x.restic.rest.v1'
const DAY_MS = 86_400_000

export type RemovalRule = (house: House, ref: RepositoryRef, file: FileRef) => Promise<void>

/** What the shipped Keeper removes at a client's wish: locks, which must never pile up (they hold nothing). */
export const onlyLocks: RemovalRule = async (house, ref, file) => {
  if (file.kind !== 'locks') throw new Refusal('append-only')
  await house.generations(ref).objects.removeLock(file.name)
}

export interface ResticCall {
  readonly house: House
  readonly client: Client
  readonly ref: RepositoryRef
  /** Segments after client and repository. */
  readonly rest: readonly string[]
  readonly query: URLSearchParams
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly mayRemove: RemovalRule
  readonly reading: ReadingBudget
}

/** Answers the call, or undefined where the path is none of the protocol's. */
export async function restic(call: ResticCall): Promise<Answer | 'sent' | undefined> {
  const { rest, request, house, ref, query } = call
  const method = request.method ?? ''
  const [kind = '', name, ...more] = rest
  if (more.length > 0) return undefined
  if (kind === '' && method === 'POST' && query.get('create') === 'true') {
    demandWriter(call)
    await house.makeRepository(ref)
    return { status: 200 }
  }
  if (kind === 'config' && name === undefined) return onFile(call, { kind: 'config', name: '' }, method)
  if (!(KINDS as readonly string[]).includes(kind) || name === undefined) return undefined
  if (name === '') return method === 'GET' ? list(call, kind as Exclude<FileKind, 'config'>) : undefined
  if (!isId(name)) throw new Refusal('bad-request', 'name')
  return onFile(call, { kind: kind as FileKind, name }, method)
}

async function onFile(call: ResticCall, file: FileRef, method: string): Promise<Answer | 'sent' | undefined> {
  if (method === 'HEAD' || method === 'GET') return read(call, file, method === 'HEAD')
  if (method === 'POST') return take(call, file)
  if (method !== 'DELETE') return undefined
  demandWriter(call)
  await call.mayRemove(call.house, call.ref, file)
  return { status: 200 }
}

function demandWriter({ client }: ResticCall): void {
  if (client.kind !== 'append') throw new Refusal('not-yours', 'reads only')
}

async function list({ house, ref, request }: ResticCall, kind: Exclude<FileKind, 'config'>): Promise<Answer> {
  const { objects, rot } = house.generations(ref)
  // What rotted is not there: whoever has sound bytes sends them again.
  const files = (await objects.list(kind)).filter(({ name }) => !rot.has({ kind, name }))
  const isV2 = (request.headers.accept ?? '').includes(LIST_V2)
  const entries = isV2 ? files.map(({ name, sizeBytes }) => ({ name, size: sizeBytes })) : files.map(({ name }) => name)
  return { status: 200, body: JSON.stringify(entries), type: isV2 ? LIST_V2 : LIST_V1 }
}

async function read(call: ResticCall, file: FileRef, headOnly: boolean): Promise<Answer | 'sent'> {
  const { house, ref, request, response, client } = call
  const { objects, rot } = house.generations(ref)
  const found = await objects.stat(file)
  // To be read as far as it goes; whoever asks whether it is there may send it again.
  if (!found || (headOnly && rot.has(file))) throw new Refusal('not-found')
  const range = rangeOf(request.headers.range, found.sizeBytes)
  if (range === 'outside') return { status: 416, headers: { 'content-range': `bytes */${found.sizeBytes}` } }
  const { start, end } = range ?? { start: 0, end: found.sizeBytes - 1 }
  const length = end - start + 1
  if (!headOnly && file.kind === 'data')
    call.reading.spend(client, length, house.policy.readBytesPerDay, await house.now())
  response.writeHead(range ? 206 : 200, {
    'content-type': 'application/octet-stream',
    'content-length': length,
    'accept-ranges': 'bytes',
    ...(range ? { 'content-range': `bytes ${start}-${end}/${found.sizeBytes}` } : {}),
  })
  if (headOnly || length === 0) response.end()
  else await pipeline(objects.read(file, start, end), response)
  return 'sent'
}

/** The first byte range, as restic asks: `bytes=from-` or `bytes=from-to`. Anything else is the whole file. */
function rangeOf(header: string | undefined, size: number): { start: number; end: number } | 'outside' | undefined {
  const match = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(header ?? '')
  if (!match) return undefined
  const start = Number(match[1])
  const end = match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1)
  if (start === 0 && size === 0) return undefined
  return start >= size || start > end ? 'outside' : { start, end }
}

async function take(call: ResticCall, file: FileRef): Promise<Answer> {
  const { house, ref, request, client } = call
  demandWriter(call)
  const announced = Number(request.headers['content-length'] ?? NaN)
  if (announced > LARGEST[file.kind]) throw new Refusal('too-large')
  const generations = house.generations(ref)
  const isRotten = await generations.isRotten(file)
  if (file.kind === 'keys' && !isRotten) await demandKeysOpen(call)
  if (file.kind !== 'config' && file.kind !== 'data') await demandFew(call, file.kind)
  const most = Number.isNaN(announced) ? LARGEST[file.kind] : announced
  await house.withRoom(client, most, () =>
    isRotten ? generations.heal(file, request) : generations.objects.take(file, request),
  )
  if (client.plain && file.kind !== 'locks') {
    const until = (await house.now()) + house.policy.plainDays * DAY_MS
    await house.parts.locker.hold(ref, [objectPath(file)], until)
  }
  return { status: 200 }
}

/** Where a repository was promised anything, a new way into it needs the console (SECURITY.md 5). */
async function demandKeysOpen({ house, ref, client }: ResticCall): Promise<void> {
  if ((await house.generations(ref).objects.count('keys')) === 0) return
  const now = await house.now()
  const { keysOpenUntil = 0, ...closed } = house.clients.get(client.name) ?? client
  if (keysOpenUntil <= now) throw new Refusal('keys-closed')
  // One key, also where many are sent at once: the leave is gone before the first byte is taken.
  house.clients.save(closed)
}

async function demandFew({ house, ref }: ResticCall, kind: keyof typeof MOST): Promise<void> {
  if ((await house.generations(ref).objects.count(kind)) >= MOST[kind]) throw new Refusal('too-many', kind)
}

/** How much each append credential has read of packs today. A stolen host may restore little of what it once wrote. */
export class ReadingBudget {
  readonly #spent = new Map<string, { day: number; bytes: number }>()

  /** @throws Refusal bulk-reading */
  spend(client: Client, bytes: number, mostBytes: number, now: number): void {
    if (client.kind !== 'append') return
    const day = Math.floor(now / DAY_MS)
    const before = this.#spent.get(client.name)
    const spent = (before?.day === day ? before.bytes : 0) + bytes
    if (spent > mostBytes) throw new Refusal('bulk-reading')
    this.#spent.set(client.name, { day, bytes: spent })
  }
}
