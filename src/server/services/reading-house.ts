/** The running institution as reading sees it. */
import { fhirService } from '#fhir-api'
import { join } from 'node:path'
import { INSIDE } from '#vault'
import { chartService, type ReadingHouse } from '#reading'
import { businessDaysOld } from '#retention'
import type { GenerationSummary } from '#web'
import type { Institution } from '../institution.ts'
import { readingKey } from '../keys.ts'
import { summaries } from './backup.ts'
import { personOf, readingOf, viewerOf } from './viewers.ts'
import { wardMinimums } from './ward-minimums.ts'

/** The light tells days; within this an opening adds nothing to the one before. */
const PROOF_EVERY_MS = 5 * 60_000

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

export function readingHouse(institution: Institution): ReadingHouse {
  const { charts, vault, ledger, access, clock, openings, reserve } = institution
  /** Of each generation, when an opening was last written down as evidence. */
  const proved = new Map<string, number>()
  return {
    clock,
    fontsFolder: join(institution.folder.path, INSIDE.fonts),
    journal: ledger,
    readable: async () => withInstead(await summaries(institution, await charts.readable())),
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
    async opened(id, proof) {
      // The journal has every look; the light needs no row of each, and the next reader waits for none.
      const now = clock.monotonic()
      if (now - (proved.get(id) ?? -Infinity) < PROOF_EVERY_MS) return
      await reserve.spend(() => vault.chartOpened(id, proof))
      proved.set(id, now)
    },
  }
}

/** Suspected ones stand behind the clean one that is read in their place (charts.ts). */
function withInstead(all: readonly GenerationSummary[]): GenerationSummary[] {
  const seen = new Set<string>()
  return all.map((one) => {
    if (seen.has(one.sourceId)) return one
    seen.add(one.sourceId)
    const newer = all.find(({ sourceId, takenAtMs }) => sourceId === one.sourceId && takenAtMs > one.takenAtMs)
    return newer ? { ...one, insteadOfMs: newer.takenAtMs } : one
  })
}
