/** What a reader needs to judge figures: machine, system, versions, date, and how busy the machine was. */
import { spawnSync } from 'node:child_process'
import { cpus, loadavg, release, totalmem } from 'node:os'

/** Answers a function that describes the run when it ends: load is that of beginning and end. */
export function describeMachine(versions: readonly string[], work: string): () => string[] {
  const started = new Date(Date.now())
  const before = loadavg()[0]!
  const { stdout } = spawnSync('stat', ['-f', '-c', '%T', work], { encoding: 'utf8' })
  return () => {
    const minutes = Math.round((Date.now() - started.getTime()) / 60_000)
    return [
      `${started.toISOString().slice(0, 16).replace('T', ' ')} UTC, ${minutes} minutes`,
      `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Linux ${release()}, ${stdout.trim() || 'unknown file system'}`,
      `load at the beginning ${before.toFixed(2)}, at the end ${loadavg()[0]!.toFixed(2)}: above the number of processors, other work disturbed the run`,
      ...versions,
    ]
  }
}
