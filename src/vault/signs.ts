/**
 * What a run changed, judged for signs of an attack. Counts and signs stand in the state database, names of files sealed
 * beside them; that a generation is suspected, and that a person cleared it, stands in the ledger.
 */
import { createHash } from 'node:crypto'
import type { Clock, EpochMs } from '#base'
import type { Kysely } from '#db'
import type { Actor, ClearReason, Ledger } from '#journal'
import { type UnitFile, unitFiles } from '#restic'
import { type Example, type Figures, judge, type Look, readLook, RunChanges, type SeenFile, type Sign } from '#signs'
import { pathText, readNote } from '#ssmix2'
import type { Catalogue } from './catalogue.ts'
import type { Freeze } from './freeze.ts'
import type { Generation, Generations } from './generations.ts'
import { type DerivedKeys, seal, unseal } from './seal.ts'
import { isLookedAt, type Source } from './source.ts'
import type { SignsRow, VaultTables } from './tables.ts'

/** Runs that the next one is compared with. */
const HISTORY = 90

export interface Suspicion {
  readonly generationId: string
  readonly sourceId: string
  readonly signs: readonly Sign[]
  readonly figures: Figures
  readonly at: EpochMs
  readonly cleared: { readonly at: EpochMs; readonly by: string; readonly reason: ClearReason } | undefined
}

interface Parts {
  readonly tables: Kysely<VaultTables>
  readonly generations: Generations
  readonly ledger: Pick<Ledger, 'append'>
  readonly clock: Clock
  readonly freeze: Pick<Freeze, 'freeze'>
}

interface Taken {
  readonly source: Pick<Source, 'id' | 'kind' | 'options'>
  readonly catalogue: Catalogue
  readonly keys: DerivedKeys
  readonly generation: Generation
}

export class Signs {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * After a generation is in the catalogue: [] where nothing is suspect. A suspected one freezes expiry, here and at every
   * Keeper, before anybody reads the alarm. The second time for the same generation changes nothing; one before it whose
   * process was killed between catalogue and judgement is judged now.
   */
  async look(taken: Taken): Promise<readonly Sign[]> {
    const { source, catalogue, generation } = taken
    if (!isLookedAt(source)) return []
    const before = await this.#earlier(generation)
    if (before && catalogue.knows(before.id)) await this.#judge({ ...taken, generation: before })
    return this.#judge(taken)
  }

  async #judge({ source, catalogue, keys, generation }: Taken): Promise<readonly Sign[]> {
    const known = await this.of(generation.id)
    if (known) return known.signs
    const planted = new Set(source.options.canaries)
    const changes = new RunChanges((path) => planted.has(path))
    for (const { path, before, after } of catalogue.changes(generation.id))
      changes.unit(pathText(path), filesOf(source, before), filesOf(source, after))
    const earlier = await this.#earlier(generation)
    const figures = changes.figures(earlier?.files ?? 0, generation.files)
    const signs = judge(figures, await this.#history(source.id))
    if (signs.length > 0) {
      const named = { repository: generation.repository, snapshot: generation.id }
      await this.#parts.ledger.append({
        type: 'generation.suspected',
        actor: 'system:vault',
        subject: `generation:${generation.id}`,
        data: { ...named, signs: [...signs] },
      })
      await this.#parts.freeze.freeze('system:vault')
    }
    await this.#save(generation, source.id, figures, signs, signs.length > 0 ? changes.examples : [], keys)
    return signs
  }

  async of(generationId: string): Promise<Suspicion | undefined> {
    const row = await this.#parts.tables
      .selectFrom('signs')
      .selectAll()
      .where('generation_id', '=', generationId)
      .executeTakeFirst()
    return row && fromRow(row)
  }

  /** Suspected and not cleared, newest first. */
  async open(): Promise<Suspicion[]> {
    const rows = await this.#parts.tables
      .selectFrom('signs')
      .selectAll()
      .where('signs', '!=', '[]')
      .where('cleared_at', 'is', null)
      .orderBy('at', 'desc')
      .execute()
    return rows.map(fromRow)
  }

  /** Files that the signs rest on. Patient data. */
  async examples(generationId: string, keys: DerivedKeys): Promise<Example[]> {
    const row = await this.#parts.tables
      .selectFrom('signs')
      .select('examples_sealed')
      .where('generation_id', '=', generationId)
      .executeTakeFirst()
    if (!row?.examples_sealed) return []
    return JSON.parse(unseal(keys.seal, row.examples_sealed, Buffer.from(generationId)).toString()) as Example[]
  }

  /** Normal work, says a person who knows it. What was frozen stays so to its end. */
  async clear(generation: Generation, actor: Actor, reason: ClearReason): Promise<void> {
    const found = await this.of(generation.id)
    if (!found || found.signs.length === 0 || found.cleared) return
    const { tables, ledger, clock } = this.#parts
    await ledger.append({
      type: 'generation.cleared',
      actor,
      subject: `generation:${generation.id}`,
      data: { repository: generation.repository, snapshot: generation.id, reason },
    })
    await tables
      .updateTable('signs')
      .set({ cleared_at: clock.now(), cleared_by: actor, cleared_reason: reason })
      .where('generation_id', '=', generation.id)
      .execute()
  }

  /** The generation of the same source before this one. */
  async #earlier(generation: Generation): Promise<Generation | undefined> {
    const all = await this.#parts.generations.list({ sourceId: generation.sourceId, limit: 10 })
    return all.find(({ startedAt }) => startedAt < generation.startedAt)
  }

  /** What is normal for this source: runs that were no attack, cleared ones among them. */
  async #history(sourceId: string): Promise<Figures[]> {
    const rows = await this.#parts.tables
      .selectFrom('signs')
      .select('figures')
      .where('source_id', '=', sourceId)
      .where((where) => where.or([where('signs', '=', '[]'), where('cleared_at', 'is not', null)]))
      .orderBy('at', 'desc')
      .limit(HISTORY)
      .execute()
    return rows.map(({ figures }) => JSON.parse(figures) as Figures)
  }

  async #save(
    generation: Generation,
    sourceId: string,
    figures: Figures,
    signs: readonly Sign[],
    examples: readonly Example[],
    keys: DerivedKeys,
  ): Promise<void> {
    const sealed = Buffer.from(JSON.stringify(examples))
    await this.#parts.tables
      .insertInto('signs')
      .values({
        generation_id: generation.id,
        source_id: sourceId,
        at: this.#parts.clock.now(),
        figures: JSON.stringify(figures),
        signs: JSON.stringify(signs),
        examples_sealed: examples.length > 0 ? seal(keys.seal, sealed, Buffer.from(generation.id)) : null,
        cleared_at: null,
        cleared_by: null,
        cleared_reason: null,
      })
      .onConflict((conflict) => conflict.column('generation_id').doNothing())
      .execute()
  }
}

function filesOf({ kind }: Pick<Source, 'kind'>, record: Uint8Array | undefined): SeenFile[] {
  if (!record) return []
  return [...unitFiles(record)].map((file) => ({
    path: pathText(file.path),
    content: contentOf(file),
    sizeBytes: file.sizeBytes,
    look: kind === 'ssmix2' ? lookOfRecord(file.note) : readLook(file.note),
  }))
}

function contentOf({ blobs }: UnitFile): string {
  const [only] = blobs
  if (blobs.length === 1) return only!.id.toString('latin1')
  const all = createHash('sha256')
  for (const { id } of blobs) all.update(id)
  return all.digest('base64')
}

/** Notes of before there were looks say nothing of them, and are the notes of files that were read and well. */
function lookOfRecord(note: Uint8Array | undefined): Look | undefined {
  if (!note) return undefined
  try {
    return readNote(note).problems.includes('looks-random') ? 'random' : 'fits'
  } catch {
    return undefined
  }
}

function fromRow(row: SignsRow): Suspicion {
  return {
    generationId: row.generation_id,
    sourceId: row.source_id,
    signs: JSON.parse(row.signs) as Sign[],
    figures: JSON.parse(row.figures) as Figures,
    at: row.at,
    cleared:
      row.cleared_at === null
        ? undefined
        : { at: row.cleared_at, by: row.cleared_by!, reason: row.cleared_reason as ClearReason },
  }
}
