import type { ByteString } from '#base'
import type { UnitStore } from './ports.ts'
import type { RepositoryState } from './state.ts'
import { resolveRecord } from './unit-record.ts'

/**
 * Records of units that are done while their blobs are still on the way to disk. One is put as soon as all its packs are
 * saved and named by an index file, in the middle of a run too: after a cut the next run takes these units over unread.
 */
export class PendingRecords {
  readonly #state: RepositoryState
  readonly #store: UnitStore | undefined
  #waiting: { readonly key: ByteString; readonly body: Uint8Array }[] = []

  constructor(state: RepositoryState, store: UnitStore | undefined) {
    this.#state = state
    this.#store = store
  }

  add(key: ByteString, body: Uint8Array): void {
    if (this.#store) this.#waiting.push({ key, body })
  }

  putResolved(): void {
    this.#waiting = this.#waiting.filter(({ key, body }) => {
      const record = resolveRecord(body, (id, type) => this.#state.locate(id, type))
      if (record) this.#store!.put(key, record)
      return !record
    })
  }
}
