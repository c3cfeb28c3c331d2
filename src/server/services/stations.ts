/** 非常用PC as the web shows them, and what they report by themselves. */
import { stationCardWords } from '#access'
import { inTurns, isAppError, isErrorCode } from '#base'
import { type KnownStation, mergeLog, MOST_ADDRESS, MOST_NAME, takeBooks } from '#station'
import type { EmergencyPc, StationsService } from '#web'
import type { Institution } from '../institution.ts'
import { readingKey } from '../keys.ts'
import { openRegisters } from './incident-registers.ts'
import { attestedGenerations, ledgerSigner, stationFacts } from '../station-facts.ts'
import { withoutUndefined } from './read-model.ts'
import { demand, readingOf } from './viewers.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** It reports each hour; a night switched off is no alarm. */
const REPORT_LATE_MS = 26 * HOUR_MS
const COPY_LATE_MS = 50 * HOUR_MS
export const TEST_LATE_MS = 38 * DAY_MS

export function stationsService(institution: Institution): StationsService {
  const { stations, ledger, clock, serials, ranges } = institution
  /** Two uploads of one log at once would both find the same looks new. */
  const inTurn = inTurns()
  return {
    list: async () => (await stations.list()).map((station) => pcOf(station, clock.now())),
    async make(viewer, { name, server }) {
      demand(viewer, 'manage-backup')
      const subject = readingKey(readingOf(viewer), 'patientSubject')
      if (name === '') return { kind: 'refused', field: 'name', code: 'required' }
      if (name.length > MOST_NAME) return { kind: 'refused', field: 'name', code: 'too-long' }
      if (server.length > MOST_ADDRESS) return { kind: 'refused', field: 'server', code: 'too-long' }
      if (server !== '' && !isHttp(server)) return { kind: 'refused', field: 'server', code: 'not-an-address' }
      if ((await stations.inUse()).some((known) => known.name === name))
        return { kind: 'refused', field: 'name', code: 'name-taken' }
      const facts = await stationFacts(institution)
      const card = await stations.make({ name, server }, facts, subject)
      await ledger.append({
        type: 'station.made',
        actor: `person:${viewer.personId}`,
        subject: `station:${card.station}`,
        data: { sources: facts.load.sources.length },
      })
      const words = stationCardWords(card)
      return { kind: 'ok', made: { id: card.station, name, madeAtMs: facts.load.at, words } }
    },
    async file(viewer, id) {
      demand(viewer, 'manage-backup')
      return stations.file(id, await stationFacts(institution))
    },
    async withdraw(viewer, id, reason) {
      demand(viewer, 'manage-backup')
      if (!(await stations.withdraw(id, reason))) return
      await ledger.append({
        type: 'station.withdrawn',
        actor: `person:${viewer.personId}`,
        subject: `station:${id}`,
        data: { reason },
      })
    },
    async merge(viewer, bytes) {
      demand(viewer, 'manage-backup')
      try {
        const parts = { stations, ledger, personId: viewer.personId }
        const { station, ...merged } = await inTurn(() => mergeLog(parts, bytes))
        return { kind: 'ok', id: station, ...merged }
      } catch (error) {
        if (!isAppError(error, 'STATION_LOG_FOREIGN')) throw error
        return { kind: 'refused', code: error.code }
      }
    },
    books: async (text) =>
      takeBooks(text, {
        stations,
        registers: await openRegisters(institution),
        casebook: institution.casebook,
        incidents: institution.incidents,
        signer: ledgerSigner(institution),
        numbers: async (station, said) => {
          const { range, why } = await ranges.report(station, said)
          if (why !== 'same')
            await ledger.append({
              type: 'sheet.range-given',
              actor: 'system:stations',
              subject: `station:${station}`,
              data: { ...range, why },
            })
          return { mark: await serials.mark(), range, why }
        },
        now: institution.clock.now(),
      }),
    async report(text) {
      const facts = await stationFacts(institution)
      const generations = await attestedGenerations(institution)
      return stations.report(text, { facts, generations, signer: ledgerSigner(institution) })
    },
  }
}

/** Those that reported lately and can show something. */
export async function readyPcs({ stations, clock }: Pick<Institution, 'stations' | 'clock'>): Promise<EmergencyPc[]> {
  return (await stations.inUse()).map((one) => pcOf(one, clock.now())).filter(({ state }) => state === 'good')
}

function isHttp(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}

/** How an emergency PC is; the light and the bell judge by the same. */
export function pcOf(station: KnownStation, now: number): EmergencyPc {
  const { id, name, report, reportedAt, withdrawnAt, mergedEntries, seenEntries } = station
  const newest = report?.ready.toSorted((a, b) => b.takenAt - a.takenAt)[0]
  const test = report?.test
  return withoutUndefined({
    id,
    name,
    state: withdrawnAt === undefined ? stateOf(station, now) : 'withdrawn',
    waitsForCard: report?.waitsForCard ?? false,
    reportedAtMs: reportedAt,
    copiedAtMs: report?.copiedAt,
    asOfMs: newest?.takenAt,
    patients: newest?.patients,
    failure: report?.failure !== undefined && isErrorCode(report.failure) ? report.failure : undefined,
    test: test && {
      atMs: test.at,
      problems: test.problems,
      printed: test.printed,
      isOverdue: now - test.at > TEST_LATE_MS,
    },
    logWaiting: Math.max(0, seenEntries - mergedEntries),
  })
}

function stateOf(
  { report, reportedAt, reports }: KnownStation,
  now: number,
): 'good' | 'late' | 'stale' | 'never' | 'silent' {
  if (!report || reportedAt === undefined) return reports ? 'never' : 'silent'
  if (now - reportedAt > REPORT_LATE_MS) return 'late'
  // By the PC's own clock both: how old its copies were when it reported.
  const age = report.copiedAt === undefined ? Infinity : report.at - report.copiedAt
  return age > COPY_LATE_MS || report.ready.length === 0 ? 'stale' : 'good'
}
