/** Run by kill-vault.test.ts: opens the institution, recovers, takes one generation; is killed on the way. */
import { arm, type KillPlan, operationCount } from './kill-switch.ts'
import { writeSync } from 'node:fs'
import { houseSource, openHouse, take } from './house.ts'

const { folder, path, plan } = JSON.parse(process.argv[2]!) as { folder: string; path: string; plan: KillPlan }
writeSync(1, 'begun\n')
const begun = performance.now()
arm(plan)
const house = await openHouse(folder)
await house.vault.runs.recover()
const { id } = await take(house, await houseSource(house, path))
const operations = operationCount()
const ms = performance.now() - begun
arm({})
writeSync(1, `${JSON.stringify({ id, operations, ms })}\n`)
process.exit(0)
