import { AppError, type Backend, type FileRef } from '#base'

/** A call on the repository as the plan of faults sees it; `count` numbers calls of this operation from 1. */
export interface Call {
  readonly operation: 'save' | 'load' | 'stat' | 'list' | 'remove'
  readonly file: FileRef | undefined
  readonly count: number
}

/**
 * What goes wrong: `drop` before anything happens (temporary), `drop-after` the work was done but the answer lost,
 * `truncate` a load gives half and says nothing, `flip` one bit of it differs, `full` the disk is full.
 */
export type Fault = 'drop' | 'drop-after' | 'truncate' | 'flip' | 'full'

/** A storage that fails as told; for tests of everything that stands on it. */
export function withFaults(inner: Backend, plan: (call: Call) => Fault | undefined): Backend {
  const counts = { save: 0, load: 0, stat: 0, list: 0, remove: 0 }
  async function call<T>(operation: Call['operation'], file: FileRef | undefined, run: () => Promise<T>): Promise<T> {
    counts[operation] += 1
    const fault = plan({ operation, file, count: counts[operation] })
    if (fault === 'drop') throw dropped()
    if (fault === 'full') throw new AppError('STORAGE_FULL', { detail: 'planned fault' })
    const result = await run()
    if (fault === 'drop-after') throw dropped()
    return fault && Buffer.isBuffer(result) ? (spoil(result, fault) as T) : result
  }
  return {
    location: inner.location,
    ...(inner.retention && { retention: inner.retention }),
    save: (file, parts) => call('save', file, () => inner.save(file, parts)),
    load: (file, offset, length) => call('load', file, () => inner.load(file, offset, length)),
    stat: (file) => call('stat', file, () => inner.stat(file)),
    list: (kind) => call('list', { kind, name: '' }, () => inner.list(kind)),
    remove: (file) => call('remove', file, () => inner.remove(file)),
    close: () => inner.close(),
  }
}

function dropped(): AppError {
  return new AppError('STORAGE_UNREACHABLE', { detail: 'planned fault', retry: 'temporary' })
}

function spoil(bytes: Buffer, fault: Fault): Buffer {
  if (fault === 'truncate') return bytes.subarray(0, bytes.length >> 1)
  const copy = Buffer.from(bytes)
  if (copy.length > 0) copy[copy.length >> 1]! ^= 1
  return copy
}
