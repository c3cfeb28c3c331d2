/** Blank forms: with a patient's head, and for people who have none yet. */
import type { Chart } from '#chart'
import { SLIP_KINDS, type SlipKind } from '#sheets'
import { field, type ReadingServices, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { pdfResponse, renderPage } from '../http/respond.ts'
import type { ChartAddress } from '../pages/chart.tsx'
import { slipPages, SlipsPage } from '../pages/slips.tsx'
import type { PdfWords } from '../ports.ts'
import type { SlipService } from '../slip-ports.ts'
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
  const kind = c.req.query('form') ?? field(c, 'form')
  return kind === 'labels' ? kind : (SLIP_KINDS.find((known) => known === kind) ?? 'all')
}

/** @param slips where serials are given: not on an emergency PC */
export function slipRoutes(app: WebApp, web: Web<ReadingServices>, read: Read, slips?: SlipService): void {
  const { charts } = web.services
  const show = async (c: WebContextOf, patient?: { chart: Chart; token: string }, error?: string) => {
    const ui = c.get('ui')
    const form = wanted(c)
    const sheets = await charts.noted(slipPages(ui, form, patient?.chart), pdfWords(ui, ui.t.printing.slipsTitle))
    const numbered = slips && !patient ? { error } : undefined
    const page = <SlipsPage {...{ ui, form, sheets, numbered }} {...(patient && { patient })} />
    return renderPage(c, page, error === undefined ? 200 : 400)
  }
  app.get('/charts/:token/slips', (c) => read(c, (chart, { token }) => show(c, { chart, token }), { print: 'staff' }))
  app.get('/charts/:token/slips.pdf', (c) => {
    const ui = c.get('ui')
    return read(
      c,
      async (chart) =>
        pdfResponse(c, await charts.pdf(slipPages(ui, wanted(c), chart), pdfWords(ui, ui.t.printing.slipsTitle))),
      { print: 'staff' },
    )
  })
  app.get('/slips', (c) => show(c))
  if (slips)
    app.post('/slips/numbered', async (c) => {
      const ui = c.get('ui')
      const kind = SLIP_KINDS.find((known) => known === field(c, 'form'))
      const count = /^\d{1,3}$/.test(field(c, 'count')) ? Number(field(c, 'count')) : 0
      if (!kind || count < 1 || count > 200) return show(c, undefined, ui.t.printing.numberedWrong)
      const serials = await slips.serials(viewerOf(c), kind, count)
      const words = pdfWords(ui, ui.t.printing.slipsTitle)
      return pdfResponse(c, await charts.pdf(slipPages(ui, kind, undefined, serials), words))
    })
  app.get('/slips.pdf', async (c) => {
    const ui = c.get('ui')
    return pdfResponse(c, await charts.pdf(slipPages(ui, wanted(c)), pdfWords(ui, ui.t.printing.slipsTitle)))
  })
}
