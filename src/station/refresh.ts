/**
 * Bringing an emergency PC up to date: first the copies (ciphertext, no key), then what is made of them (with the keys, from
 * the card on). Each step leaves what was there; a kill, a full disk or a line that breaks costs only the step.
 */
import { hash } from 'node:crypto'
import { AppError, type Backend, type Clock, type FileRef, isAppError } from '#base'
import { mirrorRepository } from '#vault'
import type { StationFolder } from './folder.ts'
import type { CopiedSource } from './load.ts'
import { openOrigin } from './origin.ts'
import { attestedBy } from './reply.ts'
import { ownCopy, type SeenSnapshot, type Shelf } from './shelf.ts'

export interface Work {
  readonly kind: 'copy' | 'prepare'
  readonly done: number
  readonly total: number
}

export interface RefreshOptions {
  readonly folder: StationFolder
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onWork: (work: Work) => void
}

/**
 * Copies what is missing of every source, and asks who vouches for what. One source that fails stops no other.
 * @throws the first failure, after the others were tried
 */
export async function refreshCopies({ folder, clock, signal, onWork }: RefreshOptions): Promise<void> {
  const given = folder.origin()
  if (!given) throw new AppError('STATION_NOT_SET_UP')
  const origin = openOrigin(given)
  const failures: unknown[] = []
  const marks: Record<string, 'attested' | 'received'> = {}
  for (const source of folder.copies())
    try {
      for (const [snapshot, mark] of await origin.marks(source)) marks[snapshot] = mark
      if (given.kind === 'folder') await lookAt(origin.repository(source))
      else await copyOne(folder, source, origin.repository(source), { signal, onWork })
    } catch (error) {
      if (signal.aborted || !isAppError(error)) throw error
      failures.push(error)
    }
  // What a place said before stays true of what it said it of: receipts are never withdrawn.
  folder.change((state) => ({ ...state, marks: { ...state.marks, ...marks } }))
  if (failures.length > 0) throw failures[0]
  folder.change(({ failure: _over, ...state }) => ({ ...state, copiedAt: clock.now() }))
}

async function lookAt(from: ReturnType<ReturnType<typeof openOrigin>['repository']>): Promise<void> {
  try {
    await from.list('snapshots')
  } finally {
    await from.close()
  }
}

async function copyOne(
  folder: StationFolder,
  source: CopiedSource,
  from: ReturnType<ReturnType<typeof openOrigin>['repository']>,
  { signal, onWork }: Pick<RefreshOptions, 'signal' | 'onWork'>,
): Promise<void> {
  try {
    const to = await ownCopy(folder, source.id)
    try {
      const { damaged } = await mirrorRepository(from, to, {
        signal,
        onProgress: ({ bytesDone, bytesTotal }) => onWork({ kind: 'copy', done: bytesDone, total: bytesTotal }),
      })
      // What a broken disk left comes anew with the next refresh.
      for (const file of damaged) if (file.side === 'to' && !(await isWhole(to, file))) await to.remove(file)
      if (damaged.length > 0) throw new AppError('RESTIC_DAMAGED', { context: { files: damaged.length } })
    } finally {
      await to.close()
    }
  } finally {
    await from.close()
  }
}

/** Of another length than there, and still what its name promises: it is theirs that was cut, and ours may be the last. */
async function isWhole(copy: Backend, file: FileRef): Promise<boolean> {
  return hash('sha256', await copy.load(file)) === file.name
}

/**
 * After everything was copied and made ready, where the disk runs short. Nothing is swept of a folder that is read where it lies.
 * @throws the first failure, after the others were tried
 */
export async function sweepCopies(shelf: Shelf, { folder, signal }: RefreshOptions): Promise<void> {
  const given = folder.origin()
  if (!given || given.kind === 'folder') return
  const origin = openOrigin(given)
  for (const source of shelf.load.sources) {
    const from = origin.repository(source)
    try {
      await shelf.sweep(source, from, signal)
    } finally {
      await from.close()
    }
  }
}

/** Snapshot → who vouches for it: a Keeper's receipt (and a verifier's reading) before production's own list. */
export function marksOf(folder: StationFolder): ReadonlyMap<string, 'attested' | 'received' | 'ledger'> {
  const marks = new Map<string, 'attested' | 'received' | 'ledger'>()
  for (const snapshot of attestedBy(folder)) marks.set(snapshot, 'ledger')
  for (const [snapshot, mark] of Object.entries(folder.state().marks)) marks.set(snapshot, mark)
  return marks
}

/** Makes ready what should be: of each source the newest that somebody vouches for, and the newest of all. */
export async function prepareNewest(shelf: Shelf, { folder, signal, onWork }: RefreshOptions): Promise<void> {
  const marks = marksOf(folder)
  const failures: unknown[] = []
  for (const source of shelf.load.sources)
    try {
      const seen = await shelf.snapshots(source)
      const ready = new Set(folder.state().ready.map(({ snapshot }) => snapshot))
      for (const one of wanted(seen, marks)) {
        if (ready.has(one.snapshot)) continue
        await shelf.prepare(source, one, {
          signal,
          onProgress: ({ unitsDone, unitsTotal }) => onWork({ kind: 'prepare', done: unitsDone, total: unitsTotal }),
        })
      }
    } catch (error) {
      if (signal.aborted || !isAppError(error)) throw error
      failures.push(error)
    }
  if (failures.length > 0) throw failures[0]
}

/** The vouched one first: whoever waits gets it sooner. The older one last, so that the catalogue ends with the newest. */
function wanted(seen: readonly SeenSnapshot[], marks: ReadonlyMap<string, unknown>): SeenSnapshot[] {
  const newest = seen[0]
  const vouched = seen.find(({ snapshot }) => marks.has(snapshot))
  return [...new Set([vouched, newest])].filter((one) => one !== undefined)
}
