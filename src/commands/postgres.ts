/** PostgreSQL: `pg_dump` in its custom format, and the cluster's accounts beside it (pg_dump(1), pg_dumpall(1)). */
import type { DatabaseDefinition } from './definitions.ts'
import type { DumpSteps } from './dump.ts'
import { findTool } from './tool.ts'

const LOCK_WAIT_MS = 60_000

/** @throws COMMANDS_TOOL_MISSING */
export function postgresSteps({
  host,
  port = 5432,
  database,
  user,
  passwordFile,
  accounts,
  tools,
}: DatabaseDefinition): DumpSteps {
  const login = [`--host=${host}`, `--port=${port}`, `--username=${user}`, '--no-password']
  const environment = { PGCONNECT_TIMEOUT: '20', ...(passwordFile ? { PGPASSFILE: passwordFile } : {}) }
  const dump = findTool(tools, 'pg_dump')
  // Waiting for a lock would make everybody behind it wait too.
  const common = [...login, `--dbname=${database}`, `--lock-wait-timeout=${LOCK_WAIT_MS}`]
  const globals = [
    '--globals-only',
    `--database=${database}`,
    ...(accounts === 'with-passwords' ? [] : ['--no-role-passwords']),
  ]
  return {
    files: [
      {
        file: 'database.dump',
        argv: [dump, ...common, '--format=custom', '--compress=0'],
        environment,
        readBack: [findTool(tools, 'pg_restore'), '--file=/dev/null'],
      },
      ...(accounts === 'none'
        ? []
        : [
            {
              file: 'accounts.sql',
              argv: [findTool(tools, 'pg_dumpall'), ...login, ...globals] as const,
              environment,
              end: 'PostgreSQL database cluster dump complete',
            },
          ]),
    ],
    trial: { argv: [dump, ...common, '--schema-only'], environment },
  }
}
