/** Emergency accounts as the web leads to them. */
import { type Envelope, mayDo } from '#access'
import type { StoredEntry } from '#journal'
import type { EmergencyService, EnvelopeUse, EnvelopeView, Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { READING_KEYS } from '../keys.ts'
import { allEntries, looksBy, sealedDetail } from './journal.ts'
import { withoutUndefined } from './read-model.ts'
import { demand, sessionOf } from './viewers.ts'

export function emergencyService(institution: Institution): EmergencyService {
  const { access, bell, clock, journalIndex, ledger, reserve } = institution
  const { emergency } = access

  async function envelopes(viewer: Viewer): Promise<EnvelopeView[]> {
    demand(viewer, 'confirm-kit')
    await emergency.endDue()
    const names = new Map((await access.people.list()).map(({ id, displayName }) => [String(id), displayName]))
    return (await emergency.list()).map((one) => viewOf(one, names, viewer.personId))
  }

  async function entriesOf(number: number): Promise<StoredEntry[]> {
    await journalIndex.catchUp(await ledger.reader())
    const entries = await allEntries(institution, { types: ['emergency.opened'] })
    return entries.map(({ entry }) => entry).filter(({ data }) => data['envelope'] === number)
  }

  async function usesOf(viewer: Viewer, number: number): Promise<EnvelopeUse[]> {
    const entries = await entriesOf(number)
    return Promise.all(
      entries.map(async (entry) => {
        const detail = sealedDetail(viewer, entry)
        return withoutUndefined({
          atMs: entry.atMs,
          name: detail?.name,
          profession: String(entry.data['profession']),
          reason: String(entry.data['reason']),
          reasonText: detail?.reason,
          looks: await looksBy(institution, viewer, entry.actor),
        })
      }),
    )
  }

  return {
    async view(viewer) {
      return { envelopes: await envelopes(viewer), mayAsk: mayDo(sessionOf(viewer).person, 'manage-people') }
    },
    async ask(viewer) {
      demand(viewer, 'manage-people')
      await emergency.ask(sessionOf(viewer))
    },
    async make(viewer, number) {
      demand(viewer, 'confirm-kit')
      return (await emergency.make(sessionOf(viewer), number)).code
    },
    async end(viewer, number, why) {
      demand(viewer, 'confirm-kit')
      await emergency.end(sessionOf(viewer), number, why)
    },
    async uses(viewer, number) {
      const envelope = (await envelopes(viewer)).find((one) => one.number === number)
      return envelope && { envelope, uses: await usesOf(viewer, number) }
    },
    async sign(viewer, number, result) {
      demand(viewer, 'confirm-kit')
      const looks = (await usesOf(viewer, number)).reduce((sum, use) => sum + use.looks.length, 0)
      await emergency.review(sessionOf(viewer), number, looks, result)
    },
    async open(opening) {
      const result = await reserve.spend(() => emergency.open(opening))
      if (result.kind !== 'ok') return result
      const { signedIn } = result
      if (signedIn.reading) {
        institution.keys.admit(signedIn.reading)
        const bookKey = signedIn.reading.key(READING_KEYS.patientSubject)
        if (bookKey) institution.casebook.admit(bookKey)
      }
      // Told at once; that nobody could be told keeps nobody from the patients.
      if (result.isFirst) void bell.lookNow().catch(() => undefined)
      return { kind: 'ok', token: signedIn.token, expiresAtMs: clock.now() }
    },
  }
}

function viewOf(one: Envelope, names: ReadonlyMap<string, string>, personId: string): EnvelopeView {
  return withoutUndefined({
    number: one.number,
    state: one.state,
    askedAtMs: one.askedAt,
    askedBy: names.get(one.askedBy) ?? '',
    madeAtMs: one.madeAt,
    openedAtMs: one.openedAt,
    untilMs: one.until,
    endedAtMs: one.endedAt,
    endedWhy: one.endedWhy,
    reviewedAtMs: one.reviewedAt,
    reviewedBy: one.reviewedBy === undefined ? undefined : (names.get(one.reviewedBy) ?? ''),
    result: one.result,
    mayMake: one.state === 'asked' && one.askedBy !== personId,
  })
}
