/** Wrong credentials and codes, by address: after a few, an address waits. In memory: a restart forgives, a code has 100 bits. */
import { Refusal } from '../refusal.ts'

const MOST_FAILURES = 20
const WINDOW_MS = 600_000
const MOST_ADDRESSES = 10_000

export class Attempts {
  readonly #failures = new Map<string, { count: number; since: number }>()

  /** @throws Refusal too-many-attempts */
  demand(address: string): void {
    const known = this.#failures.get(address)
    if (!known) return
    if (performance.now() - known.since > WINDOW_MS) this.#failures.delete(address)
    else if (known.count >= MOST_FAILURES) throw new Refusal('too-many-attempts')
  }

  failed(address: string): void {
    const known = this.#failures.get(address)
    if (known) known.count += 1
    else {
      if (this.#failures.size >= MOST_ADDRESSES) this.#failures.delete(this.#failures.keys().next().value!)
      this.#failures.set(address, { count: 1, since: performance.now() })
    }
  }
}
