/** 今日の備え: lights, what can be read now, pictures and the place. */
import type { KitState } from '#access'
import { ageInDays } from '#bcp'
import { type Generation, holdsCharts, isGood, isOwnState, type Light, type Source } from '#vault'
import { type Home, newestOfEach, type Step, type Viewer } from '#web'
import type { BellState } from '../bell/bell.ts'
import { type PlanState, planState } from '../bcp/state.ts'
import { drillFacts } from '../drills/light.ts'
import type { Institution } from '../institution.ts'
import { ledgerAlarm } from '../ledger-check.ts'
import { knownProblemCounts } from '../problem-counts.ts'
import { summaries } from './backup.ts'
import { mediaView } from './media.ts'
import { kitCondition, kitProvenAt } from './kit.ts'
import { placeOf } from './places.ts'
import { withoutUndefined } from './read-model.ts'
import { readyPcs } from './stations.ts'

/** Generations in the picture of the home page. */
const PICTURED = 45
/** Order in which the home page asks for the next step: the light that is missing first. */
const STEP_ORDER = ['bad', 'soon'] as const
const STEP_PAGES: Partial<Record<Step['code'], string>> = {
  'add-source': '/first-hour',
  'run-backup': '/sources',
  'look-at-sources': '/sources',
  'look-at-problems': '/problems',
  'look-at-generation': '/generations',
  'open-a-chart': '/charts',
  'plan-restore-test': '/rehearsals',
  'plan-drill': '/drills',
  'mend-what-drill-found': '/drills',
  'prepare-second-place': '/places',
  'look-at-places': '/places',
  'see-recovery-kit': '/recovery-kit',
  'prepare-station': '/stations',
  'see-signs': '/signs',
}

export async function home(institution: Institution, viewer: Viewer): Promise<Home> {
  const { bell, charts, vault } = institution
  const kit = await institution.access.kits.current()
  const facts = { provenAt: kitProvenAt(kit), since: institution.folder.info.createdAt }
  const pcs = await readyPcs(institution)
  const lights = await vault.lights({ stations: pcs.length, kit: facts, drill: await drillFacts(institution) })
  const own = (await vault.sources()).filter((source) => source.kind !== 'own-state' && !source.replaced)
  // Toride's own state is no record of the clinic's.
  const all = (await vault.generations.list()).filter((generation) => !isOwnState(generation.sourceId))
  // As a search asks: the source with most patients leads, not whichever was taken last; a system that ended, only alone.
  const held = newestOfEach(await charts.readable())
  const readable = held.find(({ sourceId }) => own.some(({ id, stopped }) => id === sourceId && !stopped)) ?? held[0]
  const documents = newestOfDocuments(all, own)
  const newest = documents[0]?.generation
  const alarm = await ledgerAlarm(vault)
  const [suspect] = await vault.signs.open()
  const files = newest && `/generations/${newest.id}/files`
  const step = (code: Step['code']): Step =>
    withoutUndefined({ code, href: code === 'open-a-file' ? (files ?? '/generations') : STEP_PAGES[code] })
  return withoutUndefined({
    lights: lights.map((light) => ({ ...light, next: step(light.next) })),
    readable: readable && {
      // With emergency PCs the headline is about them: the oldest of what they show.
      asOfMs: Math.min(readable.startedAt, ...pcs.map(({ asOfMs }) => asOfMs ?? readable.startedAt)),
      generationId: readable.id,
      patients: readable.patients ?? 0,
      stations: pcs.length,
    },
    documents: newest && {
      asOfMs: Math.min(...documents.map(({ generation }) => generation.startedAt)),
      generationId: newest.id,
      sources: documents.map(({ name, generation }) => ({ name, files: generation.files })),
    },
    main: (await emergencyStep(institution)) ?? step(suspect ? 'see-signs' : mainStep(lights)),
    running: vault.jobs.list().filter((job) => job.state === 'running'),
    generations: await summaries(institution, all.slice(0, PICTURED)),
    places: (await vault.places()).map(placeOf),
    problems: await knownProblemCounts(vault),
    media: await mediaView(institution),
    notices: vault.isSample ? undefined : noticeState(await bell.state()),
    ledgerAlarm: alarm && { atMs: alarm.at },
    suspected: suspect && {
      sourceName: own.find(({ id }) => id === suspect.sourceId)?.name ?? suspect.sourceId,
      takenAtMs: suspect.at,
    },
    plan: viewer.can.has('manage-backup')
      ? planReminder(await planState(institution), institution.clock.now())
      : undefined,
    kit:
      all.length > 0 && !vault.isSample && viewer.can.has('confirm-kit') ? await reminder(institution, kit) : undefined,
  })
}

/** While something goes on nothing else comes first: no test, no paper. */
async function emergencyStep({ incidents }: Pick<Institution, 'incidents'>): Promise<Step | undefined> {
  const mark = await incidents.mark()
  return mark && { code: mark.state === 'active' ? 'lead-emergency' : 'judge-report', href: `/incidents/${mark.id}` }
}

/** One at a time: what is approved first, then its paper. */
function planReminder({ versions, stale, reviewDue, binder }: PlanState, now: number): Home['plan'] {
  const [newest] = versions
  if (!newest || !binder) return undefined
  if (reviewDue) return { code: 'review', count: ageInDays(newest.approvedAt, now) }
  if (stale.length > 0) return { code: 'stale', count: stale.length }
  if (!binder.printing) return { code: 'never', count: 0 }
  return binder.isOld || binder.changed.length > 0 ? { code: 'binder', count: binder.ageDays } : undefined
}

async function reminder(institution: Institution, kit: KitState | undefined): Promise<Home['kit']> {
  const condition = await kitCondition(institution, kit)
  return condition === 'good' ? undefined : condition
}

const noticeState = ({ tells, troubled }: BellState): Home['notices'] =>
  tells ? (troubled.length > 0 ? 'troubled' : undefined) : 'nobody'

interface Documents {
  readonly name: string
  readonly generation: Generation
}

/** Of each source that is looked into as folders and files its newest whole generation, the newest first; stopped ones only where there is no other. */
function newestOfDocuments(all: readonly Generation[], sources: readonly Source[]): Documents[] {
  const each = sources
    .filter((source) => !holdsCharts(source))
    .flatMap(({ id, name, stopped }) => {
      const whole = all.filter((one) => one.sourceId === id && one.closure === 'complete')
      const generation = whole.find(isGood) ?? whole[0]
      return generation ? [{ name, generation, isStopped: stopped !== undefined }] : []
    })
    .toSorted((a, b) => b.generation.startedAt - a.generation.startedAt)
  const going = each.filter(({ isStopped }) => !isStopped)
  return going.length > 0 ? going : each
}

/** A light whose step has no screen yet (the drill) leads nowhere: another one comes first. */
const hasScreen = ({ next }: Light): boolean => next === 'open-a-file' || STEP_PAGES[next] !== undefined

function mainStep(lights: readonly Light[]): Step['code'] {
  for (const state of STEP_ORDER) {
    const light = lights.find((candidate) => candidate.state === state && hasScreen(candidate))
    if (light) return light.next
  }
  // Unlit is a sample, which always holds charts.
  return lights.some((light) => light.state === 'unlit') ? 'open-a-chart' : 'nothing'
}
