import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { getSystemErrorName } from 'node:util'
import { isAppError } from '#base'
import { fileSystemFacts, isImmutable, keepsAllMetadata, posixSource, posixTarget, setImmutable } from './index.ts'
import { cString, libc, refusal } from './libc.ts'

const name = (text: string) => Buffer.from(text)

function folder(t: TestContext): string {
  const path = fs.mkdtempSync(join(tmpdir(), 'posix-'))
  t.after(() => fs.rmSync(path, { recursive: true, force: true }))
  return path
}

test('names are bytes', (t) => {
  const root = folder(t)
  const odd = Buffer.concat([Buffer.from(`${root}/`), Buffer.of(0xff, 0xe7, 0x0a)])
  fs.writeFileSync(odd, 'x')
  const path = `${root}/\xff\xe7\n`
  assert.deepEqual(posixSource.list(root), ['\xff\xe7\n'])
  assert.equal(posixSource.stat(path).size, 1n)
  const fd = posixSource.open(path)
  const bytes = Buffer.alloc(4)
  assert.equal(posixSource.read(fd, bytes, 1, 3, 0), 1)
  assert.equal(bytes[1], 0x78)
  posixSource.close(fd)
})

test('opening follows no link and waits for no pipe', (t) => {
  const root = folder(t)
  fs.symlinkSync('/etc/passwd', `${root}/link`)
  assert.throws(() => posixSource.open(`${root}/link`), { code: 'ELOOP' })
  assert.equal(posixSource.readLink(`${root}/link`), '/etc/passwd')
  execFileSync('mkfifo', [`${root}/pipe`])
  posixSource.close(posixSource.open(`${root}/pipe`))
})

test('a target handle stays where it was opened', (t) => {
  const root = folder(t)
  fs.mkdirSync(`${root}/outside`)
  const handle = posixTarget.openRoot(`${root}/target`)
  posixTarget.makeFolder(handle, name('sub'))
  const sub = posixTarget.openFolder(handle, name('sub'))
  fs.renameSync(`${root}/target/sub`, `${root}/target/moved`)
  fs.symlinkSync(`${root}/outside`, `${root}/target/sub`)
  posixTarget.close(posixTarget.createFile(sub, name('file')))
  assert.deepEqual(fs.readdirSync(`${root}/target/moved`), ['file'])
  assert.deepEqual(fs.readdirSync(`${root}/outside`), [])
  assert.throws(
    () => posixTarget.openFolder(handle, name('sub')),
    (e) => isAppError(e),
  )
  assert.throws(
    () => posixTarget.makeFolder(handle, name('sub')),
    (e) => isAppError(e, 'STORAGE_EXISTS'),
  )
  fs.symlinkSync('/etc/hostname', `${root}/target/link`)
  assert.throws(
    () => posixTarget.openFile(handle, name('link')),
    (e) => isAppError(e, 'STORAGE_DENIED'),
  )
  assert.throws(
    () => posixTarget.createFile(handle, name('link')),
    (e) => isAppError(e, 'STORAGE_EXISTS'),
  )
  for (const bad of ['', '.', '..', 'a/b', '../x', 'a\0b']) {
    assert.throws(
      () => posixTarget.createFile(handle, name(bad)),
      (e) => isAppError(e, 'RESTIC_HOSTILE'),
      bad,
    )
    assert.throws(
      () => posixTarget.remove(handle, name(bad)),
      (e) => isAppError(e, 'RESTIC_HOSTILE'),
      bad,
    )
  }
})

test('metadata comes back exactly', (t) => {
  if (!keepsAllMetadata) return t.skip('koffi does not load here')
  const root = folder(t)
  const handle = posixTarget.openRoot(root)
  const times = { atimeNs: 1_600_000_000_987_654_321n, mtimeNs: -1n }
  const file = posixTarget.createFile(handle, name('f'))
  const attributes = [{ name: name('user.color'), value: Buffer.from('赤') }]
  const owner = { uid: process.getuid!(), gid: process.getgid!() }
  const lost = posixTarget.setOpenMetadata(file, {
    ...times,
    ...owner,
    permissions: 0o6755,
    extendedAttributes: attributes,
  })
  assert.deepEqual(lost, [])
  const stat = fs.lstatSync(`${root}/f`, { bigint: true })
  assert.deepEqual([stat.atimeNs, stat.mtimeNs, Number(stat.mode) & 0o7777], [times.atimeNs, times.mtimeNs, 0o6755])
  assert.deepEqual(posixSource.extendedAttributes(`${root}/f`), attributes)

  posixTarget.symlink(handle, name('l'), name('f'))
  posixTarget.makeSpecial(handle, name('p'), 'fifo', 0n)
  for (const [entry, permissions] of [
    ['l', 0o777],
    ['p', 0o1640],
  ] as const) {
    assert.deepEqual(posixTarget.setMetadata(handle, name(entry), { ...times, ...owner, permissions }), [])
    assert.equal(fs.lstatSync(`${root}/${entry}`, { bigint: true }).mtimeNs, times.mtimeNs)
  }
  assert.equal(fs.lstatSync(`${root}/p`).mode & 0o7777, 0o1640)
  assert.equal(fs.lstatSync(`${root}/f`).mode & 0o7777, 0o6755, 'the mode of a link is not the mode of its target')
})

test(
  "a thread's wait between a call and its errno does not change why the system refused",
  { skip: libc === undefined },
  () => {
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
    for (const other of [koffi.os.errno['EAGAIN']!, koffi.os.errno['ETIMEDOUT']!]) {
      let waits = 2
      const known = (): number => {
        const done = libc!.mkdirat(-1, cString(Buffer.from(tmpdir())), 0o700)
        if (waits-- > 0) koffi.errno(other)
        return done
      }
      assert.equal(refusal(known), 'EEXIST')
      // A reason that stays is the system's own, and ends.
      assert.equal(
        refusal(() => (koffi.errno(other), -1)),
        getSystemErrorName(-other),
      )
    }
  },
)

test('holes take no room', (t) => {
  const root = folder(t)
  const handle = posixTarget.openRoot(root)
  const file = posixTarget.createFile(handle, name('sparse'))
  posixTarget.write(file, Buffer.from('end'), 50_000_000)
  posixTarget.truncate(file, 100_000_000)
  assert.equal(fs.statSync(`${root}/sparse`).size, 100_000_000)
  assert.ok(fs.statSync(`${root}/sparse`).blocks < 1000)
  assert.deepEqual(posixTarget.stat(handle, name('sparse'))?.sizeBytes, 100_000_000)
})

test('without libc everything runs and what is lost is said', (t) => {
  const root = folder(t)
  const script = `
    const { posixTarget, posixSource, keepsAllMetadata, setImmutable } = await import('${import.meta.dirname}/index.ts')
    const handle = posixTarget.openRoot(${JSON.stringify(root)})
    posixTarget.makeFolder(handle, Buffer.from('d'))
    const sub = posixTarget.openFolder(handle, Buffer.from('d'))
    const file = posixTarget.createFile(sub, Buffer.from('f'))
    const lost = posixTarget.setOpenMetadata(file, { atimeNs: 1n, mtimeNs: 10n ** 18n, permissions: 0o644,
      extendedAttributes: [{ name: Buffer.from('user.a'), value: Buffer.from('b') }] })
    console.log(JSON.stringify([keepsAllMetadata, lost.map((l) => l.what), posixTarget.makeSpecial(sub, Buffer.from('p'), 'fifo', 0n),
      posixSource.extendedAttributes(${JSON.stringify(root)} + '/d/f'), setImmutable(${JSON.stringify(root)} + '/d/f', true)]))`
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, TORIDE_WITHOUT_LIBC: '1' },
    encoding: 'utf8',
  })
  assert.deepEqual(JSON.parse(out), [false, ['xattr', 'time-nanoseconds'], false, [], 'unsupported'])
  assert.equal(fs.statSync(`${root}/d/f`).mtimeMs, 1e12)
})

test('the immutable attribute holds against its owner', (t) => {
  const root = folder(t)
  const path = `${root}/locked`
  fs.writeFileSync(path, 'x')
  const result = setImmutable(path, true)
  if (result !== 'done') return t.skip(`the immutable attribute is ${result} here`)
  t.after(() => fs.existsSync(path) && setImmutable(path, false))
  assert.ok(isImmutable(path))
  assert.throws(() => fs.rmSync(path), { code: 'EPERM' })
  assert.equal(setImmutable(path, false), 'done')
  assert.equal(isImmutable(path), false)
  fs.rmSync(path)
})

test('free space is known', () => {
  const facts = fileSystemFacts(tmpdir())
  assert.ok(facts.freeBytes > 0 && facts.totalBytes >= facts.freeBytes)
  assert.equal(facts.network, false)
})
