/** Blank forms: with a patient's head, and for people who have none yet. */
import type { Chart } from '#chart'
import { SLIP_KINDS, type SlipKind } from '#sheets'
import type { ReadingServices, Web, WebApp, WebContextOf } from '../context.ts'
import { pdfResponse, renderPage } from '../http/respond.ts'
import type { ChartAddress } from '../pages/chart.tsx'
import { slipPages, SlipsPage } from '../pages/slips.tsx'
import type { PdfWords } from '../ports.ts'
import type { Ui } from '../ui.ts'

export const pdfWords = (ui: Ui, title: string): PdfWords => ({
  title,
  language: ui.f.language,
  missingNotice: ui.t.printing.missingGlyphs,
})

type Read = (
  c: WebContextOf,
  show: (chart: Chart, address: ChartAddress) => Promise<Response>,
  print: { print?: 'staff' | 'patient' },
) => Promise<Response>

/** `all`, one form or the labels; labels are a patient's. */
function wanted(c: WebContextOf): SlipKind | 'all' | 'labels' {
  const kind = c.req.query('form')
  return kind === 'labels' ? kind : (SLIP_KINDS.find((known) => known === kind) ?? 'all')
}

export function slipRoutes(app: WebApp, web: Web<ReadingServices>, read: Read): void {
  const { charts } = web.services
  app.get('/charts/:token/slips', (c) =>
    read(
      c,
      (chart, address) =>
        renderPage(c, <SlipsPage ui={c.get('ui')} form={wanted(c)} patient={{ chart, token: address.token }} />),
      { print: 'staff' },
    ),
  )
  app.get('/charts/:token/slips.pdf', (c) => {
    const ui = c.get('ui')
    return read(
      c,
      async (chart) =>
        pdfResponse(c, await charts.pdf(slipPages(ui, wanted(c), chart), pdfWords(ui, ui.t.printing.slipsTitle))),
      { print: 'staff' },
    )
  })
  app.get('/slips', (c) => renderPage(c, <SlipsPage ui={c.get('ui')} form={wanted(c)} />))
  app.get('/slips.pdf', async (c) => {
    const ui = c.get('ui')
    return pdfResponse(c, await charts.pdf(slipPages(ui, wanted(c)), pdfWords(ui, ui.t.printing.slipsTitle)))
  })
}
