/** Signs of an attack. */
import { CLEAR_REASONS } from '#journal'
import { field, viewerOf, type Web, type WebApp } from '../context.ts'
import { renderPage } from '../http/respond.ts'
import { SignsPage } from '../pages/signs.tsx'
import { needs } from './guards.ts'

export function signsRoutes(app: WebApp, { services: { signs } }: Web): void {
  app.get('/signs', async (c) => renderPage(c, <SignsPage ui={c.get('ui')} found={await signs.open(viewerOf(c))} />))
  app.use('/signs/*', needs('manage-backup'))
  app.post('/signs/:id/clear', async (c) => {
    const id = c.req.param('id')
    const reason = CLEAR_REASONS.find((known) => known === field(c, 'reason'))
    if (!reason) {
      const found = await signs.open(viewerOf(c))
      return renderPage(c, <SignsPage ui={c.get('ui')} found={found} unclear={id} />, 400)
    }
    await signs.clear(viewerOf(c), id, reason)
    return c.redirect('/signs', 303)
  })
}
