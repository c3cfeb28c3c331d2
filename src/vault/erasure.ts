/**
 * 消去台帳 (USERS.md, "Law and paper"): what is to be erased is hidden at once from every reader, left out of new generations,
 * and physically gone when the last lock of what holds it has ended. Packs are shared and never repacked under locks, so the
 * end is certain only once the source goes on in a new repository: the old one is then let go whole.
 */
import { hash, randomUUID } from 'node:crypto'
import { AppError, type Clock, type EpochMs } from '#base'
import type { Kysely } from '#db'
import type { Actor, EraseReason, Ledger, LiftReason } from '#journal'
import { holdsPath } from './find-path.ts'
import type { Generations } from './generations.ts'
import type { Places } from './places/places.ts'
import type { Repositories, RepositorySecrets } from './repositories.ts'
import { seal, unseal } from './seal.ts'
import type { Source } from './source.ts'
import type { ErasureRow, VaultTables } from './tables.ts'

/** Rests sealed: names and paths are patient data. */
export interface ErasureContent {
  /** As people know it: a patient's id, a path. */
  readonly label: string
  /** Absolute, as the source had them; what lies below counts too. */
  readonly paths: readonly string[]
  /** Generations that were looked through when it was entered and hold none of it; what is not named here counts as holding it. */
  readonly free?: readonly string[]
}

export interface ErasureEntry {
  readonly id: string
  readonly sourceId: string
  readonly kind: 'patient' | 'path'
  readonly reason: EraseReason
  readonly enteredAt: EpochMs
  readonly enteredBy: string
  readonly liftedAt: EpochMs | undefined
  readonly doneAt: EpochMs | undefined
  readonly content: ErasureContent
  /** Generations that hold it and that some place still holds. */
  readonly held: number
  /** When the last of them may go; undefined while the source goes on in the same repository. */
  readonly endsAt: EpochMs | undefined
}

/** What no view shows. */
export interface Hidden {
  readonly paths: readonly string[]
  /** Changes whenever anything is entered or lifted. '' where nothing is hidden. */
  readonly tag: string
  covers(path: string): boolean
}

/** What lies at or under any of the paths. */
export function hiding(paths: readonly string[]): Pick<Hidden, 'paths' | 'covers'> {
  return { paths, covers: (path) => paths.some((hidden) => path === hidden || path.startsWith(`${hidden}/`)) }
}

export interface ErasureParts {
  readonly tables: Kysely<VaultTables>
  readonly secrets: RepositorySecrets
  readonly sources: () => Promise<Source[]>
  readonly generations: Generations
  readonly repositories: Repositories
  readonly otherPlaces: Places
  readonly ledger: Ledger
  readonly clock: Clock
}

/** Name of the key that seals the register: of purpose backup, since the nightly run leaves things out without a person. */
const KEY = 'erasure-register'

export class Erasures {
  readonly #parts: ErasureParts
  #hidden: Promise<Hidden> | undefined

  constructor(parts: ErasureParts) {
    this.#parts = parts
  }

  /** @throws VAULT_KEY_MISSING where something is hidden and the keys are closed: nothing is shown rather than too much */
  hidden(): Promise<Hidden> {
    const known = this.#hidden
    if (known) return known
    const reading = this.#readHidden()
    this.#hidden = reading
    reading.catch(() => (this.#hidden = undefined))
    return reading
  }

  async #readHidden(): Promise<Hidden> {
    const rows = (await this.#rows()).filter((row) => row.lifted_at === null)
    const paths = rows.flatMap((row) => this.#open(row).paths)
    return {
      ...hiding(paths),
      tag: rows.length === 0 ? '' : hash('sha256', rows.map(({ id }) => id).join()).slice(0, 16),
    }
  }

  /**
   * Which kept generations of a source hold any of the paths. One that cannot be read is in neither list.
   * @throws VAULT_KEY_MISSING
   */
  async seek(sourceId: string, paths: readonly string[]): Promise<{ holding: string[]; free: string[] }> {
    const { sources, generations, repositories } = this.#parts
    const found = { holding: [] as string[], free: [] as string[] }
    for (const id of chainOf(await sources(), sourceId)) {
      const kept = await generations.list({ sourceId: id })
      if (kept.length === 0) continue
      const { repository } = await repositories.open(id)
      const index = await repository.loadIndex()
      for (const generation of kept) {
        // A patient of files that hold many is no path: every generation counts as holding them.
        const holds = async (path: string): Promise<boolean | undefined> =>
          !path.startsWith('/') || holdsPath(repository, index, generation.tree, path)
        const answers = await Promise.all(paths.map(holds))
        if (answers.includes(true)) found.holding.push(generation.id)
        else if (!answers.includes(undefined)) found.free.push(generation.id)
      }
    }
    return found
  }

  /** Hidden from the moment this resolves. */
  async enter(
    input: { readonly sourceId: string; readonly kind: ErasureEntry['kind']; readonly reason: EraseReason },
    content: ErasureContent,
    by: Actor,
  ): Promise<string> {
    const { tables, secrets, ledger, clock } = this.#parts
    const id = randomUUID()
    const key = secrets.load(KEY) ?? secrets.create(KEY)
    const sealed = seal(Buffer.from(key, 'base64'), Buffer.from(JSON.stringify(content)), Buffer.from(id))
    const row = {
      id,
      source_id: input.sourceId,
      kind: input.kind,
      reason: input.reason,
      sealed,
      entered_at: clock.now(),
      entered_by: by,
      lifted_at: null,
      done_at: null,
    }
    await tables.insertInto('erasure').values(row).execute()
    this.#hidden = undefined
    const data = { entry: id, source: input.sourceId, kind: input.kind, reason: input.reason }
    await ledger.append({ type: 'erasure.entered', actor: by, data })
    return id
  }

  /** Entered by mistake, or withdrawn: shown and taken again. False where it was lifted or is done. */
  async lift(id: string, reason: LiftReason, by: Actor): Promise<boolean> {
    const { tables, ledger, clock } = this.#parts
    const row = (await this.#rows()).find((one) => one.id === id)
    if (!row || row.lifted_at !== null || row.done_at !== null) return false
    await ledger.append({ type: 'erasure.lifted', actor: by, data: { entry: id, reason } })
    await tables.updateTable('erasure').set({ lifted_at: clock.now() }).where('id', '=', id).execute()
    this.#hidden = undefined
    return true
  }

  /** Newest first. @throws VAULT_KEY_MISSING */
  async list(): Promise<ErasureEntry[]> {
    const entries = []
    for (const row of await this.#rows()) entries.push(await this.#entry(row))
    return entries.toReversed()
  }

  /** After runs and expiry: what is gone everywhere is entered as done. */
  async complete(): Promise<void> {
    const { tables, ledger, clock } = this.#parts
    for (const row of await this.#rows()) {
      if (row.lifted_at !== null || row.done_at !== null) continue
      const { lying, endsAt } = await this.#lying(row)
      if (endsAt === undefined || lying.length > 0) continue
      await ledger.append({ type: 'erasure.done', actor: 'system:vault', data: { entry: row.id } })
      await tables.updateTable('erasure').set({ done_at: clock.now() }).where('id', '=', row.id).execute()
    }
  }

  #rows(): Promise<ErasureRow[]> {
    return this.#parts.tables.selectFrom('erasure').selectAll().orderBy('entered_at').execute()
  }

  #open(row: ErasureRow): ErasureContent {
    const key = this.#parts.secrets.load(KEY)
    if (key === undefined) throw new AppError('VAULT_KEY_MISSING')
    return JSON.parse(unseal(Buffer.from(key, 'base64'), row.sealed, Buffer.from(row.id)).toString()) as ErasureContent
  }

  async #entry(row: ErasureRow): Promise<ErasureEntry> {
    const content = this.#open(row)
    const free = new Set(content.free)
    const { lying, endsAt } = await this.#lying(row)
    return {
      id: row.id,
      sourceId: row.source_id,
      kind: row.kind as ErasureEntry['kind'],
      reason: row.reason as EraseReason,
      enteredAt: row.entered_at,
      enteredBy: row.entered_by,
      liftedAt: row.lifted_at ?? undefined,
      doneAt: row.done_at ?? undefined,
      content,
      held: lying.filter((id) => !free.has(id)).length,
      endsAt,
    }
  }

  /**
   * What was taken before the entry, of the source and of those that it went on from, and still lies somewhere. For the end
   * it is not asked whether each really holds it: a day too late is better than a certificate too early.
   */
  async #lying(row: ErasureRow): Promise<{ lying: string[]; endsAt: EpochMs | undefined }> {
    const { sources, generations, otherPlaces, clock } = this.#parts
    const all = await sources()
    const chain = chainOf(all, row.source_id)
    const before = (await Promise.all([...chain].map((sourceId) => generations.listWithGone(sourceId))))
      .flat()
      .filter((generation) => generation.startedAt <= row.entered_at)
    const here = before.filter((generation) => !generation.isGone)
    // A copy without a lock goes with its generation here.
    const copies = (await otherPlaces.held(before.map(({ id }) => id))).filter(
      ({ lockedUntil = 0 }) => lockedUntil > clock.now(),
    )
    const ends = [
      ...here.map(({ keepUntil, lockedUntil = 0 }) => Math.max(keepUntil, lockedUntil)),
      ...copies.map(({ lockedUntil = 0 }) => lockedUntil),
    ]
    const lying = new Set([...here.map(({ id }) => id), ...copies.map(({ generationId }) => generationId)])
    const goesOn = all.some((source) => chain.has(source.id) && !source.replaced && source.createdAt <= row.entered_at)
    return { lying: [...lying], endsAt: goesOn ? undefined : Math.max(row.entered_at, ...ends) }
  }
}

/** A source, what it went on from and what went on from it. */
function chainOf(all: readonly Source[], sourceId: string): Set<string> {
  const chain = new Set([sourceId])
  // Successors come later in the list than what they replaced.
  for (const source of all) if (source.replaced && chain.has(source.id)) chain.add(source.replaced.by)
  for (const source of all.toReversed()) if (source.replaced && chain.has(source.replaced.by)) chain.add(source.id)
  return chain
}

/** As patterns of the archiver: absolute paths, taken literally. */
export function excludesOf({ paths }: Hidden): string[] {
  return paths.map((path) => path.replaceAll(/[\\*?[\]]/g, String.raw`\$&`))
}
