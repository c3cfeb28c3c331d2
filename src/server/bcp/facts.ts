/** What the plan says by itself: tables of what Toride knows today, in the words of a language. */
import { type BiaLine, type Draft, type Live, rolledUp } from '#bcp'
import { CUT_STAGES, decidersOf, type Register, type RegisterEntry, type System } from '#governance'
import { isOwnState } from '#vault'
import type { BiaSystem, LiveTable, Messages } from '#web'
import type { Institution } from '../institution.ts'
import { withoutUndefined } from '../services/read-model.ts'

export interface PlanFacts {
  readonly registers: Readonly<Record<Register, readonly RegisterEntry[]>>
  readonly systems: readonly System[]
  readonly backups: readonly BackupFact[]
  readonly stations: readonly string[]
  readonly bia: readonly BiaSystem[]
}

interface BackupFact {
  readonly name: string
  readonly isScheduled: boolean
  readonly places: readonly string[]
  readonly testedAt: number | undefined
  readonly measuredMinutes: number | undefined
  readonly sourceId: string
}

type House = Pick<Institution, 'registers' | 'systems' | 'vault' | 'rehearsals' | 'stations'>

export async function planFacts(house: House, draft: Draft): Promise<PlanFacts> {
  const [registers, systems, backups, stations] = await Promise.all([
    house.registers.all(),
    house.systems.list(),
    backupFacts(house),
    house.stations.inUse(),
  ])
  return {
    registers,
    systems,
    backups,
    stations: stations.map(({ name }) => name),
    bia: biaOf(systems, backups, draft),
  }
}

async function backupFacts({ vault, rehearsals }: House): Promise<BackupFact[]> {
  const places = await vault.places()
  const sources = (await vault.sources()).filter(({ id, replaced }) => !isOwnState(id) && !replaced)
  return Promise.all(
    sources.map(async (source) => {
      const [newest] = await rehearsals.book.list({ sourceId: source.id, limit: 1 })
      const proof = await vault.generations.newestProof(source.id, 'restore')
      const ended = newest?.result === 'passed' || newest?.result === 'partly' ? newest.endedAt : undefined
      return {
        sourceId: source.id,
        name: source.name,
        isScheduled: source.schedule !== undefined,
        places: places
          .filter(({ id }) => source.places === undefined || source.places.includes(id))
          .map(({ name }) => name),
        testedAt: proof?.passed ? proof.at : undefined,
        measuredMinutes: ended === undefined ? undefined : Math.ceil((ended - newest!.startedAt) / 60_000),
      }
    }),
  )
}

function biaOf(systems: readonly System[], backups: readonly BackupFact[], draft: Draft): BiaSystem[] {
  const empty = (systemId: string) => ({ systemId, instead: '', needs: [] })
  const inputs = systems.map(({ id }) => draft.bia.find(({ systemId }) => systemId === id) ?? empty(id))
  const known = new Set(systems.map(({ id }) => id))
  const lines: BiaLine[] = rolledUp(
    inputs.map((one) => withoutUndefined({ ...one, needs: one.needs.filter((id) => known.has(id)) })),
  )
  return lines.map((line, i) => {
    const system = systems[i]!
    const { data } = system.parts
    const backup = data.way === 'source' ? backups.find(({ sourceId }) => sourceId === data.sourceId) : undefined
    const minutes = backup?.measuredMinutes
    return {
      ...line,
      name: system.name,
      ...(minutes !== undefined && { measuredHours: Math.ceil((minutes / 60) * 10) / 10 }),
    }
  })
}

/** One of what the plan draws by itself. Empty rows: nobody wrote anything there yet. */
export function liveTable(
  live: Live,
  facts: PlanFacts,
  draft: Draft,
  { t, dateOf, isPrivateShown }: { t: Messages; dateOf: (ms: number) => string; isPrivateShown: boolean },
): LiveTable {
  const { head } = t.bcp
  const words = t.registers
  const { registers } = facts
  const word = (code: string | undefined): string => (code ? (words.choice[code] ?? code) : '')
  const join = (...parts: (string | undefined)[]): string => parts.filter(Boolean).join('／')
  switch (live) {
    case 'people':
      return {
        head: [head.name, head.duty, head.phone],
        rows: registers.person.map(({ values }) => [
          join(values['name'], values['post']),
          (values['duties'] ?? '').split(',').filter(Boolean).map(word).join('・'),
          join(values['phone'], isPrivateShown ? values['homePhone'] : ''),
        ]),
      }
    case 'deciders':
      return {
        head: [head.order, head.name, head.duty, head.phone],
        rows: decidersOf(registers.person).map(({ values }, i) => [
          String(i + 1),
          join(values['name'], values['post']),
          word(values['duties']?.split(',').find((duty) => duty === 'decider') ?? 'deputy'),
          join(values['phone'], isPrivateShown ? values['homePhone'] : ''),
        ]),
      }
    case 'grounds':
      return {
        head: [head.what, head.source],
        rows: t.bcp.grounds.map(({ what, source }) => [what, `${source}（${words.unverified}）`]),
      }
    case 'contacts':
      return {
        head: [head.name, head.phone, head.when],
        rows: [...registers.vendor, ...registers.contact].map(({ values, unverified }) => [
          `${values['name']}${unverified ? `（${words.unverified}）` : ''}`,
          join(values['phone'], values['hotline']),
          join(values['when'], values['hours'], values['looksAfter']),
        ]),
      }
    case 'systems':
      return {
        head: [head.name, head.vendor, head.responsible],
        rows: facts.systems.map(({ name, vendor, responsible }) => [name, vendor, responsible]),
      }
    case 'connections':
      return {
        head: [head.order, head.name, head.place, head.stops],
        rows: registers.connection.map(({ values }) => [
          `${CUT_STAGES.findIndex((one) => one === values['stage']) + 1} ${word(values['stage'])}`,
          values['name'] ?? '',
          join(values['place'], values['mark']),
          values['stops'] ?? '',
        ]),
      }
    case 'backups':
      return {
        head: [head.taken, head.how, head.kept, head.tested],
        rows: facts.backups.map((one) => [
          one.name,
          one.isScheduled ? t.bcp.scheduled : t.bcp.byHand,
          one.places.join('、'),
          one.testedAt === undefined ? t.bcp.neverTested : dateOf(one.testedAt),
        ]),
      }
    case 'reading':
      return { head: [head.kind, head.name], rows: facts.stations.map((name) => [t.bcp.station, name]) }
    case 'supplies':
      return {
        head: [head.name, head.count, head.place],
        rows: registers.supply.map(({ values }) => [
          values['name'] ?? '',
          `${values['count']} / ${values['minimum']}`,
          values['place'] ?? '',
        ]),
      }
    case 'care-order':
    case 'recovery-order': {
      const [order, names] =
        live === 'care-order'
          ? ([draft.orders.care, t.bcp.care] as const)
          : ([draft.orders.recovery, t.bcp.recovery] as const)
      return { head: [head.order, head.name], rows: order.map((code, i) => [String(i + 1), names[code] ?? code]) }
    }
    case 'bia':
      return {
        head: [t.bcp.system, t.bcp.neededHours, t.bcp.rpo, t.bcp.measured, t.bcp.instead],
        rows: facts.bia
          .filter((line) => line.neededHours !== undefined || line.rpoHours !== undefined || line.instead !== '')
          .map((line) => [
            line.name,
            neededText(line, facts.bia, t),
            hoursText(line.rpoHours, t),
            hoursText(line.measuredHours, t),
            line.instead,
          ]),
      }
  }
}

export const hoursText = (hours: number | undefined, t: Messages): string =>
  hours === undefined ? '－' : t.bcp.hours(String(hours))

/** With the system that makes it so short. */
export function neededText(line: BiaSystem, all: readonly BiaSystem[], t: Messages): string {
  const because = all.find(({ systemId }) => systemId === line.because)?.name
  const hours = hoursText(line.neededHours, t)
  return because === undefined ? hours : t.bcp.because(hours, because)
}
