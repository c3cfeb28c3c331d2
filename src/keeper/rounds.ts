/** What the Keeper does by itself, without production: looks at the clock, lets go, says what is late, and tells people. */
import { statfsSync } from 'node:fs'
import type { AlarmBook, AlarmCode } from '#notify'
import type { Client } from './clients.ts'
import type { House } from './house.ts'
import { isProven } from './attested.ts'
import { applyPending } from './pending.ts'
import { READ_EACH_HOUR_MS, readSome } from './reading.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const NEARLY_FULL_PERCENT = 85

/** Each minute: what was refused goes into the ledger, what waited long enough takes effect, alarms go out. */
export async function minute(house: House, book: AlarmBook): Promise<void> {
  try {
    await house.tellRefused()
    await applyPending(house)
    const { frozen } = await house.parts.locker.time()
    await setTo(book, frozen, 'clock-frozen')
  } finally {
    // Whatever fails above, a full disk above all, people are told.
    await tell(house, book)
  }
}

async function tell(house: House, book: AlarmBook): Promise<void> {
  await book.tick(() => week(house))
}

/** The weekly word's figures: generations that were received in the last seven days, by the Keeper's own clock. */
export async function week(house: House): Promise<{ generations: number; sources: number }> {
  const since = (await house.now()) - 7 * DAY_MS
  const clients = house.clients.list().filter(writes)
  let generations = 0
  for (const { name } of clients)
    for (const ref of house.repositories(name)) {
      const receipts = await house.generations(ref).receipts()
      generations += [...receipts.values()].filter(({ receivedAt }) => receivedAt >= since).length
    }
  return { generations, sources: clients.length }
}

/** Each hour: expiry, everything that only shows by not happening, and some reading of what is held. */
export async function hour(house: House, book: AlarmBook, signal: AbortSignal): Promise<void> {
  await house.expireAll()
  const { blocks, bavail } = statfsSync(house.parts.root)
  const percent = Math.round(100 * (1 - bavail / blocks))
  await setTo(book, percent >= NEARLY_FULL_PERCENT, 'place-nearly-full', undefined, { percent })
  for (const client of house.clients.list().filter(writes)) await lookAt(house, book, client)
  await readSome(house, READ_EACH_HOUR_MS, signal)
}

const writes = (client: Client): boolean => client.kind === 'append' && client.enabled

async function lookAt(house: House, book: AlarmBook, client: Client): Promise<void> {
  const now = await house.now()
  let received = client.enrolledAt
  let unattested = false
  let damaged = false
  let rotten = 0
  for (const ref of house.repositories(client.name)) {
    const generations = house.generations(ref)
    const receipts = [...(await generations.receipts()).values()]
    rotten += generations.rot.keys.size
    if (receipts.length === 0) continue
    received = Math.max(received, ...receipts.map((receipt) => receipt.receivedAt))
    const attested = await generations.attestations()
    const fresh = receipts.some(({ snapshot }) => isProven(attested.get(snapshot), house.policy, now))
    damaged ||= receipts.some(({ snapshot }) => attested.get(snapshot)?.newest.result === 'damaged')
    const first = Math.min(...receipts.map((receipt) => receipt.receivedAt))
    if (!fresh && first < now - house.policy.attestationDays * DAY_MS) unattested = true
  }
  const lateMs = now - received - (client.expectHours ?? Infinity) * HOUR_MS
  await setTo(book, lateMs > 0, 'backup-late', client.name, { sinceMs: received })
  await setTo(book, unattested && !client.plain, 'generation-unattested', client.name)
  await setTo(book, damaged, 'verification-failed', client.name)
  await setTo(book, rotten > 0, 'file-rotten', client.name, { count: rotten })
}

async function setTo(
  book: AlarmBook,
  raised: boolean,
  code: AlarmCode,
  about?: string,
  figures: Readonly<Record<string, number>> = {},
): Promise<void> {
  if (raised) await book.raise({ code, figures, ...(about === undefined ? {} : { about }) })
  else await book.clear(code, about)
}
