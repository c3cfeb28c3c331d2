/** Rehearsals, as the web shows them. */
import { accessSync, constants, statSync } from 'node:fs'
import { AppError, isAppError } from '#base'
import { nextRehearsal } from '#rehearsal'
import { isOwnState, type Source } from '#vault'
import type { RehearsalService, RehearsedSource, Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { demand } from './viewers.ts'

const LISTED = 100

export function rehearsalService({ vault, rehearsals, ledger }: Institution): RehearsalService {
  const { book, settings } = rehearsals
  const changed = async (viewer: Viewer, changes: string[], sourceId?: string): Promise<void> => {
    const about = sourceId === undefined ? {} : { subject: `source:${sourceId}` as const }
    const actor = `person:${viewer.personId}` as const
    await ledger.append({ type: 'settings.changed', actor, ...about, data: { area: 'rehearsal', changes } })
  }
  const rehearsed = async ({ id, name, kind }: Source): Promise<RehearsedSource> => {
    const all = await vault.generations.list({ sourceId: id, limit: 30 })
    const last = await vault.generations.newestProof(id, 'restore')
    return {
      id,
      name,
      newestId: all.find(({ closure }) => closure === 'complete')?.id,
      declared: await settings.declared(id),
      nextAt: nextRehearsal(await settings.house(), last?.at),
      hasDumps: kind === 'dumps' || kind === 'database',
    }
  }
  const sources = async (): Promise<RehearsedSource[]> => {
    const live = (await vault.sources()).filter(({ id, replaced }) => !isOwnState(id) && !replaced)
    return Promise.all(live.map(rehearsed))
  }
  const demandSource = async (id: string): Promise<void> => {
    if (!(await vault.source(id))) throw new AppError('VAULT_SOURCE_INVALID', { context: { why: 'unknown' } })
  }
  return {
    async list() {
      const all = await sources()
      const going = all.flatMap(({ id, name }) => {
        const job = vault.jobs.running('rehearsal', name)
        return job ? [[id, job.id]] : []
      })
      const { everyDays } = await settings.house()
      const list = await book.list({ limit: LISTED })
      const refusal = (await rehearsals.isPossible()) ? undefined : ('ISOLATION_MISSING' as const)
      return {
        sources: all,
        rehearsals: list,
        everyDays,
        refusal,
        going: Object.fromEntries(going) as Record<string, string>,
      }
    },
    async get(viewer, id) {
      const rehearsal = await book.get(id)
      const maySee = viewer.can.has('see-problem-paths') && !viewer.keysClosed
      return {
        rehearsal,
        sourceName: (await vault.source(rehearsal.sourceId))?.name ?? rehearsal.sourceId,
        hasReport: rehearsal.reportHash !== undefined,
        hasNote: (await book.reportNote(id)) !== undefined,
        verifierKey: ledger.verifierKey,
        details: maySee ? await rehearsals.details(id) : undefined,
      }
    },
    report: (id) => book.report(id),
    reportNote: (id) => book.reportNote(id),
    async start(viewer, generationId) {
      demand(viewer, 'manage-backup')
      try {
        return { jobId: (await rehearsals.start(generationId, viewer.personId)).jobId }
      } catch (error) {
        if (isAppError(error, 'VAULT_RUN_IN_PROGRESS')) return { jobId: String(error.context['jobId']) }
        throw error
      }
    },
    async form(viewer) {
      demand(viewer, 'manage-backup')
      const all = await sources()
      return {
        settings: await settings.house(),
        sources: await Promise.all(all.map(async (one) => ({ ...one, questions: await settings.questions(one.id) }))),
      }
    },
    async saveHouse(viewer, given) {
      demand(viewer, 'manage-backup')
      if (given.signatures !== '' && !isFolder(given.signatures)) return 'signatures'
      if (given.scratch !== '' && !isFolder(given.scratch)) return 'scratch'
      if (given.scratch !== '' && !mayWrite(given.scratch)) return 'scratch-closed'
      await settings.saveHouse(given)
      await changed(viewer, ['every', 'signatures', 'scratch', 'charts'])
      return undefined
    },
    async saveDeclared(viewer, sourceId, declared) {
      demand(viewer, 'manage-backup')
      await demandSource(sourceId)
      await settings.saveDeclared(sourceId, declared)
      await changed(viewer, ['times'], sourceId)
    },
    async saveQuestions(viewer, sourceId, questions) {
      demand(viewer, 'manage-backup')
      await demandSource(sourceId)
      await settings.saveQuestions(sourceId, questions)
      await changed(viewer, ['questions'], sourceId)
    },
  }
}

const isFolder = (path: string): boolean =>
  path.startsWith('/') && (statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false)

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}
