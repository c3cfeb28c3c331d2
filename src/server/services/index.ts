/** Binds one institution to what the screens ask for. */
import { isAppError } from '#base'
import type { Chart } from '#chart'
import { printCheckpoint } from '#journal'
import { DEFAULT_POLICY, type Light } from '#vault'
import type { Home, Page, Problem, ProblemCounts, Services, Step, Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { authService } from './auth.ts'
import { backupService, type BeginOwn, jobService, summaries } from './backup.ts'
import { withoutUndefined } from './read-model.ts'
import { chartService } from './charts.ts'
import { journalService } from './journal.ts'
import { peopleService } from './people.ts'
import { demand, readingOf } from './viewers.ts'

/** Generations in the picture of the home page. */
const PICTURED = 45
const PAGE_SIZE = 50
/** Order in which the home page asks for the next step: the light that is missing first. */
const STEP_ORDER = ['bad', 'soon'] as const
const STEP_PAGES: Partial<Record<Step['code'], string>> = {
  'add-source': '/first-hour',
  'run-backup': '/sources',
  'look-at-problems': '/problems',
  'look-at-generation': '/generations',
  'open-a-chart': '/charts',
  'plan-restore-test': '/generations',
}

export function bindServices(institution: Institution, beginOwn?: BeginOwn): Services<Chart> {
  const { vault, clock, folder, version, systemKey, ring, ledger } = institution
  return {
    async institution() {
      const [name, supportName, supportPhone] = await Promise.all(
        ['name', 'support-name', 'support-phone'].map((key) => vault.setting(key)),
      )
      return withoutUndefined({
        name: name ?? folder.info.institution,
        sample: vault.isSample,
        supportName: supportName || undefined,
        supportPhone: supportPhone || undefined,
      })
    },
    auth: authService(institution),
    home: () => home(institution),
    backup: backupService(institution, beginOwn),
    jobs: jobService(institution),
    problems: (viewer, filter) => problems(institution, viewer, filter),
    charts: chartService(institution),
    journal: journalService(institution),
    people: peopleService(institution),
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
        retention: {
          daily: dailyDays,
          weekly: Math.round(weeklyDays / 7),
          monthly: Math.round(monthlyDays / 30.4),
          lockDays: dailyDays,
        },
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
      await vault.saveSetting('name', input.institutionName.trim())
      await vault.saveSetting('support-name', input.supportName.trim())
      await vault.saveSetting('support-phone', input.supportPhone.trim())
      const data = { area: 'institution', changes: ['name', 'support'] }
      await ledger.append({ type: 'settings.changed', actor: `person:${viewer.personId}`, data })
      return { kind: 'ok' }
    },
  }

  async function home({ charts }: Institution): Promise<Home> {
    const lights = await vault.lights({ stations: 0 })
    const listed = (await vault.generations.list({ limit: PICTURED * 2 }))
      .filter((g) => g.sourceId !== 'own-state')
      .slice(0, PICTURED)
    const readable = (await charts.readable())[0]
    const places = await vault.places()
    return withoutUndefined({
      lights: lights.map((light) => ({ ...light, next: step(light.next) })),
      readable: readable && {
        asOfMs: readable.startedAt,
        generationId: readable.id,
        patients: readable.patients ?? 0,
        stations: 0,
      },
      main: mainStep(lights),
      running: vault.jobs.list().filter((job) => job.state === 'running'),
      generations: await summaries(institution, listed),
      places: places.map((place) => ({
        ...place,
        name: place.location,
        generations: listed.length,
        checkedAtMs: clock.now(),
      })),
      problems: { unread: 0, withheld: 0 },
    })
  }
}

const step = (code: Step['code']): Step => withoutUndefined({ code, href: STEP_PAGES[code] })

function mainStep(lights: readonly Light[]): Step {
  for (const state of STEP_ORDER) {
    const light = lights.find((candidate) => candidate.state === state)
    if (light) return step(light.next)
  }
  return step(lights.some((light) => light.state === 'unlit') ? 'open-a-chart' : 'nothing')
}

/** Records that are not shown, out of the newest generation's index; only for those who may see patients. */
async function problems(
  { charts, vault }: Institution,
  viewer: Viewer,
  filter: { group?: Problem['group']; page: number },
): Promise<Page<Problem> & { counts: ProblemCounts }> {
  const empty = { rows: [], total: 0, page: filter.page, pageSize: PAGE_SIZE, counts: { unread: 0, withheld: 0 } }
  const newest = (await charts.readable())[0]
  if (!newest) return empty
  const source = await vault.source(newest.sourceId)
  const all: Problem[] = []
  try {
    for (const [i, problem] of [...(await charts.index(newest.id, readingOf(viewer))).problems()].entries())
      all.push({
        id: `${newest.id}-${i}`,
        group: WITHHELD.has(problem.code) ? 'withheld' : 'unread',
        code: problem.code,
        path: viewer.can.has('see-problem-paths') ? problem.path : '',
        sourceName: source?.name ?? '',
        foundAtMs: newest.startedAt,
      })
  } catch (error) {
    if (isAppError(error, 'VAULT_KEY_MISSING')) return empty
    throw error
  }
  const counts = {
    unread: all.filter((p) => p.group === 'unread').length,
    withheld: all.filter((p) => p.group === 'withheld').length,
  }
  const wanted = all.filter((problem) => filter.group === undefined || problem.group === filter.group)
  const start = (filter.page - 1) * PAGE_SIZE
  return {
    rows: wanted.slice(start, start + PAGE_SIZE),
    total: wanted.length,
    page: filter.page,
    pageSize: PAGE_SIZE,
    counts,
  }
}

/** Found to be another patient's, or nobody's: shown under neither (表示を止めた記録). */
const WITHHELD = new Set(['patient-differs', 'patient-missing'])
