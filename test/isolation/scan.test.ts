/** The isolated place and the scan in it: real namespaces, real ClamAV. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { existsSync } from 'node:fs'
import { test, type TestContext } from 'node:test'
import { zipOf } from '../../tools/zip.ts'
import { isAppError } from '#base'
import { isolationProblem, runIsolated, scanFolder } from '#isolation'

const problem = await isolationProblem()
const PLACE = { skip: problem === undefined ? false : `this system cannot isolate: ${problem}` }
const SCAN = { skip: PLACE.skip || (existsSync('/usr/sbin/clamd') ? false : 'clamd is not here') }
/** The harmless test file of EICAR, in two halves so that no scanner takes this source for it. */
const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('')

function scratch(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'toride-isolation-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

test(
  'a program in the place has no network, no process and no file of the host, and cannot write what it looks at',
  PLACE,
  async (t) => {
    const base = scratch(t)
    mkdirSync(join(base, 'data'))
    mkdirSync(join(base, 'own'))
    writeFileSync(join(base, 'data', 'record'), 'record')
    const server = createServer().listen(0, '127.0.0.1')
    t.after(() => server.close())
    await new Promise((done) => server.once('listening', done))
    const { port } = server.address() as { port: number }
    const script = `
    cat /data/record; echo
    (echo > /data/record) 2>/dev/null && echo WROTE-DATA
    echo own > /own/file && echo wrote-own
    [ -e /etc/passwd ] && echo SEES-ETC
    [ -e ${base} ] && echo SEES-HOST
    (exec 3<>/dev/tcp/127.0.0.1/${port}) 2>/dev/null && echo HAS-NETWORK
    ls /proc | grep -c '^[0-9]'
    grep -c . /proc/net/dev`
    const { exit, log } = await runIsolated({
      argv: ['/usr/bin/bash', '-c', script],
      reads: [{ from: join(base, 'data'), at: '/data' }],
      writes: [{ from: join(base, 'own'), at: '/own' }],
      timeoutMs: 20_000,
    })
    const lines = log.trim().split('\n')
    assert.equal(exit, 0, log)
    assert.deepEqual(lines.slice(0, 2), ['record', 'wrote-own'])
    assert.ok(!/[A-Z]{4}/.test(log), log)
    // Its own shell and what it starts; two lines of heading and the loopback.
    assert.ok(Number(lines[2]) <= 6, log)
    assert.equal(lines[3], '3')
  },
)

test(
  'what the signatures and rules know is found, also in archives; what is over a limit is not passed',
  SCAN,
  async (t) => {
    const base = scratch(t)
    const [data, signatures, own, work] = ['data', 'signatures', 'own', 'work'].map((name) => {
      mkdirSync(join(base, name))
      return join(base, name)
    }) as [string, string, string, string]
    writeFileSync(join(signatures, 'test.ndb'), `Eicar-Test:0:*:${Buffer.from(EICAR).toString('hex')}\n`)
    writeFileSync(join(own, 'clinic.yar'), 'rule CrewNote { strings: $a = "all your charts are ours" condition: $a }\n')
    mkdirSync(join(data, '患者 1'))
    writeFileSync(join(data, '患者 1', 'clean.txt'), '経過良好')
    writeFileSync(join(data, '患者 1', 'eicar: odd.com'), EICAR)
    writeFileSync(join(data, 'packed.zip'), zipOf([{ name: 'inner.com', bytes: Buffer.from(EICAR) }]))
    writeFileSync(join(data, 'note.html'), 'hello, all your charts are ours')
    const low = join(data, ...Array.from({ length: 40 }, (_, i) => `${i}`))
    mkdirSync(low, { recursive: true })
    writeFileSync(join(low, 'low.com'), EICAR)
    let deep = Buffer.from(EICAR)
    for (let i = 0; i < 25; i++) deep = Buffer.from(zipOf([{ name: `${i}.zip`, bytes: deep }]))
    writeFileSync(join(data, 'deep.zip'), deep)

    const result = await scanFolder({ folder: data, signatures: [signatures, own], scratch: work, timeoutMs: 120_000 })
    assert.match(result.engine, /^ClamAV/)
    assert.deepEqual(result.found.map(({ path, name }) => `${path} ${name}`).toSorted(), [
      `${low.slice(data.length)}/low.com Eicar-Test.UNOFFICIAL`,
      '/note.html YARA.CrewNote.UNOFFICIAL',
      '/packed.zip Eicar-Test.UNOFFICIAL',
      '/患者 1/eicar: odd.com Eicar-Test.UNOFFICIAL',
    ])
    assert.deepEqual(result.overLimit, ['/deep.zip'])
    assert.deepEqual(result.failed, [])
  },
)

test('without signatures, and with broken ones, nothing counts as clean', SCAN, async (t) => {
  const base = scratch(t)
  const make = (name: string): string => {
    mkdirSync(join(base, name), { recursive: true })
    return join(base, name)
  }
  const order = { folder: make('data'), scratch: make('work'), timeoutMs: 60_000 }
  const fails = (code: string) => (error: unknown) => isAppError(error) && error.code === code
  await assert.rejects(scanFolder({ ...order, signatures: [make('empty')] }), fails('ISOLATION_NO_SIGNATURES'))
  writeFileSync(join(make('broken'), 'x.ndb'), 'no signature\n')
  await assert.rejects(scanFolder({ ...order, signatures: [make('broken')] }), fails('ISOLATION_SCAN_FAILED'))
})
