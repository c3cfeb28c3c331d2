/** What one run changed, in counts: the units of a generation beside those of the one before. */
import type { Look } from './look.ts'
import { endingOf, isNoteName } from './names.ts'

export interface SeenFile {
  /** Below the unit. */
  readonly path: string
  /** The same for the same bytes. */
  readonly content: string
  readonly sizeBytes: number
  /** Undefined where nobody looked: a file of before this was done. */
  readonly look: Look | undefined
}

export interface Figures {
  readonly filesBefore: number
  readonly filesAfter: number
  readonly fresh: number
  readonly changed: number
  readonly gone: number
  /** There under another name, the same bytes. */
  readonly moved: number
  /** Itself before, random or broken now; also under its name with an ending behind. */
  readonly turned: number
  /** Of those that turned, files as large as only databases, disks of machines and archives are. Runs of before have none. */
  readonly turnedLarge?: number
  /** New under a new name, and not what the name says. */
  readonly wrong: number
  /** New under a name that says nothing, random or packed. */
  readonly dense: number
  /** Of new and changed files those whose name says what they are. */
  readonly judged: number
  /** Names of known ransom notes. */
  readonly notes: number
  /** Files that got an ending behind their whole name, by the commonest of these endings. */
  readonly ending: string
  readonly endings: number
  /** Planted files that changed or went. */
  readonly canaries: number
}

/** The kinds of thing that a person wants to see named. */
export type Finding = 'turned' | 'wrong' | 'dense' | 'note' | 'ending' | 'canary'
export interface Example {
  readonly finding: Finding
  /** Of the unit, then below it. Patient data. */
  readonly path: string
}

/** A hospital has a handful of such files, and each holds thousands of records. */
const LARGE_BYTES = 32 * 1024 * 1024
/** Named at most, of each kind. */
const EXAMPLES = 50
const IS_BAD: ReadonlySet<Look | undefined> = new Set<Look>(['random', 'broken'])
const WAS_ITSELF: ReadonlySet<Look | undefined> = new Set<Look>(['fits', 'plain', 'foreign'])

export class RunChanges {
  readonly #isCanary: (path: string) => boolean
  readonly #examples: Example[] = []
  readonly #endings = new Map<string, number>()
  /** Contents that left a place, with how often: some turn up in another unit. */
  readonly #left = new Map<string, number>()
  readonly #came = new Map<string, number>()
  #counts = {
    fresh: 0,
    changed: 0,
    gone: 0,
    turned: 0,
    turnedLarge: 0,
    wrong: 0,
    dense: 0,
    judged: 0,
    notes: 0,
    canaries: 0,
    moved: 0,
  }

  /** @param isCanary of a whole path */
  constructor(isCanary: (path: string) => boolean = () => false) {
    this.#isCanary = isCanary
  }

  /** One unit that changed, came (`before` empty) or went (`after` empty). */
  unit(unitPath: string, before: readonly SeenFile[], after: readonly SeenFile[]): void {
    const old = new Map(before.map((file) => [file.path, file]))
    const now = new Map(after.map((file) => [file.path, file]))
    for (const file of after) {
      const was = old.get(file.path)
      if (was?.content === file.content) continue
      if (was) this.#changed(unitPath, was, file)
      else this.#fresh(unitPath, file, this.#nameBefore(file.path, old, now))
    }
    for (const file of before) {
      if (now.has(file.path)) continue
      this.#counts.gone++
      add(this.#left, file.content)
      this.#canary(unitPath, file.path)
    }
  }

  figures(filesBefore: number, filesAfter: number): Figures {
    const [ending, endings] = [...this.#endings].reduce((most, one) => (one[1] > most[1] ? one : most), ['', 0])
    let moved = 0
    for (const [content, times] of this.#came) moved += Math.min(times, this.#left.get(content) ?? 0)
    return { filesBefore, filesAfter, ...this.#counts, moved, ending, endings }
  }

  get examples(): readonly Example[] {
    return this.#examples
  }

  #changed(unitPath: string, was: SeenFile, file: SeenFile): void {
    this.#counts.changed++
    this.#canary(unitPath, file.path)
    this.#judge(unitPath, file, was)
  }

  #fresh(unitPath: string, file: SeenFile, was: SeenFile | undefined): void {
    this.#counts.fresh++
    add(this.#came, file.content)
    if (isNoteName(lastName(file.path))) {
      this.#counts.notes++
      this.#name('note', unitPath, file.path)
    }
    if (was) {
      add(this.#endings, endingOf(file.path).toLowerCase())
      this.#name('ending', unitPath, file.path)
      if (was.content === file.content) return
    }
    this.#judge(unitPath, file, was)
  }

  #judge(unitPath: string, file: SeenFile, was: SeenFile | undefined): void {
    const isBad = IS_BAD.has(file.look)
    if (file.look !== undefined && file.look !== 'plain' && file.look !== 'dense') this.#counts.judged++
    if (was && WAS_ITSELF.has(was.look) && (isBad || file.look === 'dense')) {
      this.#counts.turned++
      if (file.sizeBytes >= LARGE_BYTES) this.#counts.turnedLarge++
      this.#name('turned', unitPath, file.path)
    } else if (!was && isBad) {
      this.#counts.wrong++
      this.#name('wrong', unitPath, file.path)
    } else if (!was && file.look === 'dense') {
      this.#counts.dense++
      this.#name('dense', unitPath, file.path)
    }
  }

  /** `a.pdf` for `a.pdf.locked`, where the first is gone. */
  #nameBefore(
    path: string,
    old: ReadonlyMap<string, SeenFile>,
    now: ReadonlyMap<string, SeenFile>,
  ): SeenFile | undefined {
    const ending = endingOf(lastName(path))
    if (ending === '') return undefined
    const before = path.slice(0, -ending.length - 1)
    return now.has(before) ? undefined : old.get(before)
  }

  #canary(unitPath: string, path: string): void {
    if (!this.#isCanary(`${unitPath}/${path}`)) return
    this.#counts.canaries++
    this.#name('canary', unitPath, path)
  }

  #name(finding: Finding, unitPath: string, path: string): void {
    if (this.#examples.filter((one) => one.finding === finding).length < EXAMPLES)
      this.#examples.push({ finding, path: `${unitPath}/${path}` })
  }
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

const lastName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
