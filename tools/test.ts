/**
 * `npm test`: runs every test file under Node's own runner and ends with `N passed, N failed, N skipped`.
 *   npm test                      all suites, after installing what they use where that is possible
 *   npm test -- unit              only the tests beside the sources (what `npm run check` runs)
 *   npm test -- src/restic test/x only files whose path contains one of the words
 * A file `*.test.ts` lies beside its source (fast, one room) or under `test/<suite>/` (whole product, outside judges).
 */
import { globSync } from 'node:fs'
import { run } from 'node:test'
import { relative } from 'node:path'
import { installTestParts } from './test-parts.ts'

export interface Totals {
  passed: number
  failed: number
  skipped: number
}

/** Runs the files two at a time (the machine of CI has two cores), prints failures and reasons for skips. */
export async function runTests(files: string[]): Promise<Totals> {
  const totals: Totals = { passed: 0, failed: 0, skipped: 0 }
  const skips = new Map<string, number>()
  const stream = run({
    files,
    concurrency: 2,
    // A hung test must fail by name, not hang CI.
    timeout: 15 * 60_000,
    execArgv: ['--disable-warning=ExperimentalWarning', '--import', './tools/jsx-hook.mjs'],
  })
  const filesWithFailures = new Set<string | undefined>()
  const seconds = new Map<string, number>()
  stream.on('test:fail', (event) => {
    // A suite fails because a test in it failed; only leaves are counted and printed.
    if (event.details.type === 'suite') return
    // So does a file, unless it did not even load, or ended badly after its tests.
    if (isParent(event) && filesWithFailures.has(event.file)) return
    filesWithFailures.add(event.file)
    totals.failed++
    const error = event.details.error
    console.error(`\n✗ ${event.file ?? ''} › ${event.name}\n${indent(describe(error?.cause ?? error))}`)
  })
  stream.on('test:pass', (event) => {
    if (event.details.type === 'suite' || isParent(event)) return
    if (event.skip !== undefined) {
      totals.skipped++
      const reason = typeof event.skip === 'string' ? event.skip : event.name
      skips.set(reason, (skips.get(reason) ?? 0) + 1)
    } else totals.passed++
  })
  stream.on('test:summary', ({ file, duration_ms: ms }) => {
    if (file !== undefined) seconds.set(file, Math.round(ms / 1000))
  })
  stream.on('test:stderr', (event) => process.stderr.write(event.message))
  stream.on('test:stdout', (event) => process.stdout.write(event.message))
  await new Promise<void>((resolve, reject) => {
    stream.on('end', resolve)
    stream.on('error', reject)
    stream.resume()
  })
  if (skips.size > 0) console.error('\nskipped:')
  for (const [reason, count] of skips) console.error(`  ${count} × ${reason}`)
  tellSlowest(seconds)
  return totals
}

/** After a long run: where its time went. */
function tellSlowest(seconds: ReadonlyMap<string, number>): void {
  if (seconds.size < 100) return
  const slowest = [...seconds].sort(([, a], [, b]) => b - a).slice(0, 15)
  console.error('\nslowest, in seconds:')
  for (const [file, took] of slowest) console.error(`  ${took} ${relative(process.cwd(), file)}`)
}

/** With process isolation each file reports itself as a test too; it is the parent of the real ones. */
function isParent(event: { name: string; nesting: number; file?: string | undefined }): boolean {
  return event.nesting === 0 && event.file !== undefined && event.file.endsWith(event.name)
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

function indent(text: string): string {
  return text.replace(/^/gm, '    ')
}

export const unitTests = (): string[] => [...globSync('src/**/*.test.{ts,tsx}'), 'test/architecture.test.ts'].sort()
export const allTests = (): string[] => [...unitTests(), ...globSync('test/*/**/*.test.{ts,tsx}')].sort()

if (import.meta.main) {
  const words = process.argv.slice(2)
  const onlyUnit = words.length === 1 && words[0] === 'unit'
  const files = onlyUnit
    ? unitTests()
    : allTests().filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  if (!onlyUnit) installTestParts()
  const { passed, failed, skipped } = await runTests(files)
  if (passed + failed === 0) console.error('no test ran')
  console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`)
  process.exit(failed > 0 || passed === 0 ? 1 : 0)
}
