import type { Clock, ErrorCode } from '#base'
import type { Repository } from '#restic'
import type { Catalogue } from '#vault'

/** What a verb may touch of its process. */
export interface CliIo {
  readonly stdout: CliOutput
  readonly stderr: CliOutput
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  /** Where a secret is typed in; absent or no terminal: it must come from a file. */
  readonly stdin?: NodeJS.ReadStream
  /** Absent: the machine's. */
  readonly clock?: Clock
  /** What, why and what now of an error. A port: the texts of the screens load only when something went wrong. */
  readonly explain?: (code: ErrorCode, language: 'ja' | 'en') => Promise<string>
  /** Opens the cache of a repository; absent: commands run without one. A port: the vault must not load with every verb. */
  readonly openCatalogue?: (folder: string, name: string, repository: Repository) => Promise<Catalogue>
}

export interface CliOutput {
  /** `done` is called when the text has gone on its way: what waits for it cannot fill the memory. */
  write(text: string | Uint8Array, done?: () => void): unknown
  /** A terminal shows progress; a file or pipe gets lines only. */
  readonly isTTY?: boolean
}

/** Exit codes as restic's (doc/075_scripting.rst). */
export const EXIT = {
  ok: 0,
  failed: 1,
  incomplete: 3,
  noRepository: 10,
  locked: 11,
  wrongPassword: 12,
  interrupted: 130,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export type Verb = (args: readonly string[], io: CliIo) => Promise<ExitCode>
