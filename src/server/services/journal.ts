/** The ledger as rows for people. */
import { lookedOnEdition } from '#edition'
import { detailSealer, type EntryType, type JournalPage, type JournalQuery, type StoredEntry } from '#journal'
import { lookedAtStation } from '#station'
import { STOP_REASONS } from '#vault'
import {
  type JournalFilter,
  type JournalKind,
  type JournalRow,
  type JournalService,
  SOURCE_ACTS,
  type Viewer,
} from '#web'
import type { Institution } from '../institution.ts'
import { readingKey } from '../keys.ts'
import { entriesOfDay, happenedAt, searched } from './journal-search.ts'
import { changesOf } from './policy.ts'
import { withoutUndefined } from './read-model.ts'
import { demand, readingOf } from './viewers.ts'

const PAGE_SIZE = 50

/** The groups of the screen. */
const KINDS: Readonly<Record<EntryType, JournalKind>> = {
  'chart.opened': 'chart',
  'chart.searched': 'chart',
  'chart.printed': 'chart',
  'chart.printed-many': 'chart',
  'generation.recorded': 'generation',
  'generation.suspected': 'generation',
  'generation.cleared': 'generation',
  'instant.started': 'generation',
  'instant.ended': 'generation',
  'instant.changes': 'generation',
  'instant.looked': 'generation',
  'generation.locked': 'generation',
  'generation.lock-extended': 'generation',
  'generation.verified': 'generation',
  'generation.expired': 'generation',
  'generation.restored': 'generation',
  'generation.rehearsed': 'generation',
  'generation.removed': 'generation',
  'repository.healed': 'generation',
  'place.tested': 'generation',
  'generation.receipt': 'generation',
  'generation.copied': 'generation',
  'generation.left-behind': 'generation',
  'repository.contradicted': 'generation',
  'repository.locks-restored': 'generation',
  'alarm.acknowledged': 'service',
  'sign-in.succeeded': 'sign-in',
  'sign-in.failed': 'sign-in',
  'sign-in.locked-out': 'sign-in',
  'sign-in.ended': 'sign-in',
  'person.created': 'people',
  'person.changed': 'people',
  'person.disabled': 'people',
  'person.enabled': 'people',
  'patient.protected': 'people',
  'patient.unprotected': 'people',
  'keys.unlocked': 'settings',
  'keys.changed': 'settings',
  'edition.made': 'settings',
  'edition.moved': 'settings',
  'edition.copied': 'settings',
  'edition.opened': 'sign-in',
  'edition.log-merged': 'settings',
  'edition.log-reviewed': 'people',
  'edition.night-asked': 'settings',
  'edition.night-confirmed': 'settings',
  'edition.night-ended': 'settings',
  'erasure.entered': 'settings',
  'erasure.lifted': 'settings',
  'erasure.done': 'settings',
  'source.rekeyed': 'settings',
  'emergency.asked': 'people',
  'emergency.made': 'people',
  'emergency.opened': 'sign-in',
  'emergency.ended': 'people',
  'emergency.reviewed': 'people',
  'token.made': 'people',
  'token.withdrawn': 'people',
  'kit.issued': 'settings',
  'kit.requested': 'settings',
  'kit.confirmed': 'settings',
  'kit.withdrawn': 'settings',
  'kit.revoked': 'settings',
  'kit.checked': 'settings',
  'institution.recovered': 'service',
  'recovery.opened': 'settings',
  'recovery.evidence': 'settings',
  'recovery.chosen': 'settings',
  'recovery.gate': 'settings',
  'bcp.approved': 'settings',
  'bcp.printed': 'settings',
  'sheet.allotted': 'settings',
  'sheet.range-given': 'settings',
  'sheet.recorded': 'settings',
  'exercise.ended': 'settings',
  'exercise.tested': 'settings',
  'training.recorded': 'settings',
  'training.removed': 'settings',
  'rules.published': 'settings',
  'incident.recorded': 'settings',
  'notification.recorded': 'settings',
  'improvement.added': 'settings',
  'improvement.settled': 'settings',
  'improvement.checked': 'settings',
  'restore.started': 'generation',
  'restore.ended': 'generation',
  'terminals.entered': 'settings',
  'terminals.moved': 'settings',
  'settings.changed': 'settings',
  'policy.changed': 'settings',
  'expiry.frozen': 'settings',
  'keeper.enrolled': 'service',
  'keeper.received': 'service',
  'keeper.attested': 'service',
  'keeper.expired': 'service',
  'keeper.rotten': 'service',
  'keeper.healed': 'service',
  'keeper.refused': 'service',
  'keeper.clock': 'service',
  'keeper.frozen': 'service',
  'keeper.policy': 'service',
  'keeper.client': 'service',
  'clock.jumped': 'service',
  'station.made': 'settings',
  'station.withdrawn': 'settings',
  'station.log-merged': 'settings',
  'station.opened': 'sign-in',
  'station.closed': 'sign-in',
  'station.refused': 'sign-in',
  'station.tested': 'service',
  'service.started': 'service',
  'service.stopped': 'service',
  'ledger.created': 'service',
}

const typesOf = (wanted: JournalKind | undefined): EntryType[] =>
  Object.entries(KINDS).flatMap(([type, kind]) => (wanted === undefined || kind === wanted ? [type as EntryType] : []))

async function journalRows(
  institution: Institution,
  viewer: Viewer,
  filter: JournalFilter,
): ReturnType<JournalService['rows']> {
  const { ledger, journalIndex, access } = institution
  await journalIndex.catchUp(await ledger.reader())
  const names = await namesOf(access)
  await addStationNames(institution, viewer, names)
  await addEditionNames(institution, viewer, names)
  const readers = new Map([...names, ...(await envelopeNames(institution, viewer))])
  const found = await searched(institution, viewer, filter, readers)
  const frame = { page: filter.page, pageSize: PAGE_SIZE }
  if ('unknown' in found) return { ...frame, rows: [], total: 0, ...found }
  const query = { types: typesOf(filter.kind), ...found }
  const { entries, total } = await (filter.day === undefined
    ? newestPage(institution, query, filter.page)
    : pageOfDay(institution, query, filter.day, filter.page))
  const rows = await Promise.all(entries.map(({ index, entry }) => row(institution, viewer, index, entry, names)))
  return { ...frame, rows, total }
}

type Entries = JournalPage['entries']
interface Cut {
  readonly entries: Entries
  readonly total: number
}

async function newestPage({ journalIndex }: Institution, query: JournalQuery, number: number): Promise<Cut> {
  let page = await journalIndex.query({ ...query, limit: PAGE_SIZE })
  for (let i = 1; i < number && page.next !== undefined; i++)
    page = await journalIndex.query({ ...query, limit: PAGE_SIZE, before: page.next })
  const shown = (number - 1) * PAGE_SIZE + page.entries.length
  // The log is long; a page more is all that the screen has to know.
  return { entries: page.entries, total: page.next === undefined ? shown : shown + 1 }
}

async function pageOfDay(institution: Institution, query: JournalQuery, day: string, number: number): Promise<Cut> {
  const all = await entriesOfDay((wanted) => allEntries(institution, wanted), query, day)
  return { entries: all.slice((number - 1) * PAGE_SIZE, number * PAGE_SIZE), total: all.length }
}

/** More of one review is a flood: told by its number. */
const MOST_REVIEWED = 50_000

/** The oldest first. A page alone would show the newest only: whoever has something to hide writes many after it. */
export async function allEntries(
  { journalIndex }: Pick<Institution, 'journalIndex'>,
  query: Omit<JournalQuery, 'limit' | 'before'>,
): Promise<JournalPage['entries'][number][]> {
  const found: JournalPage['entries'][number][] = []
  let before: number | undefined
  do {
    const page = await journalIndex.query({ ...query, limit: 500, ...(before === undefined ? {} : { before }) })
    found.push(...page.entries)
    before = page.next
  } while (before !== undefined && found.length < MOST_REVIEWED)
  return found.toReversed()
}

/** Every look at charts by one actor, the oldest first. */
export async function looksBy(institution: Institution, viewer: Viewer, actor: string): Promise<JournalRow[]> {
  const entries = await allEntries(institution, { types: typesOf('chart'), actor })
  const names = await namesOf(institution.access)
  await addEditionNames(institution, viewer, names)
  return Promise.all(entries.map(({ index, entry }) => row(institution, viewer, index, entry, names)))
}

/** The newest looks at charts of one generation. Looks name their generation inside: the log is gone through. */
export async function looksAt(institution: Institution, viewer: Viewer, generation: string): Promise<JournalRow[]> {
  const { ledger, journalIndex, access } = institution
  await journalIndex.catchUp(await ledger.reader())
  const names = await namesOf(access)
  await addStationNames(institution, viewer, names)
  await addEditionNames(institution, viewer, names)
  const rows: JournalRow[] = []
  let before: number | undefined
  do {
    const page = await journalIndex.query({
      types: typesOf('chart'),
      limit: 500,
      ...(before === undefined ? {} : { before }),
    })
    for (const { index, entry } of page.entries)
      if (entry.data['snapshot'] === generation && rows.length < PAGE_SIZE)
        rows.push(await row(institution, viewer, index, entry, names))
    before = page.next
  } while (before !== undefined && rows.length < PAGE_SIZE)
  return rows
}

/** People who looked on an emergency PC gave their names there; they came home sealed, in the entry that opened it. */
async function addStationNames(
  { journalIndex, stations }: Institution,
  viewer: Viewer,
  names: Map<string, string>,
): Promise<void> {
  const pcs = new Map((await stations.list()).map(({ id, name }) => [id, name]))
  if (pcs.size === 0) return
  const { entries } = await journalIndex.query({ types: ['station.opened'], limit: 1000 })
  for (const { entry } of entries) {
    const pc = pcs.get(lookedAtStation(entry)?.station ?? '')
    names.set(entry.actor, [sealedDetail(viewer, entry)?.name ?? '？', pc && `（${pc}）`].join(''))
  }
}

/** Who looked on a disc typed a name there, which came home sealed. */
async function addEditionNames(
  { journalIndex }: Institution,
  viewer: Viewer,
  names: Map<string, string>,
): Promise<void> {
  const { entries } = await journalIndex.query({ types: ['edition.opened'], limit: 1000 })
  for (const { entry } of entries) {
    const number = lookedOnEdition(entry)?.number
    names.set(entry.actor, `${sealedDetail(viewer, entry)?.name ?? '？'}（非常用ディスク ${number}番）`)
  }
}

/** Who opened an envelope, and its number. */
async function envelopeNames(institution: Institution, viewer: Viewer): Promise<[string, string][]> {
  const entries = await allEntries(institution, { types: ['emergency.opened'] })
  return entries.map(({ entry }) => [
    entry.actor,
    `${sealedDetail(viewer, entry)?.name ?? ''} ${envelopeName(entry.actor)}`,
  ])
}

async function namesOf(access: Institution['access']): Promise<Map<string, string>> {
  const readers = [...(await access.people.list()), ...(await access.readTokens.list())]
  return new Map(readers.map((one) => [`person:${one.id}`, 'displayName' in one ? one.displayName : one.name]))
}

async function row(
  institution: Institution,
  viewer: Viewer,
  index: number,
  entry: StoredEntry,
  names: ReadonlyMap<string, string>,
): Promise<JournalRow> {
  // Only known types are asked for (typesOf).
  const type = entry.type as EntryType
  const kind = KINDS[type]
  const sealed = sealedDetail(viewer, entry)
  const snapshot = entry.data['snapshot']
  const generation =
    typeof snapshot === 'string' && kind === 'generation'
      ? await institution.vault.generations.get(snapshot)
      : undefined
  return withoutUndefined({
    id: String(index),
    atMs: happenedAt(entry),
    kind,
    type,
    looked: lookedAt(entry),
    // '' = the house itself, unattended.
    who: names.get(entry.actor) ?? envelopeName(entry.actor),
    subject:
      sealed?.patientId ??
      (type === 'station.opened' || type === 'edition.opened' || type === 'emergency.opened'
        ? undefined
        : sealed?.name) ??
      names.get(entry.subject ?? '') ??
      loginName(entry) ??
      (await nameOfThing(institution, entry)),
    edition: editionNumber(entry),
    reason: sealed?.reason,
    source: sourceAct(entry),
    changes: changesOf(entry),
    protectedPatient: isProtected(entry) || undefined,
    generationTakenMs: generation?.startedAt,
    href: generation && `/generations/${generation.id}`,
  })
}

/** Who reads with an emergency envelope has no account: its number stands for the name, which the review tells. */
function envelopeName(actor: string): string {
  const number = /^person:emergency-(\d+)-/.exec(actor)?.[1]
  return number === undefined ? '' : `非常用 ${number}`
}

/** Somebody looked into the generation: nothing was written back anywhere. */
function lookedAt({ type, data }: StoredEntry): JournalRow['looked'] {
  if (type !== 'generation.restored' || data['scope'] !== 'part') return undefined
  return data['files'] === 0 ? 'folder' : 'file'
}

/** What was changed, by the name that it has today; what is off its list has none. */
async function nameOfThing(
  { vault, systems, devices, machines, stations }: Institution,
  { subject = '' }: StoredEntry,
): Promise<string | undefined> {
  const [kind = '', id = ''] = subject.split(':', 2)
  const things = { system: systems, device: devices, machine: machines }
  if (kind === 'source') return (await vault.source(id))?.name
  if (kind === 'station') return (await stations.list()).find((one) => one.id === id)?.name
  if (kind === 'system' || kind === 'device' || kind === 'machine') return (await things[kind].get(id))?.name
  return undefined
}

const editionNumber = ({ subject }: StoredEntry): number | undefined => {
  const number = /^edition:(\d+)$/.exec(subject ?? '')?.[1]
  return number === undefined ? undefined : Number(number)
}

/** What was done about a source, and why where it was stopped. */
function sourceAct({ type, data }: StoredEntry): JournalRow['source'] {
  const changes = data['changes']
  if (type !== 'settings.changed' || data['area'] !== 'sources' || !Array.isArray(changes)) return undefined
  const act = SOURCE_ACTS.find((known) => known === changes[0])
  return act && withoutUndefined({ act, reason: STOP_REASONS.find((known) => known === changes[1]) })
}

function isProtected({ data }: StoredEntry): boolean {
  const flags = data['flags']
  return Array.isArray(flags) && flags.includes('protected-staff')
}

interface Detail {
  readonly patientId?: string
  readonly reason?: string
  /** Of a file or folder that was looked at. */
  readonly name?: string
}

/** Which patient or file, for those who may see patients and hold the key. */
export function sealedDetail(viewer: Viewer, entry: StoredEntry): Detail | undefined {
  if (entry.sealed === undefined || entry.subject === undefined || !viewer.can.has('see-patients')) return undefined
  try {
    const key = readingKey(readingOf(viewer), 'patientSubject')
    return JSON.parse(detailSealer(key).open(entry.sealed, entry.subject)) as Detail
  } catch {
    return undefined
  }
}

function loginName(entry: StoredEntry): string | undefined {
  return entry.subject?.startsWith('login:') ? entry.subject.slice('login:'.length) : undefined
}

export function journalService(institution: Institution): JournalService {
  return {
    rows(viewer, filter) {
      demand(viewer, 'see-journal')
      return journalRows(institution, viewer, filter)
    },
  }
}
