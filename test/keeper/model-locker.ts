/** A locker that dies: after so many calls nothing is done any more, until the Keeper is started anew. */
import type { lockerHere } from '#keeper'

type Locker = ReturnType<typeof lockerHere>

export class FaultyLocker {
  #left = Infinity
  #afterWork = false

  /** @param afterWork whether the last call's work is still done, and only its answer lost */
  dieAfter(calls: number, afterWork: boolean): void {
    this.#left = calls
    this.#afterWork = afterWork
  }

  revive(): void {
    this.#left = Infinity
  }

  get isDead(): boolean {
    return this.#left < 0
  }

  around(inner: Locker): Locker {
    const call = async <T>(work: () => Promise<T>): Promise<T> => {
      this.#left -= 1
      if (this.#left < 0 && !(this.#left === -1 && this.#afterWork)) throw new Error('killed')
      const result = await work()
      if (this.#left < 0) throw new Error('killed')
      return result
    }
    return {
      ...inner,
      makeRepository: (...given) => call(() => inner.makeRepository(...given)),
      hold: (...given) => call(() => inner.hold(...given)),
      replace: (...given) => call(() => inner.replace(...given)),
      letGo: (...given) => call(() => inner.letGo(...given)),
    }
  }
}
