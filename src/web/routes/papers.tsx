/** 紙の用意. Everybody who signed in may read, print and count; manuals and phone numbers are changed by who keeps the settings. */
import { type Department, DEPARTMENTS, MOST_MANUAL } from '#downtime'
import { SLIP_KINDS } from '#sheets'
import { field, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { refuse } from '../http/refuse.tsx'
import { keptAs, pdfResponse, renderPage } from '../http/respond.ts'
import { type ManualModel, ManualPage } from '../pages/paper-manual.tsx'
import { PapersPage } from '../pages/papers.tsx'
import { KIT_PAPERS, type PaperName, SERVICE_CARDS } from '../papers-ports.ts'
import type { Ui } from '../ui.ts'
import { needs } from './guards.ts'

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
const MOST_PHONE = 40
const NAMES: readonly PaperName[] = [
  'stack',
  ...KIT_PAPERS.map((one) => `kit-${one}` as const),
  ...SERVICE_CARDS.map((one) => `card-${one}` as const),
  ...DEPARTMENTS.map((one) => `manual-${one}` as const),
]

function titleOf({ t: { papers: t } }: Ui, name: PaperName): string {
  const words: Readonly<Record<string, string>> = {
    ...Object.fromEntries(KIT_PAPERS.map((one) => [`kit-${one}`, t.kit[one]])),
    ...Object.fromEntries(SERVICE_CARDS.map((one) => [`card-${one}`, t.cards[one]])),
    ...Object.fromEntries(DEPARTMENTS.map((one) => [`manual-${one}`, t.manualOf(t.departments[one])])),
  }
  return words[name] ?? t.title
}

export function papersRoutes(app: WebApp, web: Web): void {
  const { papers } = web.services
  const show = async (c: WebContextOf, errors: Record<string, string> = {}) => {
    const view = await papers.view(viewerOf(c))
    const { saved, carried, counted } = c.get('ui').t.papers
    const said = { saved, carried, counted }[c.req.query('done') ?? '']
    const isWrong = Object.keys(errors).length > 0
    return renderPage(c, <PapersPage ui={c.get('ui')} model={{ view, said, errors }} />, isWrong ? 400 : 200)
  }
  const done = (c: WebContextOf, what: 'saved' | 'carried' | 'counted') => c.redirect(`/papers?done=${what}`, 303)

  app.get('/papers', (c) => show(c))
  app.post('/papers/contact', needs('manage-settings'), async (c) => {
    const given = { phone: field(c, 'phone').trim(), fax: field(c, 'fax').trim() }
    const long = Object.entries(given).filter(([, value]) => value.length > MOST_PHONE)
    const { field: words } = c.get('ui').t
    if (long.length > 0) return show(c, Object.fromEntries(long.map(([name]) => [name, words['too-long']])))
    await papers.saveContact(viewerOf(c), given)
    return done(c, 'saved')
  })
  app.post('/papers/stock', async (c) => {
    const [form, lie] = [field(c, 'form'), field(c, 'lie').trim()]
    const isForm = /^\d{1,2}$/.test(form) && Number(form) <= SLIP_KINDS.length
    if (!isForm || !/^\d{1,5}$/.test(lie)) return show(c, { lie: c.get('ui').t.papers.countWrong })
    await papers.count(viewerOf(c), Number(form), Number(lie))
    return done(c, 'counted')
  })
  app.post('/papers/carry', needs('manage-backup'), async (c) =>
    (await papers.carry(viewerOf(c))) ? done(c, 'carried') : show(c, { carry: c.get('ui').t.papers.carryFull }),
  )
  app.get('/papers/file/:name', async (c) => {
    const [base, format] = c.req.param('name').split('.')
    const name = NAMES.find((known) => known === base)
    if (!name || (format !== 'pdf' && format !== 'docx')) return refuse(c, 404, 'notFound')
    const bytes = await papers.file(viewerOf(c), name, format)
    if (!bytes) return refuse(c, 404, 'notFound')
    const ui = c.get('ui')
    const title = titleOf(ui, name)
    if (format === 'pdf') return pdfResponse(c, bytes, keptAs(ui, title, format, { way: 'inline' }))
    return c.body(new Uint8Array(bytes), 200, {
      'Content-Type': DOCX,
      'Content-Disposition': keptAs(ui, title, format),
      'Cache-Control': 'no-store',
    })
  })
  manualRoutes(app, web)
}

function manualRoutes(app: WebApp, { services: { papers } }: Web): void {
  const departmentOf = (c: WebContextOf): Department | undefined =>
    DEPARTMENTS.find((known) => known === c.req.param('department'))
  const show = async (c: WebContextOf, department: Department, more: Partial<ManualModel> = {}) => {
    const view = await papers.manual(viewerOf(c), department)
    const wrong = more.error !== undefined || more.conflict !== undefined
    return renderPage(c, <ManualPage ui={c.get('ui')} model={{ view, ...more }} />, wrong ? 400 : 200)
  }
  app.get('/papers/manuals/:department', (c) => {
    const department = departmentOf(c)
    if (!department) return refuse(c, 404, 'notFound')
    return show(c, department, c.req.query('done') === undefined ? {} : { said: c.get('ui').t.papers.saved })
  })
  app.post('/papers/manuals/:department/text', needs('manage-settings'), async (c) => {
    const department = departmentOf(c)
    if (!department) return refuse(c, 404, 'notFound')
    const text = field(c, 'text').replaceAll('\r\n', '\n').trim()
    const t = c.get('ui').t
    if (text === '') return show(c, department, { error: t.field.required, typed: text })
    if (text.length > MOST_MANUAL) return show(c, department, { error: t.papers.manualLong, typed: text })
    const seen = /^\d{1,6}$/.test(field(c, 'seen')) ? Number(field(c, 'seen')) : 0
    const result = await papers.saveManual(viewerOf(c), department, text, seen)
    if (result === 'conflict') return show(c, department, { conflict: text })
    return c.redirect(`/papers/manuals/${department}?done=1`, 303)
  })
}
