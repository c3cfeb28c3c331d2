/**
 * The emergency PC at 100,000 patients: `node_modules/.bin/node --import ./tools/jsx-hook.mjs bench/station.ts [patients]`.
 * Prints how long the first index out of the bare repository takes, the next day's, and from the program's start to the first
 * screen and from the card to the first hits. Target: start under 10 s.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stationCardWords } from '#access'
import { systemClock as clock } from '#base'
import { openInstitution } from '#server'
import { Station } from '#station'
import { message, pathOf, type Person } from '../src/chart/testing/messages.ts'
import { stationFacts } from '../src/server/station-facts.ts'
import { stationServices } from '../src/station/services.ts'

const PATIENTS = Number(process.argv[2] ?? 100_000)
const root = mkdtempSync(join(tmpdir(), 'toride-bench-station-'))
const storage = join(root, 'storage')
const NURSE = { name: '見本', profession: 'nurse', reason: 'drill', reasonText: '' } as const

const person = (n: number): Person => ({
  id: String(n * 3 + 1).padStart(10, '0'),
  kanji: `見本^${String.fromCodePoint(0x4e00 + (n % 5000))}${n % 97}`,
  kana: `ミホン^${['アキ', 'カズ', 'サト', 'タカ', 'ナオ'][n % 5]}`,
  birthDate: `${1920 + (n % 100)}0${1 + (n % 9)}1${n % 9}`,
  sex: n % 2 ? 'M' : 'F',
})

function write(n: number, kind: string): void {
  const who = person(n)
  const path = join(storage, pathOf(kind, who.id))
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, message(kind, who))
}

const seconds = (from: number): string => `${((performance.now() - from) / 1000).toFixed(1)} s`

async function timed<T>(label: string, work: () => Promise<T>): Promise<T> {
  const from = performance.now()
  const result = await work()
  console.log(`${label}: ${seconds(from)}`)
  return result
}

async function firstScreen(pc: string): Promise<void> {
  const from = performance.now()
  const child = spawn('bin/toride', ['station', '--data', pc, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (part: Buffer) => (said += part.toString()))
  while (!/Ctrl\+C/.test(said)) await once(child.stdout, 'data')
  await (await fetch(/(http:\/\/\S+)/.exec(said)![1]!)).text()
  console.log(`program's start to first screen: ${seconds(from)}`)
  child.kill('SIGTERM')
  await once(child, 'exit')
}

try {
  await timed(`${PATIENTS} patients written`, async () => {
    for (let n = 0; n < PATIENTS; n++) for (const kind of ['ADT-00', 'OMP-01']) write(n, kind)
  })
  const fresh = { kind: 'sample', institution: '見本', createdAt: clock.now() } as const
  const dataFolder = join(root, 'data')
  const institution = await openInstitution({ dataFolder, fresh, clock, version: 'bench' })
  const source = await institution.vault.addSource({ kind: 'ssmix2', name: '電子カルテ', paths: [storage] })
  await timed('backup', async () => (await institution.vault.runs.run(source.id)).done)
  const card = await institution.stations.make(
    { name: 'bench', server: '' },
    await stationFacts(institution),
    Buffer.alloc(32, 7),
  )
  const words = stationCardWords(card).map(({ word }) => word)
  const file = (await institution.stations.file(card.station, await stationFacts(institution)))!
  await institution.close()
  const pc = join(root, 'pc')
  const open = () => Station.open({ folder: pc, clock, version: 'bench', onError: console.error })
  const first = await open()
  first.takePackage(file)
  first.takeOrigin({ kind: 'folder', folder: join(dataFolder, 'places', 'local') })
  await first.openWith(words.join(' '), NURSE)
  await timed('first index out of the bare repository', () => first.refresh())
  await first.close()
  await firstScreen(pc)
  const again = await open()
  const { auth, charts } = stationServices(again)
  await timed('card to the first hits', async () => {
    const token = await again.openWith(words.join(' '), NURSE)
    const { total } = await charts.search((await auth.session(token))!, 'ミホン アキ', { page: 1, pageSize: 50 })
    console.log(`${total} hits`)
  })
  await again.close()
} finally {
  const { removeHeld } = await import('../test/server/house.ts')
  removeHeld(root)
}
