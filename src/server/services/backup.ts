/** Sources, generations and running work, as the web shows them. */
import { AppError, type EpochMs, isAppError } from '#base'
import {
  type Generation,
  numbersOf,
  holdsCharts,
  parseSchedule,
  type Schedule,
  type Source,
  type SourceInput as VaultInput,
  standingCanaries,
  type StopReason,
  tryIntakeFiles,
  whereItLeads,
} from '#vault'
import type {
  BackupService,
  FieldCode,
  GenerationDetail,
  GenerationSummary,
  JobService,
  Problem,
  RestoreFailure,
  Source as SourceModel,
  SourceAct,
  SourceInput,
  SourceTrial,
  Viewer,
} from '#web'
import type { Institution } from '../institution.ts'
import type { OwnBeginning } from '../serve.ts'
import { looksAt } from './journal.ts'
import { placeService } from './places.ts'
import { withoutUndefined } from './read-model.ts'
import { isOutside, localPaths, namesOf, outsideService, toOptions, tryOutside } from './outside.ts'
import { suspicionOf } from './signs.ts'
import { demand } from './viewers.ts'

const PAGE_SIZE = 30

/** Begins the clinic's own institution; see `ServeOptions.beginOwn`. */
export type BeginOwn = (input: VaultInput) => Promise<OwnBeginning>

export function backupService(institution: Institution, beginOwn?: BeginOwn): BackupService {
  const { vault, clock } = institution
  const note = (viewer: Viewer, id: string, ...changes: [SourceAct, ...StopReason[]]) =>
    institution.ledger.append({
      type: 'settings.changed',
      actor: `person:${viewer.personId}`,
      subject: `source:${id}`,
      data: { area: 'sources', changes },
    })
  return {
    ...placeService(institution),
    ...outsideService(institution, (source) => sourceModel(institution, source)),
    async sources() {
      // One that was re-keyed is its successor by another id; its backups stay in their list.
      const today = (await vault.sources()).filter((source) => !source.replaced)
      return Promise.all(today.map((source) => sourceModel(institution, source)))
    },
    async trySource(input) {
      if (!isTime(input.dailyAt)) return { kind: 'refused', field: 'dailyAt', code: 'not-a-time' }
      if (input.kind === 'database') return tryOutside(institution, input)
      const paths = localPaths(institution, input.paths)
      if (!paths) return { kind: 'refused', field: 'paths', code: 'share-not-defined' }
      try {
        const trial = vault.trySource(toVault({ ...input, paths }))
        if (trial.files === 0) return { kind: 'refused', field: 'paths', code: 'empty-folder' }
        const share = await vault.tryShare(paths)
        return {
          kind: 'ok',
          trial: {
            ...withoutUndefined(trial),
            kinds: [],
            ...(input.kind === 'intake' && (await intakeTrial(paths))),
            ...(share ? { share: withoutUndefined(share) } : {}),
          },
        }
      } catch (error) {
        if (isOutside(error)) return { kind: 'failed', errorCode: error.code }
        return { kind: 'refused', field: 'paths', code: pathRefusal(error) }
      }
    },
    async addSource(viewer, given) {
      demand(viewer, 'manage-backup')
      const paths = localPaths(institution, given.paths)
      if (!paths) return { kind: 'refused', field: 'paths', code: 'share-not-defined' }
      const input = { ...given, paths }
      const present = await vault.sources()
      if (present.some((source) => source.name === input.name))
        return { kind: 'refused', field: 'name', code: 'name-taken' }
      if (input.paths.some((path) => present.some((source) => source.paths.includes(whereItLeads(path)))))
        return { kind: 'refused', field: 'paths', code: 'already-there' }
      if (input.kind === 'database' && present.some((source) => source.options.definition === input.definition))
        return { kind: 'refused', field: 'definition', code: 'already-there' }
      if (!isTime(input.dailyAt)) return { kind: 'refused', field: 'dailyAt', code: 'not-a-time' }
      // Only what root defined; what is not there is said as an error.
      if (input.kind === 'database') vault.commands.database(input.definition)
      if (input.hook !== '') vault.commands.hook(input.hook)
      try {
        if (vault.isSample && beginOwn) return { kind: 'moved', ...(await beginOwn(toVault(input))) }
        const source = await vault.addSource(toVault(input))
        await note(viewer, source.id, 'added')
        return { kind: 'ok', id: source.id }
      } catch (error) {
        return { kind: 'refused', field: 'paths', code: pathRefusal(error) }
      }
    },
    async changeSource(viewer, id, { name, dailyAt, hook, onChange }) {
      demand(viewer, 'manage-backup')
      const sources = await vault.sources()
      if (sources.some((source) => source.id !== id && source.name === name))
        return { kind: 'refused', field: 'name', code: 'name-taken' }
      if (!isTime(dailyAt)) return { kind: 'refused', field: 'dailyAt', code: 'not-a-time' }
      const before = sources.find((source) => source.id === id)?.schedule
      // A plan that the form cannot show stays where nobody wrote a time.
      const schedule = dailyAt === '' && before && !isDaily(before) ? before : scheduleOf(dailyAt)
      if (hook !== '') vault.commands.hook(hook)
      await vault.changeSource(id, {
        name,
        schedule,
        options: { ...(hook === '' ? {} : { hook }), ...(onChange ? { onChange } : {}) },
      })
      await note(viewer, id, 'changed')
      return { kind: 'ok' }
    },
    async shareNumbers(viewer, id, shared) {
      demand(viewer, 'manage-backup')
      if (await vault.shareNumbers(id, shared)) await note(viewer, id, shared ? 'numbers-shared' : 'numbers-own')
    },
    async plantCanaries(viewer, id, on) {
      demand(viewer, 'manage-backup')
      if (await vault.plantCanaries(id, on ? 'on' : 'off')) await note(viewer, id, on ? 'canaries-on' : 'canaries-off')
    },
    async stopSource(viewer, id, reason, years = 0) {
      demand(viewer, 'manage-backup')
      if (reason === 'retired') {
        try {
          if (await vault.retireSource(id, years)) await note(viewer, id, 'stopped', reason)
          return true
        } catch (error) {
          if (isAppError(error, 'VAULT_GENERATION_UNKNOWN')) return false
          throw error
        }
      }
      // The second click changes nothing and writes nothing down.
      if (await vault.stopSource(id, reason)) await note(viewer, id, 'stopped', reason)
      return true
    },
    async resumeSource(viewer, id) {
      demand(viewer, 'manage-backup')
      if (await vault.resumeSource(id)) await note(viewer, id, 'resumed')
    },
    async run(viewer, sourceId) {
      demand(viewer, 'manage-backup')
      if (!institution.reserve.isKept) throw new AppError('STORAGE_FULL')
      return startOrName(async () => {
        const { jobId } = await vault.runs.runThenOwnState(sourceId, clock.now())
        return jobId
      })
    },
    async generations({ sourceId, page }) {
      const filter = sourceId === undefined ? {} : { sourceId }
      const [rows, total] = await Promise.all([
        vault.generations.list({ ...filter, byTaken: true, limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE }),
        vault.generations.count(sourceId),
      ])
      return { rows: await summaries(institution, rows), total, page, pageSize: PAGE_SIZE }
    },
    async generation(id, viewer) {
      const generation = await vault.generations.get(id)
      return generation && detail(institution, generation, viewer)
    },
    async verify(viewer, generationId) {
      demand(viewer, 'manage-backup')
      return startOrName(async () => (await vault.runs.startRestoreTest(generationId)).jobId)
    },
  }
}

/** A second click leads to the work that is going. */
async function startOrName(start: () => Promise<string>): Promise<{ jobId: string }> {
  try {
    return { jobId: await start() }
  } catch (error) {
    if (isAppError(error, 'VAULT_RUN_IN_PROGRESS')) return { jobId: String(error.context['jobId']) }
    throw error
  }
}

async function intakeTrial(paths: readonly string[]): Promise<Pick<SourceTrial, 'patients' | 'records' | 'problems'>> {
  const { patients, records, problems } = await tryIntakeFiles(paths, 'fhir', {})
  return {
    patients,
    records: Object.entries(records).map(([kind, count]) => ({ kind, count })),
    problems: Object.entries(problems).map(([code, count]) => ({ code, count })),
  }
}

function toVault(input: SourceInput): VaultInput {
  const { name, kind, paths, dailyAt } = input
  return {
    name,
    kind,
    paths: kind === 'database' ? [] : paths,
    schedule: scheduleOf(dailyAt),
    options: toOptions(input),
  }
}

export const isTime = (dailyAt: string): boolean => dailyAt === '' || /^([01]?\d|2[0-3]):[0-5]\d$/.test(dailyAt)
const isDaily = ({ cron }: Schedule): boolean => /^\d+ \d+ \* \* \*$/.test(cron)

export function scheduleOf(dailyAt: string): Schedule | undefined {
  const [hour = '', minute = ''] = dailyAt.split(':')
  return dailyAt === '' ? undefined : parseSchedule(`${Number(minute)} ${Number(hour)} * * *`)
}

export function pathRefusal(error: unknown): FieldCode {
  if (!isAppError(error)) throw error
  if (error.code === 'VAULT_SOURCE_HOLDS_VAULT') return 'inside-data-folder'
  if (error.code === 'VAULT_SOURCE_SYSTEM_FOLDER') return 'system-folder'
  if (error.code === 'VAULT_SOURCE_UNREADABLE') return 'not-readable'
  if (error.code === 'VAULT_SOURCE_INVALID') return 'not-a-folder'
  throw error
}

async function sourceModel(institution: Institution, source: Source): Promise<SourceModel> {
  const { vault } = institution
  const newest = (await vault.generations.list({ sourceId: source.id, limit: 1 }))[0]
  const [minute = '', hour = ''] = source.schedule?.cron.split(' ') ?? []
  const running = vault.jobs.running('backup', source.name)
  return withoutUndefined({
    id: source.id,
    name: source.name,
    kind: source.kind,
    paths: source.kind === 'database' || source.kind === 'fhir-server' ? [] : source.paths,
    ...(source.options.fhir && { server: source.options.fhir.base }),
    ...namesOf(institution, source),
    dailyAt:
      source.schedule && isDaily(source.schedule) ? `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}` : undefined,
    nextRunMs: vault.nextRun(source),
    watch: watchModel(source),
    sharedNumbers: holdsCharts(source) ? (source.options.sharedNumbers ?? false) : undefined,
    canaries: source.kind === 'folder' ? canariesModel(source.options.canaries) : undefined,
    last: lastRun(source, newest),
    running: running?.id,
    stopped: source.stopped && {
      atMs: source.stopped.at,
      reason: source.stopped.reason,
      ...(source.options.keptUntil !== undefined && { keptUntilMs: source.options.keptUntil }),
    },
  })
}

function watchModel({ options, watch }: Source): SourceModel['watch'] {
  if (!options.onChange) return undefined
  return withoutUndefined({
    lookedAtMs: watch?.lookedAt || undefined,
    waitingSinceMs: watch?.waitingSince,
    failed: watch?.failedAt !== undefined || undefined,
  })
}

function lastRun(source: Source, newest: Generation | undefined): SourceModel['last'] {
  const failure = source.lastFailure
  if (failure && failure.at > (newest?.finishedAt ?? 0))
    return { atMs: failure.at, outcome: 'failed', files: 0, skipped: 0, errorCode: failure.code as never }
  if (!newest) return undefined
  return {
    atMs: newest.startedAt,
    outcome: newest.skipped > 0 ? 'incomplete' : 'done',
    files: newest.files,
    skipped: newest.skipped,
    generationId: newest.id,
  }
}

/** Without charts, and not what Toride keeps of itself. */
const BROWSABLE: ReadonlySet<Source['kind']> = new Set(['folder', 'csv', 'database', 'dumps'])

/** Generations as rows of lists and pictures. */
export async function summaries(
  { vault, clock }: Institution,
  generations: readonly Generation[],
): Promise<GenerationSummary[]> {
  const all = await vault.sources()
  const sources = new Map(all.map((source) => [source.id, source]))
  const held = await vault.otherPlaces.held(generations.map(({ id }) => id))
  return generations.map((generation) => {
    const source = sources.get(generation.sourceId)
    const proofs = generation.proofs.filter((proof) => proof.kind === 'restore' || proof.kind === 'all-data')
    return withoutUndefined({
      id: generation.id,
      sourceId: generation.sourceId,
      sourceName: source?.name ?? generation.sourceId,
      numbersOf: numbersOf(all, generation.sourceId),
      takenAtMs: generation.startedAt,
      state: stateOf(generation, clock.now()),
      lockedUntilMs: generation.lockedUntil,
      lockStrength: generation.lockStrength,
      verifiedAtMs: proofs.find((proof) => proof.passed)?.at,
      files: generation.files,
      sizeBytes: generation.bytes,
      addedBytes: generation.addedBytes,
      patients: generation.patients,
      skipped: generation.skipped,
      // The copy here is one.
      placeCount: 1 + held.filter(({ generationId }) => generationId === generation.id).length,
      readable: source !== undefined && holdsCharts(source) && generation.closure === 'complete',
      browsable: source !== undefined && BROWSABLE.has(source.kind) && generation.closure === 'complete',
    })
  })
}

function stateOf(generation: Generation, now: EpochMs): GenerationSummary['state'] {
  if (generation.closure === 'incomplete') return 'damaged'
  const test = generation.proofs.find((proof) => proof.kind === 'restore')
  if (test?.failure?.code === 'REHEARSAL_MALWARE_FOUND') return 'suspect'
  // A database's other answer says nothing of the copy.
  if (test?.passed === false && test.failure?.code !== 'REHEARSAL_ANSWER_DIFFERS') return 'damaged'
  if (generation.suspect) return 'suspect'
  if (generation.skipped > 0) return 'incomplete'
  return (generation.lockedUntil ?? 0) > now ? 'locked' : 'open'
}

async function detail(institution: Institution, generation: Generation, viewer: Viewer): Promise<GenerationDetail> {
  const [summary] = await summaries(institution, [generation])
  const maySeePaths = viewer.can.has('see-problem-paths')
  const skipped = maySeePaths && generation.skipped > 0 ? await institution.vault.skipped(generation.id) : []
  return {
    ...summary!,
    finishedAtMs: generation.finishedAt,
    snapshotId: generation.id,
    ledgerIndex: generation.ledgerIndex,
    newFiles: generation.filesNew,
    changedFiles: generation.filesChanged,
    unchangedFiles: generation.filesUnmodified,
    goneFiles: generation.filesGone,
    walk: generation.walk === 'full' ? 'full' : 'shortcut',
    kinds: [],
    skippedFiles: skipped.map((problem, i): Problem => ({
      id: `${generation.id}-${i}`,
      group: 'skipped',
      code: problem.code,
      path: Buffer.from(problem.path, 'latin1').toString(),
      sourceName: summary!.sourceName,
      foundAtMs: generation.startedAt,
    })),
    checks: generation.proofs
      .filter((proof) => proof.kind !== 'chart')
      .map(({ kind, at, passed }) => ({ atMs: at, kind: kind as 'closure' | 'all-data' | 'restore', passed })),
    suspected: await suspicionOf(institution, generation),
    restoreFailure: await restoreFailure(institution, generation, maySeePaths && !viewer.keysClosed),
    places: [
      withoutUndefined({
        id: 'local',
        name: institution.folder.path,
        lockedUntilMs: generation.lockedUntil,
        strength: generation.lockStrength,
      }),
      ...(await institution.vault.otherPlaces.held([generation.id])).map((copy) => ({
        id: copy.placeId,
        name: copy.placeName,
        lockedUntilMs: copy.lockedUntil,
        strength: copy.strength,
        ...(copy.placeRemoved ? { removed: true } : {}),
      })),
    ],
    lookedAt: viewer.can.has('see-journal') ? await looksAt(institution, viewer, generation.id) : undefined,
  }
}

/** Of the newest restore test, where that failed. */
async function restoreFailure(
  { vault }: Institution,
  { id, proofs }: Generation,
  maySeePaths: boolean,
): Promise<RestoreFailure | undefined> {
  const failure = proofs.find(({ kind }) => kind === 'restore')?.failure
  if (!failure) return undefined
  const problems = maySeePaths ? await vault.restoreProblems(id) : []
  const files = problems
    .filter(({ path }) => path !== '')
    .map(({ path, code, detail }) => ({ path: Buffer.from(path, 'latin1').toString(), code, detail }))
  return { ...failure, files }
}

export function jobService({ vault }: Institution): JobService {
  return {
    list: async () => vault.jobs.list(),
    get: async (id) => vault.jobs.get(id),
    async cancel(viewer, id) {
      demand(viewer, 'manage-backup')
      if (!vault.jobs.get(id)) throw new AppError('VAULT_GENERATION_UNKNOWN')
      vault.jobs.cancel(id)
    },
    watch: (id, signal) => vault.jobs.watch(id, signal),
  }
}

const canariesModel = (paths: readonly string[] = []): SourceModel['canaries'] => ({
  planted: paths.length,
  standing: standingCanaries(paths).length,
})
