/** One emergency PC as its screens ask for it. */
import { AppError, type ErrorCode, isAppError, isErrorCode } from '#base'
import type { Chart } from '#chart'
import { chartService, type PrintingHouse, type ReadingHouse, stackService } from '#reading'
import { businessDaysOld, DEFAULT_CALENDAR } from '#retention'
import type {
  AuthService,
  ChartService,
  GenerationSummary,
  IncidentService,
  ReportService,
  Services,
  StackService,
  StationService,
  StationSourceState,
  StationState,
  SlipService,
} from '#web'
import { exportLog, logRows } from './export-log.ts'
import { openGiven } from './given-origin.ts'
import { slipService } from './numbers.ts'
import { emergencyMark, incidentService } from './incident-service.ts'
import { reportService } from './report-service.ts'
import { printedSince } from './log.ts'
import type { Shelf } from './shelf.ts'
import type { Station } from './station.ts'
import { selfTest, shownTest } from './self-test.ts'

export interface StationServices {
  readonly institution: Services<Chart>['institution']
  readonly auth: Pick<AuthService, 'session'>
  readonly charts: ChartService<Chart>
  readonly paper: StackService
  readonly station: StationService
  readonly incidents: IncidentService
  readonly reports: ReportService
  readonly slips: SlipService
}

export function stationServices(station: Station): StationServices {
  const house = readingHouse(station)
  return {
    async institution() {
      const known = station.folder.package()
      const emergency = known && (await emergencyMark(station))
      return {
        name: known?.institution ?? '',
        sample: known?.sample ?? false,
        station: known?.name ?? '－',
        ...(emergency && { emergency }),
      }
    },
    auth: { session: async (token) => (station.folder.package() ? station.sessions.session(token) : undefined) },
    charts: chartService(house),
    paper: stackService(printingHouse(station, house)),
    station: ownService(station),
    incidents: incidentService(station),
    reports: reportService(station),
    slips: slipService(station),
  }
}

/** @throws VAULT_KEY_MISSING before the card was used */
function opened(station: Station): Shelf {
  if (!station.shelf) throw new AppError('VAULT_KEY_MISSING')
  return station.shelf
}

function readingHouse(station: Station): ReadingHouse {
  const readyOf = (snapshot: string) => station.ready().find((one) => one.snapshot === snapshot)
  return {
    clock: station.clock,
    journal: station.log,
    readable: () => Promise.resolve(summaries(station)),
    async index(_viewer, snapshot) {
      const source = opened(station).source(readyOf(snapshot)?.source ?? '')
      if (!source) throw new AppError('STATION_NOT_READY')
      return opened(station).index(snapshot, source)
    },
    async reader(snapshot) {
      const ready = readyOf(snapshot)
      if (!ready) throw new AppError('STATION_NOT_READY')
      return opened(station).reader(ready)
    },
    async repositoryOf(snapshot) {
      const source = readyOf(snapshot)?.source
      return source === undefined ? undefined : opened(station).source(source)?.repository
    },
    rolesOf: ({ profession, duties }) => ({ profession, duties }),
    subjectKey: () => opened(station).keys.subject,
    // As production knew them when the PC reported last. Nobody has an account here, so no chart is one's own.
    protection: (_viewer, subject) =>
      Promise.resolve({ protectedStaff: opened(station).isProtected(subject), ownChart: false }),
    minimums: {
      list: () => Promise.resolve(opened(station).load.minimums),
      save: () => Promise.reject(new AppError('ACCESS_DENIED')),
    },
    // Counted anew when the card is used again: who goes on gives name and reason once more, and care is not stopped.
    mayOpen: ({ personId }, subject) => station.openings.allow(personId, subject),
    // The house's own days off are not known here.
    businessDaysOld: (at) => Promise.resolve(businessDaysOld(DEFAULT_CALENDAR, at, station.clock.now())),
    opened: () => Promise.resolve(),
  }
}

function printingHouse(station: Station, house: ReadingHouse): PrintingHouse {
  return {
    ...house,
    // Of this PC, whoever opened it: the card is everybody's.
    printedSince: (_viewer, fromMs) => printedSince(station.log, fromMs),
    about: () => Promise.resolve({ institution: station.package.institution, isSample: station.package.sample }),
    erasures: () => Promise.resolve(opened(station).load.hidden.join('\n')),
  }
}

function summaries(station: Station): GenerationSummary[] {
  const shared = new Set(station.shelf?.load.sharedNumbers)
  const names = new Map(station.folder.copies().map(({ id, name }) => [id, name]))
  return station.ready().map(({ snapshot, source, takenAt, patients, mark }) => ({
    id: snapshot,
    sourceId: source,
    sourceName: names.get(source) ?? source,
    ...(shared.has(source) && { numbersOf: source }),
    takenAtMs: takenAt,
    state: 'open',
    files: 0,
    sizeBytes: 0,
    addedBytes: 0,
    patients,
    skipped: 0,
    placeCount: 1,
    readable: true,
    browsable: false,
    ...(mark === undefined ? { unattested: true } : {}),
  }))
}

function ownService(station: Station): StationService {
  const { folder } = station
  return {
    state: () => Promise.resolve(stateOf(station)),
    async takePackage(text) {
      station.takePackage(text)
    },
    async takeOrigin(form) {
      try {
        station.takeOrigin(await openGiven(form, folder))
      } catch (error) {
        if (!isAppError(error)) throw error
        return error.code
      }
      station.refreshSoon()
      return undefined
    },
    open: async ({ words, ...opening }) => ({ token: await station.openWith(words, opening) }),
    papers: () =>
      Promise.resolve(station.shelf?.load.papers.map(({ title, madeAt }) => ({ title, madeAtMs: madeAt })) ?? []),
    paper(n) {
      const paper = opened(station).load.papers[n]
      return Promise.resolve(paper && Buffer.from(paper.pdf, 'base64'))
    },
    lock: (token) => station.sessions.end(token),
    async refresh() {
      station.refreshSoon()
    },
    test: (viewer, printed) => selfTest(station, viewer, printed),
    log: () => logRows(station.log, opened(station).keys.subject),
    exportLog: () => exportLog(station),
  }
}

function stateOf(station: Station): StationState {
  const { folder, work } = station
  const known = folder.package()
  const { copiedAt, failure, withdrawn, test, reportedAt } = folder.state()
  return {
    needs: known ? (folder.origin() ? undefined : 'origin') : 'package',
    stationId: known?.station ?? '',
    name: known?.name ?? '',
    sources: known ? sourcesOf(station) : [],
    ...(copiedAt === undefined ? {} : { copiedAtMs: copiedAt }),
    ...(failure ? { failure: { code: codeOf(failure.code), atMs: failure.at } } : {}),
    ...(work ? { work: { kind: work.kind, percent: Math.floor((100 * work.done) / Math.max(1, work.total)) } } : {}),
    waitsForCard: station.shelf === undefined,
    withdrawn: withdrawn ?? false,
    ...(test ? { test: shownTest(test) } : {}),
    ...(reportedAt === undefined ? {} : { reportedAtMs: reportedAt }),
  }
}

const codeOf = (text: string): ErrorCode => (isErrorCode(text) ? text : 'BASE_BUG')

/** Today's sources; one that production has dropped is shown as long as something of it is ready. */
function sourcesOf(station: Station): StationSourceState[] {
  const ready = station.ready()
  const copies = station.folder.copies()
  return copies.map(({ id, name }) => {
    const own = ready.filter(({ source }) => source === id)
    const [first] = own
    if (!first) return { name }
    const newer = own.find(({ takenAt, mark }) => mark === undefined && takenAt > first.takenAt)
    return {
      name,
      shown: {
        takenAtMs: first.takenAt,
        ...(first.mark ? { mark: first.mark } : {}),
        patients: first.patients,
        unreadable: first.unreadable,
      },
      ...(newer ? { newerMs: newer.takenAt } : {}),
    }
  })
}
