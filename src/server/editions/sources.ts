/** Sources that open as charts, as an edition takes them: re-keyed ones under the id that they go on as. */
import type { SourceOrder } from '#edition'
import { type Generation, goesOnAs } from '#vault'
import type { Institution } from '../institution.ts'

export interface ChartSource extends Pick<SourceOrder, 'name' | 'sharesNumbers' | 'isRetired'> {
  readonly id: string
  /** Newest first. */
  readonly generations: readonly Generation[]
}

/** Those with anything to read, the largest source of charts first as the institution lists them. */
export async function chartSources({ vault, charts }: Pick<Institution, 'vault' | 'charts'>): Promise<ChartSource[]> {
  const all = await vault.sources()
  const byId = Map.groupBy(await charts.readable(), ({ sourceId }) => goesOnAs(all, sourceId))
  return all.flatMap((source) => {
    const generations = byId.get(source.id)
    if (!generations) return []
    const { id, name, options, stopped } = source
    return [{ id, name, sharesNumbers: options.sharedNumbers === true, isRetired: stopped !== undefined, generations }]
  })
}
