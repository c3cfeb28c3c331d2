/** The ledger as rows for people. */
import { detailSealer, type StoredEntry } from '#journal'
import type { JournalKind, JournalRow, JournalService, Page, Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { readingKey } from '../keys.ts'
import { withoutUndefined } from './read-model.ts'
import { demand, readingOf } from './viewers.ts'

const PAGE_SIZE = 50

/** Entry types in the groups of the screen, with the code of their words there. */
const KINDS: Readonly<Record<string, readonly [JournalKind, string]>> = {
  'chart.opened': ['chart', 'chart-opened'],
  'chart.searched': ['chart', 'patient-search'],
  'chart.printed': ['chart', 'chart-printed'],
  'generation.recorded': ['generation', 'generation-recorded'],
  'generation.locked': ['generation', 'generation-locked'],
  'generation.lock-extended': ['generation', 'generation-locked'],
  'generation.verified': ['generation', 'generation-verified'],
  'generation.expired': ['generation', 'generation-expired'],
  'generation.restored': ['generation', 'generation-restored'],
  'sign-in.succeeded': ['sign-in', 'sign-in-ok'],
  'sign-in.failed': ['sign-in', 'sign-in-failed'],
  'sign-in.locked-out': ['sign-in', 'locked-out'],
  'sign-in.ended': ['sign-in', 'signed-out'],
  'person.created': ['people', 'person-created'],
  'person.changed': ['people', 'person-changed'],
  'person.disabled': ['people', 'person-disabled'],
  'person.enabled': ['people', 'person-enabled'],
  'patient.protected': ['people', 'patient-protected'],
  'patient.unprotected': ['people', 'patient-unprotected'],
  'keys.unlocked': ['settings', 'keys-unlocked'],
  'keys.changed': ['settings', 'keys-changed'],
  'settings.changed': ['settings', 'settings-changed'],
  'clock.jumped': ['service', 'clock-jumped'],
  'service.started': ['service', 'service-started'],
  'service.stopped': ['service', 'service-stopped'],
  'ledger.created': ['service', 'ledger-created'],
}

const typesOf = (kind: JournalKind | undefined): string[] =>
  Object.entries(KINDS).flatMap(([type, [group]]) => (kind === undefined || group === kind ? [type] : []))

export interface JournalFilter {
  readonly kind?: JournalKind
  readonly who?: string
  readonly generation?: string
  readonly page: number
}

export async function journalRows(
  institution: Institution,
  viewer: Viewer,
  filter: JournalFilter,
): Promise<Page<JournalRow>> {
  const { ledger, journalIndex, access } = institution
  await journalIndex.catchUp(await ledger.reader())
  const names = new Map((await access.people.list()).map((person) => [`person:${person.id}`, person.displayName]))
  const actor = filter.who === undefined ? undefined : [...names].find(([, name]) => name === filter.who)?.[0]
  const query = { types: typesOf(filter.kind), ...(actor === undefined ? {} : { actor }) }
  let page = await journalIndex.query({ ...query, limit: PAGE_SIZE })
  for (let i = 1; i < filter.page && page.next !== undefined; i++)
    page = await journalIndex.query({ ...query, limit: PAGE_SIZE, before: page.next })
  const entries = page.entries.filter(
    ({ entry }) => filter.generation === undefined || entry.data['snapshot'] === filter.generation,
  )
  const shown = (filter.page - 1) * PAGE_SIZE + entries.length
  return {
    rows: entries.map(({ index, entry }) => row(institution, viewer, index, entry, names)),
    // The log is long; a page more is all that the screen has to know.
    total: page.next === undefined ? shown : shown + 1,
    page: filter.page,
    pageSize: PAGE_SIZE,
  }
}

function row(
  institution: Institution,
  viewer: Viewer,
  index: number,
  entry: StoredEntry,
  names: ReadonlyMap<string, string>,
): JournalRow {
  const [kind, code] = KINDS[entry.type] ?? ['service', entry.type]
  const sealed = detailOf(viewer, entry)
  const snapshot = entry.data['snapshot']
  return withoutUndefined({
    id: String(index),
    atMs: entry.atMs,
    kind,
    code,
    who: names.get(entry.actor) ?? institution.folder.info.institution,
    subject: sealed?.patientId ?? names.get(entry.subject ?? '') ?? loginName(entry),
    reason: sealed?.reason,
    href: typeof snapshot === 'string' && kind === 'generation' ? `/generations/${snapshot}` : undefined,
  })
}

/** Which patient, for those who may see patients and hold the key. */
function detailOf(viewer: Viewer, entry: StoredEntry): { patientId?: string; reason?: string } | undefined {
  if (entry.sealed === undefined || entry.subject === undefined || !viewer.can.has('see-patients')) return undefined
  try {
    const key = readingKey(readingOf(viewer), 'patientSubject')
    return JSON.parse(detailSealer(key).open(entry.sealed, entry.subject)) as { patientId?: string; reason?: string }
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
