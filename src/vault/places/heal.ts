/**
 * A file whose bytes are no longer what its name promises is brought from any other place that holds it: every place holds
 * the same repository, byte by byte (SECURITY.md, "Places").
 */
import { hash } from 'node:crypto'
import { type Backend, type FileRef, isAppError } from '#base'
import type { Ledger } from '#journal'

/** A place that may hold the files, opened when it is asked. */
export interface Holder {
  readonly id: string
  use<T>(look: (backend: Backend) => Promise<T>): Promise<T>
}

export interface HealParts {
  readonly ledger: Ledger
  readonly repository: string
  readonly place: string
  readonly backend: Backend
}

/** An entry of the ledger holds so many names; the count is always right. */
const MOST_NAMES = 400

/**
 * @param damaged damaged or gone, of `backend`
 * @returns those that no other place holds whole, or that this one does not take
 */
export async function heal(
  parts: HealParts,
  damaged: readonly FileRef[],
  holders: readonly Holder[],
): Promise<FileRef[]> {
  let left = [...damaged]
  for (const holder of holders) {
    if (left.length === 0) break
    const healed = await whatItGives(holder, left, parts.backend)
    if (healed.length === 0) continue
    left = left.filter((file) => !healed.includes(file))
    await parts.ledger.append({
      type: 'repository.healed',
      actor: 'system:vault',
      subject: `place:${parts.place}`,
      data: {
        repository: parts.repository,
        place: parts.place,
        from: holder.id,
        files: healed.length,
        names: healed.slice(0, MOST_NAMES).map(({ kind, name }) => `${kind}/${name}`),
      },
    })
  }
  return left
}

async function whatItGives(holder: Holder, wanted: readonly FileRef[], to: Backend): Promise<FileRef[]> {
  try {
    return await holder.use(async (from) => {
      const healed: FileRef[] = []
      for (const file of wanted) if (await carry(file, from, to)) healed.push(file)
      return healed
    })
  } catch (error) {
    // A place that does not open gives nothing; the next one may.
    if (!isAppError(error)) throw error
    return []
  }
}

async function carry(file: FileRef, from: Backend, to: Backend): Promise<boolean> {
  try {
    const bytes = await from.load(file)
    if (hash('sha256', bytes) !== file.name) return false
    if ((await to.stat(file)) === undefined) await to.save(file, [bytes])
    else if (to.replace) await to.replace(file, bytes)
    else return false
    return hash('sha256', await to.load(file)) === file.name
  } catch (error) {
    // Not there, or not taken: left as it was.
    if (!isAppError(error) || isAppError(error, 'BASE_CANCELLED')) throw error
    return false
  }
}
