/** Run by kill-backup.test.ts: one backup of the engine that is killed on the way, or tells how it ended. */
import { arm, type KillPlan, operationCount } from './kill-switch.ts'
import { writeSync } from 'node:fs'
import { openLocalBackend } from '#storage'
import { decodeMasterKey, Repository } from '#restic'
import { backUpSource } from './engine.ts'

const { path, source, cache, masterKey, plan } = JSON.parse(process.argv[2]!) as {
  path: string
  source: string
  cache: string
  masterKey: string
  plan: KillPlan
}
const repository = await Repository.open(openLocalBackend(path), { masterKey: decodeMasterKey(masterKey) })
writeSync(1, 'begun\n')
const begun = performance.now()
arm(plan)
const { snapshotId } = await backUpSource(repository, source, cache)
const operations = operationCount()
arm({})
writeSync(1, `${JSON.stringify({ id: snapshotId, operations, ms: performance.now() - begun })}\n`)
process.exit(0)
