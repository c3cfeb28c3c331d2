/**
 * An agent against a real Keeper: enrolled with a code of its own, it takes generations with closure, manifest and
 * receipt; stock restic restores them; what it holds deletes nothing and opens nobody else's.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openAgent, openCard } from '#agent'
import { openReceipt } from '#attest'
import { isAppError } from '#base'
import { parseVerifierKey } from '#tlog'
import { ask, DAY, enrol } from '../keeper/running.ts'
import { stockRestics } from '../restic/stock-restic.ts'
import { Scene } from './scene.ts'

const restic = stockRestics()[0]!

test(
  'a generation of an agent comes back byte for byte by stock restic with the agent’s own key',
  { skip: restic.missing },
  async (t) => {
    const scene = await Scene.enrolled(t)
    const first = await scene.agent('run')
    assert.equal(first.code, 0, first.text)
    scene.keeper.pass(DAY)
    writeFileSync(join(scene.source, '0', 'new.txt'), 'the next day')
    assert.equal((await scene.agent('run')).code, 0)

    const agent = openAgent(scene.data)
    const { newest } = agent.state()
    const note = readFileSync(join(scene.data, 'receipts', newest!.snapshot), 'utf8')
    const receipt = openReceipt(note, parseVerifierKey(agent.config.keeperKey))
    assert.deepEqual([receipt.repository, receipt.snapshot], ['desk/files', newest!.snapshot])
    assert.match((await scene.agent('status')).text, /newest .*31 files/)

    const reader = await enrol(scene.keeper, { name: 'main', kind: 'read', of: 'desk' })
    assert.equal((await scene.generations(reader)).length, 2)
    const cert = join(scene.home, 'cert.pem')
    writeFileSync(cert, scene.keeper.cert)
    const url = new URL(scene.keeper.url)
    const place = `rest:https://main:${reader.token}@${url.host}/desk/files/`
    const target = join(scene.home, 'target')
    // The machine is gone: its key is all that is left of it.
    const { password } = openCard((await scene.agent('card')).text.match(/TORIDE-AGENT-1:\S+/)![0], scene.escrow)
    assert.equal(password, agent.password)
    rmSync(scene.data, { recursive: true })
    for (const command of [
      ['check', '--read-data'],
      ['restore', 'latest', '--target', target],
    ]) {
      const done = await restic.ask(place, password, '--cacert', cert, '--no-lock', ...command)
      assert.equal(done.status, 0, done.output)
    }
    execFileSync('diff', ['-r', scene.source, join(target, scene.source)])
  },
)

test('what an agent holds removes nothing, reads no other client, and lies sealed', async (t) => {
  const scene = await Scene.enrolled(t)
  assert.equal((await scene.agent('run')).code, 0)
  const { token, password, state } = openAgent(scene.data)
  const who = { name: 'desk', token }
  const { snapshot } = state().newest!
  assert.equal((await ask(scene.keeper, who, 'DELETE', `desk/files/snapshots/${snapshot}`)).code, 'append-only')
  assert.equal((await ask(scene.keeper, who, 'GET', 'clinic/records/config')).code, 'not-yours')
  assert.equal((await ask(scene.keeper, who, 'POST', `desk/files/keys/${'a'.repeat(64)}`, 'x')).code, 'keys-closed')
  for (const path of files(scene.data)) {
    assert.equal(statSync(path).mode & 0o077, 0, path)
    const bytes = readFileSync(path)
    for (const secret of [token, password, '書類']) assert.ok(!bytes.includes(secret), `${path} holds a secret`)
  }
})

const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

test('a production that reads with the code it was given cannot write or delete there', async (t) => {
  const scene = await Scene.enrolled(t)
  assert.equal((await scene.agent('run')).code, 0)
  const reader = await enrol(scene.keeper, { name: 'main', kind: 'read', of: 'desk' })
  const [generation] = await scene.generations(reader)
  for (const [method, path] of [
    ['DELETE', `desk/files/snapshots/${generation!.snapshot}`],
    ['POST', `desk/files/generations/${generation!.snapshot}`],
    ['POST', 'desk/files/?create=true'],
  ] as const)
    assert.equal((await ask(scene.keeper, reader, method, path, 'x')).code, 'not-yours', `${method} ${path}`)
})

test('a card that was changed or made for another key is refused', async (t) => {
  const scene = await Scene.enrolled(t)
  const card = (await scene.agent('card')).text.match(/TORIDE-AGENT-1:\S+/)![0]
  assert.equal(openCard(` ${card.slice(0, 80)}\n ${card.slice(80)}\n`, scene.escrow).facts.name, '受付のPC')
  const inside = JSON.parse(Buffer.from(card.slice('TORIDE-AGENT-1:'.length), 'base64url').toString()) as object
  const forged = { ...inside, name: '院長のPC' }
  const other = (await Scene.open(t)).escrow
  for (const [text, key] of [
    [card, other],
    [`TORIDE-AGENT-1:${Buffer.from(JSON.stringify(forged)).toString('base64url')}`, scene.escrow],
    [card.slice(0, -4), scene.escrow],
    ['', scene.escrow],
    ['TORIDE-AGENT-1:'.padEnd(20_000, 'A'), scene.escrow],
  ] as const)
    assert.throws(
      () => openCard(text, key),
      (error) => isAppError(error, 'AGENT_CARD_WRONG'),
    )
  const code = scene.code('desk-2', 'append')
  const wrong = await scene.enrol({ key: 'short', code })
  assert.match(wrong.text, /AGENT_ESCROW_KEY_WRONG/)
  assert.equal((await scene.enrol({ code })).code, 0, 'the code was not used up')
})

test('bad days: a source that is away, a Keeper that is away, a half-made repository, a second process', async (t) => {
  const scene = await Scene.enrolled(t)
  const status = async (): Promise<string> => (await scene.agent('status')).text
  renameSync(scene.source, `${scene.source}-away`)
  assert.match((await scene.agent('run')).text, /VAULT_SOURCE_UNREADABLE/)
  assert.match(await status(), /VAULT_SOURCE_UNREADABLE/)
  renameSync(`${scene.source}-away`, scene.source)

  // A kill between key and config: the name is passed over, since no second key is taken there.
  const { token } = openAgent(scene.data)
  const who = { name: 'desk', token }
  assert.equal((await ask(scene.keeper, who, 'POST', 'desk/files/?create=true')).status, 200)
  const key = 'half made'
  const name = execFileSync('sha256sum', { input: key }).toString().slice(0, 64)
  assert.equal((await ask(scene.keeper, who, 'POST', `desk/files/keys/${name}`, key)).status, 200)
  const taken = await scene.agent('run')
  assert.equal(taken.code, 0, taken.text)
  assert.equal(openAgent(scene.data).state().repository, 'files-2')
  assert.ok(!(await status()).includes('VAULT_SOURCE'), 'what went well ends what went wrong')

  writeFileSync(
    join(scene.data, 'state.json'),
    JSON.stringify({ ...openAgent(scene.data).state(), repositoryId: '0'.repeat(64) }),
  )
  assert.match((await scene.agent('run')).text, /VAULT_PLACE_UNTRUSTED/, 'another repository under the name')

  mkdirSync(join(scene.home, 'other'))
  assert.ok(!existsSync(join(scene.home, 'other', 'agent.json')))
  writeFileSync(join(scene.data, 'agent.json'), '{')
  assert.match((await scene.agent('run')).text, /AGENT_FILE_DAMAGED/)
})
