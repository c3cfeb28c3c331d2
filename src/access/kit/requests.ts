/**
 * Another kit takes two roles (SECURITY.md 12): one asks with a reason, another confirms. Where there is only one, the same
 * person confirms on a later day of the institution. The first kit, and one whose sheets nobody has proved to hold, need none.
 */
import { AppError, type EpochMs, institutionDate } from '#base'
import { type KitReason, newEntry } from '#journal'
import type { AccessContext, SignedIn } from '../context.ts'
import { mayDo } from '../matrix.ts'
import type { AccessTables } from '../tables.ts'

export interface KitRequest {
  readonly requestedAt: EpochMs
  /** Account id. */
  readonly requestedBy: string
  readonly reason: KitReason
  readonly confirmedAt: EpochMs | undefined
}

export interface KitRequests {
  /** The one that waits for its confirmation or to be used. */
  open(): Promise<KitRequest | undefined>
  /** Whether a new kit needs a confirmed request now. */
  isNeeded(): Promise<boolean>
  /** Asked again, the first stays. @throws ACCESS_DENIED */
  ask(by: SignedIn, reason: KitReason): Promise<void>
  /** Whether this person may confirm now: another one at once, the same one on a later day. */
  mayConfirm(by: SignedIn): Promise<boolean>
  /** @throws ACCESS_DENIED, ACCESS_KIT_UNCONFIRMED where it is the same person on the same day */
  confirm(by: SignedIn): Promise<void>
  /** Takes the open request back, where there is one. @throws ACCESS_DENIED */
  withdraw(by: SignedIn): Promise<void>
  /** @throws ACCESS_KIT_UNCONFIRMED */
  demandConfirmed(): Promise<void>
  close(): Promise<void>
}

export function createKitRequests({ db, clock, journal }: AccessContext): KitRequests {
  const row = (): Promise<AccessTables['access_kit_request'] | undefined> =>
    db.selectFrom('access_kit_request').selectAll().where('done_ms', 'is', null).executeTakeFirst()
  const change = (values: Partial<AccessTables['access_kit_request']>) =>
    db.updateTable('access_kit_request').set(values).where('done_ms', 'is', null).execute()
  const isLater = (requestedMs: EpochMs): boolean => institutionDate(clock.now()) > institutionDate(requestedMs)

  const requests: KitRequests = {
    async open() {
      const found = await row()
      return (
        found && {
          requestedAt: found.requested_ms,
          requestedBy: found.requested_by,
          reason: found.reason as KitReason,
          confirmedAt: found.confirmed_ms ?? undefined,
        }
      )
    },
    async isNeeded() {
      const kits = await db.selectFrom('access_kit').selectAll().execute()
      const proved = await db
        .selectFrom('access_kit_sheet')
        .select('kit_id')
        .where('checked_ms', 'is not', null)
        .execute()
      const current = kits.find((kit) => kit.revoked_ms === null)
      if (!current) return kits.length > 0
      return proved.some((sheet) => sheet.kit_id === current.id)
    },
    async ask(by, reason) {
      demand(by, 'manage-keys')
      if (await row()) return
      await journal.append(newEntry('kit.requested', { actor: `person:${by.person.id}`, data: { reason } }))
      const head = { requested_ms: clock.now(), requested_by: by.person.id, reason }
      await db
        .insertInto('access_kit_request')
        .values({ ...head, confirmed_ms: null, confirmed_by: null, done_ms: null })
        .execute()
    },
    async mayConfirm(by) {
      const found = await row()
      if (!found || found.confirmed_ms !== null || !mayDo(by.person, 'confirm-kit')) return false
      return found.requested_by !== by.person.id || isLater(found.requested_ms)
    },
    async confirm(by) {
      demand(by, 'confirm-kit')
      const found = await row()
      if (!found || found.confirmed_ms !== null) return
      if (!(await requests.mayConfirm(by))) throw new AppError('ACCESS_KIT_UNCONFIRMED')
      const data = { alone: found.requested_by === by.person.id }
      await journal.append(newEntry('kit.confirmed', { actor: `person:${by.person.id}`, data }))
      await change({ confirmed_ms: clock.now(), confirmed_by: by.person.id })
    },
    async withdraw(by) {
      demand(by, 'confirm-kit')
      if (!(await row())) return
      await journal.append(newEntry('kit.withdrawn', { actor: `person:${by.person.id}`, data: {} }))
      await change({ done_ms: clock.now() })
    },
    async demandConfirmed() {
      if (!(await requests.isNeeded())) return
      if ((await row())?.confirmed_ms == null) throw new AppError('ACCESS_KIT_UNCONFIRMED')
    },
    async close() {
      await change({ done_ms: clock.now() })
    },
  }
  return requests
}

function demand(by: SignedIn, action: 'manage-keys' | 'confirm-kit'): void {
  if (!mayDo(by.person, action)) throw new AppError('ACCESS_DENIED')
}
