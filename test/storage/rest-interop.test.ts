/** `toride repo --repo rest:…` and stock restic on one rest-server, each reading what the other wrote. */
import assert from 'node:assert/strict'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeNastyTree, noise } from '../restic/nasty-tree.ts'
import { stockRestics } from '../restic/stock-restic.ts'
import { assertSameLook, PASSWORD, scratch, toride, torideOk } from '../restic/toride-repo.ts'
import { selfSigned } from './certificate.ts'
import { end, PASSWORD as SERVER_PASSWORD, restServer, USER, type RunningServer } from './servers.ts'

const [, newest] = stockRestics()
const skip = restServer.missing || newest!.missing

function address({ url }: RunningServer, path: string): string {
  return `rest:${url.replace('://', `://${USER}:${encodeURIComponent(SERVER_PASSWORD)}@`)}${path}/`
}

test('restic checks and restores what we back up over REST', { skip }, async (t) => {
  const base = scratch(t)
  const repo = address(await restServer.start(t), 'clinic')
  const [source, out] = [join(base, 'src'), join(base, 'out')]
  makeNastyTree(source, 70_000_000)
  await torideOk(repo, 'init')
  await torideOk(repo, 'backup', source)
  // The second one compares with the trees of the first, over the network.
  const again = JSON.parse((await torideOk(repo, 'backup', source, '--json')).trim().split('\n').at(-1)!)
  assert.deepEqual([again.files_new, again.files_changed], [0, 0])
  newest!.run(repo, PASSWORD, 'check', '--read-data')
  newest!.try(repo, PASSWORD, 'restore', 'latest', '--target', out)
  assertSameLook(join(out, source), source)
})

test('we check and restore what restic backs up over REST', { skip }, async (t) => {
  const base = scratch(t)
  const repo = address(await restServer.start(t), 'clinic')
  const [source, out] = [join(base, 'src'), join(base, 'out')]
  makeNastyTree(source, 70_000_000)
  newest!.run(repo, PASSWORD, 'init')
  newest!.run(repo, PASSWORD, 'backup', source)
  await torideOk(repo, 'check', '--read-data')
  await torideOk(repo, 'restore', `latest:${source}`, '--target', out, '--special', '--verify')
  assertSameLook(out, source)
})

test('every verb works over REST, with the same codes', { skip }, async (t) => {
  const base = scratch(t)
  const server = await restServer.start(t)
  const [repo, other] = [address(server, 'clinic'), address(server, 'other')]
  const source = join(base, 'src')
  makeNastyTree(source)
  assert.equal((await toride(repo, 'snapshots')).code, 10)
  await torideOk(repo, 'init')
  assert.equal((await toride(repo, 'init')).code, 1)
  for (let night = 0; night < 3; night++) {
    writeFileSync(join(source, 'daily'), noise(3_000_000, `${night}`))
    await torideOk(repo, 'backup', source)
  }
  assert.match(await torideOk(repo, 'snapshots'), /3/)
  assert.match(await torideOk(repo, 'ls', 'latest'), /daily/)
  assert.equal((await torideOk(repo, 'dump', 'latest', join(source, 'daily'))).length > 0, true)
  await torideOk(repo, 'forget', '--keep-last', '1', '--prune')
  await torideOk(repo, 'prune', '--max-unused', '0%')
  await torideOk(repo, 'repair', 'index')
  await torideOk(repo, 'repair', 'snapshots')
  await torideOk(repo, 'unlock', '--remove-all')
  const [pack] = readdirSync(join(server.folder, 'clinic', 'data'), { recursive: true, withFileTypes: true }).filter(
    (one) => one.isFile(),
  )
  const passwordFile = join(base, 'password')
  writeFileSync(passwordFile, PASSWORD)
  await torideOk(other, 'init', '--copy-chunker-params', '--from-repo', repo, '--from-password-file', passwordFile)
  await torideOk(other, 'copy', '--from-repo', repo, '--from-password-file', passwordFile)
  await torideOk(other, 'key', 'add', '--new-password-file', passwordFile)
  for (const one of [repo, other]) {
    await torideOk(one, 'check', '--read-data')
    newest!.run(one, PASSWORD, 'check', '--read-data')
  }
  rmSync(join(pack!.parentPath, pack!.name))
  assert.equal((await toride(repo, 'check')).code, 1)
})

test(
  'a pinned certificate is enough for a backup, its check and its restore, threads included',
  { skip },
  async (t) => {
    const base = scratch(t)
    const tls = selfSigned(t)
    const repo = address(await restServer.start(t, { tls }), 'clinic')
    const [source, out] = [join(base, 'src'), join(base, 'out')]
    makeNastyTree(source)
    const { code, err } = await toride(repo, 'init')
    assert.equal(code, 1)
    assert.match(err, /STORAGE_CERTIFICATE_WRONG/)
    assert.equal((await toride(repo, 'init', '--pin', 'f'.repeat(64))).code, 1)
    await torideOk(repo, 'init', '--pin', tls.pin)
    for (const trust of [
      ['--pin', tls.pin],
      ['--cacert', tls.certFile],
    ]) {
      await torideOk(repo, 'backup', source, ...trust)
      await torideOk(repo, 'check', '--read-data', ...trust)
    }
    await torideOk(repo, 'restore', `latest:${source}`, '--target', out, '--special', '--pin', tls.pin)
    assertSameLook(out, source)
  },
)

test('a server that goes away during a backup and comes back costs nothing but time', { skip }, async (t) => {
  const base = scratch(t)
  const server = await restServer.start(t)
  const repo = address(server, 'clinic')
  const source = join(base, 'src')
  makeNastyTree(source, 70_000_000)
  await torideOk(repo, 'init')
  const packs = join(server.folder, 'clinic', 'data')
  const count = () => readdirSync(packs, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).length
  const running = toride(repo, 'backup', source)
  while (count() === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  await end(server.child)
  const before = count()
  await new Promise((resolve) => setTimeout(resolve, 700))
  await server.again()
  const { code, err } = await running
  assert.equal(code, 0, err)
  assert.match(err, /trying again/)
  assert.ok(count() > before, 'the backup was over before the server went')
  newest!.run(repo, PASSWORD, 'check', '--read-data')
})

test('an address that cannot be used is refused without telling the password', async () => {
  for (const [repo, word] of [
    ['rest:nonsense:geheim', /https?:/],
    ['rest:nonsense geheim', /rest:https/],
    ['rest:ftp://u:geheim@x/', /http/],
    ['sftp:host:/x', /sftp/],
  ] as const) {
    const { code, err } = await toride(repo, 'snapshots')
    assert.equal(code, 1)
    assert.match(err, word)
    assert.doesNotMatch(err, /geheim/)
  }
})
