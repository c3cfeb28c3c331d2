/** The emergency PC at this size: its index out of the bare repository, its start, search and charts over HTTP. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock as clock } from '#base'
import { Station } from '#station'
import { benchPersonAt } from '#sample'
import { spreadOf } from './figures.ts'
import { dataFolder, readPeople } from './house.ts'
import { type Program, startProgram } from './program.ts'
import { lookUp, noLooks, search } from './reader.ts'
import { Visitor } from './visitor.ts'

const NURSE = { name: '見本', profession: 'nurse', reason: 'drill', reasonText: '' } as const
const CHARTS = 60

const pcOf = (folder: string): string => join(folder, 'pc')
const open = (folder: string): Promise<Station> =>
  Station.open({ folder: pcOf(folder), clock, version: 'bench', onError: console.error })

/** Everything that an emergency PC makes by itself, made anew. */
export async function stationIndex(folder: string): Promise<Record<string, unknown>> {
  rmSync(pcOf(folder), { recursive: true, force: true })
  const { station: file, card } = readPeople(folder)
  const station = await open(folder)
  station.takePackage(file)
  station.takeOrigin({ kind: 'folder', folder: join(dataFolder(folder), 'places', 'local') })
  const started = performance.now()
  await station.openWith(card, NURSE)
  await station.refresh()
  const ms = Math.round(performance.now() - started)
  const [ready] = station.ready()
  await station.close()
  return { ms, patients: ready?.patients, failure: station.folder.state().failure }
}

const start = (folder: string): Promise<Program> =>
  startProgram('bin/toride', ['station', '--data', pcOf(folder), '--port', '0'])

async function openCard(visitor: Visitor, card: string, query: string) {
  await visitor.get('/open')
  return visitor.post('/open', [
    ['words', card],
    ['name', '見本'],
    ['profession', 'nurse'],
    ['reason', 'drill'],
    ['query', query],
  ])
}

/** From the program's start: until the first page is there, and from the card to the first hits. */
export async function stationStart(folder: string): Promise<Record<string, unknown>> {
  const { card } = readPeople(folder)
  const program = await start(folder)
  try {
    const visitor = new Visitor(program.url)
    const page = await visitor.get('/')
    const started = performance.now()
    const opened = await openCard(visitor, card, benchPersonAt(5).kana)
    let hits = await visitor.get(opened.location ?? '/charts')
    while (!hits.body.includes('hit-link') && performance.now() - started < 120_000) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      hits = await visitor.get(hits.location ?? opened.location ?? '/charts')
    }
    if (!hits.body.includes('hit-link')) throw new Error(`no hits: ${hits.status} ${opened.status} ${opened.location}`)
    const toHitsMs = Math.round(performance.now() - started)
    visitor.close()
    return { startMs: Math.round(program.readyMs + page.ms), toHitsMs, usage: program.usage() }
  } finally {
    await program.stop()
  }
}

/** One person at the PC. */
export async function benchStation(folder: string): Promise<Record<string, unknown>> {
  const { card } = readPeople(folder)
  const program = await start(folder)
  try {
    const visitor = new Visitor(program.url)
    await openCard(visitor, card, '')
    // What the program does by itself after the card is over before anything is measured.
    await new Promise((resolve) => setTimeout(resolve, 5000))
    await visitor.get('/charts')
    const warm = noLooks()
    for (let n = 0; n < 10; n++) await lookUp(visitor, 100 + n, n, warm)
    const looks = noLooks()
    const started = performance.now()
    for (let n = 0; n < CHARTS; n++) await lookUp(visitor, 1000 + n * 61, n, looks)
    for (const query of ['サ', '高橋', '昭和22年', '女 1950', '存在しない', '1'])
      for (let n = 0; n < 10; n++) await search(visitor, query, looks)
    const seconds = Math.round((performance.now() - started) / 100) / 10
    visitor.close()
    return {
      search: spreadOf(looks.search),
      identify: spreadOf(looks.identify),
      chart: spreadOf(looks.chart),
      measuredSeconds: seconds,
      usage: program.usage(),
    }
  } finally {
    await program.stop()
  }
}
