/** The agents that production knows of, and what the Keeper says of their generations. */
import { randomBytes } from 'node:crypto'
import { AppError, type Clock, type EpochMs, type ErrorCode, isAppError } from '#base'
import type { Kysely } from '#db'
import { enrolAtKeeper, isPast, type KeeperConfig, keeperConfigSchema } from '#storage'
import { parseVerifierKey } from '#tlog'
import type { RepositorySecrets } from '#vault'
import { openAtKeeper } from '#verifier'
import type { CardFacts } from './card.ts'
import type { AgentTables, MachineRow } from './tables.ts'

export interface Machine {
  readonly id: string
  readonly name: string
  readonly client: string
  readonly keeper: KeeperConfig
  readonly dailyAt: string
  readonly card: string
  readonly seen:
    | {
        readonly at: EpochMs
        readonly generations: number
        /** By the Keeper's clock; undefined where none came yet. */
        readonly newestAt: EpochMs | undefined
        readonly lockedUntil: EpochMs | undefined
      }
    | undefined
  readonly failure: { readonly code: ErrorCode; readonly at: EpochMs } | undefined
}

export interface MachinesParts {
  readonly tables: Kysely<AgentTables>
  readonly secrets: RepositorySecrets
  readonly clock: Clock
}

/** The Keeper is asked this often. */
const ASK_EVERY_MS = 30 * 60_000

export class Machines {
  readonly #parts: MachinesParts

  constructor(parts: MachinesParts) {
    this.#parts = parts
  }

  /** Those whose row is whole; a spoilt one is in {@link spoilt} and stops no page. */
  async list(): Promise<Machine[]> {
    const rows = await this.#rows()
    return rows.map(toMachine).filter((machine) => machine !== undefined)
  }

  /** Rows that say nothing usable: they can be taken off and registered anew. */
  async spoilt(): Promise<{ id: string; name: string }[]> {
    const rows = await this.#rows()
    return rows.filter((row) => toMachine(row) === undefined).map(({ id, name }) => ({ id, name }))
  }

  async get(id: string): Promise<Machine | undefined> {
    return (await this.list()).find((machine) => machine.id === id)
  }

  /**
   * Takes a card in whose password was opened by who calls, with a one-time code that lets us read of that agent alone.
   * @throws as enrolAtKeeper, VAULT_PLACE_REFUSED where the code reads of another
   */
  async add({ name, keeper, dailyAt }: CardFacts, card: string, code: string): Promise<string> {
    const { tables, secrets, clock } = this.#parts
    const input = { address: keeper.url, pin: keeper.pin, code }
    const { config, token, of } = await enrolAtKeeper(input, 'read', {}, parseVerifierKey)
    if (of !== keeper.client || config.keeperKey !== keeper.keeperKey)
      throw new AppError('VAULT_PLACE_REFUSED', { detail: 'the code reads of another machine' })
    const id = `machine-${randomBytes(4).toString('hex')}`
    // The token first: without one the row could never be used, a token without a row harms nobody.
    secrets.keep(id, Buffer.from(token, 'base64url').toString('base64'))
    await tables
      .insertInto('machine')
      .values({
        id,
        name,
        config: JSON.stringify(keeperConfigSchema.parse(config)),
        client: keeper.client,
        daily_at: dailyAt,
        card,
        created_at: clock.now(),
        removed_at: null,
        seen_at: null,
        generations: null,
        newest_at: null,
        locked_until: null,
        last_failure: null,
        last_failure_at: null,
      })
      .execute()
    return id
  }

  /** Off the list: the agent goes on, and what it has taken stays. False where it was so already. */
  async remove(id: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#parts.tables
      .updateTable('machine')
      .set({ removed_at: this.#parts.clock.now() })
      .where('id', '=', id)
      .where('removed_at', 'is', null)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }

  /** Asks for those that were not asked for in half an hour. */
  async refreshDue(): Promise<void> {
    const now = this.#parts.clock.now()
    for (const machine of await this.list()) {
      const last = Math.max(machine.seen?.at ?? 0, machine.failure?.at ?? 0)
      if (now - last >= ASK_EVERY_MS || last > now) await this.refresh(machine)
    }
  }

  /** Asks the Keeper now; what fails stands at the machine, beside what was seen before. */
  async refresh(machine: Machine): Promise<void> {
    const { clock } = this.#parts
    try {
      const { count, newest } = await this.#ask(machine)
      await this.#note(machine.id, {
        seen_at: clock.now(),
        generations: count,
        newest_at: newest?.receivedAt ?? null,
        locked_until: newest?.lockedUntil ?? null,
        last_failure: null,
        last_failure_at: null,
      })
    } catch (error) {
      if (!isAppError(error)) throw error
      const code = error.code === 'VERIFIER_REFUSED' ? 'VAULT_PLACE_REFUSED' : error.code
      await this.#note(machine.id, { last_failure: code, last_failure_at: clock.now() })
    }
  }

  /** Repositories of the machine as restic names them, without a credential in them. */
  async repositories(machine: Machine): Promise<string[]> {
    const keeper = this.#open(machine)
    try {
      return (await keeper.repositories()).map((name) => `${machine.keeper.url}${machine.client}/${name}/`)
    } finally {
      keeper.close()
    }
  }

  #rows(): Promise<MachineRow[]> {
    const { tables } = this.#parts
    return tables.selectFrom('machine').selectAll().where('removed_at', 'is', null).orderBy('created_at').execute()
  }

  async #ask(machine: Machine) {
    const keeper = this.#open(machine)
    try {
      const all = []
      for (const repository of await keeper.repositories())
        for (const listed of await keeper.generations(repository)) all.push({ repository, ...listed })
      const newest = all.toSorted((a, b) => b.receivedAt - a.receivedAt)[0]
      const receipt = newest && (await keeper.receipt(newest.repository, newest.snapshot))
      // One of a day to come would look fresh for ever.
      if (receipt && !isPast(receipt.receivedAt, this.#parts.clock.now()))
        throw new AppError('VAULT_PLACE_UNTRUSTED', { detail: 'receipt of a day to come' })
      return { count: all.length, newest: receipt }
    } finally {
      keeper.close()
    }
  }

  #open(machine: Machine) {
    const secret = this.#parts.secrets.load(machine.id)
    if (secret === undefined) throw new AppError('VAULT_KEY_MISSING')
    const token = Buffer.from(secret, 'base64').toString('base64url')
    return openAtKeeper({ config: machine.keeper, token, of: machine.client }, this.#parts.clock)
  }

  async #note(id: string, change: Partial<MachineRow>): Promise<void> {
    await this.#parts.tables.updateTable('machine').set(change).where('id', '=', id).execute()
  }
}

function toMachine(row: MachineRow): Machine | undefined {
  const keeper = configIn(row.config)
  if (!keeper) return undefined
  return {
    id: row.id,
    name: row.name,
    client: row.client,
    keeper,
    dailyAt: row.daily_at,
    card: row.card,
    seen:
      row.seen_at === null
        ? undefined
        : {
            at: row.seen_at,
            generations: row.generations ?? 0,
            newestAt: row.newest_at ?? undefined,
            lockedUntil: row.locked_until ?? undefined,
          },
    failure:
      row.last_failure === null ? undefined : { code: row.last_failure as ErrorCode, at: row.last_failure_at ?? 0 },
  }
}

function configIn(text: string): KeeperConfig | undefined {
  try {
    return keeperConfigSchema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
