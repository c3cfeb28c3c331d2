/** A verb of the terminal in a thread of its own, where it may wait synchronously for a Keeper that the test's thread serves. */
import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '#base'
import { runCli } from '#cli'

const { args, now } = workerData as { args: string[]; now: number }
let text = ''
const output = { write: (more: string | Uint8Array) => void (text += String(more)) }
const code = await runCli(args, {
  stdout: output,
  stderr: output,
  env: { LANG: 'en' },
  signal: new AbortController().signal,
  clock: { ...systemClock, now: () => now },
})
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
parentPort!.postMessage({ code, text })
