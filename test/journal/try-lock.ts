/** Run by lock-race.test.ts: tries for the lock at an agreed moment, says whether it got it, and holds it a while. */
import { acquireFolderLock } from '#journal'

const [, , folder = '', at = ''] = process.argv
while (Date.now() < Number(at));
const lock = acquireFolderLock(folder)
console.log('heldBy' in lock ? 'refused' : 'got it')
// Longer than the slowest of the others needs to ask.
setTimeout(() => {}, 1500)
