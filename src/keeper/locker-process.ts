/**
 * The locker in a process of its own: it keeps the privileges, the network process has none. Between them run plain
 * messages over Node's channel; the locker checks every path itself, so a taken network process gains its commands only.
 */
import type { ChildProcess } from 'node:child_process'
import { z } from 'zod'
import { isName } from './layout.ts'
import type { Locker } from './locker.ts'
import { isRefusalCode, Refusal } from './refusal.ts'
import type { ClockEvent } from './trusted-clock.ts'

const name = z.string().refine(isName)
const ref = z.strictObject({ client: name, repository: name })
const code = z.string().max(20)
const paths = z.array(z.string().max(200)).max(5000)

const requestSchema = z.discriminatedUnion('do', [
  z.strictObject({ id: z.int(), do: z.literal('time') }),
  z.strictObject({ id: z.int(), do: z.literal('makeRepository'), ref }),
  z.strictObject({ id: z.int(), do: z.literal('hold'), ref, paths, untilMs: z.int() }),
  z.strictObject({ id: z.int(), do: z.literal('letGo'), ref, paths }),
  z.strictObject({ id: z.int(), do: z.literal('replace'), ref, path: z.string().max(200), fresh: z.string().max(200) }),
  z.strictObject({ id: z.int(), do: z.literal('whoseCode'), code }),
  z.strictObject({ id: z.int(), do: z.literal('correctClock'), code, secondCode: code }),
])
type Request = z.infer<typeof requestSchema>
type Unsent = Request extends infer R ? (R extends Request ? Omit<R, 'id'> : never) : never

type Reply = { readonly id: number } & (
  | { readonly value: unknown }
  | { readonly error: string; readonly code?: string }
)
type Told = { readonly clock: ClockEvent }

/** Answers the network process. What is no request of this form is dropped. */
export function serveLocker(child: ChildProcess, locker: Locker): void {
  child.on('message', (message) => {
    const request = requestSchema.safeParse(message)
    if (!request.success) return
    const { id } = request.data
    answer(locker, request.data).then(
      (value) => send(child, { id, value }),
      (error: unknown) => send(child, { id, ...described(error) }),
    )
  })
}

/** Tells the network process of the clocks, for ledger and alarm. */
export function tellOver(child: ChildProcess, clock: ClockEvent): void {
  send(child, { clock })
}

function send(child: ChildProcess, message: Reply | Told): void {
  if (child.connected) child.send(message)
}

function described(error: unknown): { error: string; code?: string } {
  if (error instanceof Refusal) return { error: error.detail, code: error.code }
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
  return { error: error instanceof Error ? error.message : 'unknown', ...(code === undefined ? {} : { code }) }
}

async function answer(locker: Locker, request: Request): Promise<unknown> {
  switch (request.do) {
    case 'time':
      return locker.time()
    case 'makeRepository':
      return locker.makeRepository(request.ref)
    case 'hold':
      return locker.hold(request.ref, request.paths, request.untilMs)
    case 'letGo':
      return locker.letGo(request.ref, request.paths)
    case 'replace':
      return locker.replace(request.ref, request.path, request.fresh)
    case 'whoseCode':
      return locker.whoseCode(request.code)
    case 'correctClock':
      return locker.correctClock(request.code, request.secondCode)
  }
}

function asThrown({ error, code }: { readonly error: string; readonly code?: string }): Error {
  return isRefusalCode(code) ? new Refusal(code, error) : Object.assign(new Error(error), { code })
}

/** The locker as the network process sees it. */
export function remoteLocker(channel: NodeJS.Process, onClock: (event: ClockEvent) => void): Locker {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>()
  let lastId = 0
  channel.on('message', (message: Reply | Told) => {
    if ('clock' in message) return onClock(message.clock)
    const waiter = waiting.get(message.id)
    waiting.delete(message.id)
    if ('error' in message) waiter?.reject(asThrown(message))
    else waiter?.resolve(message.value)
  })
  const call = (request: Unsent): Promise<unknown> =>
    new Promise((resolve, reject) => {
      waiting.set(++lastId, { resolve, reject })
      channel.send!({ ...request, id: lastId })
    })
  return {
    time: () => call({ do: 'time' }) as ReturnType<Locker['time']>,
    makeRepository: (to) => call({ do: 'makeRepository', ref: to }) as Promise<void>,
    hold: (of, files, untilMs) =>
      call({ do: 'hold', ref: of, paths: [...files], untilMs }) as ReturnType<Locker['hold']>,
    letGo: (of, files) => call({ do: 'letGo', ref: of, paths: [...files] }) as ReturnType<Locker['letGo']>,
    replace: (of, path, fresh) => call({ do: 'replace', ref: of, path, fresh }) as Promise<boolean>,
    whoseCode: (one) => call({ do: 'whoseCode', code: one }) as ReturnType<Locker['whoseCode']>,
    correctClock: (one, other) =>
      call({ do: 'correctClock', code: one, secondCode: other }) as ReturnType<Locker['correctClock']>,
  }
}
