/** Binds one institution to what the screens ask for. */
import type { Chart } from '#chart'
import { printCheckpoint } from '#journal'
import { DEFAULT_POLICY } from '#vault'
import type { Services } from '#web'
import type { Institution } from '../institution.ts'
import { authService } from './auth.ts'
import { backupService, type BeginOwn, jobService } from './backup.ts'
import { browseService } from './browse.ts'
import { coverageService } from './coverage.ts'
import { editionService } from './editions.ts'
import { deviceService } from './devices.ts'
import { bcpService } from './bcp.ts'
import { cardService } from './cards.ts'
import { paperEntryService } from './paper-entry.ts'
import { paperLeft } from '#reconciliation'
import { slipService } from './slips.ts'
import { drillService } from './drills.ts'
import { mondayService } from './monday.ts'
import { papersService } from './papers.ts'
import { registerService } from './registers.ts'
import { home } from './home.ts'
import { journalService } from './journal.ts'
import { machineService } from './machines.ts'
import { noticeService } from './notices.ts'
import { mediaService } from './media.ts'
import { emergencyService } from './emergency.ts'
import { readTokenService } from './read-tokens.ts'
import { erasureService } from './erasure.ts'
import { kitService } from './kit.ts'
import { paperService } from './paper.ts'
import { peopleService } from './people.ts'
import { policyService } from './policy.ts'
import { reportService } from './reports.ts'
import { yearService } from './year.ts'
import { emergencyMark, improvementService, incidentService } from './incidents.ts'
import { restoreService, terminalService, wayBackService } from './recovery.ts'
import { signsService } from './signs.ts'
import { rehearsalService } from './rehearsals.ts'
import { instantService } from './instant.ts'
import { problems } from './problems.ts'
import { protectionService } from './protection.ts'
import { type BeginRecovered, recoverService } from './recover.ts'
import { fhirSourceService } from './fhir-sources.ts'
import { stationsService } from './stations.ts'
import { sourceReadingService } from './source-reading.ts'
import { withoutUndefined } from './read-model.ts'
import { institutionCharts, institutionFhir } from './reading-house.ts'
import { demand } from './viewers.ts'

export function bindServices(
  institution: Institution,
  beginOwn?: BeginOwn,
  beginRecovered?: BeginRecovered,
): Services<Chart> {
  const { vault, folder, version, systemKey, ring, ledger } = institution
  return {
    async institution() {
      const [name, supportName, supportPhone] = await Promise.all(
        ['name', 'support-name', 'support-phone'].map((key) => vault.setting(key)),
      )
      return withoutUndefined({
        name: name ?? folder.info.institution,
        sample: vault.isSample,
        diskFull: !institution.reserve.isKept,
        supportName: supportName || undefined,
        supportPhone: supportPhone || undefined,
        emergency: await emergencyMark(institution),
      })
    },
    auth: authService(institution),
    home: (viewer) => home(institution, viewer),
    backup: backupService(institution, beginOwn),
    sourceReading: sourceReadingService(institution),
    media: mediaService(institution),
    browse: browseService(institution),
    coverage: coverageService(institution),
    devices: deviceService(institution),
    registers: registerService(institution),
    bcp: bcpService(institution),
    papers: papersService(institution),
    slips: slipService(institution),
    cards: cardService(institution),
    paperEntry: paperEntryService(institution, institutionCharts(institution)),
    drills: drillService(institution),
    monday: mondayService(institution),
    editions: editionService(institution),
    machines: machineService(institution),
    jobs: jobService(institution),
    problems: (viewer, filter) => problems(institution, viewer, filter),
    charts: institutionCharts(institution),
    fhir: institutionFhir(institution),
    paper: paperService(institution),
    readTokens: readTokenService(institution),
    emergency: emergencyService(institution),
    journal: journalService(institution),
    people: peopleService(institution),
    protection: protectionService(institution),
    notices: noticeService(institution),
    kit: kitService(institution),
    policy: policyService(institution),
    signs: signsService(institution),
    rehearsals: rehearsalService(institution),
    instant: instantService(institution),
    restores: restoreService(institution),
    wayBack: wayBackService(institution),
    incidents: incidentService(institution, (since) => paperLeft(institution.casebook, since)),
    reports: reportService(institution),
    year: yearService(institution),
    improvements: improvementService(institution),
    terminals: terminalService(institution),
    erasure: erasureService(institution),
    stations: stationsService(institution),
    fhirSources: fhirSourceService(institution),
    recover: recoverService(institution.clock, vault.isSample ? beginRecovered : undefined),
    async settings() {
      const { checkpoint } = await ledger.reader()
      const printed = printCheckpoint(checkpoint)
      const { dailyDays, weeklyDays, monthlyDays } = DEFAULT_POLICY
      return {
        institutionName: (await vault.setting('name')) ?? folder.info.institution,
        supportName: (await vault.setting('support-name')) ?? '',
        supportPhone: (await vault.setting('support-phone')) ?? '',
        dataFolder: folder.path,
        version,
        retention: withoutUndefined({
          daily: dailyDays,
          weekly: Math.round(weeklyDays / 7),
          monthly: Math.round(monthlyDays / 30.4),
          lockDays: dailyDays,
          sampleLockMs: await sampleLock(institution),
        }),
        keyKept: ring.unattended
          ? systemKey.strength === 'systemd-credential'
            ? 'systemd-credential'
            : 'file'
          : 'person',
        checkpoint: { size: printed.size, lines: [printed.origin, printed.code] },
      }
    },
    async saveSettings(viewer, input) {
      demand(viewer, 'manage-settings')
      if (input.institutionName.trim() === '') return { kind: 'refused', field: 'institutionName', code: 'required' }
      const names = ['institutionName', 'supportName', 'supportPhone'] as const
      const long = names.find((name) => input[name].length > MOST_TEXT)
      if (long) return { kind: 'refused', field: long, code: 'too-long' }
      await vault.saveSetting('name', input.institutionName.trim())
      await vault.saveSetting('support-name', input.supportName.trim())
      await vault.saveSetting('support-phone', input.supportPhone.trim())
      const data = { area: 'institution', changes: ['name', 'support'] }
      await ledger.append({ type: 'settings.changed', actor: `person:${viewer.personId}`, data })
      return { kind: 'ok' }
    },
  }
}

/** Of names and numbers that stand on every page and paper. */
const MOST_TEXT = 200
const MINUTE_MS = 60_000
/** How long a sample really holds its generations, read off the newest; undefined for a clinic's own. */
async function sampleLock({ vault }: Institution): Promise<number | undefined> {
  if (!vault.isSample) return undefined
  const held = (await vault.generations.list()).find((generation) => generation.lockedUntil !== undefined)
  if (held?.lockedUntil === undefined) return undefined
  return Math.round((held.lockedUntil - held.finishedAt) / MINUTE_MS) * MINUTE_MS
}
