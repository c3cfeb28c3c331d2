/** Incidents as the server knows them: what it sees for itself, what the ledger tells, and what keeps an emergency open. */
import type { EpochMs } from '#base'
import type { IncidentCase } from '#incident'
import type { EntryType } from '#journal'
import type { PaperLeft } from '#reconciliation'
import { incidentDesk } from '#reading'
import type { AutoEntry, Check, EmergencyMark, EndLeft, ImprovementService, IncidentService, Viewer } from '#web'
import { openVouchOfPc, trustOf, vouchOfHouse } from '#station'
import { LOCAL_PLACE } from '#vault'
import type { Institution } from '../institution.ts'
import { READING_KEYS } from '../keys.ts'
import { registersOf } from './incident-registers.ts'
import { withoutUndefined } from './read-model.ts'
import { ledgerSigner } from '../station-facts.ts'
import { pcOf } from './stations.ts'
import { demand, readingOf } from './viewers.ts'

/** What of the ledger belongs into a timeline. */
const SHOWN = [
  'generation.recorded',
  'generation.suspected',
  'generation.cleared',
  'generation.rehearsed',
  'generation.restored',
  'repository.contradicted',
  'expiry.frozen',
  'restore.started',
  'restore.ended',
  'instant.started',
  'instant.ended',
  'recovery.opened',
  'recovery.evidence',
  'recovery.chosen',
  'recovery.gate',
  'terminals.entered',
  'emergency.opened',
  'emergency.ended',
  'edition.opened',
  'station.log-merged',
  'clock.jumped',
  'service.started',
  'service.stopped',
] as const satisfies readonly EntryType[]
const MOST_SHOWN = 500
/** Gates before the end of an emergency. */
const BEFORE_END = ['evidence', 'scan', 'isolated', 'operation', 'reconciled'] as const
const DAY_MS = 86_400_000
const REHEARSED_DAYS = 31

/** What is left of the paper that was written since. */
type Paper = (since: EpochMs) => Promise<PaperLeft>

export function incidentService(institution: Institution, paper: Paper): IncidentService {
  const { vault, ledger, journalIndex, incidents, casebook, stations, bell } = institution
  return incidentDesk({
    incidents,
    casebook,
    isStation: false,
    readingKey: (viewer) => readingOf(viewer)?.key(READING_KEYS.patientSubject),
    registers: () => registersOf(institution),
    checks: (one) => checksOf(institution, one, paper),
    async auto(fromMs, untilMs): Promise<AutoEntry[]> {
      await journalIndex.catchUp(await ledger.reader())
      const { entries } = await journalIndex.query({ types: SHOWN, fromMs, untilMs, limit: MOST_SHOWN })
      return entries.map(({ entry }) => ({ atMs: entry.atMs, type: entry.type })).toReversed()
    },
    left: (one) => leftOf(institution, paper, one),
    frozenUntil: () => vault.freeze.until(),
    improvements: (origin) => institution.improvements.list(origin),
    declared: async (viewer) => void (await vault.freeze.freeze(`person:${viewer.personId}`)),
    ended: (viewer) => demand(viewer, 'manage-backup'),
    tell: () => void bell.lookNow().catch(() => undefined),
    spend: (work) => institution.reserve.spend(work),
    vouch: () => vouchOfHouse(casebook, ledgerSigner(institution)),
    trust: async (vouch, typed) => trustOf(stations, await openVouchOfPc(vouch, stations), typed),
  })
}

export async function emergencyMark({
  incidents,
  vault,
}: Pick<Institution, 'incidents' | 'vault'>): Promise<EmergencyMark | undefined> {
  const mark = await incidents.mark()
  return mark && { ...mark, frozenUntilMs: await vault.freeze.until() }
}

async function leftOf({ cases }: Pick<Institution, 'cases'>, paper: Paper, one: IncidentCase): Promise<EndLeft> {
  const { open, isCompared } = await paper(one.openedAt)
  return { gates: openGates(await cases.open()), openSheets: open, isCompared, isHere: true }
}

/** Of the way back; none where none was begun. */
function openGates(open: Awaited<ReturnType<Institution['cases']['open']>>): EndLeft['gates'] {
  return (open?.gates ?? [])
    .filter(
      ({ gate, state }) => BEFORE_END.some((known) => known === gate) && state !== 'passed' && state !== 'overridden',
    )
    .map(({ gate }) => gate)
}

async function checksOf(
  institution: Institution,
  one: IncidentCase,
  paper: Paper,
): Promise<Partial<Record<string, Check>>> {
  const { vault, stations, clock, cases } = institution
  const now = clock.now()
  const [freeze, signs, pcs, places, open, sources] = await Promise.all([
    vault.freeze.until(),
    vault.signs.open(),
    stations.inUse(),
    vault.places(),
    cases.open(),
    vault.sources(),
  ])
  const { open: toCompare } = await paper(one.openedAt)
  const proofs = await Promise.all(sources.map(({ id }) => vault.generations.newestProof(id, 'restore')))
  const proven = Math.max(0, ...proofs.flatMap((proof) => (proof?.passed ? [proof.at] : [])))
  const away = places.filter(({ id, kind }) => id !== LOCAL_PLACE && kind !== 'local')
  const cut = away.filter(({ failure }) => failure && failure.at >= one.openedAt)
  const good = pcs.map((pc) => pcOf(pc, now)).filter(({ state }) => state === 'good')
  const asOf = Math.max(0, ...good.map(({ asOfMs }) => asOfMs ?? 0))
  return {
    'expiry-frozen': withoutUndefined({ state: freeze === undefined ? 'no' : 'yes', atMs: freeze }),
    signs: { state: signs.length > 0 ? 'yes' : 'no', count: signs.length },
    // Only a place that was tried since and did not answer shows that its line is cut.
    'backup-cut': {
      state: away.length === 0 ? 'unknown' : cut.length === away.length ? 'yes' : 'no',
      count: away.length - cut.length,
    },
    'station-fresh': asOf > 0 ? { state: 'yes', atMs: asOf } : { state: pcs.length === 0 ? 'unknown' : 'no' },
    rehearsed:
      proven > 0 ? { state: now - proven < REHEARSED_DAYS * DAY_MS ? 'yes' : 'no', atMs: proven } : { state: 'no' },
    'gates-passed': { state: open ? (openGates(open).length === 0 ? 'yes' : 'no') : 'unknown' },
    reconciled: { state: toCompare === 0 ? 'yes' : 'no', count: toCompare },
  } satisfies Partial<Record<string, Check>>
}

export function improvementService({ improvements }: Pick<Institution, 'improvements'>): ImprovementService {
  const by = ({ personId }: Viewer): string => personId
  return {
    list: () => improvements.list(),
    add: async (viewer, origin, input) => void (await improvements.add({ ...input, origin }, by(viewer))),
    settle: (viewer, id, state, outcome) => improvements.settle(id, state, outcome, by(viewer)),
  }
}
