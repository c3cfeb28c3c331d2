/** The line that the page of a started disk prints, read off the page and typed as it stands: its guest comes up. */
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { createWeb } from '#web'
import { house, take } from '../server/house.ts'
import { firstPerson, LOGIN, PASSWORD } from '../server/person.ts'

const run = promisify(execFile)
const MACHINE = { skip: existsSync('/usr/bin/qemu-system-x86_64') ? false : 'qemu-system-x86_64 is not here' }
/** Where the page tells to lay the key. */
const KEYS = '/root/toride-nbd'
/** What the page offers a real computer first: where a virtual one has it in name only, its guest stands still. */
const KVM = '-accel kvm '
/** Besides the line: no window, the guest's own serial line to read. */
const HEADLESS = '-display none -serial stdio -no-reboot'

const textOf = (html: string): string =>
  html
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')

/** Each part of a line is in one of the two: a node and a drive, TLS and a socket, changes that are kept and that are not. */
for (const [name, canWrite, listen] of [
  ['from another computer, to write', true, { host: '127.0.0.1', port: 0 }],
  ['on this computer, to look only', false, undefined],
] as const)
  test(`the line for QEMU starts its machine: ${name}`, MACHINE, async (t) => {
    const place = house(t)
    const image = join(place.source, '受付サーバー.img')
    const made = spawnSync('bash', ['test/disk/guest.sh', image])
    if (made.status !== 0) return t.skip(`the guest could not be made here: ${made.stderr.toString().split('\n')[0]}`)
    const institution = await place.open()
    const { viewer, services } = await firstPerson(institution)
    const [generationId = ''] = await take(institution, place, 1)
    const web = await createWeb(services, {
      clock: institution.clock,
      hosts: ['toride.example'],
      secure: false,
      onError: () => undefined,
    })
    const cookies = new Map<string, string>()
    const send = async (path: string, fields?: Record<string, string>) => {
      const headers = { host: 'toride.example', cookie: [...cookies].map((pair) => pair.join('=')).join('; ') }
      const body = fields && { method: 'POST', body: new URLSearchParams(fields) }
      const answer = await web.fetch(new Request(`http://toride.example${path}`, { headers, ...body }))
      for (const cookie of answer.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!
        cookies.set(name!, value!)
      }
      return answer
    }
    const csrf = /name="csrf" value="([^"]+)"/.exec(await (await send('/sign-in')).text())?.[1] ?? ''
    await send('/sign-in', { csrf, loginName: LOGIN.loginName, password: PASSWORD })
    const { at } = (await services.instant.images(viewer, generationId))!.images[0]!
    const keys = join(dirname(place.folder), 'keys')
    mkdirSync(keys)
    const { id, keyLine } = await services.instant.start(viewer, generationId, { at, reason: 'test', canWrite, listen })
    if (keyLine !== undefined) writeFileSync(join(keys, 'keys.psk'), keyLine, { mode: 0o600 })
    const page = await (await send(`/instant/${id}`)).text()
    const line = textOf(/<pre class="mono command">(qemu-system-x86_64 [^<]*)<\/pre>/.exec(page)?.[1] ?? page)
    assert.ok(line.includes(KVM))
    assert.equal(line.includes(KEYS), listen !== undefined)
    const { stdout } = await run('bash', ['-c', `${line.replace(KVM, '').replace(KEYS, keys)} ${HEADLESS}`], {
      timeout: 240_000,
    })
    assert.equal(/toride-guest boot \d+/.exec(stdout)?.[0] ?? stdout.slice(-500), 'toride-guest boot 1')
    await services.instant.stop(viewer, id)
    assert.equal((await services.instant.session(viewer, id))!.keepsChanges, canWrite)
  })
