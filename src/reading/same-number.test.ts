import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError, type ErrorCode } from '#base'
import type { PatientIndex } from '#chart'
import type { GenerationSummary, Viewer } from '#web'
import type { ReadingHouse } from './house.ts'
import { sameNumber } from './same-number.ts'

const viewer = {} as Viewer
const own = {
  generationId: 'own',
  rowOf: () => 0,
  entry: () => ({ patientKey: '|1', patientId: '1' }),
} as unknown as PatientIndex
const of = (id: string, sourceId: string, numbersOf?: string) =>
  ({ id, sourceId, sourceName: sourceId, ...(numbersOf && { numbersOf }) }) as GenerationSummary

/** @returns what was answered, and whose indexes were asked for */
async function ask(all: readonly GenerationSummary[], fails: ErrorCode) {
  const asked: string[] = []
  const house = {
    readable: async () => all,
    index: async (_: Viewer, id: string) => {
      asked.push(id)
      throw new AppError(fails)
    },
  } as unknown as ReadingHouse
  const journal = () => assert.fail('nobody was named')
  return { answer: await sameNumber(house, journal, viewer, { index: own, keys: ['|1'] }), asked }
}

test('of each other source that shares numbers the newest is asked, a re-keyed one once, the own one never', async () => {
  const all = [
    of('scans-2', 'scans-new', 'scans-new'),
    of('own', 'csv', 'csv'),
    of('scans-1', 'scans', 'scans-new'),
    of('csv-0', 'csv', 'csv'),
    of('old', 'old'),
    of('uke', 'uke', 'uke'),
  ]
  const { answer, asked } = await ask(all, 'VAULT_FILE_UNKNOWN')
  assert.deepEqual(asked, ['scans-2', 'uke'])
  // What cannot be asked is named, and costs nobody the chart.
  assert.deepEqual([answer.found.size, answer.failed], [0, ['scans-new', 'uke']])
  assert.deepEqual((await ask([of('own', 'csv'), ...all.slice(0, 1)], 'VAULT_FILE_UNKNOWN')).asked, [])
})

test('closed keys and a refusal are no unknown', async () => {
  const all = [of('own', 'csv', 'csv'), of('scans-2', 'scans', 'scans')]
  for (const code of ['VAULT_KEY_MISSING', 'ACCESS_DENIED'] as const) await assert.rejects(ask(all, code), { code })
})
