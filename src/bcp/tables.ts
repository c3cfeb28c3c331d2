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
    /** 1: no number at home is in it. Versions of before may hold some (null), and their hash stands in the ledger. */
    hides_private: number | null
  }
  /** Each printing of the binder; `sealed` is the PDF of the newest. */
  bcp_printing: {
    number: number
    printed_at: number
    printed_by: string
    version: number
    pages: number
    /** By part: hash of what stands there. */
    parts: string
    sealed: Uint8Array | null
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
  {
    id: 2026113320,
    name: 'bcp: printings of the binder, versions without numbers at home',
    sql: [
      'ALTER TABLE bcp_version ADD COLUMN hides_private BIGINT',
      `CREATE TABLE bcp_printing (
        number BIGINT PRIMARY KEY, printed_at BIGINT NOT NULL, printed_by {text} NOT NULL, version BIGINT NOT NULL,
        pages BIGINT NOT NULL, parts {text} NOT NULL, sealed {blob})`,
    ],
  },
]
