/** R32: read from another computer of the house, encrypted with a certificate of the server's own or with a given one. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { request as askPlain } from 'node:http'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { isAppError, systemClock } from '#base'
import { givenCertificate, needsTls, startInstitution, type StartOptions } from '#server'
import { certificatePin, makeCertificate } from '#tls'
import { sendReport } from '../../src/station/report.ts'
import { NURSE, openStation, prepare, scratch, clinic, copyOf } from '../station/scene.ts'
import { serve } from '../../src/server/serve.ts'

function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'toride-encrypted-'))
  t.after(() => rmSync(made, { recursive: true, force: true }))
  return made
}

const start = (dataFolder: string, tls: StartOptions['tls']) =>
  startInstitution({
    kind: 'own',
    dataFolder,
    institutionName: '試験の医院',
    administratorName: '管理者',
    host: '127.0.0.1',
    port: 0,
    ...(tls === undefined ? {} : { tls }),
    clock: systemClock,
    version: '0.0.1',
    tell: () => undefined,
    onError: (error) => assert.fail(String(error)),
  })

interface Answer {
  readonly status: number
  readonly pin: string
  readonly cookies: string
}

const look = (url: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request(`${url}/sign-in`, { rejectUnauthorized: false }, (answer) => {
      const { raw } = (answer.socket as TLSSocket).getPeerCertificate()
      const pem = `-----BEGIN CERTIFICATE-----\n${raw.toString('base64')}\n-----END CERTIFICATE-----`
      answer.resume()
      answer.once('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          pin: certificatePin(pem),
          cookies: String(answer.headers['set-cookie']),
        }),
      )
    })
    asked.once('error', reject)
    asked.end()
  })

test('its own certificate: made once, the same after a restart, and nothing is answered in the clear', async (t) => {
  const home = join(folder(t), 'data')
  const pins: string[] = []
  for (let n = 0; n < 2; n++) {
    const { server } = await start(home, 'own')
    assert.match(server.url, /^https:/)
    const answer = await look(server.url)
    assert.ok(answer.status < 400)
    assert.equal(answer.pin, server.certificate)
    assert.match(answer.cookies, /; Secure/)
    pins.push(answer.pin)
    const inTheClear = new Promise((resolve, reject) => {
      askPlain(`${server.url.replace('https', 'http')}/sign-in`, resolve)
        .once('error', reject)
        .end()
    })
    await assert.rejects(inTheClear)
    await server.close()
  }
  assert.equal(pins[0], pins[1])
  assert.equal(statSync(join(home, 'tls.key')).mode & 0o777, 0o600)
})

test('a given certificate is used; files that are none are told before anything starts', async (t) => {
  const here = folder(t)
  const made = await makeCertificate('Clinic', ['127.0.0.1'], systemClock.now())
  const other = await makeCertificate('Other', ['127.0.0.1'], systemClock.now())
  for (const [name, text] of Object.entries({ key: made.key, cert: made.cert, other: other.key }))
    writeFileSync(join(here, name), text)
  const { server } = await start(join(here, 'data'), givenCertificate(join(here, 'key'), join(here, 'cert')))
  assert.equal((await look(server.url)).pin, certificatePin(made.cert))
  await server.close()
  for (const key of ['cert', 'other', 'nothing'])
    assert.throws(
      () => givenCertificate(join(here, key), join(here, 'cert')),
      (error) => isAppError(error, 'BASE_CONFIG_INVALID'),
    )
  assert.deepEqual(['127.0.0.1', '::1', 'localhost', '0.0.0.0', '192.168.1.20'].map(needsTls), [
    false,
    false,
    false,
    true,
    true,
  ])
})

test('an emergency PC reports to it, whoever signed the certificate: the answer is judged by production’s key', async (t) => {
  const home = await clinic(t)
  const tls = await makeCertificate('Toride', ['127.0.0.1'], systemClock.now())
  const server = await serve(home.institution, { host: '127.0.0.1', port: 0, tls, onError: () => undefined })
  t.after(() => server.close())
  const made = await prepare(home, server.url)
  const station = await openStation(t, scratch(t, 'pc'))
  station.takePackage(made.file)
  station.takeOrigin({ kind: 'folder', folder: copyOf(home, t) })
  await station.openWith(made.words, NURSE)
  await station.refresh()
  await sendReport(station)
  assert.equal(station.ready()[0]!.mark, 'ledger')
})
