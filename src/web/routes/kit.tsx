/** The recovery kit. What it shows is never stored by a browser (`no-store` is on every page). */
import { KIT_REASONS, type KitReason } from '#journal'
import { field, fields, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { refuse } from '../http/refuse.tsx'
import { renderPage } from '../http/respond.ts'
import { SHEET_PARTS, type SheetHolder, type SheetPart } from '../kit-ports.ts'
import { CheckPage, emptyKitInput, type KitInput, KitPage, NewKitPage } from '../pages/kit.tsx'
import { KitFactsPage, KitSheetsPage } from '../pages/kit-sheets.tsx'
import { unlockPath } from '../pages/sign-in.tsx'
import { needs } from './guards.ts'

export function kitRoutes(app: WebApp, web: Web): void {
  const { kit } = web.services
  app.use('/recovery-kit', needs('confirm-kit'))
  app.use('/recovery-kit/*', needs('confirm-kit'))

  app.get('/recovery-kit', async (c) => {
    const view = await kit.view(viewerOf(c))
    return renderPage(c, <KitPage ui={c.get('ui')} view={view} right={c.req.query('right') === '1'} />)
  })

  app.get('/recovery-kit/new', async (c) => {
    if (viewerOf(c).keysClosed) return c.redirect(unlockPath('/recovery-kit/new'), 303)
    return renderPage(c, <NewKitPage ui={c.get('ui')} input={emptyKitInput} />)
  })
  app.post('/recovery-kit/new', async (c) => {
    const { t } = c.get('ui')
    const input = kitInput(c)
    const wanted = input.holders.filter(({ part }) => input.which === 'all' || part === 0)
    const missing = wanted.flatMap(({ part, holder, keptAt }) => [
      ...(holder === '' ? [`holder${part}`] : []),
      ...(keptAt === '' ? [`keptAt${part}`] : []),
    ])
    const show = (errors: Record<string, string>) =>
      renderPage(c, <NewKitPage ui={c.get('ui')} input={input} errors={errors} />, 400)
    if (missing.length > 0) return show(Object.fromEntries(missing.map((name) => [name, t.kit.holderRequired])))
    const result = await kit.issue(viewerOf(c), wanted)
    if (result.kind === 'refused') return show({ [result.field]: t.kit.outsideRequired })
    return c.redirect('/recovery-kit/print', 303)
  })
  app.get('/recovery-kit/print', async (c) => {
    const printed = await kit.sheets(viewerOf(c))
    if (!printed) return c.redirect('/recovery-kit', 303)
    return renderPage(c, <KitSheetsPage ui={c.get('ui')} kit={printed} />)
  })

  app.get('/recovery-kit/places', async (c) => {
    const facts = await kit.facts(viewerOf(c))
    if (!facts) return c.redirect('/recovery-kit', 303)
    return renderPage(c, <KitFactsPage ui={c.get('ui')} facts={facts} />)
  })
  app.post('/recovery-kit/places', async (c) => {
    await kit.factsPrinted(viewerOf(c))
    return c.redirect('/recovery-kit', 303)
  })

  const showQuestion = async (c: WebContextOf, part: SheetPart, wrong: boolean) => {
    const viewer = viewerOf(c)
    const [places, { kit: known }] = await Promise.all([kit.question(viewer, part), kit.view(viewer)])
    if (!places || !known) return refuse(c, 404, 'notFound')
    return renderPage(
      c,
      <CheckPage ui={c.get('ui')} kitId={known.id} part={part} places={places} wrong={wrong} />,
      wrong ? 400 : 200,
    )
  }
  app.get('/recovery-kit/check/:part', async (c) => {
    const part = partOf(c)
    return part === undefined ? refuse(c, 404, 'notFound') : showQuestion(c, part, false)
  })
  app.post('/recovery-kit/check/:part', async (c) => {
    const part = partOf(c)
    if (part === undefined) return refuse(c, 404, 'notFound')
    const places = field(c, 'places').split(',').map(Number)
    const words = places.map((_, i) => field(c, `word${i}`))
    if (!(await kit.answer(viewerOf(c), part, places, words))) return showQuestion(c, part, true)
    return c.redirect('/recovery-kit?right=1', 303)
  })

  app.post('/recovery-kit/ask', async (c) => {
    await kit.ask(viewerOf(c), reasonOf(c))
    return c.redirect('/recovery-kit', 303)
  })
  app.post('/recovery-kit/revoke', async (c) => {
    await kit.revoke(viewerOf(c), reasonOf(c))
    return c.redirect('/recovery-kit', 303)
  })
  for (const verb of ['confirm', 'withdraw'] as const)
    app.post(`/recovery-kit/${verb}`, async (c) => {
      await kit[verb](viewerOf(c))
      return c.redirect('/recovery-kit', 303)
    })
}

const partOf = (c: WebContextOf): SheetPart | undefined =>
  SHEET_PARTS.find((part) => String(part) === c.req.param('part'))

const reasonOf = (c: WebContextOf): KitReason =>
  KIT_REASONS.find((reason) => reason === field(c, 'reason')) ?? 'replaced'

function kitInput(c: WebContextOf): KitInput {
  const outside = fields(c, 'outside')
  const holders = SHEET_PARTS.map((part): SheetHolder => ({
    part,
    holder: field(c, `holder${part}`),
    keptAt: field(c, `keptAt${part}`),
    outside: outside.includes(String(part)),
  }))
  return { which: field(c, 'which') === 'kit' ? 'kit' : 'all', holders }
}
