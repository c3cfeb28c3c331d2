/**
 * Checking the ledger, as somebody who trusts nothing but a pinned key and what is on paper: the log itself first, from
 * its entries upwards, then against the repositories. Never throws for what it finds; a finding is a value.
 */
import { AppError } from '#base'
import {
  type Checkpoint,
  Frontier,
  leafHash,
  type NoteVerifier,
  type StoredLog,
  TILE_WIDTH,
  type TileReader,
} from '#tlog'
import { parseEntry } from './codec.ts'
import { compareGenerations, type GenerationsView } from './compare-generations.ts'
import { compareReceipts, type Receipts } from './compare-receipts.ts'
import { type Finding, finding } from './finding.ts'
import { type GenerationHistory, generationHistory } from './generation-history.ts'
import { openLedgerReader, readBundle } from './reader.ts'

export interface LedgerToVerify {
  /** Of a folder: `ledgerTiles`, which reads on while a server appends. */
  readonly tiles: TileReader
  /** The pinned key, from the recovery kit, the Keeper or an earlier check; not one found beside the log. */
  readonly verifier: NoteVerifier
  /** Checkpoints of this log kept elsewhere: on paper, in another place, in a receipt. */
  readonly known?: readonly Pick<Checkpoint, 'size' | 'root'>[]
  /**
   * What Keepers signed, asked for once the log was read: a receipt is kept before the ledger names it. Without it the
   * receipts that the ledger names are not looked for.
   */
  readonly receipts?: () => Promise<Receipts>
}

export interface LedgerReport {
  /** No finding is an error. */
  readonly ok: boolean
  /** The signed checkpoint that was checked. */
  readonly checkpoint: Checkpoint | undefined
  readonly entries: number
  /** Generations that the ledger says should exist. */
  readonly generations: number
  /** Those of them whose repository was looked at. */
  readonly generationsSeen: number
  readonly findings: readonly Finding[]
}

/** `view`: what lies in the repositories; without it only the log is checked. */
export async function verifyLedger(ledger: LedgerToVerify, view?: GenerationsView): Promise<LedgerReport> {
  const history = generationHistory()
  const { checkpoint, findings, entries } = await verifyLog(ledger, history)
  findings.push(...history.unacknowledged)
  if (ledger.receipts) findings.push(...compareReceipts(history, await ledger.receipts()))
  // Half a ledger would call every later generation forged.
  const present = [...history.generations].filter((generation) => !generation.expired)
  const looked = new Set<string>()
  if (view && entries === checkpoint?.size) {
    const seen = await view.repositories([...history.generations])
    for (const { repository } of seen) looked.add(repository)
    findings.push(...compareGenerations(history, seen))
  }
  return {
    ok: findings.every((found) => found.severity !== 'error'),
    checkpoint,
    entries,
    generations: present.length,
    generationsSeen: present.filter(({ recorded }) => looked.has(recorded.repository)).length,
    findings,
  }
}

interface LogResult {
  checkpoint: Checkpoint | undefined
  findings: Finding[]
  /** Entries that were read; all of them, or up to the first that could not be. */
  entries: number
}

async function verifyLog(
  { tiles, verifier, known = [] }: LedgerToVerify,
  history: GenerationHistory,
): Promise<LogResult> {
  const opened = await openSigned(tiles, verifier)
  if ('code' in opened) return { checkpoint: undefined, findings: [opened], entries: 0 }
  const { checkpoint, log } = opened
  const findings = known.filter(({ size }) => size > log.size).map(() => finding('LEDGER_SHORTER', { index: log.size }))
  const frontier = Frontier.empty()
  const damaged = new Set<string>()
  const checkRoot = () => {
    for (const { size, root } of known)
      if (size === frontier.size && !equal(frontier.root(), root))
        findings.push(finding('LEDGER_REWRITTEN', { index: size }))
  }
  checkRoot()
  try {
    while (frontier.size < log.size) {
      for (const bytes of await readBundle(log, frontier.size / TILE_WIDTH)) {
        const index = frontier.size
        findings.push(...history.add(index, parseEntry(bytes)))
        for (const tile of frontier.append(leafHash(bytes))) await compareTile(tiles, tile, damaged)
        checkRoot()
      }
    }
    for (const tile of frontier.partialTiles()) await compareTile(tiles, tile, damaged)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    findings.push(finding('LEDGER_UNREADABLE', { index: frontier.size }))
    return { checkpoint, findings, entries: frontier.size }
  }
  if (damaged.size > 0) findings.push(finding('LEDGER_TILE_DIFFERS'))
  if (!equal(frontier.root(), checkpoint.root)) findings.push(finding('LEDGER_ROOT_DIFFERS'))
  return { checkpoint, findings, entries: frontier.size }
}

async function openSigned(
  tiles: TileReader,
  verifier: NoteVerifier,
): Promise<{ checkpoint: Checkpoint; log: StoredLog } | Finding> {
  try {
    return await openLedgerReader(tiles, verifier)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return finding(error.code === 'JOURNAL_NOT_FOUND' ? 'LEDGER_MISSING' : 'LEDGER_SIGNATURE_INVALID')
  }
}

async function compareTile(
  tiles: TileReader,
  tile: { path: string; bytes: Uint8Array },
  damaged: Set<string>,
): Promise<void> {
  const stored = await tiles.read(tile.path)
  if (!stored || !equal(stored, tile.bytes)) damaged.add(tile.path)
}

const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0
