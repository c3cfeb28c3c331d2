import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads'
import { AppError, fromPlain, type FileKind, type FileRef, type ListedFile, type SyncBackend } from '#base'
import { endThread } from '#threads'
import type { StorageConfig } from '../place.ts'
import { ANSWERS, PULSE, SHARED_BYTES, type Answer, type Question, type Results } from './protocol.ts'
import { ReadAhead } from './read-ahead.ts'

/** What the I/O thread gets with its start. */
export interface BridgeWorkerData {
  readonly config: StorageConfig
  readonly port: MessagePort
  readonly shared: SharedArrayBuffer
}

/** An I/O thread that gave no sign for so long is dead: its end cannot be seen by a thread that waits. */
const DEAD_AFTER_MS = 60_000

/**
 * A remote repository for threads that wait: the calls are made in a thread of its own, which starts with the first one
 * (the threads of a first backup never ask). Each call returns when it is done, so `save` is durable as the contract says;
 * saves that overlap are not needed here, since the engine's threads only read and its main thread saves by the
 * asynchronous backend, several at once.
 */
export class SyncBridge implements SyncBackend {
  readonly location: string
  readonly #config: StorageConfig
  readonly #words = new Int32Array(new SharedArrayBuffer(SHARED_BYTES))
  readonly #ahead = new ReadAhead({
    load: (file, offset, length) => this.load(file, offset, length),
    stat: (file) => this.stat(file),
  })
  #running: { readonly worker: Worker; readonly port: MessagePort } | undefined

  constructor(config: StorageConfig, location: string) {
    this.#config = config
    this.location = location
  }

  save(file: FileRef, parts: readonly Uint8Array[]): void {
    // Copied: what a part is a view of (the kernel's whole memory) must not travel.
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
    let at = 0
    for (const part of parts) {
      bytes.set(part, at)
      at += part.length
    }
    this.#call({ type: 'save', file, bytes }, [bytes.buffer])
  }

  load(file: FileRef, offset = 0, length?: number): Buffer {
    const bytes = this.#call({ type: 'load', file, offset, length })
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  loadInto(file: FileRef, offset: number, target: Uint8Array): void {
    this.#ahead.loadInto(file, offset, target)
  }

  stat(file: FileRef): { sizeBytes: number } | undefined {
    return this.#call({ type: 'stat', file })
  }

  list(kind: FileKind): ListedFile[] {
    return this.#call({ type: 'list', kind })
  }

  remove(file: FileRef): void {
    this.#ahead.forget(file)
    this.#call({ type: 'remove', file })
  }

  close(): void {
    if (this.#running) void endThread(this.#running.worker)
    this.#running?.port.close()
    this.#running = undefined
  }

  #call<Q extends Question>(question: Q, transfer: ArrayBuffer[] = []): Results[Q['type']] {
    this.#running ??= this.#start()
    this.#running.port.postMessage(question, transfer)
    const answer = this.#wait(this.#running.port)
    if ('error' in answer) throw fromPlain(answer.error)
    return answer.result as Results[Q['type']]
  }

  #wait(port: MessagePort): Answer {
    let pulse = Atomics.load(this.#words, PULSE)
    for (;;) {
      const seen = Atomics.load(this.#words, ANSWERS)
      const received = receiveMessageOnPort(port) as { message: Answer } | undefined
      if (received) return received.message
      if (Atomics.wait(this.#words, ANSWERS, seen, DEAD_AFTER_MS) !== 'timed-out') continue
      const now = Atomics.load(this.#words, PULSE)
      if (now === pulse) throw new AppError('BASE_BUG', { detail: 'the thread for the storage gives no sign' })
      pulse = now
    }
  }

  #start(): { worker: Worker; port: MessagePort } {
    const { port1, port2 } = new MessageChannel()
    const shared = this.#words.buffer
    const workerData: BridgeWorkerData = { config: this.#config, port: port2, shared }
    const worker = new Worker(new URL('./bridge-worker.ts', import.meta.url), { workerData, transferList: [port2] })
    // Idle it keeps nobody alive.
    worker.unref()
    return { worker, port: port1 }
  }
}
