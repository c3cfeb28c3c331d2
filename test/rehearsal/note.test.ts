/** Whoever holds the report of a rehearsal and its note alone checks it without Toride: the script, and openssl as the manual says. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isolationProblem } from '#isolation'
import { openNote, parseVerifierKey } from '#tlog'
import { house } from '../server/house.ts'

const DOCS = join(import.meta.dirname, '../../docs')
const NAME = 'rehearsal-2026-11-29-12345678.pdf'
const problem = await isolationProblem()
const missing = ['python3', 'openssl'].some((program) => spawnSync(program, ['--help']).error)
  ? 'python3 or openssl is not installed'
  : problem !== undefined && `this system cannot isolate: ${problem}`

/** The commands of the manual, as a person types them. */
function recipe(): string {
  const page = readFileSync(join(DOCS, 'manual/ja/index.html'), 'utf8')
  const [, block = ''] = /<pre><code>(sha256sum [^]*?)<\/code><\/pre>/.exec(page) ?? []
  return block.replaceAll('&gt;', '>').replaceAll('&lt;', '<').replaceAll('&amp;', '&')
}

test(
  'a report and its note are checked away from the server, and a changed one is refused',
  { skip: missing },
  async (t) => {
    const home = house(t)
    const { vault, rehearsals, ledger } = await home.open()
    const source = await vault.addSource({ kind: 'folder', name: '書類', paths: [home.source] })
    const generation = await (await vault.runs.run(source.id)).done
    const { id, done } = await rehearsals.start(generation.id, 'schedule')
    const result = await done
    const { reportHash } = await rehearsals.book.get(id)
    const note = (await rehearsals.book.reportNote(id))!
    const away = mkdtempSync(join(tmpdir(), 'toride-note-'))
    t.after(() => rmSync(away, { recursive: true }))
    const pdf = (await rehearsals.book.report(id))!
    const lay = (bytes: Uint8Array, text: string): void => {
      writeFileSync(join(away, NAME), bytes)
      writeFileSync(join(away, `${NAME}.note`), text)
    }
    const key = ledger.verifierKey
    const script = (...args: string[]) =>
      spawnSync('python3', [join(DOCS, 'verify-ledger.py'), '--report', NAME, '--key', key, ...args], { cwd: away })
    const byHand = (withKey: string) =>
      spawnSync('sh', ['-ec', recipe().replace("'鍵'", `'${withKey}'`)], { cwd: away, encoding: 'utf8' })

    lay(pdf, note)
    const { text, signedBy } = openNote(note, [parseVerifierKey(key)])
    assert.equal(signedBy.length, 1)
    assert.ok(text.startsWith(`toride rehearsal v1\nreport-sha256 ${reportHash}\nresult ${result}\n`), text)
    assert.equal(script().status, 0, script().stderr.toString())
    assert.equal(script(join(home.folder, 'ledger')).status, 0, 'and it stands in the ledger')
    const hand = byHand(key)
    assert.equal(hand.status, 0, hand.stderr)
    assert.match(hand.stdout, /Signature Verified Successfully/)
    assert.ok(hand.stdout.startsWith(reportHash!), 'the first value is the one of the note')

    lay(pdf, note.replace(`result ${result}`, 'result excellent'))
    assert.equal(script().status, 1)
    assert.notEqual(byHand(key).status, 0)
    lay(Buffer.concat([pdf, Buffer.from(' ')]), note)
    assert.equal(script().status, 1, 'another PDF')
    lay(pdf, ledger.signNote('toride receipt v1', { 'report-sha256': reportHash! }))
    assert.equal(script().status, 1, 'a note of another kind')
    assert.throws(() => ledger.signNote(ledger.origin, {}), 'no checkpoint can be had by this way')
  },
)

test('a report that the ledger does not name is none, however well it is signed', { skip: missing }, async (t) => {
  const home = house(t)
  const { ledger } = await home.open()
  const away = mkdtempSync(join(tmpdir(), 'toride-note-'))
  t.after(() => rmSync(away, { recursive: true }))
  const pdf = join(away, NAME)
  writeFileSync(pdf, 'forged')
  const hash = spawnSync('sha256sum', [pdf], { encoding: 'utf8' }).stdout.slice(0, 64)
  const lines = { 'report-sha256': hash, result: 'passed', ended: 'x', 'ledger-entry': 1 }
  writeFileSync(`${pdf}.note`, ledger.signNote('toride rehearsal v1', lines))
  const given = ['--report', pdf, '--key', ledger.verifierKey]
  const check = (...more: string[]) => spawnSync('python3', [join(DOCS, 'verify-ledger.py'), ...given, ...more])
  assert.equal(check().status, 0)
  assert.equal(check(join(home.folder, 'ledger')).status, 1)
})
