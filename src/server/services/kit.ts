/** The recovery kit, as the web leads to it. */
import { createHash } from 'node:crypto'
import { type IssuedKit, type KitState, mayDo, sheetWords } from '#access'
import { type EpochMs, inTurns } from '#base'
import { locationOf } from '#vault'
import type { KitCondition, KitFacts, KitService, PrintedKit, Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { issueKit } from '../recovery/issue.ts'
import { withoutUndefined } from './read-model.ts'
import { demand, sessionOf } from './viewers.ts'

/** Half a year between two checks. */
export const KIT_CHECK_MS = 183 * 86_400_000
/** A jammed printer gets another try; then the words are gone for good. */
const SHOWN_MS = 30 * 60_000

interface Shown {
  readonly personId: string
  readonly atMs: EpochMs
  readonly kit: PrintedKit
}

export function kitService(institution: Institution): KitService {
  const { access, clock } = institution
  const { kits } = access
  let shown: Shown | undefined
  const shownTo = (viewer: Viewer): PrintedKit | undefined => {
    if (shown && clock.now() - shown.atMs > SHOWN_MS) shown = undefined
    return shown?.personId === viewer.personId ? shown.kit : undefined
  }
  const inTurn = inTurns()
  return {
    async view(viewer) {
      demand(viewer, 'confirm-kit')
      const kit = await kits.current()
      const request = await kits.requests.open()
      return withoutUndefined({
        condition: await kitCondition(institution, kit),
        kit: kit && {
          id: kit.id,
          issuedAtMs: kit.issuedAt,
          issuedBy: await nameOf(institution, kit.issuedBy),
          sheets: kit.sheets.map(({ checkedAt, ...sheet }) => withoutUndefined({ ...sheet, checkedAtMs: checkedAt })),
        },
        mayPrint: shownTo(viewer) !== undefined,
        needsRequest: await kits.requests.isNeeded(),
        request: request && {
          atMs: request.requestedAt,
          by: await nameOf(institution, request.requestedBy),
          reason: request.reason,
          confirmed: request.confirmedAt !== undefined,
          mayConfirm: await kits.requests.mayConfirm(sessionOf(viewer)),
        },
        mayManage: mayDo(sessionOf(viewer).person, 'manage-keys'),
      })
    },
    async issue(viewer, holders) {
      demand(viewer, 'confirm-kit')
      if (holders.length > 1 && !holders.some(({ outside }) => outside))
        return { kind: 'refused', field: 'outside', code: 'required' }
      return inTurn(async () => {
        // The second click of the same form: the kit that was just made is still on its way to paper.
        if (shownTo(viewer)) return { kind: 'ok' }
        const issued = await issueKit(institution, sessionOf(viewer), holders)
        shown = { personId: viewer.personId, atMs: clock.now(), kit: printedKit(issued, holders, clock.now()) }
        return { kind: 'ok' }
      })
    },
    sheets: async (viewer) => shownTo(viewer),
    async facts(viewer) {
      demand(viewer, 'confirm-kit')
      const kit = await kits.current()
      return kit && kitFacts(institution, kit.id)
    },
    async factsPrinted(viewer) {
      demand(viewer, 'confirm-kit')
      const kit = await kits.current()
      if (kit) await kits.factsPrinted(hashOf(await kitFacts(institution, kit.id)))
    },
    async question(viewer, part) {
      demand(viewer, 'confirm-kit')
      return kits.question(part)
    },
    async answer(viewer, part, places, words) {
      const isRight = await kits.answer(sessionOf(viewer), part, places, words)
      if (isRight) shown = undefined
      return isRight
    },
    revoke: (viewer, reason) =>
      inTurn(async () => {
        shown = undefined
        await kits.revoke(sessionOf(viewer), reason)
      }),
    ask: (viewer, reason) => inTurn(() => kits.requests.ask(sessionOf(viewer), reason)),
    confirm: (viewer) => inTurn(() => kits.requests.confirm(sessionOf(viewer))),
    withdraw: (viewer) => inTurn(() => kits.requests.withdraw(sessionOf(viewer))),
  }
}

/** When somebody last proved that what brings the house back is there: the kit's own sheet, or two of its shares. */
export function kitProvenAt(kit: KitState | undefined): EpochMs | undefined {
  const checked = (parts: (part: number) => boolean): EpochMs[] =>
    (kit?.sheets ?? [])
      .filter(({ part }) => parts(part))
      .flatMap(({ checkedAt }) => (checkedAt === undefined ? [] : [checkedAt]))
      .sort((a, b) => b - a)
  const times = [checked((part) => part === 0)[0], checked((part) => part > 0)[1]].filter((at) => at !== undefined)
  return times.length === 0 ? undefined : Math.max(...times)
}

export async function kitCondition(institution: Institution, kit: KitState | undefined): Promise<KitCondition> {
  if (!kit) return 'none'
  const provenAt = kitProvenAt(kit)
  if (provenAt === undefined) return 'unproven'
  if (kit.factsHash === undefined) return 'facts-unprinted'
  if (kit.factsHash !== hashOf(await kitFacts(institution, kit.id))) return 'facts'
  return institution.clock.now() - provenAt > KIT_CHECK_MS ? 'due' : 'good'
}

function printedKit({ id, sheets }: IssuedKit, holders: Parameters<KitService['issue']>[1], at: EpochMs): PrintedKit {
  const printed = holders.map((holder) => {
    const sheet = sheets.find(({ part }) => part === holder.part)!
    return { ...holder, words: sheetWords(sheet) }
  })
  return { id, issuedAtMs: at, sheets: printed }
}

async function kitFacts({ vault, ledger, folder }: Institution, kitId: string): Promise<KitFacts> {
  const sources = (await vault.sources()).filter((source) => !source.replaced)
  const places = await vault.otherPlaces.list()
  return {
    kitId,
    ledgerOrigin: ledger.origin,
    ledgerKey: ledger.verifierKey,
    places: [{ kind: 'local', name: '', location: folder.path }, ...places.map((place) => factsOf(place))],
    repositories: sources.map(({ id, name, repository }) => ({ folder: id, name, id: repository })),
  }
}

type OtherPlace = Awaited<ReturnType<Institution['vault']['otherPlaces']['list']>>[number]

function factsOf(place: OtherPlace): KitFacts['places'][number] {
  const { kind, name } = place
  const known = { kind, name, location: locationOf(place) }
  if (place.kind !== 'keeper') return known
  const { pin, keeperKey, client } = place.config
  return { ...known, pin, key: keeperKey, client }
}

/** What is on paper is as good as the day it was printed. */
const hashOf = (facts: KitFacts): string => createHash('sha256').update(JSON.stringify(facts)).digest('hex')

async function nameOf({ access }: Institution, personId: string): Promise<string> {
  return (await access.people.list()).find((person) => person.id === personId)?.displayName ?? ''
}
