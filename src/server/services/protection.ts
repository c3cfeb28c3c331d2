/** Colleagues who are patients, as the web keeps their list. */
import { searchPatients } from '#chart'
import { detailSealer, patientSubject } from '#journal'
import type { ProtectionService, Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { readingKey } from '../keys.ts'
import { withoutUndefined } from './read-model.ts'
import { demand, readingOf, sessionOf } from './viewers.ts'

/** More patients than share one id among the hospitals of a storage. */
const MOST_SAME_ID = 50

export function protectionService({ access, charts }: Institution): ProtectionService {
  const { protectedPatients } = access
  const keyOf = (viewer: Viewer): Uint8Array => {
    demand(viewer, 'protect-patients')
    // The list names patients: without sight of patients it is closed.
    demand(viewer, 'see-patients')
    return readingKey(readingOf(viewer), 'patientSubject')
  }
  return {
    async list(viewer) {
      const sealer = detailSealer(keyOf(viewer))
      const rows = await protectedPatients.list(sessionOf(viewer))
      return rows
        .map(({ subject, sealed }) => withoutUndefined({ id: subject, patientId: idIn(sealer, sealed, subject) }))
        .toSorted((a, b) => (a.patientId ?? '').localeCompare(b.patientId ?? ''))
    },
    async protect(viewer, patientId) {
      const key = keyOf(viewer)
      const newest = (await charts.readable())[0]
      const index = newest && (await charts.index(newest.id, readingOf(viewer)))
      const hits = index ? searchPatients(index, patientId, MOST_SAME_ID, 0).hits : []
      const same = hits.filter(({ patient }) => bare(patient.patientId) === bare(patientId))
      if (same.length === 0) return { kind: 'refused', field: 'patientId', code: 'no-such-patient' }
      for (const { patient } of same) {
        const subject = patientSubject(key, patient.patientKey)
        const sealed = detailSealer(key).seal(JSON.stringify({ patientId: patient.patientId }), subject)
        await protectedPatients.protect(sessionOf(viewer), subject, { sealed })
      }
      return { kind: 'ok' }
    },
    async lift(viewer, id) {
      keyOf(viewer)
      await protectedPatients.lift(sessionOf(viewer), id)
    },
  }
}

/** People leave leading zeros away. */
const bare = (patientId: string): string => patientId.normalize('NFKC').trim().replace(/^0+/, '')

function idIn(
  sealer: ReturnType<typeof detailSealer>,
  sealed: string | undefined,
  subject: string,
): string | undefined {
  if (sealed === undefined) return undefined
  try {
    return (JSON.parse(sealer.open(sealed, subject)) as { patientId: string }).patientId
  } catch {
    return undefined
  }
}
