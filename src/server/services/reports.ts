/** Reports and notices of incidents on the server. */
import { join } from 'node:path'
import { reportDesk } from '#reading'
import { INSIDE } from '#vault'
import type { ReportService } from '#web'
import type { Institution } from '../institution.ts'
import { READING_KEYS } from '../keys.ts'
import { readingOf } from './viewers.ts'

export function reportService(institution: Institution): ReportService {
  const { incidents, notifications, improvements, vault, folder, reserve } = institution
  return reportDesk({
    incidents,
    notifications,
    isStation: false,
    readingKey: (viewer) => readingOf(viewer)?.key(READING_KEYS.patientSubject),
    institution: async () => (await vault.setting('name')) ?? folder.info.institution,
    improvements: ({ id }) => improvements.list(`incident:${id}`),
    fontsFolder: join(folder.path, INSIDE.fonts),
    spend: (work) => reserve.spend(work),
  })
}
