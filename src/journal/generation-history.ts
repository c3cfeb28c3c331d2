/** What the ledger says about generations, entry after entry: what should exist, where, and locked until when. */
import { ENTRY_TYPES, type EntryData, type EntryType } from './entry.ts'
import type { StoredEntry } from './codec.ts'
import { type Finding, finding } from './finding.ts'

export interface LedgerGeneration {
  /** Index of its `generation.recorded`. */
  readonly index: number
  readonly recorded: EntryData<'generation.recorded'>
  /** Place → locked until, epoch milliseconds; the longest promise counts. */
  readonly lockedUntilMs: ReadonlyMap<string, number>
  /** Places that promised the attribute that forbids removal, at least once. */
  readonly attributeAt: ReadonlySet<string>
  /** Place → the receipt that was named first. */
  readonly receipts: ReadonlyMap<string, NamedReceipt>
  readonly expired: boolean
  /** Index of the entry that says so; undefined: it is where it was recorded. */
  readonly leftBehind: number | undefined
}

/** A `generation.receipt`, with its index. */
export type NamedReceipt = EntryData<'generation.receipt'> & { readonly index: number }

interface Growing extends LedgerGeneration {
  lockedUntilMs: Map<string, number>
  attributeAt: Set<string>
  receipts: Map<string, NamedReceipt>
  expired: boolean
  leftBehind: number | undefined
}

export interface GenerationHistory {
  /** Takes one entry in; returns what is wrong with it. Entries in the order of the log. */
  add(index: number, entry: StoredEntry): Finding[]
  readonly generations: Iterable<LedgerGeneration>
  /** What was met once and nobody has acknowledged since. */
  readonly unacknowledged: readonly Finding[]
  find(repository: string, snapshot: string): LedgerGeneration | undefined
}

/** Small corrections of the clock are no news. */
const CLOCK_TOLERANCE_MS = 2 * 60_000

export function generationHistory(): GenerationHistory {
  const generations = new Map<string, Growing>()
  let newestMs = 0
  let unacknowledged: Finding[] = []
  const handlers: { readonly [T in EntryType]?: (index: number, data: EntryData<T>, entry: StoredEntry) => Finding[] } =
    {
      'generation.recorded': (index, recorded) => {
        // A second record of the same snapshot changes nothing that the first one promised.
        const key = keyOf(recorded)
        if (!generations.has(key)) generations.set(key, { index, recorded, ...nothingPromised() })
        return timeOutsideRun(index, recorded)
      },
      'generation.locked': (_, data) => lock(data),
      'generation.lock-extended': (_, data) => lock(data),
      'generation.receipt': (index, data) => {
        const receipts = generations.get(keyOf(data))?.receipts
        if (receipts && !receipts.has(data.place)) receipts.set(data.place, { ...data, index })
        return []
      },
      'generation.left-behind': (index, data) => {
        const generation = generations.get(keyOf(data))
        if (!generation) return []
        generation.leftBehind = index
        const { repository, snapshot } = data
        return [finding('GENERATION_LEFT_BEHIND', { index, repository, snapshot })]
      },
      'repository.locks-restored': (index, data, { at }) => locksRestored(index, data, at),
      'alarm.acknowledged': (index, data, { at }) => acknowledged(index, data, at),
      'generation.expired': (index, data, entry) => {
        const generation = generations.get(keyOf(data))
        if (!generation) return []
        generation.expired = true
        const longest = Math.max(0, ...generation.lockedUntilMs.values())
        const { repository, snapshot } = data
        return longest > entry.atMs
          ? [finding('LEDGER_EXPIRED_WHILE_LOCKED', { index, repository, snapshot, at: entry.at })]
          : []
      },
    }

  function locksRestored(
    index: number,
    { repository, place, objects }: EntryData<'repository.locks-restored'>,
    at: string,
  ) {
    unacknowledged.push(finding('REPOSITORY_LOCKS_RESTORED', { index, repository, place, count: objects, at }))
    return []
  }

  function acknowledged(index: number, data: EntryData<'alarm.acknowledged'>, at: string): Finding[] {
    unacknowledged = unacknowledged.filter(({ code }) => !data.findings.includes(code))
    return [finding('LEDGER_ALARM_ACKNOWLEDGED', { index, at })]
  }

  function lock(data: EntryData<'generation.locked'>): Finding[] {
    const generation = generations.get(keyOf(data))
    const locks = generation?.lockedUntilMs
    if (data.strength === 'immutable-attribute') generation?.attributeAt.add(data.place)
    locks?.set(data.place, Math.max(Date.parse(data.until), locks.get(data.place) ?? 0))
    return []
  }

  function timeWentBack(index: number, entry: StoredEntry): Finding[] {
    const back = entry.atMs < newestMs - CLOCK_TOLERANCE_MS && entry.type !== 'clock.jumped'
    newestMs = entry.type === 'clock.jumped' ? entry.atMs : Math.max(newestMs, entry.atMs)
    return back ? [finding('LEDGER_TIME_WENT_BACK', { index, at: entry.at })] : []
  }

  return {
    generations: { [Symbol.iterator]: () => generations.values() },
    get unacknowledged() {
      return unacknowledged
    },
    find: (repository, snapshot) => generations.get(keyOf({ repository, snapshot })),
    add(index, entry) {
      const findings = timeWentBack(index, entry)
      if (!Object.hasOwn(ENTRY_TYPES, entry.type)) return [...findings, finding('LEDGER_UNKNOWN_TYPE', { index })]
      const handle = handlers[entry.type as EntryType] as
        | ((i: number, data: unknown, e: StoredEntry) => Finding[])
        | undefined
      if (!handle) return findings
      const checked = ENTRY_TYPES[entry.type as EntryType].safeParse(entry.data)
      // Fields that a newer program added: its rules, not ours.
      if (!checked.success) return [...findings, finding('LEDGER_UNKNOWN_TYPE', { index })]
      return [...findings, ...handle(index, checked.data, entry)]
    },
  }
}

const nothingPromised = () => ({
  lockedUntilMs: new Map<string, number>(),
  attributeAt: new Set<string>(),
  receipts: new Map<string, NamedReceipt>(),
  expired: false,
  leftBehind: undefined,
})

function timeOutsideRun(index: number, recorded: EntryData<'generation.recorded'>): Finding[] {
  const { repository, snapshot, snapshotTime, started, finished } = recorded
  const time = Date.parse(snapshotTime)
  const within = time >= Date.parse(started) - CLOCK_TOLERANCE_MS && time <= Date.parse(finished) + CLOCK_TOLERANCE_MS
  return within ? [] : [finding('GENERATION_TIME_DIFFERS', { index, repository, snapshot, at: snapshotTime })]
}

const keyOf = ({ repository, snapshot }: { repository: string; snapshot: string }): string =>
  `${repository}/${snapshot}`
