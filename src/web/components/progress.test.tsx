import assert from 'node:assert/strict'
import { test } from 'node:test'
import { doneJob, runningJob } from '../fixtures/house.ts'
import { pageText } from '../http/respond.ts'
import { testUi } from '../testing.ts'
import { JobProgress } from './index.ts'

const ui = testUi()
const count = { filesDone: 133, filesTotal: 93, bytesDone: 442_000_000, bytesTotal: 42_000_000 }

test('a total that was only estimated is not said once it is passed, nor at the end', async () => {
  const text = async (job: typeof doneJob) =>
    (await pageText(<JobProgress ui={ui} job={job} />)).replaceAll(/<[^>]+>/g, ' ')
  assert.doesNotMatch(await text({ ...doneJob, ...count }), /93|\b42 MB/)
  assert.doesNotMatch(await text({ ...runningJob, ...count }), /93|\b42 MB/)
  assert.match(await text({ ...runningJob, ...count, filesDone: 50 }), /50.*93/)
})
