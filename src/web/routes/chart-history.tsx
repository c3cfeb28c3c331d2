/** Other days of one chart, and what changed. Both charts are opened and journaled like any other look. */
import type { Chart } from '#chart'
import { type ReadingServices, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { renderPage } from '../http/respond.ts'
import type { ChartAddress } from '../pages/chart.tsx'
import { ChartHistoryPage, ComparePage } from '../pages/chart-history.tsx'

type Show = (chart: Chart, address: ChartAddress) => Promise<Response>
interface ChartReading {
  /** The chart of the address, or the answer instead of it. */
  readonly read: (c: WebContextOf, show: Show) => Promise<Response>
  /** The same patient in another generation, by the identifiers that this session confirmed; `ask`: they do not do there. */
  readonly again: (c: WebContextOf, chart: Chart, generationId: string) => Promise<Chart | 'not-there' | 'ask'>
}

export function historyRoutes(app: WebApp, web: Web<ReadingServices>, { read, again }: ChartReading): void {
  const { charts } = web.services
  // `read` has opened this patient's chart before.
  const patientOf = (c: WebContextOf) => web.notes.patientKey(viewerOf(c).sessionId, c.req.param('token') ?? '') ?? ''
  const history = async (c: WebContextOf, chart: Chart, address: ChartAddress, notThere = false) => {
    const generations = await charts.readableGenerations()
    const held = await charts.daysWith(viewerOf(c), patientOf(c), c.req.query('from'))
    const model = { chart, address, generations, held, notThere }
    return renderPage(c, <ChartHistoryPage ui={c.get('ui')} model={model} />)
  }
  app.get('/charts/:token/history', (c) => read(c, (chart, address) => history(c, chart, address)))
  app.get('/charts/:token/compare', (c) =>
    read(c, async (chart, address) => {
      const asked = c.req.query('with') ?? ''
      const other = await again(c, chart, asked)
      if (other === 'not-there') return history(c, chart, address, true)
      if (other === 'ask')
        return c.redirect(`/charts/${address.token}/open?generation=${encodeURIComponent(asked)}`, 303)
      const [before, after] = other.generation.asOf <= chart.generation.asOf ? [other, chart] : [chart, other]
      return renderPage(c, <ComparePage ui={c.get('ui')} before={before} after={after} address={address} />)
    }),
  )
}
