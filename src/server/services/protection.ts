/** Colleagues who are patients, as the web keeps their list. */
import { detailSealer, patientSubject } from '#journal'
import type { ProtectionService, Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { readingKey } from '../keys.ts'
import { withoutUndefined } from './read-model.ts'
import { patientsNumbered } from './same-number.ts'
import { demand, readingOf, sessionOf } from './viewers.ts'

export function protectionService(institution: Institution): ProtectionService {
  const { access, nightEditions } = institution
  const { protectedPatients } = access
  const keyOf = (viewer: Viewer): Uint8Array => {
    demand(viewer, 'protect-patients')
    // The list names patients: without sight of patients it is closed.
    demand(viewer, 'see-patients')
    return readingKey(readingOf(viewer), 'patientSubject')
  }
  /** The disc of the next night marks them too. */
  const learn = async (viewer: Viewer): Promise<void> => {
    const reading = readingOf(viewer)
    if (reading) await nightEditions.learn(reading)
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
      const same = await patientsNumbered(institution, viewer, patientId)
      if (same.length === 0) return { kind: 'refused', field: 'patientId', code: 'no-such-patient' }
      for (const patient of same) {
        const subject = patientSubject(key, patient.patientKey)
        const sealed = detailSealer(key).seal(JSON.stringify({ patientId: patient.patientId }), subject)
        await protectedPatients.protect(sessionOf(viewer), subject, { sealed })
      }
      await learn(viewer)
      return { kind: 'ok' }
    },
    async lift(viewer, id) {
      keyOf(viewer)
      await protectedPatients.lift(sessionOf(viewer), id)
      await learn(viewer)
    },
  }
}

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
