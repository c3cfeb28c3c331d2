/** Run by lock-race.test.ts: at the parent's word tries for the lock, says whether it got it, holds it to the end of input. */
import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { acquireFolderLock } from '#journal'

writeSync(1, 'ready\n')
await once(process.stdin, 'data')
const lock = acquireFolderLock(process.argv[2] ?? '')
writeSync(1, 'heldBy' in lock ? 'refused\n' : 'got it\n')
await once(process.stdin, 'end')
