/** The zip for Windows: what is in it, and that its program starts from its own tree, with nothing of this checkout. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { execFile } from 'node:child_process'
import { stationZip } from '../../tools/station-zip.ts'
import { zipOf } from '../../tools/zip.ts'
import { scratch } from './scene.ts'

test('the tree starts under Node alone, and serves its first screen on loopback', async (t) => {
  const files = await stationZip(Buffer.from('MZ'))
  const names = files.map(({ name }) => name.replace('toride-station/', ''))
  for (const wanted of [
    '砦を始める.cmd',
    '砦をやめる.cmd',
    'はじめにお読みください.txt',
    'node/node.exe',
    'app/src/station.ts',
  ])
    assert.ok(names.includes(wanted), wanted)
  const never =
    /governance|db\/postgres|node_modules\/(pg|koffi|esbuild|playwright|nodemailer)\/|\.test\.|\/(server|cli|keeper|agent|sample)\//
  assert.deepEqual(
    names.filter((name) => name.startsWith('app/src/') && never.test(name)),
    [],
  )
  assert.deepEqual(
    names.filter((name) => /node_modules\/(pg|koffi|esbuild|nodemailer)\//.test(name)),
    [],
  )
  assert.ok(
    names.some((name) => name.endsWith('BIZUDPGothic_400Regular.ttf')),
    'sheets have their letters',
  )
  assert.ok(
    names.some((name) => name.includes('client-s3')),
    'copies come out of a bucket too',
  )
  const folder = scratch(t, 'zip')
  for (const { name, bytes } of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), bytes)
  }
  const top = join(folder, 'toride-station')
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      join(top, 'app/src/station.ts'),
      '--data',
      join(folder, 'pc'),
      '--port',
      '0',
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: '', HOME: folder, LANG: 'ja_JP.UTF-8' }, cwd: folder },
  )
  t.after(() => child.kill('SIGKILL'))
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (said += part.toString()))
  const gone = once(child, 'exit')
  while (!/Ctrl\+C/.test(said) && child.exitCode === null) await Promise.race([once(child.stdout, 'data'), gone])
  const url = /(http:\/\/\S+)/.exec(said)?.[1]
  assert.ok(url, said)
  const page = await fetch(url)
  assert.match(await page.text(), /非常用PCの準備/)
  const foreign = await fetch(url.replace('localhost', '127.0.0.1'), {
    headers: { 'sec-fetch-site': 'cross-site' },
    method: 'POST',
  })
  assert.equal(foreign.status, 403)
  const child2 = child.kill('SIGTERM')
  assert.ok(child2)
  await gone
})

test('the archive opens with another program, Japanese names and all', async (t) => {
  const folder = scratch(t, 'unzip')
  const archive = join(folder, 'a.zip')
  const files = [
    { name: 'top/砦を始める.cmd', bytes: Buffer.from('@echo off\r\n') },
    { name: 'top/empty', bytes: Buffer.alloc(0) },
    { name: 'top/large.bin', bytes: Buffer.alloc(300_000, 'ab') },
  ]
  writeFileSync(archive, zipOf(files))
  const read = `import sys,zipfile,hashlib
z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None
print('\\n'.join(i.filename+' '+hashlib.sha256(z.read(i)).hexdigest() for i in z.infolist()))`
  const run = promisify(execFile)('python3', ['-c', read, archive], {
    env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
  })
  const told = await run.catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? undefined : Promise.reject(error),
  )
  if (!told) return t.skip('no python3 to judge the archive')
  const { createHash } = await import('node:crypto')
  const expected = files.map(({ name, bytes }) => `${name} ${createHash('sha256').update(bytes).digest('hex')}`)
  assert.deepEqual(told.stdout.trim().split('\n'), expected)
})
