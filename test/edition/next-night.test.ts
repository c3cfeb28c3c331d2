/** What the build of the next night takes over of the last one, and that no chart of it is a stale one. */
import assert from 'node:assert/strict'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, type TestContext, test } from 'node:test'
import type { CacheOptions } from '#edition'
import { memoryGeneration } from '../../src/chart/testing/memory-generation.ts'
import { AS_OF, fewPatients, indexOf, makeEdition, scratch } from './made.ts'
import { allCharts, edition } from './opened.ts'

const DAY = 86_400_000
const CACHE = { key: new Uint8Array(32).fill(5), tag: 'a' }
let clinic: ReadonlyMap<string, Buffer>
before(async () => void (clinic = await fewPatients(12)))

type More = NonNullable<Parameters<typeof makeEdition>[2]> & { readonly cache?: object }

/** Nights that share a cache; each is compared with an edition that was made without one. */
function nights(t: TestContext) {
  const folder = scratch(t)
  let n = 0
  return async (files: ReadonlyMap<string, Buffer>, more: More = {}, asOf = AS_OF) => {
    const cache = { ...CACHE, folder: join(folder, 'cache'), ...more.cache }
    const reader = memoryGeneration(files, 'a'.repeat(64), asOf)
    const { cache: _, ...rest } = more
    const of = async (own: CacheOptions | undefined) => {
      const made = await makeEdition(folder, files, {
        source: { reader, cache: own },
        folder: join(folder, `night-${++n}`),
        ...rest,
      })
      return { ...made, read: await edition(made.discs[0]!.folder) }
    }
    const [made, anew] = [await of(cache), await of(undefined)]
    const charts = await allCharts(made.read)
    assert.deepEqual(charts, await allCharts(anew.read))
    assert.deepEqual(made.leftOut, anew.leftOut)
    return { ...made, charts }
  }
}

const rowsThatDiffer = (a: readonly string[], b: readonly string[]) =>
  a.flatMap((chart, row) => (chart === b[row] ? [] : [row]))

async function filesOf(row: number): Promise<string[]> {
  const { units } = (await indexOf(memoryGeneration(clinic, 'x', AS_OF))).entry(row)
  return [...clinic.keys()].filter((path) => units.some((unit) => path.startsWith(`${unit}/`)))
}

test('unchanged patients are taken over; a changed, a corrected and an erased record make one chart anew', async (t) => {
  const night = nights(t)
  const first = await night(clinic)
  assert.equal(first.reused, 0)
  assert.equal((await night(clinic)).reused, 12)
  const drug = (await filesOf(3)).find((path) => path.includes('/OMP-01/') && path.endsWith('_1'))!

  const changed = new Map(clinic)
  changed.set(
    drug,
    Buffer.from(
      clinic
        .get(drug)!
        .toString('latin1')
        .replace(/(RXE\|.*?\|.*?\|)[\d.]+\|/, '$177|'),
      'latin1',
    ),
  )
  assert.notDeepEqual(changed.get(drug), clinic.get(drug))
  const second = await night(changed)
  assert.equal(second.reused, 11)
  assert.deepEqual(rowsThatDiffer(second.charts, first.charts), [3])

  const corrected = new Map(changed)
  corrected.delete(drug)
  corrected.set(drug.replace(/_1$/, '_2'), changed.get(drug)!)
  assert.equal((await night(corrected)).reused, 11)

  const gone = new Map(corrected)
  for (const path of await filesOf(5)) gone.delete(path)
  const last = await night(gone, { cache: { ...CACHE, tag: 'another erasure register' } })
  assert.equal(last.reused, 0, 'another state of the register makes all anew')
  assert.equal(last.read.index.size, 11)
})

test('time alone: an event to come is no reason to make a chart anew before it is due, and an older backup tells its own', async (t) => {
  const night = nights(t)
  await night(clinic)
  const reused: number[] = []
  for (const days of [1, 9, 400, 0, -9]) reused.push((await night(clinic, {}, AS_OF + days * DAY)).reused)
  assert.ok(reused[0]! >= 11, reused.join())
  assert.deepEqual(
    reused.slice(2),
    [0, 0, 0],
    'the period has moved, moved back, and a backup from before the last one',
  )
})

test('a protected patient is one at once; a moved period, another program and another key take nothing over', async (t) => {
  const night = nights(t)
  await night(clinic)
  const key = (await indexOf(memoryGeneration(clinic, 'x', AS_OF))).entry(2).patientKey
  const marked = await night(clinic, { isProtected: (patientKey) => patientKey === key })
  assert.equal(marked.reused, 12)
  assert.equal(marked.read.index.entry(2).isProtected, true)
  assert.equal((await night(clinic, { months: 2 })).reused, 0)
  assert.equal((await night(clinic, { cache: { ...CACHE, tag: '0.2.0' } })).reused, 0)
  assert.equal((await night(clinic, { cache: { ...CACHE, key: new Uint8Array(32) } })).reused, 0)
})

test('a chart that was read damaged is read again; a cache that is spoilt costs time only and leaves nothing behind', async (t) => {
  const folder = scratch(t)
  const cache = { ...CACHE, folder: join(folder, 'cache') }
  let n = 0
  const night = async (damaged?: string) => {
    const reader = memoryGeneration(clinic, 'a'.repeat(64), AS_OF)
    if (damaged) reader.damage(damaged)
    return makeEdition(folder, clinic, { folder: join(folder, `night-${++n}`), source: { reader, cache } })
  }
  const [path] = (await filesOf(4)).filter((name) => name.includes('/OMP-01/') && name.endsWith('_1'))
  const broken = await night(path)
  const healed = await night()
  assert.equal(healed.reused, 11)
  const [before, after] = [broken, healed].map(async ({ discs }) => allCharts(await edition(discs[0]!.folder)))
  assert.deepEqual(rowsThatDiffer((await before)!, (await after)!), [4])
  assert.equal(readdirSync(cache.folder).length, 2, 'a table and what it names')
  writeFileSync(join(cache.folder, 'charts.table'), 'nonsense')
  assert.equal((await night()).reused, 0)
  assert.equal(readdirSync(cache.folder).length, 2)
})
