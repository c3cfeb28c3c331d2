/** Signs of an attack, as the web shows them. */
import { isAppError } from '#base'
import type { SignsService, UnderSuspicion } from '#web'
import { type Generation, isGood } from '#vault'
import type { Institution } from '../institution.ts'
import { demand } from './viewers.ts'

/** The newest of the same source before it that nothing speaks against. */
async function lastClean({ vault }: Pick<Institution, 'vault'>, generationId: string, sourceId: string) {
  const all = await vault.generations.list({ sourceId })
  const at = all.findIndex(({ id }) => id === generationId)
  const clean = all.slice(at + 1).find(isGood)
  return clean && { generationId: clean.id, takenAtMs: clean.startedAt }
}

/** Undefined where no sign stands against it. */
export async function suspicionOf(
  institution: Pick<Institution, 'vault'>,
  { id, sourceId, suspect }: Pick<Generation, 'id' | 'sourceId' | 'suspect'>,
): Promise<UnderSuspicion | undefined> {
  return suspect ? { lastClean: await lastClean(institution, id, sourceId) } : undefined
}

export function signsService(institution: Pick<Institution, 'vault'>): SignsService {
  const { vault } = institution
  return {
    async open(viewer) {
      const names = new Map((await vault.sources()).map(({ id, name }) => [id, name]))
      const maySee = viewer.can.has('see-problem-paths') && !viewer.keysClosed
      const found = await vault.signs.open()
      return Promise.all(
        found.map(async (one) => ({
          generationId: one.generationId,
          sourceName: names.get(one.sourceId) ?? one.sourceId,
          takenAtMs: (await vault.generations.get(one.generationId))?.startedAt ?? one.at,
          signs: one.signs,
          lastClean: await lastClean(institution, one.generationId, one.sourceId),
          // One that was renamed and unreadable rests on two signs.
          files: maySee
            ? [...new Set((await vault.signExamples(one.generationId)).map(({ path }) => path))]
            : undefined,
        })),
      )
    },
    async clear(viewer, generationId, reason) {
      demand(viewer, 'manage-backup')
      const generation = await vault.generations.demand(generationId)
      await vault.signs.clear(generation, `person:${viewer.personId}`, reason)
      const source = await vault.source(generation.sourceId)
      if (!source?.options.canaries) return { unplanted: undefined }
      try {
        await vault.plantCanaries(source.id, 'again')
        return { unplanted: undefined }
      } catch (error) {
        // The person's word stands in the ledger by now: what could not be planted is a second thing, and said as one.
        if (!isAppError(error)) throw error
        return { unplanted: error.code }
      }
    },
  }
}
