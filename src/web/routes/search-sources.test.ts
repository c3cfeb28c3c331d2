import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '#base'
import { fixtureGenerations } from '../fixtures/house.ts'
import type { Viewer } from '../ports.ts'
import type { GenerationSummary } from '../read-models.ts'
import { newestOfEach, searchSources } from './search-sources.ts'

const viewer = {} as Viewer
const page = { page: 1, pageSize: 50 }
const of = (id: string, sourceId: string, patients?: number): GenerationSummary => {
  const { patients: _, ...rest } = fixtureGenerations[0]!
  return { ...rest, id, sourceId, ...(patients !== undefined && { patients }) }
}
const bookings = of('g3', 'bookings', 20)
const hospital = of('g2', 'ehr', 300)
/** Finds so many in each; `broken` throws. */
const charts = (totals: Readonly<Record<string, number | 'broken'>>) => ({
  search: async (_: Viewer, _query: string, { generationId = '' }: { generationId?: string }) => {
    const total = totals[generationId]
    if (total === 'broken') throw new AppError('VAULT_FILE_UNKNOWN')
    return { generationId, asOfMs: 0, total: total ?? 0, hits: [] }
  },
})

test('of each source the newest, and the one with most patients leads whenever it was taken', () => {
  const all = [bookings, hospital, of('g1', 'ehr', 299), of('g0', 'files')]
  assert.deepEqual(
    newestOfEach(all).map(({ id }) => id),
    ['g2', 'g3', 'g0'],
  )
})

test('who is in one source only is found, and what the other says stands beside it', async () => {
  const tops = newestOfEach([bookings, hospital])
  const { shown, others } = await searchSources(charts({ g2: 0, g3: 1 }), viewer, tops, '山', page)
  assert.equal(shown.generation.id, 'g3')
  assert.deepEqual(
    others.map(({ generation, result }) => [generation.id, result !== 'failed' && result?.total]),
    [['g2', 0]],
  )
  const both = await searchSources(charts({ g2: 1, g3: 1 }), viewer, tops, '山', page)
  assert.equal(both.shown.generation.id, 'g2')
})

test('a source that cannot be searched does not take the others along', async () => {
  const tops = newestOfEach([bookings, hospital])
  const { shown, others } = await searchSources(charts({ g2: 'broken', g3: 0 }), viewer, tops, '山', page)
  assert.equal(shown.generation.id, 'g3')
  assert.equal(others[0]!.result, 'failed')
  await assert.rejects(searchSources(charts({ g2: 'broken', g3: 'broken' }), viewer, tops, '山', page))
})
