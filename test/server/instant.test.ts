/** Starting disks of a backup on screen: who may, what is written down, where an image may be written. */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isAppError } from '#base'
import { createWeb } from '#web'
import { house, take } from './house.ts'
import { firstPerson, LOGIN, PASSWORD } from './person.ts'

const denied = (error: unknown): boolean => isAppError(error, 'ACCESS_DENIED')

function rawDisk(path: string): void {
  const disk = Buffer.alloc(1 << 20)
  disk.writeUInt16LE(0xaa55, 510)
  writeFileSync(path, disk)
}

test('only who may restore; every start and end with person and reason; images go nowhere into Toride’s own folder', async (t) => {
  const place = house(t)
  rawDisk(join(place.source, '受付.img'))
  const institution = await place.open()
  const { viewer, services } = await firstPerson(institution)
  const [id = ''] = await take(institution, place, 1)
  const { instant } = services
  const found = (await instant.images(viewer, id))!
  assert.deepEqual(
    found.images.map(({ name }) => name),
    ['受付.img'],
  )
  const input = { at: found.images[0]!.at, reason: 'examine', canWrite: true, listen: undefined } as const

  const clerk = { ...viewer, can: new Set([...viewer.can].filter((name) => name !== 'restore')) }
  const { id: session, keyLine } = await instant.start(viewer, id, input)
  assert.equal(keyLine, undefined)
  const target = { folder: place.source, name: '続き', form: 'raw' } as const
  for (const verb of [
    () => instant.images(clerk, id),
    () => instant.sessions(clerk),
    () => instant.session(clerk, session),
    () => instant.start(clerk, id, input),
    () => instant.goOn(clerk, session, input),
    () => instant.stop(clerk, session),
    () => instant.throwAway(clerk, session),
    () => instant.folders(clerk),
    () => instant.writeOut(clerk, session, target),
  ])
    await assert.rejects(verb(), denied)

  const view = (await instant.session(viewer, session))!
  assert.deepEqual([view.beganBy, view.reason, view.ended], [LOGIN.displayName, 'examine', undefined])
  assert.equal((await instant.images(viewer, id))!.running.get(view.path!), session)
  await instant.stop(viewer, session)
  for (const wrong of [
    { ...target, folder: place.folder },
    { ...target, folder: join(place.folder, 'instant') },
    { ...target, folder: 'source' },
    { ...target, folder: join(place.source, 'none') },
    { ...target, name: '../続き' },
    { ...target, name: '.hidden' },
  ])
    await assert.rejects(instant.writeOut(viewer, session, wrong), /DISK_TARGET_INVALID/)

  const { rows } = await services.journal.rows(viewer, { page: 1, kind: 'generation' })
  assert.deepEqual(
    rows.slice(0, 2).map(({ type }) => type),
    ['instant.ended', 'instant.started'],
  )
  // Charts are no disks: the roles decide part by part what is seen of them.
  const storage = join(place.source, 'storage', '000', '123', '0000123', '-', 'ADT-00')
  mkdirSync(storage, { recursive: true })
  writeFileSync(join(storage, 'x'), 'MSH')
  const charts = await institution.vault.addSource({
    kind: 'ssmix2',
    name: '電子カルテ',
    paths: [join(place.source, 'storage')],
  })
  const generation = await (await institution.vault.runs.run(charts.id)).done
  assert.equal(await instant.images(viewer, generation.id), undefined)
  await assert.rejects(instant.start(viewer, generation.id, input), /VAULT_GENERATION_UNKNOWN/)
})

test('on screen: a reason is asked for, a key is shown once, a reload shows none', async (t) => {
  const place = house(t)
  rawDisk(join(place.source, '受付.img'))
  const institution = await place.open()
  const { services } = await firstPerson(institution)
  const [id = ''] = await take(institution, place, 1)
  // The only address that every machine has; a page offers those of its cards.
  const instant = { ...services.instant, addresses: () => ['127.0.0.1'] }
  instant.images = async (viewer, generation) => {
    const found = await services.instant.images(viewer, generation)
    return found && { ...found, addresses: ['127.0.0.1'] }
  }
  const errors: unknown[] = []
  const options = {
    clock: institution.clock,
    hosts: ['toride.example'],
    secure: false,
    onError: (e: unknown) => errors.push(e),
  }
  const web = await createWeb({ ...services, instant }, options)
  const cookies = new Map<string, string>()
  const send = async (path: string, fields?: Record<string, string>) => {
    const headers = { host: 'toride.example', cookie: [...cookies].map((pair) => pair.join('=')).join('; ') }
    const body = fields && { method: 'POST', body: new URLSearchParams(fields) }
    const answer = await web.fetch(new Request(`http://toride.example${path}`, { headers, ...body }))
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!
      cookies.set(name!, value!)
    }
    return { status: answer.status, text: await answer.text(), to: answer.headers.get('location') }
  }
  const csrf = async (path: string) => /name="csrf" value="([^"]*)"/.exec((await send(path)).text)![1]!
  await send('/sign-in', { csrf: await csrf('/sign-in'), loginName: LOGIN.loginName, password: PASSWORD })
  const list = await send(`/generations/${id}/instant`)
  const form = /href="(\/generations\/[0-9a-f]+\/instant\?at=[0-9.]+)"/.exec(list.text)![1]!
  const token = await csrf(form)
  const fields = { csrf: token, reason: '', changes: 'keep', reach: '127.0.0.1', port: '1' }
  assert.equal((await send(form, fields)).status, 400)
  assert.equal((await send(form, { ...fields, reason: 'go-on' })).status, 400, 'a port of the system')
  assert.equal((await send(form, { ...fields, reason: 'go-on', reach: '0.0.0.0', port: '20809' })).status, 400)
  const port = String(20_000 + (process.pid % 20_000))
  const begun = await send(form, { ...fields, reason: 'go-on', port })
  const key = /toride:[0-9a-f]{64}/.exec(begun.text)?.[0]
  assert.ok(begun.status === 200 && key)
  const again = await send(form, { ...fields, reason: 'go-on', port })
  assert.equal(again.status, 303, 'a reload meets the session that runs')
  const page = await send(again.to!)
  assert.ok(page.text.includes(`127.0.0.1:${port}`) && !page.text.includes(key))
  assert.ok(page.text.includes('tls-creds-psk'))
  assert.equal((await send(`${again.to}/stop`, { csrf: token })).status, 303)
  const after = await send(again.to!)
  assert.ok(after.text.includes('/go-on') && after.text.includes('/throw') && after.text.includes('/write'))
  assert.deepEqual(errors, [])
})
