import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tmpdir } from 'node:os'
import { isFailure, median, measure } from '../../bench/measure.ts'
import type { Sample } from '../../bench/measure.ts'
import { mediansOf, memoryNotes, ratioTable, reportPage } from '../../bench/report.ts'
import type { Measurement, Operation } from '../../bench/rounds.ts'
import type { ToolName } from '../../bench/tools.ts'

const sample = (wallSeconds: number, peakBytes = 1e8): Sample => ({
  wallSeconds,
  cpuSeconds: wallSeconds * 2,
  peakBytes,
})
const rows = (tool: ToolName, operation: Operation, results: Measurement['result'][]): Measurement[] =>
  results.map((result, round) => ({ subject: '100,000 files', operation, tool, round, result }))

test('the median is the middle one, or between the two middle ones', () => {
  assert.equal(median([9, 1, 2]), 2)
  assert.equal(median([4, 1, 2, 9]), 3)
})

test('a ratio is ours against restic, and says whether the target is reached', () => {
  const all = [
    ...rows('toride', 'first', [sample(6), sample(5), sample(50)]),
    ...rows('restic', 'first', [sample(12), sample(13), sample(9)]),
  ]
  assert.match(ratioTable(all), /\| first backup \| 0\.50 \| 0\.55 \| yes \| 0\.50 \| 1\.00 \| – \|/)
  const slow = [...rows('toride', 'first', [sample(8)]), ...rows('restic', 'first', [sample(12)])]
  assert.match(ratioTable(slow), /\| 0\.67 \| 0\.55 \| \*\*no\*\* \|/)
})

test('a failed round is named and never averaged away', () => {
  const all = rows('toride', 'check', [sample(1), { exitCode: 1, message: 'pack is damaged' }, sample(1)])
  assert.equal(mediansOf(all, '100,000 files', 'check', 'toride'), undefined)
  const page = reportPage(all, { machine: [], missing: [{ name: 'borg', reason: 'not installed' }], quick: false })
  assert.match(page, /round 2: pack is damaged/)
  assert.match(page, /borg was not measured: not installed/)
})

test('memory is the highest peak of any operation, against twice that of restic', () => {
  const all = [...rows('toride', 'first', [sample(1, 3e8)]), ...rows('restic', 'first', [sample(1, 1e8)])]
  assert.match(memoryNotes(all)[0]!, /300 MB, restic 100 MB \(3\.00 times\); allowed twice restic: \*\*exceeded\*\*/)
})

test('a command is measured, its failure told, a hanging one ended', (t) => {
  const good = measure({ argv: ['node', '-e', 'let s = 0; for (let i = 0; i < 3e7; i++) s += i'] }, tmpdir())
  if (isFailure(good) && /ENOENT|No such file/.test(good.message)) return t.skip('GNU time is not installed')
  assert.ok(!isFailure(good) && good.peakBytes > 1e7 && good.wallSeconds > 0)
  const bad = measure({ argv: ['node', '-e', 'console.error("no"); process.exit(3)'] }, tmpdir())
  assert.ok(isFailure(bad) && bad.exitCode === 3 && bad.message.includes('no'))
  const hung = measure({ argv: ['sleep', '20'] }, tmpdir(), 1)
  assert.ok(isFailure(hung) && hung.message === 'ended after 1 s')
})
