/** Blank forms: with a patient's head, and for people who have none yet. */
import type { Chart } from '#chart'
import { LABELS_A_NUMBER, SLIP_KINDS, type SlipKind, temporaryPages } from '#sheets'
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

const MOST_A_TIME = 200
/** 0 for what is no number, or too many. */
const countOf = (c: WebContextOf, name: string): number => {
  const count = /^\d{1,3}$/.test(field(c, name)) ? Number(field(c, name)) : 0
  return count <= MOST_A_TIME ? count : 0
}

/** @param slips where serials are given: not on a disc */
export function slipRoutes(app: WebApp, web: Web<ReadingServices>, read: Read, slips?: SlipService): void {
  const { charts } = web.services
  const show = async (c: WebContextOf, patient?: { chart: Chart; token: string }, wrong?: 'count' | 'patients') => {
    const ui = c.get('ui')
    const form = wanted(c)
    const sheets = await charts.noted(slipPages(ui, form, patient?.chart), pdfWords(ui, ui.t.printing.slipsTitle))
    const said = wrong && { [wrong]: ui.t.printing.numberedWrong }
    const numbered = slips && !patient ? { state: await slips.state(viewerOf(c)), ...said } : undefined
    const page = <SlipsPage {...{ ui, form, sheets, numbered }} {...(patient && { patient })} />
    return renderPage(c, page, wrong === undefined ? 200 : 400)
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
  if (slips) numberRoutes(app, web, slips, (c, wrong) => show(c, undefined, wrong))
  app.get('/slips.pdf', async (c) => {
    const ui = c.get('ui')
    return pdfResponse(c, await charts.pdf(slipPages(ui, wanted(c)), pdfWords(ui, ui.t.printing.slipsTitle)))
  })
}

type ShowWrong = (c: WebContextOf, wrong: 'count' | 'patients') => Promise<Response>

function numberRoutes(app: WebApp, web: Web<ReadingServices>, slips: SlipService, showWrong: ShowWrong): void {
  const { charts } = web.services
  app.post('/slips/numbered', async (c) => {
    const ui = c.get('ui')
    const kind = SLIP_KINDS.find((known) => known === field(c, 'form'))
    const count = countOf(c, 'count')
    if (!kind || count < 1) return showWrong(c, 'count')
    const serials = await slips.serials(viewerOf(c), kind, count)
    const isTemporary = kind === 'reception' && field(c, 'temporary') === 'yes'
    const given = isTemporary ? await slips.temporary(viewerOf(c), count) : []
    const numbers = serials.map((serial, i) => ({ serial, ...(given[i] !== undefined && { temporary: given[i] }) }))
    const words = pdfWords(ui, ui.t.printing.slipsTitle)
    return pdfResponse(c, await charts.pdf(slipPages(ui, kind, undefined, numbers), words))
  })
  app.post('/slips/temporary', async (c) => {
    const ui = c.get('ui')
    const patients = countOf(c, 'patients')
    if (patients < 1) return showWrong(c, 'patients')
    const each = LABELS_A_NUMBER.find((known) => String(known) === field(c, 'each')) ?? LABELS_A_NUMBER[0]
    const codes = await slips.temporary(viewerOf(c), patients)
    const words = pdfWords(ui, ui.t.printing.temporaryTitle)
    return pdfResponse(c, await charts.pdf(temporaryPages(codes, each, ui.t.paper), words))
  })
}
