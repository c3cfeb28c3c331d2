/**
 * `npm run check`: types, lint, format, unused code, then the unit tests with the architecture test. Under a minute.
 * `npm run fix` formats and mends what the linter can.
 */
import { spawnSync } from 'node:child_process'
import { runTests, unitTests } from './test.ts'

const fix = process.argv.includes('--fix')
const STEPS: readonly [name: string, command: string, ...args: string[]][] = fix
  ? [
      ['format', 'oxfmt', '.'],
      ['lint', 'oxlint', '--type-aware', '--fix', '.'],
    ]
  : [
      ['types', 'tsc', '--noEmit'],
      ['lint', 'oxlint', '--type-aware', '--deny-warnings', '.'],
      ['format', 'oxfmt', '--check', '.'],
      ['unused code', 'knip', '--no-progress'],
    ]

let failed = 0
for (const [name, command, ...args] of STEPS) {
  const done = spawnSync(`node_modules/.bin/${command}`, args, { stdio: 'inherit' })
  if (done.status !== 0) failed++
  console.error(`${done.status === 0 ? '✓' : '✗'} ${name}`)
}
if (!fix) {
  const totals = await runTests(unitTests())
  console.log(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`)
  failed += totals.failed
}
process.exit(failed > 0 ? 1 : 0)
