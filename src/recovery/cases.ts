/**
 * Cases of the way back: evidence, the generations that a person decided for, and the gates. Each decision is in the ledger
 * before it counts; free text of people stays in the state database.
 */
import { randomUUID } from 'node:crypto'
import { AppError, type Clock, type EpochMs, type ErrorCode, institutionDate, inTurns } from '#base'
import type { Kysely } from '#db'
import type { EvidenceKind, Ledger, MishapReason } from '#journal'
import type { Generation } from '#vault'
import {
  type CaseKind,
  type Decision,
  type Gate,
  gateBeforeProduction,
  type GateResult,
  gateStates,
  type GateState,
  isThrough,
  nextGate,
} from './gates.ts'
import type { CaseRow, EvidenceRow, GateRow, RecoveryTables } from './tables.ts'

export interface Evidence {
  readonly kind: EvidenceKind
  /** Where it lies now. */
  readonly place: string
  /** SHA-256 in hex; '' where none could be made. */
  readonly hash: string
  /** Who preserved it. */
  readonly who: string
}

export interface Choice {
  readonly generationId: string
  readonly by: string
  readonly at: EpochMs
  readonly reason: string
}

export interface RecoveryCase {
  readonly number: number
  readonly kind: CaseKind
  readonly reason: MishapReason | undefined
  readonly openedAt: EpochMs
  readonly openedBy: string
  readonly endedAt: EpochMs | undefined
  readonly evidence: readonly (Evidence & { readonly id: string; readonly at: EpochMs; readonly enteredBy: string })[]
  /** Source id → what a person decided to go back to. */
  readonly chosen: Readonly<Record<string, Choice>>
  readonly decisions: readonly Decision[]
  readonly gates: readonly GateState[]
}

export interface CaseFacts {
  /** Whether nothing at all is suspected now: no open sign, no freeze. */
  readonly isCalm: () => Promise<boolean>
  /** Whether the generation was written back whole somewhere apart, every byte compared. */
  readonly wasRestored: (generationId: string) => Promise<boolean>
  /** What scans of it found: 'unknown' where none was made here. */
  readonly scanned: (generationId: string) => Promise<'clean' | 'found' | 'unknown'>
  /** Who may decide a gate now, and since when there is an account of theirs. */
  readonly deciders: () => Promise<readonly { readonly id: string; readonly since: EpochMs }[]>
  /** Sheets of paper that nobody has compared with the recovered record yet. */
  readonly openSheets: () => Promise<number>
}

export interface CasesParts {
  readonly tables: Kysely<RecoveryTables>
  readonly ledger: Pick<Ledger, 'append'>
  readonly clock: Clock
  readonly facts: CaseFacts
}

/** What keeps a restore from the old place, by the gate that is missing. */
const REFUSALS: Partial<Record<Gate, ErrorCode>> = {
  evidence: 'RECOVERY_NEEDS_EVIDENCE',
  scan: 'RECOVERY_NEEDS_SCAN',
  isolated: 'RECOVERY_NEEDS_ISOLATED',
}

const person = (id: string): `person:${string}` => `person:${id}`

export class Cases {
  readonly #parts: CasesParts
  /** One decision after the other: two clicks at once must not both be the third. */
  readonly #inTurn = inTurns()

  constructor(parts: CasesParts) {
    this.#parts = parts
  }

  /** Newest first. */
  async list(): Promise<RecoveryCase[]> {
    const { tables } = this.#parts
    const cases = await tables.selectFrom('recovery_case').selectAll().orderBy('number', 'desc').execute()
    const evidence = await tables.selectFrom('recovery_evidence').selectAll().orderBy('at').execute()
    const gates = await tables.selectFrom('recovery_gate').selectAll().orderBy('position').execute()
    return cases.map((row) =>
      toCase(
        row,
        evidence.filter((one) => one.case_number === row.number),
        gates.filter((one) => one.case_number === row.number),
      ),
    )
  }

  /** The one that is going on. */
  async open(): Promise<RecoveryCase | undefined> {
    return (await this.list()).find(({ endedAt }) => endedAt === undefined)
  }

  /**
   * Begins one; a second click answers the one that is open.
   * @throws RECOVERY_LOOKS_LIKE_ATTACK where a mishap is declared while signs of an attack stand
   */
  begin(kind: CaseKind, reason: MishapReason | undefined, by: string): Promise<RecoveryCase> {
    return this.#inTurn(async () => {
      const going = await this.open()
      if (going) return going
      const { tables, ledger, clock, facts } = this.#parts
      if (kind === 'mishap' && !(await facts.isCalm())) throw new AppError('RECOVERY_LOOKS_LIKE_ATTACK')
      const number = ((await this.list())[0]?.number ?? 0) + 1
      const code = kind === 'mishap' ? (reason ?? 'other') : undefined
      await ledger.append({
        type: 'recovery.opened',
        actor: person(by),
        data: { case: number, kind, ...(code && { reason: code }) },
      })
      const row = { number, kind, reason: code ?? '', chosen: '{}', ended_at: null }
      await tables
        .insertInto('recovery_case')
        .values({ ...row, opened_at: clock.now(), opened_by: by })
        .execute()
      return (await this.open())!
    })
  }

  /** @throws RECOVERY_NEEDS_CASE */
  addEvidence(number: number, given: Evidence, by: string): Promise<void> {
    return this.#inTurn(async () => {
      await this.#going(number)
      const { tables, ledger, clock } = this.#parts
      const hash = given.hash.toLowerCase()
      await ledger.append({
        type: 'recovery.evidence',
        actor: person(by),
        data: { case: number, kind: given.kind, ...(hash !== '' && { hash }) },
      })
      const { kind, place, who } = given
      await tables
        .insertInto('recovery_evidence')
        .values({ id: randomUUID(), case_number: number, kind, place, hash, who, at: clock.now(), entered_by: by })
        .execute()
    })
  }

  /** A person decides for a generation of a source. What was decided on another one is open again. */
  choose(number: number, generation: Generation, reason: string, by: string): Promise<void> {
    return this.#inTurn(async () => {
      const going = await this.#going(number)
      if (going.chosen[generation.sourceId]?.generationId === generation.id) return
      const { tables, ledger, clock } = this.#parts
      await ledger.append({
        type: 'recovery.chosen',
        actor: person(by),
        subject: `generation:${generation.id}`,
        data: { case: number, repository: generation.repository, snapshot: generation.id },
      })
      const chosen = JSON.stringify({
        ...going.chosen,
        [generation.sourceId]: { generationId: generation.id, by, at: clock.now(), reason },
      })
      await tables.updateTable('recovery_case').set({ chosen }).where('number', '=', number).execute()
      if (going.gates.some(({ gate, state }) => gate === 'scan' && state !== 'open'))
        await this.#record(going, 'scan', 'undone', '', by)
    })
  }

  /**
   * Passes the next gate; that of the scan as `overridden` where none was made here. A second click changes nothing.
   * @param isException signed with the reason: sheets of paper that are left keep nothing closed
   * @throws RECOVERY_GATE_NOT_YET, RECOVERY_EVIDENCE_MISSING, RECOVERY_NOT_CHOSEN, RECOVERY_SCAN_FOUND, RECOVERY_NOT_PROVEN,
   *   RECOVERY_SHEETS_OPEN
   */
  pass(number: number, gate: Gate, reason: string, by: string, isException = false): Promise<void> {
    return this.#inTurn(async () => {
      const going = await this.#atGate(number, gate)
      if (!going) return
      await this.#demandFacts(going, gate)
      if (gate === 'reconciled' && !isException && (await this.#parts.facts.openSheets()) > 0)
        throw new AppError('RECOVERY_SHEETS_OPEN')
      // A scan made elsewhere is a person's word, and stands there as one.
      const isWord = gate === 'scan' && !(await this.#isClean(going))
      await this.#record(going, gate, isWord ? 'overridden' : 'passed', reason, by)
      if (gate === 'review') await this.#end(number)
    })
  }

  /** Asks to go on without evidence. Another person decides. */
  askOverride(number: number, reason: string, by: string): Promise<void> {
    return this.#inTurn(async () => {
      const going = await this.#atGate(number, 'evidence')
      if (going?.gates.some(({ gate, state }) => gate === 'evidence' && state === 'open'))
        await this.#record(going, 'evidence', 'asked', reason, by)
    })
  }

  /**
   * The second person's word; where there is nobody else the same one's on a later day. An account that was made on the day
   * of asking, or later, is nobody else: who asks may have made it.
   * @throws RECOVERY_SAME_PERSON, RECOVERY_GATE_NOT_YET where nobody asked
   */
  confirmOverride(number: number, reason: string, by: string): Promise<void> {
    return this.#inTurn(async () => {
      const going = await this.#atGate(number, 'evidence')
      if (!going) return
      const asked = going.gates.find(({ gate }) => gate === 'evidence')?.decision
      if (asked?.result !== 'asked') throw new AppError('RECOVERY_GATE_NOT_YET')
      const askedOn = institutionDate(asked.at)
      const others = (await this.#parts.facts.deciders())
        .filter(({ id, since }) => id !== asked.by && institutionDate(since) < askedOn)
        .map(({ id }) => id)
      const isAlone = asked.by === by && others.length === 0 && askedOn < institutionDate(this.#parts.clock.now())
      if (!isAlone && !others.includes(by)) throw new AppError('RECOVERY_SAME_PERSON')
      await this.#record(going, 'evidence', 'overridden', reason, by)
    })
  }

  /** Opens a gate, and all behind it, again: something was found that nobody knew. */
  undo(number: number, gate: Gate, reason: string, by: string): Promise<void> {
    return this.#inTurn(async () => {
      const going = await this.#going(number)
      if (going.gates.some((one) => one.gate === gate && one.state !== 'open'))
        await this.#record(going, gate, 'undone', reason, by)
    })
  }

  /**
   * The case under which this generation may be written over its old place.
   * @throws RECOVERY_NEEDS_CASE, RECOVERY_LOOKS_LIKE_ATTACK, RECOVERY_NEEDS_EVIDENCE, RECOVERY_NEEDS_SCAN,
   *   RECOVERY_NEEDS_ISOLATED, RECOVERY_NOT_CHOSEN, RECOVERY_SCAN_FOUND whatever was declared
   */
  async demandForProduction(generation: Pick<Generation, 'id' | 'sourceId'>): Promise<number> {
    const going = await this.open()
    if (!going) throw new AppError('RECOVERY_NEEDS_CASE')
    if (going.kind === 'mishap' && !(await this.#parts.facts.isCalm())) throw new AppError('RECOVERY_LOOKS_LIKE_ATTACK')
    const missing = gateBeforeProduction(going.kind, going.gates)
    if (missing) throw new AppError(REFUSALS[missing] ?? 'RECOVERY_GATE_NOT_YET')
    if (going.kind === 'attack' && going.chosen[generation.sourceId]?.generationId !== generation.id)
      throw new AppError('RECOVERY_NOT_CHOSEN')
    // Nobody's word, and no gate passed before the scan, makes what holds malware fit for production.
    if ((await this.#parts.facts.scanned(generation.id)) === 'found') throw new AppError('RECOVERY_SCAN_FOUND')
    return going.number
  }

  /** Whether scans made here found nothing in any chosen backup. */
  async #isClean({ chosen }: RecoveryCase): Promise<boolean> {
    const scans = Object.values(chosen).map(({ generationId }) => this.#parts.facts.scanned(generationId))
    return (await Promise.all(scans)).every((scan) => scan === 'clean')
  }

  async #demandFacts(going: RecoveryCase, gate: Gate): Promise<void> {
    const { facts } = this.#parts
    const chosen = Object.values(going.chosen).map(({ generationId }) => generationId)
    if (gate === 'evidence' && going.evidence.length === 0) throw new AppError('RECOVERY_EVIDENCE_MISSING')
    if (gate !== 'scan' && gate !== 'isolated') return
    if (chosen.length === 0) throw new AppError('RECOVERY_NOT_CHOSEN')
    for (const id of chosen) {
      if (gate === 'scan' && (await facts.scanned(id)) === 'found') throw new AppError('RECOVERY_SCAN_FOUND')
      if (gate === 'isolated' && !(await facts.wasRestored(id))) throw new AppError('RECOVERY_NOT_PROVEN')
    }
  }

  /** The case, where this gate is its next; undefined where it was passed before. */
  async #atGate(number: number, gate: Gate): Promise<RecoveryCase | undefined> {
    const going = await this.#going(number)
    const state = going.gates.find((one) => one.gate === gate)
    if (!state) throw new AppError('RECOVERY_GATE_NOT_YET')
    if (isThrough(state)) return undefined
    if (nextGate(going.gates)?.gate !== gate) throw new AppError('RECOVERY_GATE_NOT_YET')
    return going
  }

  async #going(number: number): Promise<RecoveryCase> {
    const going = await this.open()
    if (going?.number !== number) throw new AppError('RECOVERY_NEEDS_CASE')
    return going
  }

  async #record(going: RecoveryCase, gate: Gate, result: GateResult, reason: string, by: string): Promise<void> {
    const { tables, ledger, clock } = this.#parts
    const asked = going.gates.find((one) => one.gate === gate)?.decision
    await ledger.append({
      type: 'recovery.gate',
      actor: person(by),
      data: { case: going.number, gate, result, alone: result === 'overridden' && asked?.by === by },
    })
    const position = (await this.#decisions(going.number)) + 1
    await tables
      .insertInto('recovery_gate')
      .values({
        id: randomUUID(),
        case_number: going.number,
        position,
        gate,
        result,
        reason,
        at: clock.now(),
        by_person: by,
      })
      .execute()
  }

  async #decisions(number: number): Promise<number> {
    const rows = await this.#parts.tables
      .selectFrom('recovery_gate')
      .select('id')
      .where('case_number', '=', number)
      .execute()
    return rows.length
  }

  async #end(number: number): Promise<void> {
    const { tables, clock } = this.#parts
    await tables.updateTable('recovery_case').set({ ended_at: clock.now() }).where('number', '=', number).execute()
  }
}

function toCase(row: CaseRow, evidence: readonly EvidenceRow[], gates: readonly GateRow[]): RecoveryCase {
  const kind = row.kind as CaseKind
  const decisions = gates.map((one) => ({
    gate: one.gate as Gate,
    result: one.result as GateResult,
    reason: one.reason,
    at: one.at,
    by: one.by_person,
  }))
  return {
    number: row.number,
    kind,
    reason: row.reason === '' ? undefined : (row.reason as MishapReason),
    openedAt: row.opened_at,
    openedBy: row.opened_by,
    endedAt: row.ended_at ?? undefined,
    evidence: evidence.map(({ id, kind: what, place, hash, who, at, entered_by }) => ({
      id,
      kind: what as EvidenceKind,
      place,
      hash,
      who,
      at,
      enteredBy: entered_by,
    })),
    chosen: JSON.parse(row.chosen) as Record<string, Choice>,
    decisions,
    gates: gateStates(kind, decisions),
  }
}
