/**
 * The definitions file: what may be started on this machine, and what the screens choose from by name (SECURITY.md 14).
 * Nothing in Toride writes it.
 */
import { existsSync } from 'node:fs'
import { z } from 'zod'
import { AppError, isAppError } from '#base'
import { readOwned } from './ownership.ts'

const shown = z.string().trim().min(1).max(60)
const absolute = z.string().startsWith('/')
const minutes = z
  .number()
  .int()
  .min(1)
  .max(24 * 60)
/** Not taken for an option or, by libpq, for a connection string. */
const word = z.string().regex(/^[^-=\s][^=\s]*$/)
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)

const COMMAND = z.strictObject({
  run: z.tuple([absolute], z.string()),
  timeoutMinutes: minutes.default(10),
  /** Name of the user; absent: as Toride runs. */
  runAs: word.optional(),
})

const HOOK = z
  .strictObject({ name: shown, before: COMMAND.optional(), after: COMMAND.optional() })
  .refine((hook) => hook.before ?? hook.after)

const DATABASE = z.strictObject({
  name: shown,
  kind: z.enum(['postgresql', 'mariadb']),
  /** An address, or where its socket lies (PostgreSQL: the folder; MariaDB: the file). */
  host: word,
  port: z.number().int().min(1).max(65_535).optional(),
  database: word,
  user: word,
  /** PostgreSQL: a .pgpass; MariaDB: an option file with [client] password. */
  passwordFile: absolute.optional(),
  runAs: word.optional(),
  /** Accounts of the server beside the database: without passwords any account may read them. */
  accounts: z.enum(['none', 'without-passwords', 'with-passwords']).default('without-passwords'),
  /** Folder of pg_dump or mariadb-dump, where it is not the usual one. */
  tools: absolute.optional(),
  timeoutMinutes: minutes.default(240),
})

const SHARE = z.strictObject({
  name: shown,
  /** `//server/share` as it is mounted. */
  unc: z.string().regex(/^\/\/[^/\s]+\/[^/]+$/),
  /** Where the system mounts it. */
  mountedAt: absolute,
  /** username=, password=, domain= as mount.cifs and smbclient read it: for the trial whether the account can write. */
  credentialsFile: absolute.optional(),
  port: z.number().int().min(1).max(65_535).optional(),
  /** Read only between these times of the institution. */
  hours: z.strictObject({ from: time, to: time }).optional(),
  megabytesPerSecond: z.number().positive().max(10_000).optional(),
})

const name = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/)
/** Without a prototype: `constructor` is no entry that nobody wrote. */
const named = <T extends z.ZodType>(entry: T) =>
  z
    .record(name, entry)
    .default({})
    .transform((entries): typeof entries => Object.assign(Object.create(null), entries))
const FILE = z.strictObject({
  version: z.literal(1),
  databases: named(DATABASE),
  hooks: named(HOOK),
  shares: named(SHARE),
  /** Of the system's own: what the screens may choose all the same. */
  allowedFolders: z.array(absolute).default([]),
})

export type Definitions = z.infer<typeof FILE>
export type CommandDefinition = z.infer<typeof COMMAND>
export type HookDefinition = z.infer<typeof HOOK>
export type DatabaseDefinition = z.infer<typeof DATABASE>
export type ShareDefinition = z.infer<typeof SHARE>

const NONE: Definitions = FILE.parse({ version: 1 })
const USUAL_FILE = '/etc/toride/commands.json'

export class CommandBook {
  readonly path: string
  readonly #mayBeAbsent: boolean

  /** @param path from `--commands` or TORIDE_COMMANDS; absent: the usual file, which need not be there */
  constructor(path: string | undefined) {
    this.path = path ?? USUAL_FILE
    this.#mayBeAbsent = path === undefined
  }

  /** Read anew each time: what root changed counts at once. @throws COMMANDS_FILE_UNSAFE, COMMANDS_FILE_WRONG */
  read(): Definitions {
    if (this.#mayBeAbsent && !existsSync(this.path)) return NONE
    try {
      return FILE.parse(JSON.parse(readOwned(this.path)))
    } catch (cause) {
      if (isAppError(cause)) throw cause
      throw new AppError('COMMANDS_FILE_WRONG', { cause, detail: whatIsWrong(cause) })
    }
  }

  /** @throws COMMANDS_UNKNOWN where the file no longer has it, and as {@link read} */
  database(id: string): DatabaseDefinition {
    return this.read().databases[id] ?? unknown()
  }

  hook(id: string): HookDefinition {
    return this.read().hooks[id] ?? unknown()
  }

  share(id: string): ShareDefinition {
    return this.read().shares[id] ?? unknown()
  }

  /** What root lets the screens choose though it lies in a folder of the system: named so, or a share is mounted there. */
  allowedFolders(): string[] {
    const { allowedFolders, shares } = this.read()
    return [...allowedFolders, ...Object.values(shares).map(({ mountedAt }) => mountedAt)]
  }
}

function unknown(): never {
  throw new AppError('COMMANDS_UNKNOWN')
}

/** Where in the file, for the terminal: the file is the administrator's and holds no patient data. */
function whatIsWrong(cause: unknown): string {
  if (cause instanceof z.ZodError)
    return cause.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')
  return (cause as Error).message
}
