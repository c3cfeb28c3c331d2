/** Patient indexes and charts of the generations: built when first asked, kept sealed, open only while a person reads. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ReadingKeys } from '#access'
import { type Clock, isAppError, systemError } from '#base'
import { buildPatientIndex, openPatientIndex, type PatientIndex } from '#chart'
import type { Ledger } from '#journal'
import { type Generation, type GenerationReader, holdsCharts, isGood, type Vault } from '#vault'
import { readingKey } from './keys.ts'
import { keepProblemCounts } from './problem-counts.ts'

export interface ChartsOptions {
  readonly vault: Vault
  readonly ledger: Ledger
  readonly clock: Clock
  readonly dataFolder: string
}

/** Opened indexes that stay in memory: the newest of some sources (a chart asks all that share its number) and what somebody is looking at. */
const KEPT_OPEN = 5

export class Charts {
  readonly #options: ChartsOptions
  readonly #indexes = new Map<string, Promise<PatientIndex>>()
  /** State of the erasure register that they were made for. */
  #tag = ''

  constructor(options: ChartsOptions) {
    this.#options = options
  }

  /** Generations that hold charts, newest first; suspected ones behind the newest of their source that is clean. */
  async readable(): Promise<Generation[]> {
    const { vault } = this.#options
    const withCharts = new Set((await vault.sources()).filter(holdsCharts).map((source) => source.id))
    const all = await vault.generations.list()
    const whole = all.filter(({ sourceId, closure }) => withCharts.has(sourceId) && closure === 'complete')
    return behindTheClean(whole)
  }

  reader(generationId: string): Promise<GenerationReader> {
    return this.#options.vault.openGeneration(generationId)
  }

  /** The index of a generation; builds it from the catalogue where it is not there yet. @throws VAULT_KEY_MISSING */
  async index(generationId: string, reading: ReadingKeys | undefined): Promise<PatientIndex> {
    const key = readingKey(reading, 'patientIndex')
    const { tag } = await this.#options.vault.erasures.hidden()
    // An index that was made before something was hidden names it still.
    if (tag !== this.#tag) this.#startAnew(tag)
    const known = this.#indexes.get(generationId)
    if (known) {
      // Used again: last to go.
      this.#indexes.delete(generationId)
      this.#indexes.set(generationId, known)
      return known
    }
    const opening = this.#open(generationId, key)
    this.#indexes.set(generationId, opening)
    opening.catch(() => this.#indexes.delete(generationId))
    for (const oldest of [...this.#indexes.keys()].slice(0, -KEPT_OPEN)) this.#indexes.delete(oldest)
    return opening
  }

  async #open(generationId: string, key: Uint8Array): Promise<PatientIndex> {
    const index = (await this.#kept(generationId, key)) ?? (await this.#build(generationId, key))
    const generation = await this.#options.vault.generations.get(generationId)
    // The numbers on the home page are worth no closed chart: on a full disk they stay the older ones.
    if (generation) await keepProblemCounts(this.#options.vault, generation.sourceId, index).catch(() => undefined)
    return index
  }

  /** The index that lies sealed on the disk; undefined where it must be made (again). */
  async #kept(generationId: string, key: Uint8Array): Promise<PatientIndex | undefined> {
    const file = this.#file(generationId)
    if (!existsSync(file)) return undefined
    const { intake } = await this.reader(generationId)
    try {
      return openPatientIndex(readFileSync(file), key, generationId, intake?.reading)
    } catch (error) {
      if (!isAppError(error)) throw error
      return undefined
    }
  }

  async #build(generationId: string, key: Uint8Array): Promise<PatientIndex> {
    const reader = await this.reader(generationId)
    const { sealed } = await buildPatientIndex(reader, key, await this.#newestOpen())
    const file = this.#file(generationId)
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
      writeFileSync(`${file}.tmp`, sealed, { mode: 0o600 })
      renameSync(`${file}.tmp`, file)
    } catch (error) {
      rmSync(`${file}.tmp`, { force: true })
      // Kept to be quick the next time; on a full or read-only disk charts still open out of memory.
      const { code } = systemError(error, 'writing a patient index')
      if (code !== 'STORAGE_FULL' && code !== 'STORAGE_READ_ONLY' && code !== 'STORAGE_DENIED') throw error
    }
    return openPatientIndex(sealed, key, generationId, reader.intake?.reading)
  }

  /** Any open index will do: units are taken over where their signatures agree. */
  async #newestOpen(): Promise<PatientIndex | undefined> {
    for (const opening of [...this.#indexes.values()].reverse()) {
      const index = await Promise.race([opening.catch(() => undefined), Promise.resolve(undefined)])
      if (index) return index
    }
    return undefined
  }

  #file(generationId: string): string {
    return join(this.#folder, `${generationId}${this.#tag && `.${this.#tag}`}.index`)
  }

  get #folder(): string {
    return join(this.#options.dataFolder, 'indexes')
  }

  /** Indexes made for another state of the erasure register are never opened again, and go. */
  #startAnew(tag: string): void {
    this.#tag = tag
    this.#indexes.clear()
    const names = existsSync(this.#folder) ? readdirSync(this.#folder) : []
    for (const name of names)
      if (!name.endsWith(tag === '' ? '.index' : `.${tag}.index`) || (tag === '' && name.split('.').length > 2))
        rmSync(join(this.#folder, name), { force: true })
  }

  /** Nobody reads any more: what was open in memory goes. */
  forget(): void {
    this.#indexes.clear()
  }
}

/** What is read when nobody chose must not be what an attack left, where the backup before it is there. */
function behindTheClean(all: readonly Generation[]): Generation[] {
  const toCome = new Set(all.filter(isGood).map(({ sourceId }) => sourceId))
  const waiting = new Map<string, Generation[]>()
  return all.flatMap((generation) => {
    const { sourceId } = generation
    if (!toCome.has(sourceId)) return [generation]
    const behind = [...(waiting.get(sourceId) ?? []), ...(isGood(generation) ? [] : [generation])]
    waiting.set(sourceId, behind)
    if (!isGood(generation)) return []
    toCome.delete(sourceId)
    return [generation, ...behind]
  })
}
