/** Signs of an attack, as the web shows them. */
import type { SignsService } from '#web'
import { isGood, type Suspicion } from '#vault'
import type { Institution } from '../institution.ts'
import { demand } from './viewers.ts'

export function signsService({ vault }: Pick<Institution, 'vault'>): SignsService {
  const lastClean = async ({ generationId, sourceId }: Suspicion) => {
    const all = await vault.generations.list({ sourceId })
    const at = all.findIndex(({ id }) => id === generationId)
    const clean = all.slice(at + 1).find(isGood)
    return clean && { generationId: clean.id, takenAtMs: clean.startedAt }
  }
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
          lastClean: await lastClean(one),
          files: maySee ? (await vault.signExamples(one.generationId)).map(({ path }) => path) : undefined,
        })),
      )
    },
    async clear(viewer, generationId, reason) {
      demand(viewer, 'manage-backup')
      const generation = await vault.generations.demand(generationId)
      await vault.signs.clear(generation, `person:${viewer.personId}`, reason)
      const source = await vault.source(generation.sourceId)
      if (source?.options.canaries) await vault.plantCanaries(source.id, 'again')
    },
  }
}
