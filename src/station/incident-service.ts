/** Incidents on the emergency PC alone: written here, brought home later. What production knows is not known here. */
import { type IncidentCase, Incidents } from '#incident'
import { type Casebook, isFingerprint } from '#casebook'
import { incidentDesk } from '#reading'
import type { EmergencyMark, IncidentService } from '#web'
import { openRegisters } from './open-registers.ts'
import type { Station } from './station.ts'
import { openVouchOfHouse, vouchOfPc } from './vouch.ts'

/** Of the PC's own log. */
const SHOWN = new Set(['station.opened', 'station.closed', 'station.refused', 'station.tested', 'chart.printed-many'])
/** The server, and PCs by their ids. */
const DEVICES = /^(server|[0-9a-f]{4})$/
const FRESH_MS = 26 * 3_600_000

export function incidentService(station: Station): IncidentService {
  let made: { readonly casebook: Casebook; readonly desk: IncidentService } | undefined
  /** Made anew after another package: it is another PC then. */
  const desk = (): IncidentService => {
    const { casebook } = station
    if (made?.casebook !== casebook) made = { casebook, desk: deskOf(station) }
    return made.desk
  }
  return {
    door: (viewer) => desk().door(viewer),
    report: (viewer, said, from) => desk().report(viewer, said, from),
    list: (viewer) => desk().list(viewer),
    get: (viewer, id) => desk().get(viewer, id),
    write: (viewer, id, input) => desk().write(viewer, id, input),
    part: (viewer, id, input) => desk().part(viewer, id, input),
    end: (viewer, id, input, exception) => desk().end(viewer, id, input, exception),
    attach: (viewer, bytes) => desk().attach(viewer, bytes),
    picture: (viewer, id, sha256) => desk().picture(viewer, id, sha256),
    books: (viewer) => desk().books(viewer),
    exportBooks: (viewer, part) => desk().exportBooks(viewer, part),
    mergeBooks: (viewer, bytes, typed) => desk().mergeBooks(viewer, bytes, typed),
  }
}

export async function emergencyMark(station: Station): Promise<EmergencyMark | undefined> {
  const mark = await incidentsOf(station).mark()
  return mark && { ...mark, frozenUntilMs: undefined }
}

export function incidentsOf({ casebook, clock, log, package: { station: device } }: Station): Incidents {
  return new Incidents({ casebook, ledger: log, clock, device })
}

function deskOf(station: Station): IncidentService {
  const { casebook, clock, log } = station
  const incidents = incidentsOf(station)
  return incidentDesk({
    incidents,
    casebook,
    isStation: true,
    readingKey: () => station.shelf?.keys.subject,
    registers: async () => openRegisters(station.folder),
    async checks(_one: IncidentCase) {
      const newest = Math.max(0, ...station.ready().map(({ takenAt }) => takenAt))
      if (newest === 0) return { 'station-fresh': { state: 'no' } }
      return { 'station-fresh': { state: clock.now() - newest < FRESH_MS ? 'yes' : 'no', atMs: newest } }
    },
    async auto(from, to) {
      const found = []
      for await (const { entry } of (await log.reader()).entries())
        if (SHOWN.has(entry.type) && entry.atMs >= from && entry.atMs <= to)
          found.push({ atMs: entry.atMs, type: entry.type })
      return found
    },
    spend: (work) => station.reserve.spend(work),
    left: async () => ({ gates: [], openSheets: undefined, isCompared: undefined, isHere: false }),
    frozenUntil: async () => undefined,
    improvements: async () => [],
    declared: async () => undefined,
    ended: () => undefined,
    tell: () => undefined,
    vouch: () => vouchOfPc(station),
    // By production's signature; another PC, or production after it was lost and made anew, by a person who compares.
    async trust(vouch, typed) {
      const house = openVouchOfHouse(vouch, station.package.ledgerKey)
      return (device, key, isKnown) =>
        isKnown || (house[device]?.includes(key) ?? false) || (DEVICES.test(device) && isFingerprint(typed, key))
    },
  })
}
