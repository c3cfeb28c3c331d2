/** What would grow for ever does not, and what people should hear of they hear. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { manifestHash, signAttestation } from '#attest'
import { generateSigner, verifierKeyText } from '#tlog'
import { runCommand } from '../../src/keeper/console/commands.ts'
import { statusText } from '../../src/keeper/console/status-text.ts'
import { clinic } from './clinic.fixture.ts'
import { PATH, sha } from './house.fixture.ts'
import { ask, DAY, enrol, HOUR, startKeeper } from './running.ts'

test('of what verifiers said only what counts is kept, and it still counts after a new start', async (t) => {
  const keeper = await startKeeper(t)
  const { who, generation } = await clinic(keeper)
  const { snapshot, text } = await generation()
  const signer = generateSigner('verifier-1')
  const keys = { attestKey: verifierKeyText(signer) }
  const mini = await enrol(keeper, { name: 'mini', kind: 'verify', of: 'clinic' }, keys)
  const manifest = manifestHash(text)
  for (let day = 0; day < 6; day++) {
    keeper.pass(DAY)
    const scope = day === 1 ? 'all-data' : 'structure'
    const one = { repository: PATH, snapshot, manifest, at: keeper.time.wall, result: 'complete', scope } as const
    assert.equal((await ask(keeper, mini, 'POST', `${PATH}/attestations`, signAttestation(one, signer))).status, 200)
  }
  const folder = join(keeper.root, 'repositories', PATH, 'statements')
  const count = (): number => readdirSync(folder).filter((name) => name.endsWith('.attestation')).length
  assert.equal(count(), 6)
  await keeper.house.expireAll()
  assert.equal(count(), 2, 'the newest, and the newest of every byte')
  const again = await keeper.restart()
  const [listed] = JSON.parse((await ask(again, who, 'GET', `${PATH}/generations`)).body) as {
    attested: { at: number }
    read: { at: number }
  }[]
  assert.deepEqual([listed!.attested.at, listed!.read.at], [again.time.wall, again.time.wall - 4 * DAY])
})

test('a raise from afar is told; the same again is none', async (t) => {
  const keeper = await startKeeper(t)
  const { who } = await clinic(keeper)
  const raise = () => ask(keeper, who, 'POST', 'toride/policy', JSON.stringify({ dailyDays: 40 }))
  const raised = () => keeper.alarms.filter(({ code }) => code === 'protection-raised').length
  assert.equal((await raise()).status, 200)
  assert.equal(raised(), 1)
  assert.equal((await raise()).status, 200)
  assert.equal(raised(), 1)
})

test('the status of a client without manifests says what is there', async (t) => {
  const keeper = await startKeeper(t)
  const xray = await enrol(keeper, { name: 'xray', kind: 'append', plain: true })
  await ask(keeper, xray, 'POST', 'xray/images/?create=true')
  const status = async (): Promise<string> => {
    const outcome = await runCommand(keeper.house, { do: 'status' })
    return statusText('ja', outcome.ok ? outcome.value : undefined)
  }
  assert.match(await status(), /まだ受け取っていません/)
  const snapshot = Buffer.from('a snapshot')
  assert.equal((await ask(keeper, xray, 'POST', `xray/images/snapshots/${sha(snapshot)}`, snapshot)).status, 200)
  keeper.pass(HOUR)
  assert.match(await status(), /xray\/images {2}1 件/)
})
