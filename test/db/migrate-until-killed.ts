/** Run by kill.test.ts: opens the state and dies by SIGKILL inside the transaction of migration number `argv[3]`. */
import { openDatabase } from '#db'
import { KILL_MIGRATIONS } from './kill-migrations.ts'

const [, , file = '', killAt = ''] = process.argv
let asked = 0
const clock = {
  now: () => {
    if (asked++ === Number(killAt)) process.kill(process.pid, 'SIGKILL')
    return 0
  },
  monotonic: () => 0,
}
const db = await openDatabase({ kind: 'sqlite', file }, [KILL_MIGRATIONS], clock)
await db.close()
