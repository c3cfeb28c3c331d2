/**
 * The copies on this PC and what is made of them: repositories, their catalogues, the sealed patient index of each backup
 * that is ready. Everything here but the copies can be thrown away and made again.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { writePrivateFile } from '#access'
import { AppError, type Backend, type Clock, systemError } from '#base'
import { buildPatientIndex, openPatientIndex, type PatientIndex } from '#chart'
import { loadSnapshots, Repository } from '#restic'
import { OLDEST_NOTE_VERSION } from '#ssmix2'
import { makeLocalFolders, openLocalBackend } from '#storage'
import {
  type Catalogue,
  CatalogueReader,
  type GenerationReader,
  hiding,
  IntakeFiles,
  isIntake,
  openCatalogue,
  rebuildCatalogue,
} from '#vault'
import type { Ready, StationFolder } from './folder.ts'
import type { CopiedSource, StationLoad, StationSource } from './load.ts'
import { repositoryIn } from './origin.ts'
import type { StationKeys } from './package.ts'
import { sweepCopy } from './sweep.ts'

/** Backups of a source that stay ready: the newest that somebody vouches for, the newest of all, the one before. */
const KEPT_READY = 3

export interface IndexSteps {
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: { unitsDone: number; unitsTotal: number }) => void
}

interface OpenShelf {
  readonly backend: Backend
  readonly repository: Repository
  readonly catalogue: Catalogue
}

export interface SeenSnapshot {
  readonly snapshot: string
  readonly tree: string
  readonly takenAt: number
}

/** Open while the keys are: from the card until the program ends. */
export class Shelf {
  readonly #folder: StationFolder
  readonly #clock: Clock
  readonly #open = new Map<string, Promise<OpenShelf>>()
  readonly #indexes = new Map<string, PatientIndex>()
  readonly keys: StationKeys
  load: StationLoad
  #protected: { readonly of: StationLoad; readonly all: ReadonlySet<string> } | undefined

  constructor(folder: StationFolder, clock: Clock, keys: StationKeys, load: StationLoad) {
    this.#folder = folder
    this.#clock = clock
    this.keys = keys
    this.load = load
  }

  source(id: string): StationSource | undefined {
    return this.load.sources.find((source) => source.id === id)
  }

  /** @param subject of a patient, as the journal names it */
  isProtected(subject: string): boolean {
    if (this.#protected?.of !== this.load) this.#protected = { of: this.load, all: new Set(this.load.protected) }
    return this.#protected.all.has(subject)
  }

  /** Every backup of a source that lies here whole, newest first. @throws RESTIC_…, STORAGE_… */
  async snapshots(source: StationSource): Promise<SeenSnapshot[]> {
    const { repository } = await this.#opened(source)
    const { snapshots } = await loadSnapshots(repository)
    return snapshots
      .map(({ id, tree, timeNs }) => ({ snapshot: id, tree, takenAt: Number(timeNs / 1_000_000n) }))
      .toSorted((a, b) => b.takenAt - a.takenAt)
  }

  /** Makes a backup ready to be read. What was ready before stays so until this is done, and after it. */
  async prepare(source: StationSource, seen: SeenSnapshot, steps: IndexSteps): Promise<Ready> {
    const opened = await this.#opened(source)
    const { units, unreadable } = await rebuildCatalogue(source, opened, { id: seen.snapshot, tree: seen.tree }, steps)
    const before = this.#folder.state().ready.find((one) => one.snapshot === seen.snapshot)
    const file = this.#indexFile(seen.snapshot)
    if (!existsSync(file) || units > 0) {
      const previous = [...this.#indexes.values()].at(-1)
      const { sealed } = await buildPatientIndex(this.#readerOf(opened, source, seen), this.keys.index, previous)
      this.#folder.make('indexes')
      try {
        writePrivateFile(file, sealed)
      } catch (error) {
        throw systemError(error, 'write a patient index')
      }
    }
    const index = await this.index(seen.snapshot, source)
    const ready: Ready = {
      source: source.id,
      ...seen,
      readyAt: this.#clock.now(),
      patients: index.size,
      unreadable: units > 0 || unreadable > 0 ? unreadable : (before?.unreadable ?? 0),
    }
    this.#keep(ready)
    opened.catalogue.forget(opened.catalogue.snapshots().filter((one) => !this.#isReady(one)))
    return ready
  }

  #keep(ready: Ready): void {
    const { marks } = this.#folder.state()
    this.#folder.change((state) => {
      const others = state.ready.filter(({ snapshot }) => snapshot !== ready.snapshot)
      const own = [ready, ...others.filter(({ source }) => source === ready.source)].toSorted(
        (a, b) => b.takenAt - a.takenAt,
      )
      const vouched = own.find(({ snapshot }) => marks[snapshot] !== undefined)
      const kept = own.filter((one, i) => i < KEPT_READY || one === vouched)
      return { ...state, ready: [...kept, ...others.filter(({ source }) => source !== ready.source)] }
    })
    this.#sweepIndexes()
  }

  #isReady(snapshot: string): boolean {
    return this.#folder.state().ready.some((one) => one.snapshot === snapshot)
  }

  /** Indexes of backups that are not ready any more, and what a kill left of one. */
  #sweepIndexes(): void {
    const kept = new Set(this.#folder.state().ready.map(({ snapshot }) => `${snapshot}.index`))
    const folder = this.#folder.in('indexes')
    for (const name of existsSync(folder) ? readdirSync(folder) : [])
      if (!kept.has(name)) rmSync(this.#folder.in('indexes', name), { force: true })
    for (const snapshot of this.#indexes.keys()) if (!kept.has(`${snapshot}.index`)) this.#indexes.delete(snapshot)
  }

  /** @throws STATION_NOT_READY, CHART_INDEX_DAMAGED */
  async index(snapshot: string, source: StationSource): Promise<PatientIndex> {
    const known = this.#indexes.get(snapshot)
    if (known) return known
    const file = this.#indexFile(snapshot)
    if (!existsSync(file)) throw new AppError('STATION_NOT_READY')
    // The same files read another way have another index.
    const reading = isIntake(source) ? await this.#intakeReading(source, snapshot) : undefined
    const index = openPatientIndex(readFileSync(file), this.keys.index, snapshot, reading)
    this.#indexes.set(snapshot, index)
    return index
  }

  async #intakeReading(source: StationSource, snapshot: string): Promise<string> {
    const opened = await this.#opened(source)
    return new IntakeFiles(opened, snapshot, waysOf(source), hiding([])).reading
  }

  async reader(ready: Ready): Promise<GenerationReader> {
    const source = this.source(ready.source)
    if (!source) throw new AppError('STATION_NOT_READY')
    return this.#readerOf(await this.#opened(source), source, ready)
  }

  #readerOf(opened: OpenShelf, source: StationSource, { snapshot, tree, takenAt }: SeenSnapshot): CatalogueReader {
    const hidden = hiding(this.load.hidden)
    const intake = isIntake(source) ? new IntakeFiles(opened, tree, waysOf(source), hidden) : undefined
    return new CatalogueReader(opened, { id: snapshot, startedAt: takenAt }, hidden, intake)
  }

  #indexFile(snapshot: string): string {
    return this.#folder.in('indexes', `${snapshot}.index`)
  }

  #opened(source: StationSource): Promise<OpenShelf> {
    const known = this.#open.get(source.id)
    if (known) return known
    const opening = this.#openNow(source)
    this.#open.set(source.id, opening)
    // A failure is not remembered: the disk may be plugged in again.
    opening.catch(() => this.#open.delete(source.id))
    return opening
  }

  async #openNow(source: StationSource): Promise<OpenShelf> {
    const folder = copyOf(this.#folder, source)
    if (folder === undefined) throw new AppError('STATION_NOT_READY')
    const backend = openLocalBackend(folder)
    const repository = await Repository.open(backend, { password: source.password })
    if (repository.config.id !== source.repository) throw new AppError('VAULT_COPY_FOREIGN')
    this.#folder.make('catalogue')
    const name = `${source.id}-${repository.config.id.slice(0, 16)}-${OLDEST_NOTE_VERSION}`
    return { backend, repository, catalogue: openCatalogue(this.#folder.in('catalogue'), name, repository) }
  }

  /** Frees what the place has let go of and nothing here needs. @returns how many files went @throws RESTIC_…, STORAGE_… */
  async sweep(source: StationSource, from: Pick<Backend, 'list'>, signal: AbortSignal): Promise<number> {
    const ready = this.#folder.state().ready.filter((one) => one.source === source.id)
    return ready.length === 0 ? 0 : sweepCopy(await this.#opened(source), from, ready, signal)
  }

  /** What was sealed with an erased patient's name goes; the next refresh makes it anew. */
  forgetIndexes(): void {
    this.#indexes.clear()
    rmSync(this.#folder.in('indexes'), { recursive: true, force: true })
    this.#folder.change((state) => ({ ...state, ready: [] }))
  }

  async close(): Promise<void> {
    for (const opening of this.#open.values()) {
      const opened = await opening.catch(() => undefined)
      opened?.catalogue.close()
      await opened?.backend.close()
    }
    this.#open.clear()
  }
}

const waysOf = ({ id, kind, paths, intake }: StationSource) => ({ id, kind, paths, options: { intake } })

/** Where the copy of a source lies that is read: here, or where the folder is that is read in its place. */
export function copyOf(folder: StationFolder, source: CopiedSource): string | undefined {
  const origin = folder.origin()
  if (origin?.kind === 'folder') return repositoryIn(origin.folder, source)
  const own = folder.in('copies', source.id)
  return existsSync(folder.in('copies', source.id, 'config')) ? own : undefined
}

/** The copy that a refresh writes into. */
export async function ownCopy(folder: StationFolder, sourceId: string): Promise<Backend> {
  folder.make('copies')
  await makeLocalFolders(folder.in('copies', sourceId))
  return openLocalBackend(folder.in('copies', sourceId))
}
