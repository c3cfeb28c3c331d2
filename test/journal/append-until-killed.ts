/** Run by kill.test.ts: appends numbered entries, prints each index once it is acknowledged, until somebody kills it. */
import { writeSync } from 'node:fs'
import { systemClock } from '#base'
import { newEntry, openLedger } from '#journal'
import { fileKeyStore } from '#access'

const [, , folder = '', keys = ''] = process.argv
const ledger = await openLedger({ folder, keys: fileKeyStore(keys), clock: systemClock })
for (;;) {
  const first = ledger.size
  const batch = Array.from({ length: 1 + Math.floor(Math.random() * 20) }, (_, i) =>
    ledger.append(
      newEntry('settings.changed', { actor: 'system:test', data: { area: String(first + i), changes: ['n'] } }),
    ),
  )
  const done = await Promise.all(batch)
  writeSync(1, `${done.at(-1)!.index}\n`)
}
