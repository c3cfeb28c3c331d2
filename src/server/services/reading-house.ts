/** The running institution as reading sees it. */
import { fhirService } from '#fhir-api'
import { join } from 'node:path'
import { INSIDE } from '#vault'
import { chartService, type ReadingHouse } from '#reading'
import { businessDaysOld } from '#retention'
import type { Institution } from '../institution.ts'
import { readingKey } from '../keys.ts'
import { summaries } from './backup.ts'
import { personOf, readingOf, viewerOf } from './viewers.ts'
import { wardMinimums } from './ward-minimums.ts'

export const institutionFhir = (institution: Institution) => {
  const { access, vault } = institution
  return fhirService({
    ...readingHouse(institution),
    isGone: async (id) => (await vault.generations.get(id)) !== undefined,
    async readerOf(token) {
      const used = await access.readTokens.use(token)
      if (!used) return undefined
      const { sources, scopes, reason } = used.about
      return {
        viewer: viewerOf(used.signedIn),
        scopes,
        ...(sources && { sources }),
        ...(reason !== undefined && { reason: { code: 'token', text: reason } }),
      }
    },
  })
}

export const institutionCharts = (institution: Institution) => chartService(readingHouse(institution))

function readingHouse(institution: Institution): ReadingHouse {
  const { charts, vault, ledger, access, clock, openings, reserve } = institution
  return {
    clock,
    fontsFolder: join(institution.folder.path, INSIDE.fonts),
    journal: ledger,
    readable: async () => summaries(institution, await charts.readable()),
    index: (viewer, id) => charts.index(id, readingOf(viewer)),
    reader: (id) => charts.reader(id),
    repositoryOf: async (id) => (await vault.generations.get(id))?.repository,
    rolesOf: personOf,
    subjectKey: (viewer) => readingKey(readingOf(viewer), 'patientSubject'),
    protection: (viewer, subject) => access.protectedPatients.about(personOf(viewer).id, subject),
    minimums: wardMinimums(institution),
    businessDaysOld: async (at) => businessDaysOld(await vault.policies.calendar(), at, clock.now()),
    breakGlass: ({ personId }) => access.emergency.reasonOf(personId),
    mayOpen: (viewer, subject) => openings.allow(viewer.personId, subject),
    opened: (id, proof) => reserve.spend(() => vault.chartOpened(id, proof)),
  }
}
