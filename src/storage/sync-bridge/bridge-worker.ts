/** Entry file of a thread that calls a remote storage for another one, which waits: one call after the other. */
import { workerData } from 'node:worker_threads'
import { toPlain } from '#base'
import { openRemote } from '../place.ts'
import type { BridgeWorkerData } from './bridge.ts'
import { ANSWERS, PULSE, PULSE_MS, type Answer, type Question } from './protocol.ts'

const { config, port, shared } = workerData as BridgeWorkerData
const words = new Int32Array(shared)
// Whatever else goes wrong here is told to who waits: it could not see the thread's end.
process.on('uncaughtException', (error) => say({ error: toPlain(error) }))
const backend = openRemote(config)

setInterval(() => Atomics.add(words, PULSE, 1), PULSE_MS)
port.on('message', (question: Question) => void answer(question))

async function answer(question: Question): Promise<void> {
  try {
    const result = await run(question)
    say({ result }, result instanceof Uint8Array ? [result.buffer as ArrayBuffer] : [])
  } catch (error) {
    say({ error: toPlain(error) })
  }
}

function run(question: Question) {
  switch (question.type) {
    case 'save':
      return backend.save(question.file, [question.bytes])
    case 'load':
      return backend.load(question.file, question.offset, question.length).then(ownBytes)
    case 'stat':
      return backend.stat(question.file)
    case 'list':
      return backend.list(question.kind)
    case 'remove':
      return backend.remove(question.file)
  }
}

/** Small buffers are parts of a pool, which cannot be given away. */
function ownBytes(bytes: Buffer): Uint8Array<ArrayBuffer> {
  const isOwn = bytes.byteLength === bytes.buffer.byteLength
  return isOwn ? new Uint8Array(bytes.buffer as ArrayBuffer) : new Uint8Array(bytes)
}

function say(said: Answer, transfer: ArrayBuffer[] = []): void {
  port.postMessage(said, transfer)
  Atomics.add(words, ANSWERS, 1)
  Atomics.notify(words, ANSWERS)
}
