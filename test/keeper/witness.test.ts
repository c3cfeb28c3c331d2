/** The Keeper as a witness: it signs a ledger that grew from what it saw, and no other. Trees and signature are judged by a few lines of the test's own. */
import assert from 'node:assert/strict'
import { createHash, createPublicKey, verify } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { formatCheckpoint, generateSigner, type NoteSigner, verifierKeyText } from '#tlog'
import { ask, enrol, startKeeper } from './running.ts'

const sha = (...parts: readonly Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest()

/** RFC 6962, 2.1. */
function root(leaves: readonly string[]): Buffer {
  if (leaves.length === 0) return sha()
  if (leaves.length === 1) return sha(Buffer.of(0), Buffer.from(leaves[0]!))
  const k = split(leaves.length)
  return sha(Buffer.of(1), root(leaves.slice(0, k)), root(leaves.slice(k)))
}

const split = (n: number): number => 2 ** Math.floor(Math.log2(n - 1))

/** RFC 6962, 2.1.2. */
function proof(m: number, leaves: readonly string[], isWhole = true): Buffer[] {
  const n = leaves.length
  if (m === n) return isWhole ? [] : [root(leaves)]
  const k = split(n)
  return m <= k
    ? [...proof(m, leaves.slice(0, k), isWhole), root(leaves.slice(k))]
    : [...proof(m - k, leaves.slice(k), false), root(leaves.slice(0, k))]
}

const log = (size: number, word = 'entry'): string[] => Array.from({ length: size }, (_, i) => `${word} ${i}`)
const ORIGIN = 'clinic.example/ledger'

async function witness(t: TestContext) {
  const keeper = await startKeeper(t)
  const ledger = generateSigner(ORIGIN)
  const who = await enrol(keeper, { name: 'clinic', kind: 'witness' }, { ledgerKey: verifierKeyText(ledger) })
  const note = (leaves: readonly string[], signer: NoteSigner = ledger, origin = ORIGIN): string =>
    formatCheckpoint({ origin, size: leaves.length, root: root(leaves) }, [signer])
  const hand = (oldSize: number, hashes: readonly Buffer[], signed: string) =>
    ask(
      keeper,
      who,
      'POST',
      'toride/checkpoint',
      `old ${oldSize}\n${hashes.map((hash) => `${hash.toString('base64')}\n`).join('')}\n${signed}`,
    )
  /** From `before` entries to all of `leaves`, honestly. */
  const grow = (before: number, leaves: readonly string[]) =>
    hand(before, before === 0 ? [] : proof(before, leaves), note(leaves))
  return { keeper, who, ledger, note, hand, grow }
}

/** C2SP tlog-cosignature, with node:crypto alone. @returns the seconds it says */
function cosigned(line: string, signed: string, keeperKey: string): number {
  // A plus may stand in base64 too.
  const [, name = '', key = ''] = /^([^+]+)\+[0-9a-f]{8}\+(.+)$/.exec(keeperKey)!
  const publicKey = Buffer.from(key, 'base64').subarray(1)
  const [dash, signer, encoded = ''] = line.trimEnd().split(' ')
  assert.deepEqual([dash, signer], ['—', name])
  const bytes = Buffer.from(encoded, 'base64')
  assert.deepEqual(bytes.subarray(0, 4), sha(Buffer.from(`${name}\n`), Buffer.of(4), publicKey).subarray(0, 4))
  const seconds = bytes.readBigUInt64BE(4)
  const text = signed.slice(0, signed.indexOf('\n\n') + 1)
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey])
  const ed25519 = createPublicKey({ key: spki, format: 'der', type: 'spki' })
  assert.ok(verify(null, Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`), ed25519, bytes.subarray(12)))
  return Number(seconds)
}

test('a ledger that grows is cosigned, at the Keeper’s time', async (t) => {
  const { keeper, who, note, grow } = await witness(t)
  let before = 0
  for (const size of [0, 1, 2, 3, 7, 8, 8, 21, 64, 65]) {
    const answer = await grow(before, log(size))
    assert.equal(answer.status, 200, `${before} to ${size}: ${answer.body}`)
    const seconds = cosigned(answer.body, note(log(size)), who.keeperKey)
    assert.equal(seconds, Math.floor(keeper.time.wall / 1000))
    keeper.pass(60_000)
    before = size
  }
})

test('fork, shrink, replay, another log and another key find no signature, also after a restart', async (t) => {
  const { keeper, who, ledger, note, hand, grow } = await witness(t)
  assert.equal((await grow(0, log(8))).status, 200)
  assert.equal((await grow(8, log(13))).status, 200)
  const forked = [...log(9), ...log(11, 'other')]
  const tries: [string, () => ReturnType<typeof grow>, string][] = [
    ['fork of the same size', () => hand(13, [], note(log(13, 'other'))), 'log-forked'],
    ['fork that grew', () => hand(13, proof(13, forked), note(forked)), 'log-forked'],
    ['growth without a proof', () => hand(13, [], note(log(14))), 'log-forked'],
    ['a proof of something else', () => hand(13, proof(12, log(14)), note(log(14))), 'log-forked'],
    ['shrink', () => hand(13, [], note(log(8))), 'log-forked'],
    ['shrink that says so', () => hand(8, [], note(log(8))), 'log-forked'],
    ['replay from the beginning', () => hand(0, [], note(log(13))), 'log-size'],
    ['a new log under the old name', () => hand(0, [], note(log(1, 'new'))), 'log-forked'],
    ['another key of the same name', () => hand(13, [], note(log(13), generateSigner(ORIGIN))), 'log-signature'],
    ['another name', () => hand(13, [], note(log(13), ledger, 'other.example/ledger')), 'log-unknown'],
    ['no checkpoint', () => hand(13, [], 'x'), 'bad-request'],
  ]
  for (const [what, run, code] of tries) assert.equal((await run()).code, code, what)
  assert.ok(keeper.alarms.some(({ code, about }) => code === 'ledger-contradicted' && about === 'clinic'))
  const again = await keeper.restart()
  const body = `old 0\n\n${note(log(1, 'new'))}`
  assert.equal((await ask(again, who, 'POST', 'toride/checkpoint', body)).code, 'log-forked')
  const station = await enrol(again, { name: 'station', kind: 'read', of: 'clinic' })
  assert.equal((await ask(again, station, 'POST', 'toride/checkpoint', body)).code, 'log-unknown')
})
