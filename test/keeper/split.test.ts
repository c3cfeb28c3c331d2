/** Two processes: what one who has taken the network process, and runs code as its user, cannot do. */
import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type ManifestObject, manifestText } from '#attest'
import { Clients } from '#keeper'
import { isImmutable, setImmutable } from '#posix'
import { chanceOf } from '../robustness/seed.ts'
import { PATH, sha } from './house.fixture.ts'
import { flip } from './model-files.ts'
import { DAY, keeperFolder } from './running.ts'

const program = fileURLToPath(new URL('../../bin/toride', import.meta.url))
const UNIT_CAPABILITIES = '+chown,+dac_override,+fowner,+kill,+linux_immutable,+setgid,+setuid'
const TAKEN = ['--reuid=nobody', '--regid=nogroup', '--clear-groups']

function whyNot(): string | false {
  if (process.getuid?.() !== 0) return 'only root can start two processes'
  const there = spawnSync('setpriv', [...TAKEN, 'test', '-x', program]).status === 0
  return there ? false : 'no setpriv, or the program is out of reach of the user nobody'
}

function start(root: string): Promise<{ child: ChildProcess; url: string }> {
  const args = ['keeper', 'start', '--data', root, '--user', 'nobody', '--listen', '127.0.0.1', '--port', '0']
  // With no more of root than the unit leaves it (`toride keeper service-unit`).
  const child = spawn('setpriv', [`--bounding-set=-all,${UNIT_CAPABILITIES}`, program, ...args], {
    env: { ...process.env, LANG: 'en_US.UTF-8', LC_ALL: '' },
  })
  return new Promise((resolve, reject) => {
    let said = ''
    const hear = (bytes: Buffer): void => {
      said += bytes.toString()
      const url = /https:\/\/\S+/.exec(said)?.[0]
      if (url !== undefined) resolve({ child, url })
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('exit', () => reject(new Error(said)))
  })
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}

function send(url: string, ca: string, auth: string, path: string, body: Uint8Array | string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(new URL(path, url), { method: 'POST', ca, ...(auth && { auth }) }, (answer) => {
      let text = ''
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()))
      answer.on('end', () => (answer.statusCode === 200 ? resolve(text) : reject(new Error(text))))
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

/** A clinic enrolled at two processes, and a generation sent whose manifest is still to come. */
async function sent(t: TestContext) {
  const root = keeperFolder(t)
  execFileSync(program, ['keeper', 'init', '--data', root, '--host', '127.0.0.1'])
  execFileSync(program, ['keeper', 'administrator', '--data', root, '--name', 'director'])
  const code = new Clients(root).invite({
    name: 'clinic',
    kind: 'append',
    quotaBytes: 1e9,
    plain: false,
    until: Date.now() + DAY,
  })
  const first = await start(root)
  t.after(() => stop(first.child))
  const ca = readFileSync(join(root, 'keys', 'tls.crt'), 'utf8')
  const { token } = JSON.parse(await send(first.url, ca, '', 'toride/enrol', JSON.stringify({ code }))) as {
    token: string
  }
  const postTo = (url: string, path: string, body: Uint8Array | string) =>
    send(url, ca, `clinic:${token}`, `${PATH}/${path}`, body)
  await postTo(first.url, '?create=true', '')
  const files = ['config', 'keys', 'data', 'snapshots'].map((kind) => ({ kind, bytes: randomBytes(100) }))
  const objects: ManifestObject[] = []
  for (const { kind, bytes } of files) {
    const name = kind === 'config' ? '' : sha(bytes)
    await postTo(first.url, `${kind}${name && `/${name}`}`, bytes)
    objects.push({ kind: kind as 'config', name, sizeBytes: bytes.length })
  }
  const snapshot = objects.at(-1)!.name
  const data = objects[2]!.name
  const submitTo = (url: string) => postTo(url, `generations/${snapshot}`, manifestText(objects))
  return { root, first, postTo, submitTo, snapshot, data, dataBytes: files[2]!.bytes }
}

const taken = (...command: string[]): number | null => spawnSync('setpriv', [...TAKEN, ...command]).status

/** Reads all anew at its start, and waits for what was found. */
async function startReading(t: TestContext, root: string): Promise<{ child: ChildProcess; url: string }> {
  const repository = join(root, 'repositories', PATH)
  rmSync(join(repository, 'reading.json'), { force: true })
  const started = await start(root)
  t.after(() => stop(started.child))
  for (let tries = 0; tries < 100 && !existsSync(join(repository, 'rot.json')); tries++) await sleep(100)
  return started
}

test(
  'a taken network process cannot touch what is held, the time, the administrators, the folders',
  { skip: whyNot() },
  async (t) => {
    const { root, first, postTo, submitTo, snapshot, data, dataBytes } = await sent(t)
    await submitTo(first.url)

    const repository = join(root, 'repositories', PATH)
    const held = [
      join(repository, 'config'),
      join(repository, 'data', data.slice(0, 2), data),
      join(repository, 'snapshots', snapshot),
      join(repository, 'statements', `${snapshot}.manifest`),
      join(repository, 'statements', `${snapshot}.receipt`),
    ]
    const before = held.map((file) => readFileSync(file))
    assert.equal(taken('test', '-r', held[0]!), 0, 'it is the user that serves them')
    for (const file of held) {
      for (const command of [['rm', '-f'], ['chattr', '-i'], ['chmod', '600'], ['truncate', '-s', '0'], ['touch']])
        assert.notEqual(taken(...command, file), 0, `${command.join(' ')} ${file}`)
      assert.notEqual(taken('mv', file, `${file}.gone`), 0)
      assert.notEqual(taken('ln', file, join(root, 'second-name')), 0)
    }
    const locker = join(root, 'locker')
    for (const command of [
      ['cat', join(locker, 'clock.json')],
      ['cat', join(locker, 'administrators.json')],
      ['sh', '-c', `echo '[]' > ${join(locker, 'administrators.json')}`],
      ['touch', join(locker, 'clock.json.new')],
      ['cat', join(repository, 'retention', 'log')],
      ['sh', '-c', `echo x >> ${join(repository, 'retention', 'log')}`],
      ['touch', join(root, 'repositories', 'clinic', 'planted')],
      ...[
        locker,
        join(root, 'repositories'),
        repository,
        dirname(repository),
        join(repository, 'data'),
        join(repository, 'statements'),
      ].flatMap((folder) => [
        ['mv', folder, `${folder}-gone`],
        ['rm', '-rf', folder],
        ['chmod', '777', folder],
      ]),
    ])
      assert.notEqual(taken(...command), 0, command.join(' '))
    held.forEach((file, i) => assert.deepEqual(readFileSync(file), before[i]))
    assert.ok(existsSync(join(locker, 'clock.json')))

    // What it planted where it may write is not handed over to it with the folder at the next start.
    await stop(first.child)
    const secret = join(keeperFolder(t), 'secret')
    writeFileSync(secret, 'of the system', { mode: 0o600 })
    symlinkSync(secret, join(root, 'ledger', 'link'))
    linkSync(secret, join(root, 'witness', 'name'))
    symlinkSync(dirname(secret), join(root, 'enrolments', 'folder'))
    const second = await start(root)
    t.after(() => stop(second.child))

    // The locker alone puts sound bytes in the place of what rotted.
    flip(held[1]!, chanceOf(1))
    execFileSync('chattr', ['+i', held[1]!])
    await stop(second.child)
    const third = await startReading(t, root)
    const again = () => postTo(third.url, `data/${data}`, dataBytes)
    await again()
    assert.deepEqual(readFileSync(held[1]!), before[1])
    assert.equal(statSync(held[1]!).uid, 0)
    for (const command of [
      ['rm', '-f'],
      ['chmod', '600'],
      ['truncate', '-s', '0'],
    ])
      assert.notEqual(taken(...command, held[1]!), 0, `${command.join(' ')} what was healed`)
    await assert.rejects(again(), /exists/)
    await stop(third.child)
    assert.equal(statSync(secret).uid, 0)
    assert.equal(statSync(dirname(secret)).uid, 0)
  },
)

test(
  'a second name that a taken network process gives a file frees nothing of what is held',
  { skip: whyNot() },
  async (t) => {
    const { root, first, postTo, submitTo, data } = await sent(t)
    const repository = join(root, 'repositories', PATH)
    const pathOf = (name: string): string => join(repository, 'data', name.slice(0, 2), name)
    const file = pathOf(data)
    const mine = randomBytes(50)
    const planted = pathOf(sha(mine))

    // Before the hold: nothing is promised, and people hear of it.
    assert.equal(taken('ln', file, planted), 0, 'it is its own file still')
    await assert.rejects(submitTo(first.url), /second-name/)
    assert.ok(!isImmutable(file))
    const told = (): boolean => readFileSync(join(root, 'alarms.json'), 'utf8').includes('generation-refused:clinic')
    for (let tries = 0; tries < 50 && !told(); tries++) await sleep(100)
    assert.ok(told())
    rmSync(planted)

    // The same from an upload that was killed before it gave its own name back: over at the next start.
    assert.equal(taken('ln', file, join(dirname(file), `.upload-${randomUUID()}`)), 0)
    await assert.rejects(submitTo(first.url), /second-name/)
    await stop(first.child)
    const second = await start(root)
    t.after(() => stop(second.child))
    await submitTo(second.url)
    assert.ok(isImmutable(file))

    // Planted and held before the locker looked for it: the other name is rotten, and its healing would free the file.
    setImmutable(file, false)
    linkSync(file, planted)
    linkSync(file, join(dirname(file), `.upload-${randomUUID()}`))
    setImmutable(file, true)
    await stop(second.child)
    const third = await startReading(t, root)
    assert.ok(existsSync(join(repository, 'rot.json')))
    await assert.rejects(postTo(third.url, `data/${sha(mine)}`, mine), /second-name/)
    assert.ok(isImmutable(file))
    for (const name of [file, planted]) assert.notEqual(taken('rm', '-f', name), 0)
    await stop(third.child)
  },
)

test('a Keeper that was begun as one process is not gone on with as two', { skip: whyNot() }, async (t) => {
  const root = keeperFolder(t)
  execFileSync(program, ['keeper', 'init', '--data', root, '--name', 'keeper'])
  mkdirSync(join(root, 'repositories', 'clinic'))
  const before = statSync(root).mode
  await assert.rejects(start(root), /begun with another user/)
  assert.equal(statSync(root).mode, before, 'nothing was changed')
})

test('the unit starts it with its user at boot, and systemd finds no fault in it', (t) => {
  const root = keeperFolder(t)
  execFileSync(program, ['keeper', 'init', '--data', root, '--name', 'keeper'])
  const print = (...more: string[]): string =>
    execFileSync(program, ['keeper', 'service-unit', '--data', root, ...more], { encoding: 'utf8' })
  const unit = print('--user', 'nobody', '--port', '8500')
  assert.match(unit, /"src\/keeper\.ts" "start" "--data" "[^"]+" "--port" "8500" .*"--user" "nobody"/)
  const capabilities = UNIT_CAPABILITIES.replaceAll('+', 'CAP_').toUpperCase().replaceAll(',', ' ')
  assert.ok(unit.includes(`CapabilityBoundingSet=${capabilities}\n`))
  assert.throws(() => print('--user', 'no body'))
  const file = join(root, 'toride-keeper.service')
  writeFileSync(file, unit)
  const judged = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' })
  if (judged.error) return t.skip('no systemd-analyze')
  assert.doesNotMatch(judged.stderr, /toride-keeper\.service/)
})
