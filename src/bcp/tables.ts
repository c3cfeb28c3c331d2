/** The draft and the approved versions, in the state database; the ledger gets numbers and hashes. */
import type { Migration } from '#db'

export interface BcpTables {
  bcp_draft: { id: number; body: string; changed_at: number }
  bcp_version: {
    number: number
    /** The draft as it was. */
    draft: string
    /** The document's blocks as JSON. */
    document: string
    /** By section: hash of its content; live content that changes makes it stale. */
    sections: string
    hash: string
    approved_at: number
    approved_by: string
  }
}

export const BCP_MIGRATIONS: readonly Migration[] = [
  {
    id: 2026113120,
    name: 'bcp: draft and versions',
    sql: [
      'CREATE TABLE bcp_draft (id BIGINT PRIMARY KEY, body {text} NOT NULL, changed_at BIGINT NOT NULL)',
      `CREATE TABLE bcp_version (
        number BIGINT PRIMARY KEY, draft {text} NOT NULL, document {text} NOT NULL, sections {text} NOT NULL,
        hash {text} NOT NULL, approved_at BIGINT NOT NULL, approved_by {text} NOT NULL)`,
    ],
  },
]
