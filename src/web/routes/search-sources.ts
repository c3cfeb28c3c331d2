/** A search looks into every source: a booking table that was taken last must not hide the hospital's charts. */
import { isAppError } from '#base'
import type { ChartService, Viewer } from '../ports.ts'
import type { GenerationSummary, SearchResult } from '../read-models.ts'

export interface SearchedSource {
  readonly generation: GenerationSummary
  /** `failed`: this source cannot be searched now; undefined: nothing was asked. */
  readonly result: SearchResult | 'failed' | undefined
}

/** Of each source the backup that is read first; the source with most patients leads. */
export function newestOfEach<G extends { readonly sourceId: string; readonly patients?: number | undefined }>(
  generations: readonly G[],
): G[] {
  const newest = [...Map.groupBy(generations, ({ sourceId }) => sourceId).values()].map(([first]) => first!)
  return newest.toSorted((a, b) => (b.patients ?? 0) - (a.patients ?? 0))
}

/** What is shown, and what the other sources say. @throws where no source at all can be searched */
export async function searchSources(
  charts: Pick<ChartService<unknown>, 'search'>,
  viewer: Viewer,
  generations: readonly GenerationSummary[],
  query: string | undefined,
  page: { readonly page: number; readonly pageSize: number },
): Promise<{ readonly shown: SearchedSource; readonly others: readonly SearchedSource[] }> {
  const searched: SearchedSource[] = []
  let failure: unknown
  for (const generation of generations) {
    try {
      const result = query ? await charts.search(viewer, query, { generationId: generation.id, ...page }) : undefined
      searched.push({ generation, result })
    } catch (error) {
      if (!isAppError(error) || error.code === 'VAULT_KEY_MISSING') throw error
      failure = error
      searched.push({ generation, result: 'failed' })
    }
  }
  const answered = searched.filter(({ result }) => result !== 'failed')
  const shown = answered.find(({ result }) => result && result !== 'failed' && result.total > 0) ?? answered[0]
  if (!shown) throw failure
  return { shown, others: searched.filter((one) => one !== shown) }
}
