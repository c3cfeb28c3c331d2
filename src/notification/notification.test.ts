/** The fold of reports: what stands, what is kept from the public, one version per click. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { randomBytes } from 'node:crypto'
import { isAppError, manualClock } from '#base'
import { openCasebook } from '#casebook'
import { type CaseInput, Incidents } from '#incident'
import { factsOf, Notifications, type OverruleInput, reportsOf, written } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'toride-notification-'))
after(() => rmSync(folder, { recursive: true }))

const key = randomBytes(32)
const who = { id: 'p1', name: '山田 花子', profession: 'clerk' }
const clock = manualClock(1_790_000_000_000)
const ledger: unknown[] = []
const parts = { ledger: { append: async (entry: unknown) => void ledger.push(entry) } as never, clock }
const casebook = openCasebook({ folder, device: 'server', clock })
casebook.admit(key)
const incidents = new Incidents({ ...parts, casebook, device: 'server' })
const notifications = new Notifications({ ...parts, casebook, incidents })
let counted = 0
const once = () => `once-${++counted}`

const { id } = await incidents.report({ once: once(), detail: { what: '画面が英語', place: '受付' } }, who)
const say = (input: Omit<CaseInput, 'once'>) => incidents.write(id, { ...input, once: once() }, who)
await say({ kind: 'decision', topic: 'emergency', value: 'active', detail: { decider: '院長' } })
await say({ kind: 'decision', topic: 'kind', value: 'ransomware', detail: { reason: '内部のメモ' } })

async function now() {
  const one = (await incidents.get(id, key))!
  const facts = factsOf({ one, institution: '砦クリニック', improvements: [] })
  const reports = reportsOf(one, facts, await notifications.entries(id, key))
  const report = (code: string) => reports.find(({ form }) => form.code === code)!
  return { one, report, field: (form: string, code: string) => report(form).fields.find((f) => f.code === code)! }
}

test('absence stays absence, what nobody counted is no zero, the public gets no remarks', async () => {
  const before = await now()
  assert.equal(before.field('ppc-first', 'patients').fact, undefined)
  assert.equal(before.field('ppc-first', 'leak').fact?.from, 'rule')
  await say({ kind: 'count', topic: 'count:patients', value: '' })
  const { field } = await now()
  assert.deepEqual(field('ppc-first', 'patients').fact?.lines, [[{ word: 'house', code: 'being-counted' }]])
  assert.match(JSON.stringify(field('ppc-first', 'kind').fact), /内部のメモ/)
  assert.doesNotMatch(JSON.stringify((await now()).report('patients')), /内部のメモ|画面が英語/)
})

test('two who wrote apart both stand, one who saw both ends it, withdrawn is the fact again', async () => {
  const write = (text: string | undefined, seen: readonly string[]) =>
    notifications.overrule(
      id,
      { form: 'ppc-first', field: 'cause', text, reason: 'r', seen, once: once() } satisfies OverruleInput,
      who,
    )
  await write('VPN', [])
  await write('メール', [])
  const both = (await now()).field('ppc-first', 'cause')
  assert.deepEqual(
    written(both).map(({ text }) => text),
    ['VPN', 'メール'],
  )
  await write(
    '',
    both.overrules.map((one) => one.id),
  )
  const one = (await now()).field('ppc-first', 'cause')
  assert.deepEqual(
    written(one).map(({ text }) => text),
    [''],
    'left empty on purpose',
  )
  await write(
    undefined,
    one.overrules.map((each) => each.id),
  )
  assert.deepEqual(written((await now()).field('ppc-first', 'cause')), [])
})

test('a second click is the same version, closes the clock once; an older version is refused', async () => {
  const files = { docx: Buffer.from('d'), xlsx: Buffer.from('x'), pdf: Buffer.from('p') }
  const send = (version: number, click: string) =>
    notifications.send(
      id,
      {
        form: 'ppc-first',
        version,
        to: 't',
        how: 'h',
        receipt: '',
        sentAt: clock.now(),
        files,
        clockWords: 'w',
        once: click,
      },
      who,
    )
  await Promise.all([send(1, 'a'), send(1, 'a')])
  const { report } = await now()
  assert.equal(report('ppc-first').sent.length, 1)
  assert.equal(report('ppc-first').clock?.isClosed, true)
  assert.equal(report('ppc-final').clock?.isClosed, false, 'another clock runs on')
  await assert.rejects(send(1, 'b'), (error) => isAppError(error, 'NOTIFICATION_CHANGED'))
  await send(2, 'b')
  const sent = (await now()).report('ppc-first').sent
  assert.deepEqual(
    sent.map(({ version }) => version),
    [1, 2],
  )
  assert.deepEqual(await notifications.file(id, sent[0]!.files.pdf, key), files.pdf)
  assert.equal(await notifications.file(id, 'ab'.repeat(32), key), undefined, 'no file that no version has')
})
