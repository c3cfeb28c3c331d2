/** MariaDB and MySQL: `mariadb-dump` of one database in one transaction (mariadb-dump(1)). */
import type { DatabaseDefinition } from './definitions.ts'
import type { DumpSteps } from './dump.ts'
import { findTool } from './tool.ts'

const END = '-- Dump completed'

/** @throws COMMANDS_TOOL_MISSING */
export function mariadbSteps({
  host,
  port = 3306,
  database,
  user,
  passwordFile,
  accounts,
  tools,
}: DatabaseDefinition): DumpSteps {
  const tool = findTool(tools, 'mariadb-dump', 'mysqldump')
  const login = [
    // Only first is it heeded.
    passwordFile ? `--defaults-file=${passwordFile}` : '--no-defaults',
    ...(host.startsWith('/') ? [`--socket=${host}`] : ['--protocol=tcp', `--host=${host}`, `--port=${port}`]),
    `--user=${user}`,
  ] as const
  const whole = [
    '--single-transaction',
    '--quick',
    '--routines',
    '--events',
    '--triggers',
    '--hex-blob',
    '--skip-dump-date',
  ]
  // Rows joined by length shift all that follow when one grows; a row a line stays where it is (docs/design/sources.md).
  const rows = ['--skip-extended-insert', '--no-autocommit', '--max-allowed-packet=1G']
  return {
    files: [
      { file: 'database.sql', argv: [tool, ...login, ...whole, ...rows, database], end: END },
      ...(accounts === 'with-passwords'
        ? [{ file: 'accounts.sql', argv: [tool, ...login, '--skip-dump-date', '--system=users'] as const, end: END }]
        : []),
    ],
    trial: { argv: [tool, ...login, '--no-data', ...whole, database] },
  }
}
