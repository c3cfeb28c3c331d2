/** Cases as the screens ask for them, for server and emergency PC alike. What either knows of its house is handed in. */
import { AppError, type EpochMs } from '#base'
import { type BookEntry, type Casebook, fingerprintOf, type MergeOptions, vouchIn } from '#casebook'
import {
  type CaseInput,
  cutOrder,
  type CutLine,
  deadlineTopic,
  deadlineValue,
  type DecidedBy,
  type HouseDeadline,
  type IncidentCase,
  type Improvement,
  type Incidents,
} from '#incident'
import type {
  AutoEntry,
  IncidentView,
  Check,
  EndLeft,
  IncidentService,
  LackingPhotos,
  Phone,
  PlanCriteria,
  Viewer,
} from '#web'

export interface Registers {
  readonly cuts: readonly CutLine[]
  readonly phones: readonly Phone[]
  /** Who decides on an emergency, and their deputies. */
  readonly deciders: readonly string[]
  /** Terms that the house added to the known ones. */
  readonly deadlines: readonly HouseDeadline[]
  /** Absent: none was approved. */
  readonly plan?: PlanCriteria | undefined
}

export interface IncidentHouse {
  readonly incidents: Incidents
  readonly casebook: Casebook
  readonly isStation: boolean
  readonly readingKey: (viewer: Viewer) => Uint8Array | undefined
  readonly registers: () => Promise<Registers>
  readonly checks: (one: IncidentCase) => Promise<IncidentView['checks']>
  readonly auto: (from: EpochMs, to: EpochMs) => Promise<readonly AutoEntry[]>
  readonly left: (one: IncidentCase) => Promise<EndLeft>
  readonly frozenUntil: () => Promise<EpochMs | undefined>
  readonly improvements: (origin: string) => Promise<readonly Improvement[]>
  /** An emergency was declared: expiry is frozen. */
  readonly declared: (viewer: Viewer) => Promise<void>
  readonly ended: (viewer: Viewer) => void
  /** Rings the bell; that nobody could be told keeps nobody from going on. */
  readonly tell: () => void
  /** Shows to the other side whose keys are in a file. */
  readonly vouch: () => string
  /** @param vouch what the file shows @param typed the fingerprint that a person read off the other machine's screen */
  readonly trust: (vouch: string | undefined, typed: string) => Promise<MergeOptions['trust']>
  /** Where the disk is full the room kept back is given up: in an emergency it is for this. */
  readonly spend: <T>(work: () => Promise<T>) => Promise<T>
}

/** Of one file that is carried: what the other side takes is 50 MB. */
const FILE = { mostBytes: 24 * 1024 * 1024 }
const NOBODY = { id: '', name: '', profession: '' }
const MOST_PICTURE_BYTES = 10 * 1024 * 1024
/** Automatic entries go on until the review, at most so long. */
const MOST_MS = 200 * 86_400_000

export function incidentDesk(house: IncidentHouse): IncidentService {
  const { incidents, casebook, isStation } = house
  const writer = ({ personId, displayName, profession }: Viewer) => ({ id: personId, name: displayName, profession })

  async function known(viewer: Viewer, id: string): Promise<IncidentCase> {
    const one = await incidents.get(id, house.readingKey(viewer))
    if (!one) throw new AppError('INCIDENT_UNKNOWN')
    return one
  }
  const checksOf = async (one: IncidentCase): Promise<IncidentView['checks']> => ({
    ...ownChecks(one),
    ...(await house.checks(one)),
  })

  /** While it is declared it is ended by its own way alone, whatever somebody had before them when they began to write. */
  async function judge(viewer: Viewer, id: string, input: CaseInput): Promise<void> {
    if (input.value === 'ended') throw new AppError('INCIDENT_NOT_YET')
    if (input.value !== 'active' && (await known(viewer, id)).emergency === 'active')
      throw new AppError('INCIDENT_DECLARED')
    const { plan } = await house.registers()
    // Whose criteria were on the screen: the same code reads otherwise in each.
    const isPlans = input.codes?.['criterion'] !== undefined && plan !== undefined && plan.criteria.length > 0
    const codes = {
      ...input.codes,
      ...(isPlans && { plan: plan.version }),
      decidedBy: await demandDecider(input),
    }
    await house.spend(() => incidents.write(id, { ...input, codes }, writer(viewer)))
  }

  /** @throws INCIDENT_DECIDER_UNKNOWN unless it is one of the register, or it is said why none of these could be reached */
  async function demandDecider({ detail = {} }: CaseInput): Promise<DecidedBy> {
    const { deciders } = await house.registers()
    const { decider, tried } = detail
    if (typeof decider !== 'string' || decider === '') throw new AppError('INCIDENT_DECIDER_UNKNOWN')
    if (deciders.length === 0) return 'no-register'
    if (deciders.includes(decider)) return 'register'
    if (typeof tried !== 'string' || tried === '') throw new AppError('INCIDENT_DECIDER_UNKNOWN')
    return 'outside'
  }

  /** What the register has for this case and it has not yet: from now on it stands in the case. */
  async function startDeadlines(viewer: Viewer, id: string): Promise<void> {
    const one = await known(viewer, id)
    const { deadlines } = await house.registers()
    for (const deadline of deadlines.filter((term) => starts(term, one))) {
      const topic = deadlineTopic(deadline.id)
      if (one.topics.has(topic)) continue
      const { name, source } = deadline
      const input = { kind: 'deadline', topic, value: deadlineValue(deadline), detail: { name, source } } as const
      await house.spend(() => incidents.write(one.id, { ...input, once: topic }, writer(viewer)))
    }
  }

  return {
    async door(viewer) {
      const { cuts, phones, deciders } = await house.registers()
      const [going] = await incidents.open()
      return {
        cuts: cutOrder(cuts),
        phones: phones.filter(({ isPrivate, isFirst }) => isFirst && (viewer !== undefined || !isPrivate)),
        hasPrivate: viewer === undefined && phones.some(({ isPrivate }) => isPrivate),
        deciders: viewer ? deciders : [],
        openSinceMs: going?.openedAt,
        isStation,
      }
    },
    async report(viewer, { once, ...detail }, from) {
      const who = viewer ? writer(viewer) : { ...NOBODY, name: detail.name }
      const { isKept } = await house.spend(() => incidents.report({ once, detail }, who, from))
      house.tell()
      return { isKept }
    },
    list: (viewer) => incidents.list(house.readingKey(viewer)),
    async get(viewer, id) {
      const one = await incidents.get(id, house.readingKey(viewer))
      if (!one) return undefined
      const until = Math.min((one.endedAt ?? Infinity) + 30 * 86_400_000, one.openedAt + MOST_MS)
      const [registers, auto, checks, left, frozenUntilMs, improvements, open] = await Promise.all([
        house.registers(),
        house.auto(one.openedAt - 3_600_000, until),
        checksOf(one),
        house.left(one),
        house.frozenUntil(),
        house.improvements(`incident:${one.id}`),
        incidents.open(),
      ])
      const others = open.filter((other) => other.id !== one.id)
      return {
        one,
        isReadable: house.readingKey(viewer) !== undefined,
        auto,
        checks,
        left,
        phones: registers.phones,
        deciders: registers.deciders,
        plan: registers.plan,
        cuts: cutOrder(registers.cuts),
        frozenUntilMs,
        isStation,
        others: others.map((other) => ({ id: other.id, openedAtMs: other.openedAt })),
        improvements,
      }
    },
    async write(viewer, id, input) {
      if (input.topic !== 'emergency') await house.spend(() => incidents.write(id, input, writer(viewer)))
      else await judge(viewer, id, input)
      if (input.topic === 'emergency' && input.value === 'active') {
        await house.declared(viewer)
        house.tell()
      }
      if (input.kind === 'decision') await startDeadlines(viewer, id)
    },
    async part(viewer, id, input) {
      await house.spend(() => incidents.part(id, input, writer(viewer)))
    },
    async end(viewer, id, input, exception) {
      house.ended(viewer)
      const left = await house.left(await known(viewer, id))
      // Without gates and without a count there is nothing to wait for; an exception covers paper, never gates.
      if (!left.isHere || left.gates.length > 0) throw new AppError('INCIDENT_NOT_YET')
      const isPaperLeft = (left.openSheets ?? 0) > 0 || left.isCompared === false
      if (isPaperLeft && exception === '') throw new AppError('INCIDENT_NOT_YET')
      const codes = {
        ...input.codes,
        openSheets: left.openSheets ?? -1,
        isCompared: left.isCompared !== false,
        isException: exception !== '',
      }
      const detail = { ...input.detail, exception }
      const decidedBy = await demandDecider(input)
      const ended = { ...input, topic: 'emergency', value: 'ended', codes: { ...codes, decidedBy }, detail }
      await house.spend(() => incidents.write(id, ended, writer(viewer)))
    },
    async attach(_viewer, bytes) {
      if (bytes.length > MOST_PICTURE_BYTES || !pictureType(bytes)) throw new AppError('INCIDENT_PICTURE_WRONG')
      return house.spend(() => casebook.attach(bytes))
    },
    async picture(viewer, id, sha256) {
      const key = house.readingKey(viewer)
      const one = await known(viewer, id)
      if (!key || !one.entries.some(({ files }) => files.includes(sha256))) return undefined
      const bytes = await casebook.attachment(sha256, key)
      const type = bytes && pictureType(bytes)
      return bytes && type ? { bytes, type } : undefined
    },
    async books() {
      const { parts } = await casebook.exportPart(FILE)
      return {
        parts,
        fingerprint: fingerprintOf(casebook.publicKey),
        lacking: (await casebook.lacking()).map(photosOf),
      }
    },
    exportBooks: (_viewer, part) => casebook.export({ ...FILE, part, vouch: house.vouch() }),
    async mergeBooks(viewer, bytes, typed) {
      const before = await incidents.heads()
      const merged = await casebook.merge(bytes, { trust: await house.trust(vouchIn(bytes), typed) })
      for (const { device, key } of merged.learned) await incidents.keyTaken(device, key, writer(viewer))
      const entries = await incidents.cameIn(before)
      const { altered, stranger, gap } = merged.refused
      return { entries, forks: merged.forks.length, strangers: stranger, refused: altered + gap }
    },
  }
}

function starts({ when }: HouseDeadline, { emergency, kind, leak, topics }: IncidentCase): boolean {
  const isEmergency = emergency === 'active' || emergency === 'ended'
  if (!isEmergency && !topics.has('kind')) return false
  if (when === 'leak') return leak !== 'none'
  if (when === 'attack') return kind === 'ransomware' || kind === 'unknown'
  return when === 'always' || isEmergency
}

function photosOf({ book, id, codes, at, device, files }: BookEntry): LackingPhotos {
  const [kind = '', incident = ''] = book.split(':')
  return {
    incident: kind === 'incident' ? incident : undefined,
    // A further photo names its sheet; the entry that registered it is the sheet.
    sheet: kind === 'sheets' ? String(codes['sheet'] ?? id) : undefined,
    number: kind === 'sheets' ? String(codes['number'] ?? '') : '',
    atMs: at,
    device,
    photos: files.length,
  }
}

/** By what it is, never by its name. */
export function pictureType(bytes: Uint8Array): string | undefined {
  const begins = (...start: number[]): boolean => start.every((byte, at) => bytes[at] === byte)
  if (begins(0xff, 0xd8, 0xff)) return 'image/jpeg'
  return begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a) ? 'image/png' : undefined
}

/** What the case itself shows. */
function ownChecks(one: IncidentCase): IncidentView['checks'] {
  const yes = (is: boolean): Check => ({ state: is ? 'yes' : 'no' })
  const kept = one.evidence.filter(({ isCorrected }) => !isCorrected)
  const left = one.clocks.filter(({ isClosed }) => !isClosed)
  return {
    decided: yes(one.emergency !== undefined),
    'roles-named': yes(Object.values(one.roles).every((role) => role !== undefined)),
    'evidence-kept': { ...yes(kept.length > 0), count: kept.length },
    'clocks-closed': { ...yes(left.length === 0), count: left.length },
  }
}
