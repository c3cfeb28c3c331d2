/** A packed file of a backup unpacked in a place of its own: what a hostile one does to its unpacker stays there. */
import { existsSync, lstatSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AppError } from '#base'
import { runIsolated } from './sandbox.ts'

export type Unpacker = 'xz' | 'bzip2'

export interface Unpacking {
  readonly tool: Unpacker
  readonly from: string
  /** Not there yet. */
  readonly to: string
  /** Written at most. */
  readonly mostBytes: number
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/** `longer`: there is more than was asked for; `broken`: what there is does not unpack to its end. */
export type Unpacked = 'whole' | 'longer' | 'broken'

/** @throws ISOLATION_NO_UNPACKER, ISOLATION_MISSING, ISOLATION_KILLED, STORAGE_FULL, COMMANDS_TIMED_OUT, BASE_CANCELLED */
export async function unpackIsolated({ tool, from, to, mostBytes, timeoutMs, signal }: Unpacking): Promise<Unpacked> {
  const program = `/usr/bin/${tool}`
  if (!existsSync(program)) throw new AppError('ISOLATION_NO_UNPACKER')
  const work = join(dirname(to), 'unpacking')
  mkdirSync(work, { mode: 0o700 })
  try {
    const { log } = await runIsolated({
      argv: ['/usr/bin/bash', '-uc', SCRIPT, 'rehearsal', program, String(Math.floor(mostBytes) + 1)],
      reads: [{ from, at: '/packed' }],
      writes: [{ from: work, at: '/run/unpacking' }],
      timeoutMs,
      signal,
    })
    const [unpacked, written] = log.trim().split(' ').map(Number)
    if (written !== 0) throw new AppError('STORAGE_FULL')
    const file = join(work, 'out')
    // A link would be of the packed file's making, and lead to a file of the host.
    const stat = lstatSync(file)
    if (!stat.isFile()) return 'broken'
    const isLonger = stat.size > mostBytes
    renameSync(file, to)
    if (isLonger) return 'longer'
    return unpacked === 0 ? 'whole' : 'broken'
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** $1 the program, $2 bytes. Its own exit counts only where nobody stopped reading. */
const SCRIPT = `
cd /run/unpacking
"$1" -dc </packed 2>/dev/null | head -c "$2" >out
echo "\${PIPESTATUS[*]}"
`
