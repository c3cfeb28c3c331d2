/** So many calls of one client at a time; the next wait for a free place with their bodies unread, so none fills the memory. */
import { Refusal } from '../refusal.ts'

const MOST_AT_ONCE = 32
const MOST_WAITING = 300

export class Turns {
  readonly #busy = new Map<string, number>()
  readonly #waiting = new Map<string, (() => void)[]>()

  /** @throws Refusal too-many-attempts where even the queue is full */
  async take<T>(client: string, work: () => Promise<T>): Promise<T> {
    if ((this.#busy.get(client) ?? 0) >= MOST_AT_ONCE) await this.#wait(client)
    else this.#busy.set(client, (this.#busy.get(client) ?? 0) + 1)
    try {
      return await work()
    } finally {
      // A place is handed on; only where nobody waits it becomes free.
      const next = this.#waiting.get(client)?.shift()
      if (next) next()
      else this.#busy.set(client, this.#busy.get(client)! - 1)
    }
  }

  #wait(client: string): Promise<void> {
    const queue = this.#waiting.get(client) ?? []
    if (queue.length >= MOST_WAITING) throw new Refusal('too-many-attempts')
    this.#waiting.set(client, queue)
    return new Promise((resolve) => queue.push(resolve))
  }
}
