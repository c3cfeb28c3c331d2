/** Signs of an attack. */
import { isErrorCode } from '#base'
import { CLEAR_REASONS } from '#journal'
import { field, viewerOf, type Web, type WebApp } from '../context.ts'
import { renderPage } from '../http/respond.ts'
import { SignsPage } from '../pages/signs.tsx'
import { needs } from './guards.ts'

export function signsRoutes(app: WebApp, { services: { signs } }: Web): void {
  app.get('/signs', async (c) => {
    const code = c.req.query('unplanted') ?? ''
    const after = {
      isCleared: c.req.query('cleared') !== undefined,
      unplanted: isErrorCode(code) ? code : undefined,
    }
    return renderPage(c, <SignsPage ui={c.get('ui')} found={await signs.open(viewerOf(c))} {...after} />)
  })
  app.use('/signs/*', needs('manage-backup'))
  app.post('/signs/:id/clear', async (c) => {
    const id = c.req.param('id')
    const reason = CLEAR_REASONS.find((known) => known === field(c, 'reason'))
    if (!reason) {
      const found = await signs.open(viewerOf(c))
      return renderPage(c, <SignsPage ui={c.get('ui')} found={found} unclear={id} />, 400)
    }
    const { unplanted } = await signs.clear(viewerOf(c), id, reason)
    return c.redirect(unplanted ? `/signs?cleared=1&unplanted=${unplanted}` : '/signs?cleared=1', 303)
  })
}
