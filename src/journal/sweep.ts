/** Cleaning up behind a crash: nothing here is needed for correctness, only for a folder that does not fill with rests. */
import { bundlePath, TILE_WIDTH } from '#tlog'
import { type LedgerFiles, UNFINISHED } from './files.ts'

/** Removes unfinished files, and partial tiles other than those a log of `size` entries ends with. */
export async function sweep(files: LedgerFiles, size: number): Promise<void> {
  await sweepUnfinished(files, '')
  await sweepLevel(files, 'entries', size)
  for (let level = 0, nodes = size; nodes > 0; level++, nodes = Math.floor(nodes / TILE_WIDTH))
    await sweepLevel(files, String(level), nodes)
}

/** The last tile of a level and the one before it: a crash reaches no further. `nodes`: hashes of that level. */
async function sweepLevel(files: LedgerFiles, level: string, nodes: number): Promise<void> {
  const last = Math.floor(nodes / TILE_WIDTH)
  for (const index of [last - 1, last]) {
    if (index < 0) continue
    const full = bundlePath(index, TILE_WIDTH).replace('tile/entries/', `tile/${level}/`)
    await sweepUnfinished(files, full.slice(0, full.lastIndexOf('/')))
    const keep = index === last ? String(nodes % TILE_WIDTH) : ''
    for (const name of await files.list(`${full}.p`)) if (name !== keep) await files.remove(`${full}.p/${name}`)
  }
}

async function sweepUnfinished(files: LedgerFiles, folder: string): Promise<void> {
  for (const name of await files.list(folder))
    if (name.endsWith(UNFINISHED)) await files.remove(folder === '' ? name : `${folder}/${name}`)
}
