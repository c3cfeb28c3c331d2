import type { ByteString } from '#base'
import type { UnitStore } from './ports.ts'
import type { RepositoryState } from './state.ts'
import { resolveRecord, type KnownPlaces } from './unit-record.ts'

/**
 * Records of units that are done while their blobs are still on the way to disk. One is put as soon as all its packs are
 * saved and named by an index file, in the middle of a run too: after a cut the next run takes these units over unread.
 */
export class PendingRecords {
  readonly #state: RepositoryState
  readonly #store: UnitStore | undefined
  #waiting: { readonly key: ByteString; readonly body: Uint8Array; readonly base: KnownPlaces | undefined }[] = []

  constructor(state: RepositoryState, store: UnitStore | undefined) {
    this.#state = state
    this.#store = store
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  /** @param base a sound record of the same unit that knows what did not change */
  add(key: ByteString, body: Uint8Array, base?: KnownPlaces): void {
    if (this.#store) this.#waiting.push({ key, body, base })
  }

  putResolved(): void {
    const put = (): void => {
      this.#waiting = this.#waiting.filter(({ key, body, base }) => {
        const record = resolveRecord(body, (id, type) => this.#state.locate(id, type), base)
        if (record) this.#store!.put(key, record)
        return !record
      })
    }
    if (this.#store?.together) this.#store.together(put)
    else put()
  }
}
