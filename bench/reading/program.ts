/** A program of ours, started as people start it, and what it takes of the machine. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'

export interface Program {
  readonly url: string
  /** From its start to the line that says where it is. */
  readonly readyMs: number
  /** Resident now and at its most, MB; processor seconds so far. */
  usage(): { readonly nowMb: number; readonly peakMb: number; readonly cpuSeconds: number }
  stop(): Promise<void>
}

export async function startProgram(command: string, args: readonly string[]): Promise<Program> {
  const started = performance.now()
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LANG: 'ja_JP.UTF-8', LC_ALL: '' },
  })
  let said = ''
  child.stdout.on('data', (part: Buffer) => (said += part.toString()))
  while (!/Ctrl\+C/.test(said)) {
    if (child.exitCode !== null) throw new Error(`ended: ${said}`)
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
  }
  return {
    url: /(http:\/\/[^\s/]+)/.exec(said)![1]!,
    readyMs: performance.now() - started,
    usage: () => usageOf(child),
    async stop() {
      if (child.exitCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

function usageOf({ pid }: ChildProcess): ReturnType<Program['usage']> {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const mb = (name: string): number => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024)
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return { nowMb: mb('VmRSS'), peakMb: mb('VmHWM'), cpuSeconds: (Number(stat[11]) + Number(stat[12])) / 100 }
}
