/** 改善項目. Any who is signed in may enter one and say what came of it; each is journaled. */
import { isAppError } from '#base'
import { IMPROVEMENT_STATES } from '#incident'
import { field, localPath, typedIn, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { dayFault } from '../day-text.ts'
import type { FieldErrors } from '../components/index.ts'
import { renderPage } from '../http/respond.ts'
import { errorSentences } from '../messages/errors.ts'
import { ImprovementsPage } from '../pages/incidents.tsx'

const MOST_WORDS = 300

export function improvementRoutes(app: WebApp, { services: { improvements } }: Web): void {
  const show = async (c: WebContextOf, more: { errors?: FieldErrors; refused?: string } = {}) =>
    renderPage(
      c,
      <ImprovementsPage
        ui={c.get('ui')}
        items={await improvements.list()}
        {...more}
        {...((more.errors ?? more.refused) && { typed: typedIn(c) })}
      />,
      more.errors || more.refused ? 400 : 200,
    )
  app.get('/improvements', (c) => show(c))
  app.post('/improvements', async (c) => {
    const { t } = c.get('ui')
    const input = {
      what: field(c, 'what').slice(0, MOST_WORDS),
      owner: field(c, 'owner').slice(0, MOST_WORDS),
      dueOn: field(c, 'dueOn'),
    }
    const origin = /^incident:[a-z0-9-]{1,64}$/.test(field(c, 'origin')) ? field(c, 'origin') : 'house'
    if (input.what === '') return show(c, { errors: { what: t.incident.required } })
    if (input.owner === '') return show(c, { errors: { owner: t.incident.required } })
    const fault = dayFault(input.dueOn)
    if (fault) return show(c, { errors: { dueOn: t.field[fault] } })
    await improvements.add(viewerOf(c), origin, input)
    const [, incident] = origin.split(':')
    return c.redirect(localPath(incident ? `/incidents/${incident}/review` : '/improvements'), 303)
  })
  app.post('/improvements/:id', async (c) => {
    const id = c.req.param('id')
    const state = IMPROVEMENT_STATES.find((one) => one === field(c, `state~${id}`)) ?? 'open'
    try {
      await improvements.settle(viewerOf(c), id, state, field(c, `outcome~${id}`).slice(0, MOST_WORDS))
      return c.redirect('/improvements', 303)
    } catch (error) {
      if (!isAppError(error, 'INCIDENT_IMPROVEMENT_INCOMPLETE')) throw error
      const { what, next } = errorSentences(error.code, c.get('ui').f.language)
      return show(c, { refused: `${what} ${next}` })
    }
  })
}
