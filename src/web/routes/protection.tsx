/** The list of protected patients. */
import { field, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { refuse } from '../http/refuse.tsx'
import { renderPage } from '../http/respond.ts'
import { type ProtectionModel, ProtectionPage } from '../pages/protection.tsx'
import { unlockPath } from '../pages/sign-in.tsx'
import { needs } from './guards.ts'

export function protectionRoutes(app: WebApp, web: Web): void {
  const { protection } = web.services
  for (const path of ['/protected', '/protected/*']) {
    app.use(path, needs('protect-patients'))
    app.use(path, needs('see-patients'))
    app.use(path, (c, next) =>
      viewerOf(c).keysClosed ? Promise.resolve(c.redirect(unlockPath('/protected'), 303)) : next(),
    )
  }
  const show = async (c: WebContextOf, more: Omit<ProtectionModel, 'rows'>, status: 200 | 400 = 200) =>
    renderPage(
      c,
      <ProtectionPage ui={c.get('ui')} model={{ rows: await protection.list(viewerOf(c)), ...more }} />,
      status,
    )

  app.get('/protected', (c) => show(c, { saved: c.req.query('saved') === '1' }))
  app.post('/protected', async (c) => {
    const { t } = c.get('ui')
    const typed = field(c, 'patientId')
    if (typed === '') return show(c, { errors: { patientId: t.field.required } }, 400)
    const result = await protection.protect(viewerOf(c), typed)
    if (result.kind === 'refused') return show(c, { typed, errors: { patientId: t.field[result.code] } }, 400)
    return c.redirect('/protected?saved=1', 303)
  })
  app.post('/protected/lift', async (c) => {
    const id = field(c, 'id')
    if (id === '') return refuse(c, 404, 'notFound')
    await protection.lift(viewerOf(c), id)
    return c.redirect('/protected?saved=1', 303)
  })
}
