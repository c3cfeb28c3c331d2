/** Two processes: what one who has taken the network process, and runs code as its user, cannot do. */
import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { manifestText } from '#attest'
import { Clients } from '#keeper'
import { PATH, sha } from './house.fixture.ts'
import { DAY, keeperFolder } from './running.ts'

const program = fileURLToPath(new URL('../../bin/toride', import.meta.url))
const TAKEN = ['--reuid=nobody', '--regid=nogroup', '--clear-groups']

function whyNot(): string | false {
  if (process.getuid?.() !== 0) return 'only root can start two processes'
  const there = spawnSync('setpriv', [...TAKEN, 'test', '-x', program]).status === 0
  return there ? false : 'no setpriv, or the program is out of reach of the user nobody'
}

function start(root: string): Promise<{ child: ChildProcess; url: string }> {
  const args = ['keeper', 'start', '--data', root, '--user', 'nobody', '--listen', '127.0.0.1', '--port', '0']
  const child = spawn(program, args, { env: { ...process.env, LANG: 'en_US.UTF-8', LC_ALL: '' } })
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

test(
  'a taken network process cannot touch what is held, the time, the administrators, the folders',
  { skip: whyNot() },
  async (t) => {
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
    const post = (path: string, body: Uint8Array | string) =>
      send(first.url, ca, `clinic:${token}`, `${PATH}/${path}`, body)
    await post('?create=true', '')
    const files = ['config', 'keys', 'data', 'snapshots'].map((kind) => ({ kind, bytes: randomBytes(100) }))
    const objects = []
    for (const { kind, bytes } of files) {
      const name = kind === 'config' ? '' : sha(bytes)
      await post(`${kind}${name && `/${name}`}`, bytes)
      objects.push({ kind: kind as 'config', name, sizeBytes: bytes.length })
    }
    const snapshot = objects.at(-1)!.name
    await post(`generations/${snapshot}`, manifestText(objects))

    const repository = join(root, 'repositories', PATH)
    const data = objects.find(({ kind }) => (kind as string) === 'data')!.name
    const held = [
      join(repository, 'config'),
      join(repository, 'data', data.slice(0, 2), data),
      join(repository, 'snapshots', snapshot),
      join(repository, 'statements', `${snapshot}.manifest`),
      join(repository, 'statements', `${snapshot}.receipt`),
    ]
    const before = held.map((file) => readFileSync(file))
    const taken = (...command: string[]): number | null => spawnSync('setpriv', [...TAKEN, ...command]).status
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
    await stop(second.child)
    assert.equal(statSync(secret).uid, 0)
    assert.equal(statSync(dirname(secret)).uid, 0)
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
