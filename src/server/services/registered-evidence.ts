/** The evidence register of an incident as the way back takes it in: each item once, with the place where it stands. */
import type { EvidenceItem, EvidenceRecord } from '#incident'
import type { EvidenceKind } from '#journal'
import type { Evidence, RecoveryCase } from '#recovery'
import type { Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { READING_KEYS } from '../keys.ts'
import { readingOf } from './viewers.ts'

const KINDS: Readonly<Record<EvidenceItem, EvidenceKind>> = {
  'firewall-log': 'firewall-log',
  'vpn-log': 'vpn-log',
  'server-log': 'server-log',
  'disk-image': 'disk-image',
  memory: 'memory',
  note: 'note',
  device: 'other',
  photo: 'other',
  other: 'other',
}

export const bookKeyOf = (viewer: Viewer): Uint8Array | undefined => readingOf(viewer)?.key(READING_KEYS.patientSubject)

/** Of incidents that go on: what the case does not have yet. */
export async function registered(
  { incidents }: Pick<Institution, 'incidents'>,
  viewer: Viewer,
  open: RecoveryCase | undefined,
): Promise<Evidence[]> {
  if (!open) return []
  const going = (await incidents.list(bookKeyOf(viewer))).filter(({ emergency }) => emergency === 'active')
  return going
    .flatMap(({ id, evidence }) => evidence.filter(({ isCorrected }) => !isCorrected).map((one) => taken(id, one)))
    .filter(({ link }) => !open.evidence.some(({ place }) => place.endsWith(link)))
    .map(({ link, kind, place, hash, who }) => ({ kind, hash, who, place: `${place} ${link}`.trim() }))
}

function taken(id: string, { item, sha256, entry }: EvidenceRecord): Evidence & { readonly link: string } {
  const said = (entry.detail ?? {}) as { what?: string; place?: string; who?: string }
  return {
    link: `/incidents/${id}/evidence#${entry.id}`,
    kind: KINDS[item],
    place: [said.what, said.place].filter(Boolean).join(' '),
    hash: sha256,
    who: said.who || entry.who?.name || '',
  }
}
