/** Restores and the way back, as the web shows them. */
import { AppError, type ErrorCode, isAppError } from '#base'
import { connectedMedia } from '#posix'
import type { RecoveryCase, RestoreOrder, RestoreRun } from '#recovery'
import type {
  CaseView,
  RestoreInput,
  RestoreRunView,
  RestoreService,
  TerminalsService,
  Viewer,
  WayBackService,
} from '#web'
import type { Institution } from '../institution.ts'
import { bookKeyOf, registered } from './registered-evidence.ts'
import { candidatesOf } from './candidates.ts'
import { suspicionOf } from './signs.ts'
import { demand } from './viewers.ts'

const HAS_OLD_PLACE = new Set(['folder', 'csv', 'ssmix2', 'intake'])

export function restoreService(institution: Institution): RestoreService {
  const { vault, restores, cases } = institution
  const mayName = (viewer: Viewer): boolean => viewer.can.has('see-problem-paths') && !viewer.keysClosed

  async function orderOf(generationId: string, input: RestoreInput): Promise<RestoreOrder> {
    const browser = await vault.browse(generationId)
    const found = await Promise.all(input.picks.map((at) => browser.path(at)))
    const paths = input.picks.length === 0 ? undefined : found.filter((path) => path !== undefined)
    const { existing, isNotProduction } = input
    return { generationId, paths, target: input.to === 'over' ? undefined : input.target, existing, isNotProduction }
  }

  async function describe(run: RestoreRun, names: Names): Promise<RestoreRunView> {
    const generation = await vault.generations.get(run.generationId)
    return {
      id: run.id,
      generationId: run.generationId,
      sourceName: names.sources.get(run.sourceId) ?? run.sourceId,
      takenAtMs: generation?.startedAt,
      kind: run.kind,
      existing: run.existing,
      scope: run.scope,
      state: run.state,
      errorCode: run.errorCode,
      plannedFiles: run.planned.files,
      result: run.result,
      startedAtMs: run.startedAt,
      endedAtMs: run.endedAt,
      who: names.people.get(run.startedBy) ?? '',
    }
  }

  return {
    async form(viewer, generationId, picks) {
      demand(viewer, 'restore')
      const generation = await vault.generations.get(generationId)
      const source = generation && (await vault.source(generation.sourceId))
      if (!generation || !source || source.kind === 'own-state') return undefined
      const browser = picks.length > 0 && mayName(viewer) ? await vault.browse(generationId) : undefined
      const named = browser && (await Promise.all(picks.map((at) => browser.path(at))))
      const { volumes } = await connectedMedia().catch(() => ({ volumes: [] }))
      return {
        generationId,
        sourceName: source.name,
        takenAtMs: generation.startedAt,
        files: generation.files,
        bytes: generation.bytes,
        names: picks.length === 0 ? [] : named?.flatMap((path) => (path === undefined ? [] : [textOf(path)])),
        media: volumes
          .filter(({ isRemovable, isWriteProtected }) => isRemovable && !isWriteProtected)
          .flatMap(({ mounts, label }) => mounts.map(({ folder }) => ({ folder, label }))),
        oldPlace: HAS_OLD_PLACE.has(source.kind) ? source.paths : undefined,
        closed: await closedBy(() => cases.demandForProduction(generation)),
        suspected: await suspicionOf(institution, generation),
      }
    },
    async plan(viewer, generationId, input) {
      demand(viewer, 'restore')
      const plan = await restores.plan(await orderOf(generationId, input))
      const classes = Object.entries(plan.classes).map(([name, { files, bytes, names }]) => [
        name,
        { files, bytes, names: mayName(viewer) ? names : undefined },
      ])
      return { ...plan, classes: Object.fromEntries(classes) as never }
    },
    async start(viewer, generationId, input, fingerprint) {
      demand(viewer, 'restore')
      const order = await orderOf(generationId, input)
      try {
        return await restores.start(order, fingerprint, viewer.personId)
      } catch (error) {
        // A second click: the run that is going, where it goes to the same place.
        const going = isAppError(error, 'RECOVERY_TARGET_IN_USE')
          ? (await restores.list()).find((run) => run.state === 'running' && run.generationId === generationId)
          : undefined
        if (!going) throw error
        return { runId: going.id }
      }
    },
    async resume(viewer, runId) {
      demand(viewer, 'restore')
      await restores.resume(runId, viewer.personId)
    },
    async list(viewer) {
      demand(viewer, 'restore')
      const names = await namesOf(institution)
      return Promise.all((await restores.list()).map((run) => describe(run, names)))
    },
    async get(viewer, runId) {
      demand(viewer, 'restore')
      const run = await restores.get(runId)
      if (!run) return undefined
      const view = await describe(run, await namesOf(institution))
      const job = vault.jobs.running('restore', view.sourceName)
      const problems = mayName(viewer) ? run.problems : undefined
      return { ...view, target: run.target, job: run.state === 'running' ? job : undefined, problems }
    },
  }
}

export function wayBackService(institution: Institution): WayBackService {
  const { vault, cases, scans } = institution
  const by = (viewer: Viewer): string => {
    demand(viewer, 'manage-backup')
    return viewer.personId
  }

  async function describe(one: RecoveryCase, { people, sources }: Names, viewer: Viewer): Promise<CaseView> {
    const name = (id: string): string => people.get(id) ?? id
    const chosen = Object.entries(one.chosen).map(async ([sourceId, { generationId, by: who, reason }]) => {
      const generation = await vault.generations.get(generationId)
      const proof = generation?.proofs.filter(({ kind, passed }) => kind === 'restore' && passed)
      return {
        generationId,
        sourceName: sources.get(sourceId) ?? sourceId,
        by: name(who),
        reason,
        takenAtMs: generation?.startedAt,
        scan: await scans.scanned(generationId),
        restoredAtMs: proof && proof.length > 0 ? Math.max(...proof.map(({ at }) => at)) : undefined,
      }
    })
    return {
      number: one.number,
      kind: one.kind,
      reason: one.reason,
      openedAtMs: one.openedAt,
      endedAtMs: one.endedAt,
      openedBy: name(one.openedBy),
      evidence: one.evidence.map(({ kind, place, hash, who, at, enteredBy }) => ({
        kind,
        place,
        hash,
        who,
        atMs: at,
        enteredBy: name(enteredBy),
      })),
      gates: one.gates.map(({ gate, state, decision }) => ({
        gate,
        state,
        decision: decision && {
          atMs: decision.at,
          by: name(decision.by),
          reason: decision.reason,
          byMe: decision.by === viewer.personId,
        },
      })),
      chosen: await Promise.all(chosen),
    }
  }

  return {
    async view(viewer) {
      const names = await namesOf(institution)
      const all = await Promise.all((await cases.list()).map((one) => describe(one, names, viewer)))
      const looksLikeAttack = (await vault.signs.open()).length > 0 || (await vault.freeze.until()) !== undefined
      return {
        open: all.find(({ endedAtMs }) => endedAtMs === undefined),
        past: all.filter(({ endedAtMs }) => endedAtMs !== undefined),
        inRegister: (await registered(institution, viewer, await cases.open())).length,
        looksLikeAttack,
      }
    },
    async begin(viewer, kind, reason) {
      await cases.begin(kind, reason, by(viewer))
    },
    async addEvidence(viewer, number, input) {
      await cases.addEvidence(number, input, by(viewer))
    },
    async takeEvidence(viewer, number) {
      const who = by(viewer)
      if (!bookKeyOf(viewer)) throw new AppError('VAULT_KEY_MISSING')
      const found = await registered(institution, viewer, await cases.open())
      for (const evidence of found) await cases.addEvidence(number, evidence, who)
    },
    async pass(viewer, number, gate, reason, isException) {
      await cases.pass(number, gate, reason, by(viewer), isException)
    },
    async askOverride(viewer, number, reason) {
      await cases.askOverride(number, reason, by(viewer))
    },
    async confirmOverride(viewer, number, reason) {
      await cases.confirmOverride(number, reason, by(viewer))
    },
    async undo(viewer, number, gate, reason) {
      await cases.undo(number, gate, reason, by(viewer))
    },
    async choose(viewer, number, generationId, reason) {
      await cases.choose(number, await vault.generations.demand(generationId), reason, by(viewer))
    },
    candidates: (_viewer, intrusionMs) => candidatesOf(institution, intrusionMs),
  }
}

/** A sheet of paper holds so many. */
const PAGE_SIZE = 50

export function terminalService({ terminals }: Pick<Institution, 'terminals'>): TerminalsService {
  return {
    async view(viewer, filter, page) {
      demand(viewer, 'manage-backup')
      const [queue, { rows, total }] = await Promise.all([
        terminals.queue(),
        terminals.list(filter, { from: (page - 1) * PAGE_SIZE, most: PAGE_SIZE }),
      ])
      return { queue, page: { rows, total, page, pageSize: PAGE_SIZE } }
    },
    async all(viewer) {
      demand(viewer, 'manage-backup')
      return (await terminals.list({}, { from: 0, most: Infinity })).rows
    },
    async enter(viewer, list) {
      demand(viewer, 'manage-backup')
      return terminals.enter(list, viewer.personId)
    },
    async move(viewer, ids, to, who) {
      demand(viewer, 'manage-backup')
      return terminals.move(ids, to, who === '' ? undefined : who, viewer.personId)
    },
  }
}

interface Names {
  readonly sources: ReadonlyMap<string, string>
  readonly people: ReadonlyMap<string, string>
}

async function namesOf({ vault, access }: Institution): Promise<Names> {
  const [sources, people] = await Promise.all([vault.sources(), access.people.list()])
  return {
    sources: new Map(sources.map(({ id, name }) => [id, name])),
    people: new Map(people.map(({ id, displayName }) => [id, displayName])),
  }
}

async function closedBy(demandIt: () => Promise<unknown>): Promise<ErrorCode | undefined> {
  try {
    await demandIt()
    return undefined
  } catch (error) {
    if (isAppError(error)) return error.code
    throw error
  }
}

const textOf = (path: string): string => Buffer.from(path, 'latin1').toString()
