/** The running institution as reading sees it. */
import { chartService, type ReadingHouse } from '#reading'
import { businessDaysOld } from '#retention'
import type { Institution } from '../institution.ts'
import { readingKey } from '../keys.ts'
import { summaries } from './backup.ts'
import { personOf, readingOf } from './viewers.ts'

export const institutionCharts = (institution: Institution) => chartService(readingHouse(institution))

function readingHouse(institution: Institution): ReadingHouse {
  const { charts, vault, ledger, access, clock, reserve } = institution
  return {
    clock,
    journal: ledger,
    readable: async () => summaries(institution, await charts.readable()),
    index: (viewer, id) => charts.index(id, readingOf(viewer)),
    reader: (id) => charts.reader(id),
    repositoryOf: async (id) => (await vault.generations.get(id))?.repository,
    rolesOf: personOf,
    subjectKey: (viewer) => readingKey(readingOf(viewer), 'patientSubject'),
    protection: (viewer, subject) => access.protectedPatients.about(personOf(viewer).id, subject),
    businessDaysOld: async (at) => businessDaysOld(await vault.policies.calendar(), at, clock.now()),
    opened: (id, proof) => reserve.spend(() => vault.chartOpened(id, proof)),
  }
}
