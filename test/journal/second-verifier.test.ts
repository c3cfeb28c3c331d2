/** docs/verify-ledger.py, which needs nothing of Toride, says of a ledger what `verifyLedger` says. */
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { type ManifestObject, manifestText, openReceipt } from '#attest'
import { fileKeyStore } from '#access'
import { systemClock } from '#base'
import { createLedger, type Ledger, ledgerTiles, newEntry, verifyLedger } from '#journal'
import { type Checkpoint, openCheckpoint, parseVerifierKey } from '#tlog'
import { keepReceipt } from '#vault'
import { ask, enrol, type Enrolled, type RunningKeeper, startKeeper } from '../keeper/running.ts'

const SCRIPT = join(import.meta.dirname, '../../docs/verify-ledger.py')
const sha = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const iso = (ms: number): string => new Date(ms).toISOString()
const DAY = 86_400_000

/** Why there is no second opinion here, or false. */
const missing = [['python3', '--version'] as const, ['openssl', 'version'] as const].some(
  ([program, word]) => spawnSync(program, [word]).status !== 0,
)
  ? 'python3 or openssl is not installed'
  : false

/** Runs the script; a Keeper of this process may be asked meanwhile. */
function second(args: string[], language = 'en_US.UTF-8'): Promise<{ code: number; out: string }> {
  const env = { ...process.env, LC_ALL: '', LANG: language, PYTHONIOENCODING: 'utf-8' }
  return new Promise((resolve) => {
    const child = execFile('python3', [SCRIPT, ...args], { env, timeout: 60_000 }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, out: stdout + stderr }),
    )
  })
}

interface World {
  readonly root: string
  readonly folder: string
  readonly key: string
  readonly ledger: Ledger
}

async function world(t: TestContext, entries: number, name = 'clinic.example/ledger'): Promise<World> {
  const root = mkdtempSync(join(tmpdir(), 'toride-second-'))
  t.after(() => rmSync(root, { recursive: true }))
  const folder = join(root, 'ledger')
  mkdirSync(folder)
  const ledger = await createLedger({
    folder,
    keys: fileKeyStore(join(root, 'keys')),
    clock: systemClock,
    origin: name,
  })
  t.after(() => ledger.close())
  await fill(ledger, entries)
  return { root, folder, key: ledger.verifierKey, ledger }
}

/** What a clinic's log mostly holds, with names that no ASCII has. */
async function fill(ledger: Ledger, entries: number, area = '設定'): Promise<void> {
  const one = (n: number) => newEntry('settings.changed', { actor: 'system:test', data: { area, changes: [`n${n}`] } })
  await Promise.all(Array.from({ length: entries }, (_, n) => ledger.append(one(n))))
}

async function record(ledger: Ledger, snapshot: string, lockedUntil: number, manifest = sha('m')): Promise<void> {
  const now = iso(systemClock.now())
  const repository = sha('repository')
  await ledger.append(
    newEntry('generation.recorded', {
      actor: 'system:vault',
      data: {
        source: 'ssmix2',
        repository,
        snapshot,
        tree: sha('tree'),
        snapshotTime: now,
        manifest,
        indexCount: 1,
        indexHash: sha('i'),
        files: 10,
        bytes: 1000,
        addedBytes: 10,
        started: now,
        finished: now,
        skipped: 0,
        closure: { result: 'complete', blobs: 3, packs: 1, missing: 0 },
        walk: 'full',
      },
    }),
  )
  const data = {
    repository,
    snapshot,
    place: 'local',
    until: iso(lockedUntil),
    strength: 'logical',
    objects: 4,
  } as const
  await ledger.append(newEntry('generation.locked', { actor: 'system:vault', data }))
}

/** Both verifiers on one folder; they must agree on whether it is in order. */
async function both(folder: string, key: string, earlier: readonly string[] = []) {
  const verifier = parseVerifierKey(key)
  const known: Checkpoint[] = earlier.map((path) => openCheckpoint(readFileSync(path, 'utf8'), [verifier]))
  const report = await verifyLedger({ tiles: ledgerTiles(folder), verifier, known })
  const { code, out } = await second([folder, '--key', key, ...earlier.flatMap((path) => ['--earlier', path])])
  const codes = report.findings.map((found) => found.code)
  assert.equal(code, report.ok ? 0 : 1, `${codes.join()}\n${out}`)
  return { codes, out }
}

test('ledgers of every shape are in order for both, in either language', { skip: missing }, async (t) => {
  for (const entries of [0, 1, 254, 255, 256, 700]) {
    const { folder, key } = await world(t, entries)
    const { codes, out } = await both(folder, key)
    assert.deepEqual(codes, [])
    assert.match(out, new RegExp(`All is in order: ${entries + 1} entries`))
    assert.match((await second([folder, '--key', key], 'ja_JP.UTF-8')).out, /問題はありません/)
  }
})

test(
  'generations are listed as recorded, locked, expired; let go before the end is a fault for both',
  { skip: missing },
  async (t) => {
    const { folder, key, ledger } = await world(t, 3)
    const [kept, ended, early] = [sha('a'), sha('b'), sha('c')]
    const now = systemClock.now()
    await record(ledger, kept, now + DAY)
    await record(ledger, ended, now - DAY)
    const letGo = (snapshot: string) => {
      const data = { repository: sha('repository'), snapshot, reason: 'policy' } as const
      return ledger.append(newEntry('generation.expired', { actor: 'system:vault', data }))
    }
    await letGo(ended)
    const { out } = await both(folder, key)
    assert.match(out, new RegExp(`${kept} recorded \\S+Z locked local ${iso(now + DAY)} expired -\n`))
    assert.match(out, new RegExp(`${ended} recorded \\S+Z locked local ${iso(now - DAY)} expired 2\\S+Z\n`))
    await record(ledger, early, now + DAY)
    await letGo(early)
    const after = await both(folder, key)
    assert.deepEqual(after.codes, ['LEDGER_EXPIRED_WHILE_LOCKED'])
    assert.match(after.out, /Let go before its lock ended/)
  },
)

test(
  'planted faults: a turned bit, a cut log, a swapped checkpoint, a forged entry, another key',
  { skip: missing },
  async (t) => {
    const { root, folder, key, ledger } = await world(t, 300)
    const early = join(root, 'early')
    cpSync(join(folder, 'checkpoint'), early)
    const old = join(root, 'old')
    cpSync(folder, old, { recursive: true })
    await fill(ledger, 300)
    assert.deepEqual((await both(folder, key, [early])).codes, [])

    const damaged = async (path: string, change: (bytes: Buffer) => Buffer) => {
      const copy = join(root, `copy-${sha(randomBytes(8)).slice(0, 8)}`)
      cpSync(folder, copy, { recursive: true })
      writeFileSync(join(copy, path), change(readFileSync(join(copy, path))))
      return (await both(copy, key)).codes
    }
    const turn = (at: number) => (bytes: Buffer) => {
      bytes[at]! ^= 4
      return bytes
    }
    const full = 'tile/entries/000'
    for (const at of [0, 1, 40, 5000]) assert.notDeepEqual(await damaged(full, turn(at)), [], `byte ${at}`)
    assert.deepEqual(await damaged('tile/0/001', turn(77)), ['LEDGER_TILE_DIFFERS'])
    assert.deepEqual(await damaged('tile/1/000.p/2', turn(40)), ['LEDGER_TILE_DIFFERS'])
    assert.deepEqual(await damaged(full, (bytes) => bytes.subarray(0, -20)), ['LEDGER_UNREADABLE'])
    const forged = (bytes: Buffer) => Buffer.from(bytes.toString('latin1').replace('n7"', 'n8"'), 'latin1')
    assert.deepEqual(await damaged(full, forged), ['LEDGER_TILE_DIFFERS', 'LEDGER_ROOT_DIFFERS'])
    const size = (bytes: Buffer) => Buffer.from(bytes.toString().replace('\n601\n', '\n600\n'))
    assert.deepEqual(await damaged('checkpoint', size), ['LEDGER_SIGNATURE_INVALID'])

    // A checkpoint of ours, but of an earlier size: the older log is whole; only the later one kept elsewhere tells.
    const late = join(root, 'late')
    cpSync(join(folder, 'checkpoint'), late)
    assert.deepEqual(await damaged('checkpoint', () => readFileSync(early)), [])
    const shorter = await both(old, key, [late])
    assert.deepEqual(shorter.codes, ['LEDGER_SHORTER'])
    assert.match(shorter.out, /shorter/)
    const stranger = await world(t, 300)
    assert.deepEqual((await both(folder, stranger.key)).codes, ['LEDGER_SIGNATURE_INVALID'])
    // Another log, whole in itself, under our checkpoint.
    const swapped = join(root, 'swapped')
    cpSync(stranger.folder, swapped, { recursive: true })
    cpSync(early, join(swapped, 'checkpoint'))
    assert.deepEqual((await both(swapped, key)).codes, ['LEDGER_ROOT_DIFFERS'])
    rmSync(join(old, 'checkpoint'))
    assert.deepEqual((await both(old, key)).codes, ['LEDGER_MISSING'])
    rmSync(join(old, 'tile/entries'), { recursive: true })
    cpSync(early, join(old, 'checkpoint'))
    assert.deepEqual((await both(old, key)).codes, ['LEDGER_UNREADABLE'])
  },
)

test(
  'history rewritten with the signing key itself: only the earlier checkpoint tells, and tells both',
  { skip: missing },
  async (t) => {
    const { root, folder, key, ledger } = await world(t, 100)
    const early = join(root, 'early')
    renameSync(folder, join(root, 'true'))
    cpSync(join(root, 'true', 'checkpoint'), early)
    await ledger.close()
    mkdirSync(folder)
    const options = {
      folder,
      keys: fileKeyStore(join(root, 'keys')),
      clock: systemClock,
      origin: 'clinic.example/ledger',
    }
    const rewritten = await createLedger(options)
    t.after(() => rewritten.close())
    assert.equal(rewritten.verifierKey, key)
    await fill(rewritten, 200, 'something else')
    assert.deepEqual((await both(folder, key)).codes, [])
    const { codes, out } = await both(folder, key, [early])
    assert.deepEqual(codes, ['LEDGER_REWRITTEN'])
    assert.match(out, /rewritten/)
  },
)

test("a Keeper's ledger, receipts and cosignature; what is not its own is refused", { skip: missing }, async (t) => {
  const keeper = await startKeeper(t)
  const clinic = await world(t, 40)
  const who = await enrol(keeper, { name: 'clinic', kind: 'append' }, { ledgerKey: clinic.key })
  const objects: ManifestObject[] = []
  const upload = async (kind: ManifestObject['kind']) => {
    const bytes = randomBytes(300)
    const name = kind === 'config' ? '' : sha(bytes)
    const done = await ask(keeper, who, 'POST', `clinic/records/${kind}${name && `/${name}`}`, bytes)
    assert.equal(done.status, 200, done.body)
    objects.push({ kind, name, sizeBytes: bytes.length })
    return name
  }
  await ask(keeper, who, 'POST', 'clinic/records/?create=true')
  for (const kind of ['keys', 'config', 'data', 'index'] as const) await upload(kind)
  const snapshot = await upload('snapshots')
  const handed = await ask(keeper, who, 'POST', `clinic/records/generations/${snapshot}`, manifestText(objects))
  assert.equal(handed.status, 200, handed.body)

  const folder = join(keeper.root, 'ledger')
  const key = readFileSync(join(folder, 'verifier-key'), 'utf8').trim()
  await both(folder, key)
  const receipts = join(keeper.root, 'repositories')
  const own = [folder, '--key', key, '--receipts', receipts]
  const good = await second([...own, '--keeper', who.keeperKey])
  assert.equal(good.code, 0, good.out)
  assert.match(good.out, new RegExp(`${snapshot} recorded \\S+Z locked keeper \\S+Z expired -`))
  const stranger = await second([...own, '--keeper', clinic.key])
  assert.match(stranger.out, /Not a receipt of this Keeper/)
  assert.equal(stranger.code, 1)
  const empty = await second([folder, '--key', key, '--keeper', who.keeperKey, '--receipts', join(clinic.root, 'keys')])
  assert.match(empty.out, /The receipt that the ledger names is not there/)
  // Of the clinic's own ledger, which recorded nothing of it.
  const other = await second([clinic.folder, '--key', clinic.key, '--keeper', who.keeperKey, '--receipts', receipts])
  assert.match(other.out, /did not record/)
  await receiptsOfProduction(clinic, who, snapshot, handed.body)
  const forged = join(clinic.root, 'forged')
  cpSync(join(receipts, 'clinic/records/statements'), forged, { recursive: true })
  const note = join(forged, `${snapshot}.receipt`)
  writeFileSync(note, readFileSync(note, 'utf8').replace('locked-until 20', 'locked-until 21'))
  const lengthened = await second([folder, '--key', key, '--keeper', who.keeperKey, '--receipts', forged])
  assert.match(lengthened.out, /Not a receipt of this Keeper/)
  assert.equal(lengthened.code, 1)
  await cosignatures(keeper, who, clinic)
})

async function cosignatures(keeper: RunningKeeper, who: Enrolled, { root, folder, key, ledger }: World): Promise<void> {
  const note = readFileSync(join(folder, 'checkpoint'), 'utf8')
  const line = await ask(keeper, who, 'POST', 'toride/checkpoint', `old 0\n\n${note}`)
  assert.equal(line.status, 200, line.body)
  await fill(ledger, 300)
  const earlier = join(root, 'cosigned')
  const run = (text: string) => {
    writeFileSync(earlier, text)
    return second([folder, '--key', key, '--earlier', earlier, '--keeper', who.keeperKey])
  }
  const grown = await run(note + line.body)
  assert.equal(grown.code, 0, grown.out)
  assert.match(grown.out, /cosigned: cosigned by keeper-test at 20\d\d-/)
  // The Keeper's word alone is enough: a thief of the ledger's key cannot sign in its name.
  const [text] = note.split('\n\n')
  assert.equal((await run(`${text}\n\n${line.body}`)).code, 0)
  const [name, bytes] = [line.body.split(' ')[1]!, Buffer.from(line.body.split(' ')[2]!, 'base64')]
  bytes[11]! ^= 1
  const moved = await run(`${note}— ${name} ${bytes.toString('base64')}\n`)
  assert.equal(moved.code, 1)
  assert.match(moved.out, /the cosignature of keeper-test does not hold/)
}

/** As Toride's data folder keeps them; the clinic's ledger names the note by its hash. */
async function receiptsOfProduction(clinic: World, who: Enrolled, snapshot: string, note: string): Promise<void> {
  const { manifest, receivedAt, lockedUntil } = openReceipt(note, parseVerifierKey(who.keeperKey))
  const folder = join(clinic.root, 'receipts')
  await keepReceipt(clinic.root, 'keeper', snapshot, note)
  const run = async () => {
    const args = ['--key', clinic.key, '--keeper', who.keeperKey, '--receipts', folder]
    return (await second([clinic.folder, ...args])).out
  }
  assert.match(await run(), /did not record/)
  await record(clinic.ledger, snapshot, lockedUntil, manifest)
  const data = {
    repository: sha('repository'),
    snapshot,
    place: 'keeper',
    receipt: sha(note),
    receivedAt: iso(receivedAt),
    lockedUntil: iso(lockedUntil),
  }
  await clinic.ledger.append(newEntry('generation.receipt', { actor: 'system:vault', data }))
  assert.match(await run(), /All is in order/)
  rmSync(join(folder, 'keeper', snapshot))
  assert.match(await run(), /The receipt that the ledger names is not there/)
  await keepReceipt(clinic.root, 'keeper', snapshot, note)
  assert.match(await run(), /All is in order/)
  const another = { ...data, place: 'second', receipt: sha('another note') }
  await clinic.ledger.append(newEntry('generation.receipt', { actor: 'system:vault', data: another }))
  assert.match(await run(), /The receipt that the ledger names is not there/)
}
