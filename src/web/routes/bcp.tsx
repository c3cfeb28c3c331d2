/** The continuity plan. Everybody who signed in may read it; who keeps the backups writes it. */
import {
  type Draft,
  INSTITUTION_KINDS,
  openIn,
  type Order,
  ordered,
  ORDERS,
  problemOf,
  questionsOf,
  sectionsOf,
} from '#bcp'
import type { BcpView } from '../bcp-ports.ts'
import { field, fields, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { refuse } from '../http/refuse.tsx'
import { keptAs, renderPage } from '../http/respond.ts'
import { BcpOrderPage, BcpSectionPage, BiaPage } from '../pages/bcp-parts.tsx'
import { BcpComparePage } from '../pages/bcp-binder.tsx'
import { ApprovePage, BcpPage, KindPage } from '../pages/bcp.tsx'
import { needs } from './guards.ts'

const MOST_NAME = 60
const SAID = ['saved', 'approved', 'nothingNew', 'printed', 'printedSame'] as const
const TYPES = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
} as const

export function bcpRoutes(app: WebApp, { services: { bcp } }: Web): void {
  const keepers = needs('manage-backup')
  const view = (c: WebContextOf): Promise<BcpView> => bcp.view(viewerOf(c), c.get('ui').f.language)
  const home = (c: WebContextOf, said: (typeof SAID)[number]) => c.redirect(`/bcp?done=${said}`, 303)

  app.get('/bcp', async (c) => {
    const t = c.get('ui').t.bcp
    const said = { ...t, printed: t.binder.printed, printedSame: t.binder.printedSame }
    const done = SAID.find((known) => known === c.req.query('done'))
    return renderPage(c, <BcpPage ui={c.get('ui')} model={{ view: await view(c), said: done && said[done] }} />)
  })
  binderRoutes(app, bcp, keepers)
  app.get('/bcp/compare', async (c) => {
    const now = await view(c)
    const numberOf = (key: string) => Number(c.req.query(key) ?? NaN)
    const from = c.req.query('from') === undefined ? now.versions[0]?.number : numberOf('from')
    const to = [undefined, '', 'now'].includes(c.req.query('to')) ? undefined : numberOf('to')
    const compared = from === undefined ? undefined : await bcp.compare(viewerOf(c), from, to)
    const isUnknown = from !== undefined && compared === undefined
    return renderPage(c, <BcpComparePage ui={c.get('ui')} model={{ view: now, compared, isUnknown }} />)
  })
  app.get('/bcp/kind', keepers, async (c) =>
    renderPage(c, <KindPage ui={c.get('ui')} model={{ view: await view(c) }} />),
  )
  app.post('/bcp/kind', keepers, async (c) => {
    const kind = INSTITUTION_KINDS.find((known) => known === field(c, 'kind'))
    if (!kind) {
      const model = { view: await view(c), errors: { kind: c.get('ui').t.bcp.required } }
      return renderPage(c, <KindPage ui={c.get('ui')} model={model} />, 400)
    }
    await bcp.setKind(viewerOf(c), kind)
    return home(c, 'saved')
  })
  sectionRoutes(app, bcp, view, keepers)

  app.get('/bcp/approve', keepers, async (c) => {
    const model = { view: await view(c) }
    return model.view.kind ? renderPage(c, <ApprovePage ui={c.get('ui')} model={model} />) : c.redirect('/bcp', 303)
  })
  app.post('/bcp/approve', keepers, async (c) => {
    const approver = field(c, 'approver').trim()
    const { field: words } = c.get('ui').t
    const now = await view(c)
    if (!now.kind) return c.redirect('/bcp', 303)
    if (approver === '' || approver.length > MOST_NAME) {
      const errors = { approver: words[approver === '' ? 'required' : 'too-long'] }
      return renderPage(c, <ApprovePage ui={c.get('ui')} model={{ view: now, errors }} />, 400)
    }
    return home(c, (await bcp.approve(viewerOf(c), approver)) === undefined ? 'nothingNew' : 'approved')
  })
  const file = async (c: WebContextOf, format: 'pdf' | 'docx', version?: number) => {
    const bytes = await bcp.file(viewerOf(c), format, version)
    if (!bytes) return refuse(c, 404, 'notFound')
    const ui = c.get('ui')
    const { t } = ui
    const title = `BCP_${version === undefined ? t.bcp.draftMark : t.bcp.version(String(version))}`
    const approved =
      version === undefined ? undefined : (await view(c)).versions.find(({ number }) => number === version)
    return c.body(new Uint8Array(bytes), 200, {
      'Content-Type': TYPES[format],
      'Content-Disposition': keptAs(ui, title, format, { onMs: approved?.approvedAt }),
    })
  }
  for (const format of ['pdf', 'docx'] as const) {
    app.get(`/bcp/plan.${format}`, (c) => file(c, format))
    app.get(`/bcp/versions/:number/plan.${format}`, (c) => file(c, format, Number(c.req.param('number'))))
  }
}

type Bcp = Web['services']['bcp']

function binderRoutes(app: WebApp, bcp: Bcp, keepers: ReturnType<typeof needs>): void {
  app.post('/bcp/binder', keepers, async (c) => {
    const isNew = await bcp.printBinder(viewerOf(c))
    return c.redirect(isNew === undefined ? '/bcp' : `/bcp?done=${isNew ? 'printed' : 'printedSame'}#binder`, 303)
  })
  app.get('/bcp/binder.pdf', keepers, async (c) => {
    const bytes = await bcp.binderFile(viewerOf(c))
    if (!bytes) return refuse(c, 404, 'notFound')
    const ui = c.get('ui')
    const { binder } = await bcp.view(viewerOf(c), ui.f.language)
    const onMs = binder?.printing?.printedAtMs
    return c.body(new Uint8Array(bytes), 200, {
      'Content-Type': TYPES.pdf,
      'Content-Disposition': keptAs(ui, ui.t.bcp.binder.title, 'pdf', { onMs, way: 'inline' }),
      'Cache-Control': 'no-store',
    })
  })
}

function sectionRoutes(
  app: WebApp,
  bcp: Bcp,
  view: (c: WebContextOf) => Promise<BcpView>,
  keepers: ReturnType<typeof needs>,
): void {
  const found = async (c: WebContextOf) => {
    const now = await view(c)
    const section = now.kind && sectionsOf(now.kind).find(({ code }) => code === c.req.param('code'))
    return section && { now, section }
  }
  app.get('/bcp/sections/:code', async (c) => {
    const one = await found(c)
    if (!one) return refuse(c, 404, 'notFound')
    return renderPage(
      c,
      <BcpSectionPage ui={c.get('ui')} section={one.section} model={{ view: one.now, isSaved: isSaved(c) }} />,
    )
  })
  app.post('/bcp/sections/:code/answers', keepers, async (c) => {
    const one = await found(c)
    if (!one) return refuse(c, 404, 'notFound')
    const { now, section } = one
    const questions = questionsOf(section, now.kind!)
    const typed = Object.fromEntries(
      questions.map(({ key, kind, choices = [] }) => {
        const chosen = () => fields(c, key).filter((code) => choices.includes(code))
        if (kind === 'number') return [key, digitsIn(c, key)]
        return [key, kind === 'choices' ? chosen().join(',') : field(c, key).replaceAll('\r\n', '\n').trim()]
      }),
    )
    const words = c.get('ui').t.bcp.answerProblem
    const errors = Object.fromEntries(
      questions.flatMap((question) => {
        const problem = problemOf(question, typed[question.key] ?? '')
        if (problem === undefined) return []
        const [from = 0, until = 0] = question.range ?? []
        return [
          [question.key, problem === 'out-of-range' ? words[problem](String(from), String(until)) : words[problem]],
        ]
      }),
    )
    if (Object.keys(errors).length > 0) {
      const page = <BcpSectionPage ui={c.get('ui')} section={section} model={{ view: now, typed, errors }} />
      return renderPage(c, page, 400)
    }
    if (Object.values(typed).every((value) => value === '') && field(c, 'empty') !== 'yes') {
      const page = <BcpSectionPage ui={c.get('ui')} section={section} model={{ view: now, typed, isEmpty: true }} />
      return renderPage(c, page, 400)
    }
    await bcp.answer(viewerOf(c), typed)
    return c.redirect(await nextPath(c, view, section.code), 303)
  })

  const orderOf = (c: WebContextOf): Order | undefined =>
    (['care', 'recovery'] as const).find((known) => known === c.req.param('order'))
  app.get('/bcp/orders/:order', keepers, async (c) => {
    const order = orderOf(c)
    if (!order) return refuse(c, 404, 'notFound')
    return renderPage(
      c,
      <BcpOrderPage ui={c.get('ui')} order={order} model={{ view: await view(c), isSaved: isSaved(c) }} />,
    )
  })
  app.post('/bcp/orders/:order', keepers, async (c) => {
    const order = orderOf(c)
    if (!order) return refuse(c, 404, 'notFound')
    const places = Object.fromEntries(ORDERS[order].map((code) => [code, digitsIn(c, code)]))
    const wrong = ORDERS[order].filter((code) => !/^([1-9]\d{0,2})?$/.test(places[code]!))
    if (wrong.length > 0) {
      const errors = Object.fromEntries(wrong.map((code) => [code, c.get('ui').t.bcp.answerProblem['not-a-place']]))
      const page = (
        <BcpOrderPage ui={c.get('ui')} order={order} model={{ view: await view(c), typed: places, errors }} />
      )
      return renderPage(c, page, 400)
    }
    await bcp.setOrder(viewerOf(c), order, ordered(order, places))
    return c.redirect(`${order === 'care' ? '/bcp/orders/recovery' : '/bcp/bia'}${SAVED}`, 303)
  })
  app.get('/bcp/bia', keepers, async (c) =>
    renderPage(c, <BiaPage ui={c.get('ui')} model={{ view: await view(c), isSaved: isSaved(c) }} />),
  )
  app.post('/bcp/bia', keepers, async (c) => {
    const now = await view(c)
    const { bia, typed, errors } = biaIn(c, now)
    if (Object.keys(errors).length > 0)
      return renderPage(c, <BiaPage ui={c.get('ui')} model={{ view: now, typed, errors }} />, 400)
    await bcp.setBia(viewerOf(c), bia)
    return c.redirect('/bcp?done=saved', 303)
  })
}

const SAVED = '?done=saved'
const isSaved = (c: WebContextOf): boolean => c.req.query('done') === 'saved'

/** As a Japanese keyboard writes them, too: ３０ is 30. */
const digitsIn = (c: WebContextOf, name: string): string => field(c, name).normalize('NFKC').trim()

/** The next section with something open, behind this one first; never itself: it may be left empty for now. */
async function nextPath(c: WebContextOf, view: (c: WebContextOf) => Promise<BcpView>, from: string): Promise<string> {
  const now = await view(c)
  const sections = sectionsOf(now.kind!)
  const at = sections.findIndex(({ code }) => code === from)
  const next = [...sections.slice(at + 1), ...sections.slice(0, at)].find(
    (one) => openIn(one, now.kind!, now.draft).length > 0,
  )
  if (next) return `/bcp/sections/${next.code}${SAVED}`
  const [order] = now.progress?.orders ?? []
  return order ? `/bcp/orders/${order}${SAVED}` : `/bcp${SAVED}`
}

function biaIn(c: WebContextOf, { systems }: BcpView) {
  const typed: Record<string, string> = {}
  const errors: Record<string, string> = {}
  const hours = (name: string): number | undefined => {
    const value = (typed[name] = digitsIn(c, name))
    if (value !== '' && !/^\d{1,4}$/.test(value)) errors[name] = c.get('ui').t.bcp.answerProblem['not-a-number']
    return value === '' ? undefined : Number(value)
  }
  const bia: Draft['bia'] = systems.map(({ systemId }) => {
    const [rtoHours, rpoHours] = [hours(`rto-${systemId}`), hours(`rpo-${systemId}`)]
    const instead = (typed[`instead-${systemId}`] = field(c, `instead-${systemId}`).trim().slice(0, 500))
    const needed = new Set(fields(c, `needs-${systemId}`))
    return {
      systemId,
      ...(rtoHours !== undefined && { rtoHours }),
      ...(rpoHours !== undefined && { rpoHours }),
      instead,
      needs: systems.map((one) => one.systemId).filter((id) => id !== systemId && needed.has(id)),
    }
  })
  return { bia, typed, errors }
}
