/** R33: charts out of copies in a bucket and on a rest-server, end to end: typed on the PC's screen, read with its card, production gone. */
import assert from 'node:assert/strict'
import { request } from 'node:http'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { test, type TestContext } from 'node:test'
import { stationServices } from '../../src/station/services.ts'
import { client, startCeph } from '../storage/s3-servers.ts'
import { PASSWORD, restServer, USER } from '../storage/servers.ts'
import { type Clinic, clinic, NURSE, openStation, prepare, scratch } from './scene.ts'

/** Every file of the clinic's own place: path below it, whole path. */
function filesOf({ home }: Clinic): (readonly [string, string])[] {
  const root = join(home.folder, 'places', 'local')
  return readdirSync(root, { recursive: true })
    .map((name) => join(root, String(name)))
    .filter((path) => statSync(path).isFile() && !/\/(locks|retention)\//.test(path))
    .map((path) => [relative(root, path), path] as const)
}

/** The whole way from the form to a chart; with a wrong secret first, which is said at once. */
async function readsCharts(
  t: TestContext,
  made: { words: string; file: string },
  kind: 's3' | 'rest',
  values: Record<string, string>,
  wrong: Record<string, string>,
): Promise<void> {
  const station = await openStation(t, scratch(t, 'pc'))
  const { station: own, charts, auth } = stationServices(station)
  await own.takePackage(made.file)
  assert.match((await own.takeOrigin({ kind, values: { ...values, ...wrong } })) ?? '', /^STORAGE_/)
  assert.equal(station.folder.origin(), undefined, 'what does not answer is not kept')
  assert.equal(await own.takeOrigin({ kind, values }), undefined)
  const token = await station.openWith(made.words, NURSE)
  await station.refresh()
  await station.refresh()
  assert.equal(station.folder.state().failure, undefined)
  const viewer = (await auth.session(token))!
  const [shown] = await charts.readableGenerations()
  assert.equal(shown!.patients, 60)
  const { hits } = await charts.search(viewer, '0', { page: 1, pageSize: 1 })
  const [hit] = hits
  const identifiers = [hit!.patientId, hit!.kanji!, hit!.birthDate!]
  const opened = await charts.open(viewer, hit!.key, { generationId: shown!.id, identifiers })
  assert.ok(opened.kind === 'ok' && opened.chart.unshown.length === 0)
}

test('out of a rest-server that takes no deletion', { skip: restServer.missing }, async (t) => {
  const home = await clinic(t)
  const made = await prepare(home)
  const server = await restServer.start(t, { appendOnly: true })
  for (const { id } of (await home.institution.vault.sources()).filter(({ kind }) => kind === 'ssmix2')) {
    await put(`${server.url}${id}/?create=true`, 'POST')
    for (const [name, path] of filesOf(home))
      if (name.startsWith(`${id}/`)) await put(server.url + restName(name), 'POST', readFileSync(path))
  }
  await home.home.close()
  const values = { url: server.url, user: USER, password: PASSWORD, pin: '' }
  await readsCharts(t, made, 'rest', values, { password: 'another' })
})

/** The protocol knows no folders of packs. */
const restName = (name: string) => name.replace(/\/data\/[0-9a-f]{2}\//, '/data/')

/** The plain protocol, by hand: nothing of ours has written what is read. */
function put(url: string, method: string, body?: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, auth: `${USER}:${PASSWORD}` }, (answer) => {
      answer.resume()
      answer.once('end', () =>
        answer.statusCode === 200 ? resolve() : reject(new Error(`${answer.statusCode} ${url}`)),
      )
    })
    asked.once('error', reject)
    asked.end(body)
  })
}

test('out of a bucket, with a key that only reads it', async (t) => {
  const ceph = await startCeph()
  t.after(() => ceph.stop())
  if (ceph.missing) return t.skip(ceph.missing)
  const home = await clinic(t)
  const made = await prepare(home)
  const bucket = 'karte'
  const owner = client(ceph.owner)
  t.after(() => owner.destroy())
  await owner.createBucket({ Bucket: bucket })
  const reads = ['s3:GetObject', 's3:ListBucket', 's3:GetBucketLocation', 's3:GetBucketVersioning']
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: ['arn:aws:iam:::user/writer'] },
        Action: reads,
        Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
      },
    ],
  })
  await owner.putBucketPolicy({ Bucket: bucket, Policy })
  for (const [name, path] of filesOf(home))
    await owner.putObject({ Bucket: bucket, Key: `clinic/${s3Name(name)}`, Body: readFileSync(path) })
  await home.home.close()
  const { endpoint, region, credentials } = ceph.writer
  const values = { endpoint, region, bucket, prefix: 'clinic', ...credentials }
  await readsCharts(t, made, 's3', values, { secretAccessKey: 'another' })
  await assert.rejects(
    client(ceph.writer).putObject({ Bucket: bucket, Key: 'clinic/x', Body: 'x' }),
    /AccessDenied|403/,
  )
})

const s3Name = (name: string) => name
