/**
 * What came from a FHIR server, laid into files so that tomorrow's are mostly today's: a folder per type and year, a file
 * per range of patients, in it a resource a line, sorted. A patient who changed makes one file of this year new.
 * In the clear, in Toride's own folder, for as long as the run takes (like the dump of a database).
 */
import { createHash } from 'node:crypto'
import { appendFileSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { systemError } from '#base'
import { isResourceLine } from '#fhir-server'
import { placeOfResource } from '#intake'

/** Held in memory before it is written, over all files. */
const MOST_HELD_BYTES = 32 * 1024 * 1024
/** Ranges of patients: a clinic's files stay small, a hospital's few. */
const BUCKETS = 64
/** What is no resource, as the server gave it: the survey names each line with its reason. */
const BAD = 'bad.ndjson'

interface Line {
  readonly key: string
  readonly id: string
  readonly updated: string
  readonly text: string
}

/** The resources of one type. */
export class TypeStore {
  readonly #folder: string
  readonly #held = new Map<string, string[]>()
  readonly #files = new Set<string>()
  #heldBytes = 0

  constructor(folder: string, type: string) {
    this.#folder = join(folder, type)
  }

  /** @param line one resource; what comes later of the same resource and version wins. @throws STORAGE_FULL */
  add(line: string): void {
    if (!isResourceLine(line)) return this.#hold(BAD, line)
    const { patient, year } = placeOfResource(line)
    const bucket = patient === undefined ? 'shared' : String(bucketOf(patient)).padStart(2, '0')
    this.#hold(join(year, `${bucket}.ndjson`), line)
  }

  #hold(file: string, line: string): void {
    const lines = this.#held.get(file)
    if (lines) lines.push(line)
    else this.#held.set(file, [line])
    this.#heldBytes += line.length
    if (this.#heldBytes > MOST_HELD_BYTES) this.#flush()
  }

  #flush(): void {
    for (const [file, lines] of this.#held) {
      const path = join(this.#folder, file)
      if (!this.#files.has(file)) onDisk(() => mkdirSync(dirname(path), { recursive: true, mode: 0o700 }))
      this.#files.add(file)
      onDisk(() => appendFileSync(path, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 }))
    }
    this.#held.clear()
    this.#heldBytes = 0
  }

  /** Sorts each file and leaves each resource once: the newest. @returns how many resources there are */
  async finish(): Promise<number> {
    this.#flush()
    const seen = new Map<string, { updated: string; file: string }>()
    for (const file of this.#records()) {
      for (const { id, updated } of this.#lines(file)) {
        const before = seen.get(id)
        if (!before || updated >= before.updated) seen.set(id, { updated, file })
      }
      // Readers of charts are served in between.
      await setImmediate()
    }
    for (const file of this.#records()) {
      this.#settle(file, seen)
      await setImmediate()
    }
    return seen.size + this.#countBad()
  }

  #records(): string[] {
    return [...this.#files].filter((file) => file !== BAD)
  }

  #countBad(): number {
    if (!this.#files.has(BAD)) return 0
    const path = join(this.#folder, BAD)
    // Without a time of its own: the same bad records make the same file.
    utimesSync(path, 0, 0)
    return readFileSync(path, 'utf8').split('\n').length - 1
  }

  /** A resource that moved to another year or patient leaves its old file. */
  #settle(file: string, seen: ReadonlyMap<string, { updated: string; file: string }>): void {
    const newest = new Map<string, Line>()
    for (const line of this.#lines(file)) {
      const before = newest.get(line.id)
      const isHere = seen.get(line.id)?.file === file
      if (isHere && (!before || line.updated >= before.updated)) newest.set(line.id, line)
    }
    const path = join(this.#folder, file)
    const sorted = [...newest.values()].toSorted((a, b) => (a.key === b.key ? 0 : a.key < b.key ? -1 : 1))
    if (sorted.length === 0) return rmSync(path)
    onDisk(() => writeFileSync(path, sorted.map(({ text }) => `${text}\n`).join('')))
    // The time of its newest record: a file that holds the same looks the same.
    const updated = Math.max(...sorted.map((line) => Date.parse(line.updated) || 0)) / 1000
    utimesSync(path, updated, updated)
  }

  #lines(file: string): Line[] {
    const text = readFileSync(join(this.#folder, file), 'utf8')
    return text.split('\n').flatMap((line) => (line === '' ? [] : [lineOf(line)]))
  }

  /** Everything of the type goes. */
  remove(): void {
    this.#held.clear()
    this.#heldBytes = 0
    this.#files.clear()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function lineOf(text: string): Line {
  const { id, meta } = JSON.parse(text) as { id?: string; meta?: { lastUpdated?: string } }
  const { patient = '' } = placeOfResource(text)
  // Without an id nothing tells two apart but what they say.
  const own = id ?? createHash('sha256').update(text).digest('hex')
  return { key: `${patient}\0${own}`, id: own, updated: meta?.lastUpdated ?? '', text }
}

function bucketOf(patient: string): number {
  return createHash('sha256').update(patient).digest()[0]! % BUCKETS
}

function onDisk<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw systemError(error, 'writing what a FHIR server gave')
  }
}
