/**
 * Loaded first by the programs that are to die: counts what changes the disk (creating, writing, flushing, linking,
 * renaming, removing) and, at the operation it was told, kills the process as `kill -9` does: before the operation, or in
 * the middle of a write. Workers are not counted: of a backup only the main thread writes.
 */
import { Buffer } from 'node:buffer'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

export interface KillPlan {
  /** Number of the operation from 1; undefined: only count. */
  readonly at?: number | undefined
  /** A write is done by half before the kill. */
  readonly torn?: boolean
}

let plan: KillPlan | undefined
let count = 0

/** Counting begins here. */
export function arm(armed: KillPlan): void {
  plan = armed
  count = 0
}

export const operationCount = (): number => count

function step(half?: () => void): void {
  if (!plan || ++count !== plan.at) return
  if (plan.torn) half?.()
  process.kill(process.pid, 'SIGKILL')
}

const parts = (data: unknown): Uint8Array[] => {
  if (typeof data === 'string') return [Buffer.from(data)]
  return data instanceof Uint8Array ? [data] : [...(data as Iterable<Uint8Array>)]
}

/** The first half of what was to be written. */
function writeHalf(fd: number, data: unknown): void {
  const all = Buffer.concat(parts(data))
  writeSync(fd, all.subarray(0, all.length >> 1))
}

const { writeSync } = fs
type Method = (this: unknown, ...args: unknown[]) => unknown

/** @param half what to do of the call when it is cut in the middle, given its arguments and receiver */
function count1(owner: object, name: string, half?: (self: unknown, args: unknown[]) => void): void {
  const methods = owner as Record<string, Method>
  const original = methods[name]!
  methods[name] = function counted(this: unknown, ...args: unknown[]) {
    step(half && (() => half(this, args)))
    return original.apply(this, args)
  }
}

const descriptorHalf = (_self: unknown, [fd, data]: unknown[]): void => {
  if (typeof fd === 'number') writeHalf(fd, data)
}
for (const name of ['mkdirSync', 'fsyncSync', 'linkSync', 'unlinkSync', 'renameSync']) count1(fs, name)
for (const name of ['writeSync', 'writevSync', 'writeFileSync', 'appendFileSync']) count1(fs, name, descriptorHalf)
for (const name of ['mkdir', 'link', 'unlink', 'rename', 'rm']) count1(fs.promises, name)
const handle = await fs.promises.open('/dev/null')
const prototype = Object.getPrototypeOf(handle) as object
await handle.close()
for (const name of ['sync', 'datasync']) count1(prototype, name)
for (const name of ['write', 'writeFile', 'appendFile'])
  count1(prototype, name, (self, [data]) => writeHalf((self as fs.promises.FileHandle).fd, data))
syncBuiltinESMExports()
