/** The whole sample on a real disk, judged from outside: medplum splits every message, other readers open the documents. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Hl7Message } from '@medplum/core'
import { decodeMessage, parseMessage } from '#hl7v2'
import {
  benchPatientFolder,
  touchOnePercent,
  writeBenchStorage,
  writeDump,
  writeNonSsmixExample,
  writeSampleClinic,
} from '#sample'

const top = mkdtempSync(join(tmpdir(), 'toride-sample-'))
after(() => rmSync(top, { recursive: true, force: true }))
const EVENING = Date.parse('2026-11-21T18:00:00+09:00')

function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

const folder = join(top, '見本')
const clinic = writeSampleClinic({ folder, asOf: EVENING })
const files = filesBelow(folder)

test('300 patients, some 6,000 to 11,000 files, as many as it says', () => {
  assert.equal(clinic.patients.length, 300)
  const counted = Object.values(clinic.files).reduce((a, b) => a + b)
  assert.equal(files.length, counted + 1, 'all files and sample.json')
  assert.ok(counted > 6000 && counted < 11_000, String(counted))
  assert.equal(clinic.changes.written, counted)
})

test('medplum splits every message into the same segments and fields', () => {
  let messages = 0
  const wrong = new Set(clinic.problems.map(({ path }) => join(folder, path)))
  for (const path of files) {
    if (wrong.has(path) || !/standardized|\.hl7$/.test(path)) continue
    const { text } = decodeMessage(readFileSync(path))
    const theirs = Hl7Message.parse(text.trimEnd())
    const ours = parseMessage(text)
    messages++
    assert.deepEqual(
      theirs.segments.map(({ name }) => name),
      ours.segments.map(({ id }) => id),
    )
    assert.equal(theirs.getSegment('PID')?.getField(3).getComponent(1), ours.first('PID')?.value(3))
    const [last, lastOurs] = [theirs.segments.at(-1)!, ours.segments.at(-1)!]
    assert.equal(last.toString(), lastOurs.raw)
  }
  assert.ok(messages > 5000, String(messages))
})

const find = (ending: string): string => files.find((path) => path.endsWith(ending))!

test('documents open in other programs', (t) => {
  const checks: readonly (readonly [string, string[]])[] = [
    ['pdftotext', [find('main_document.pdf'), '-']],
    ['djpeg', ['-outfile', '/dev/null', find('main_document.jpg')]],
    ['xmllint', ['--noout', find('main_document.xml')]],
  ]
  const missing: string[] = []
  for (const [command, args] of checks) {
    const done = spawnSync(command, args, { encoding: 'utf8' })
    if (done.error) missing.push(command)
    else assert.equal(done.status, 0, `${command}: ${done.stderr}`)
    // Without Debian's poppler-data it opens the page but has no table for Japanese.
    if (command === 'pdftotext' && done.stdout?.trim()) assert.match(done.stdout, /診療情報提供書（見本）/)
  }
  if (missing.length === checks.length) t.skip(`not installed: ${missing.join(', ')}`)
})

test('time passes on disk: new files, renames, nothing else', () => {
  const before = new Map(files.map((path) => [path, statSync(path).mtimeMs]))
  const { changes } = writeSampleClinic({ folder, asOf: EVENING + 5 * 86_400_000 })
  const now = filesBelow(folder)
  const gone = files.filter((path) => !now.includes(path))
  const rewritten = now.filter(
    (path) => before.has(path) && statSync(path).mtimeMs !== before.get(path) && !/sample\.json|\.DAT$/.test(path),
  )
  assert.ok(changes.renamed > 0 && changes.written > 50)
  assert.ok(gone.length >= changes.renamed)
  assert.deepEqual(rewritten, [])
})

test('a storage for measurements has the files it says, and a day changes one in a hundred', () => {
  const storage = writeBenchStorage({ folder: join(top, 'bench'), files: 3000 })
  const written = filesBelow(storage.folder)
  assert.equal(written.length, storage.files)
  assert.equal(new Set(written.map((path) => readFileSync(path, 'latin1'))).size, written.length, 'two files are alike')
  assert.equal(filesBelow(benchPatientFolder(storage, 5)).length, 30)
  const days = [1, 2, 3].map((day) => touchOnePercent(storage, day).changed)
  for (const changed of days) assert.ok(changed >= 30 && changed <= 35, String(changed))
  const sizes = written.map((path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0).filter((size) => size > 0)
  assert.ok(Math.min(...sizes) > 300)
})

test('a dump is a third text, a third random, a third repeated', () => {
  const file = join(top, 'dump.sql')
  writeDump(file, 24 << 20)
  const bytes = readFileSync(file)
  assert.equal(bytes.length, 24 << 20)
  assert.match(bytes.toString('latin1', 0, 30), /^INSERT INTO lab_result/)
  assert.ok(
    bytes.subarray(16 << 20, 17 << 20).equals(bytes.subarray(bytes.length - (8 << 20), bytes.length - (7 << 20))),
  )
})

test('a clinic without SS-MIX2 has PDFs by patient number and a CSV in CP932', () => {
  const example = writeNonSsmixExample({ folder: join(top, '紙'), asOf: EVENING })
  const list = new TextDecoder('shift_jis', { fatal: true }).decode(readFileSync(example.list))
  assert.equal(list.trimEnd().split('\r\n').length, example.patients.length + 1)
  const pdfs = filesBelow(example.documents)
  assert.equal(pdfs.length, example.pdfs)
  for (const id of example.patients) assert.ok(pdfs.some((path) => path.includes(`/${id}_`)))
})
