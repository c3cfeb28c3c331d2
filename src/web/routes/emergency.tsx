/** Emergency accounts: the door for who holds an envelope, and the pages of those who keep them. */
import { EMERGENCY_PROFESSIONS, EMERGENCY_REASONS } from '#access'
import { hasWords } from '#base'
import { addressOf, field, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { startSession } from '../http/cookies.ts'
import { refuse } from '../http/refuse.tsx'
import { renderPage } from '../http/respond.ts'
import {
  type DoorModel,
  EmergencyDoorPage,
  EmergencyPage,
  EnvelopePage,
  EnvelopeSheetPage,
} from '../pages/emergency.tsx'
import { unlockPath } from '../pages/sign-in.tsx'
import { needs } from './guards.ts'

/** Before the guard: whoever comes here has no account that works. */
export function emergencyDoor(app: WebApp, web: Web): void {
  const show = (c: WebContextOf, model: DoorModel, status: 200 | 400 | 401 = 200) =>
    renderPage(c, <EmergencyDoorPage ui={c.get('ui')} model={model} />, status)

  app.get('/emergency', (c) => show(c, { typed: {} }))
  app.post('/emergency', async (c) => {
    const { t } = c.get('ui')
    const profession = EMERGENCY_PROFESSIONS.find((known) => known === field(c, 'profession'))
    const reason = EMERGENCY_REASONS.find((known) => known === field(c, 'reason')) ?? 'other'
    const typed = {
      name: field(c, 'name'),
      reason,
      reasonText: field(c, 'reasonText'),
      ...(profession && { profession }),
    }
    const code = field(c, 'code')
    const missing = { code, name: typed.name, profession: profession ?? '', reasonText: typed.reasonText }
    const errors = Object.fromEntries(
      Object.entries(missing).flatMap(([name, text]) => (hasWords(text) ? [] : [[name, t.field.required]])),
    )
    if (!profession || Object.keys(errors).length > 0) return show(c, { typed, errors }, 400)
    const result = await web.services.emergency.open({ ...typed, profession, code, address: addressOf(c) })
    if (result.kind !== 'ok') return show(c, { typed, refusal: result }, 401)
    startSession(c, web.cookies, result.token)
    return c.redirect('/charts', 303)
  })
}

export function emergencyRoutes(app: WebApp, web: Web): void {
  const { emergency } = web.services
  app.use('/emergency-accounts', needs('confirm-kit'))
  app.use('/emergency-accounts/*', needs('confirm-kit'))

  app.get('/emergency-accounts', async (c) =>
    renderPage(c, <EmergencyPage ui={c.get('ui')} view={await emergency.view(viewerOf(c))} />),
  )
  app.post('/emergency-accounts/ask', async (c) => {
    await emergency.ask(viewerOf(c))
    return c.redirect('/emergency-accounts', 303)
  })

  const numberOf = (c: WebContextOf) => {
    const text = c.req.param('number') ?? ''
    return /^\d{1,6}$/.test(text) ? Number(text) : undefined
  }
  app.get('/emergency-accounts/:number', async (c) => {
    const number = numberOf(c)
    const found = number === undefined ? undefined : await emergency.uses(viewerOf(c), number)
    if (!found) return refuse(c, 404, 'notFound')
    return renderPage(c, <EnvelopePage ui={c.get('ui')} {...found} />)
  })
  app.post('/emergency-accounts/:number/make', async (c) => {
    const number = numberOf(c)
    if (number === undefined) return refuse(c, 404, 'notFound')
    if (viewerOf(c).keysClosed) return c.redirect(unlockPath('/emergency-accounts'), 303)
    const code = await emergency.make(viewerOf(c), number)
    const address = `${web.options.secure ? 'https' : 'http'}://${c.req.header('host')}/emergency`
    return renderPage(c, <EnvelopeSheetPage ui={c.get('ui')} number={number} code={code} address={address} />)
  })
  app.post('/emergency-accounts/:number/end', async (c) => {
    const number = numberOf(c)
    if (number === undefined) return refuse(c, 404, 'notFound')
    await emergency.end(viewerOf(c), number, 'person')
    return c.redirect('/emergency-accounts', 303)
  })
  for (const result of ['right', 'questioned'] as const)
    app.post(`/emergency-accounts/:number/${result}`, async (c) => {
      const number = numberOf(c)
      if (number === undefined) return refuse(c, 404, 'notFound')
      await emergency.sign(viewerOf(c), number, result)
      return c.redirect('/emergency-accounts', 303)
    })
}
