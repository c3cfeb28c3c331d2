/** Agents as production lists them. */
import type { Migration } from '#db'

export interface MachineRow {
  id: string
  name: string
  /** JSON: the Keeper, and as whom production reads there. Its token is a secret of the ring, named after the id. */
  config: string
  /** Whose repositories: the agent's name at the Keeper. */
  client: string
  daily_at: string
  /** As the agent handed it over; its password opens with the escrow key alone. */
  card: string
  created_at: number
  removed_at: number | null
  /** What the Keeper said last, each receipt's signature checked. */
  seen_at: number | null
  generations: number | null
  newest_at: number | null
  locked_until: number | null
  last_failure: string | null
  last_failure_at: number | null
}

export interface AgentTables {
  machine: MachineRow
}

export const AGENT_MIGRATIONS: readonly Migration[] = [
  {
    id: 2026112871,
    name: 'agent: machines that back themselves up',
    sql: [
      `CREATE TABLE machine (
        id {text} PRIMARY KEY, name {text} NOT NULL, config {text} NOT NULL, client {text} NOT NULL,
        daily_at {text} NOT NULL, card {text} NOT NULL, created_at BIGINT NOT NULL, removed_at BIGINT,
        seen_at BIGINT, generations BIGINT, newest_at BIGINT, locked_until BIGINT,
        last_failure {text}, last_failure_at BIGINT)`,
    ],
  },
]
