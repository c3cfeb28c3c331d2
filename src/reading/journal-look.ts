/** One look at one patient, as the ledger keeps it: the same for a chart on a screen and for records read by a program. */
import type { ChartLook } from '#chart'
import { detailSealer, newEntry, patientSubject } from '#journal'
import type { OpenOptions, Viewer } from '#web'
import type { ReadingHouse } from './house.ts'

export interface LookedAt {
  readonly patientId: string
  /** What was handed over: `chart`, or `fhir` with the types. */
  readonly parts: readonly string[]
  readonly print?: OpenOptions['print']
}

export async function journalLook(
  house: ReadingHouse,
  viewer: Viewer,
  key: string,
  look: ChartLook,
  { patientId, parts, print }: LookedAt,
): Promise<void> {
  const subjectKey = house.subjectKey(viewer)
  const subject = patientSubject(subjectKey, key)
  const patient = await house.protection(viewer, subject)
  const flags = [
    ...(patient.protectedStaff ? (['protected-staff'] as const) : []),
    ...(patient.ownChart ? (['own-chart'] as const) : []),
    ...(house.breakGlass?.(viewer) === undefined ? [] : (['break-glass'] as const)),
    ...(look.openedByReason.length > 0 ? (['by-reason'] as const) : []),
  ]
  const detail = JSON.stringify({ patientId, reason: look.reason?.text })
  const place = { repository: (await house.repositoryOf(look.generationId)) ?? '', snapshot: look.generationId }
  const about = {
    actor: `person:${viewer.personId}`,
    subject,
    sealed: detailSealer(subjectKey).seal(detail, subject),
  } as const
  await house.journal.append(
    newEntry('chart.opened', {
      ...about,
      data: {
        ...place,
        parts: look.outcome === 'opened' ? [...parts] : ['refused'],
        flags,
        ...(look.reason ? { reason: look.reason.code } : {}),
      },
    }),
  )
  // Beside the opening, which keeps reason and flags: paper leaves the house.
  if (print && look.outcome === 'opened')
    await house.journal.append(newEntry('chart.printed', { ...about, data: { ...place, audience: print } }))
}
