/** Places besides this computer. */
import { type FieldErrors } from '../components/index.ts'
import { field, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { renderPage } from '../http/respond.ts'
import { errorSentences } from '../messages/errors.ts'
import { type PlacesModel, PlacesPage } from '../pages/places.tsx'
import type { KeeperInput } from '../ports.ts'
import { needs } from './guards.ts'

export function placeRoutes(app: WebApp, web: Web): void {
  const { backup } = web.services
  app.use('/places', needs('manage-backup'))
  app.use('/places/*', needs('manage-backup'))
  const show = async (c: WebContextOf, more: Omit<PlacesModel, 'places'>, status: 200 | 400 = 200) =>
    renderPage(c, <PlacesPage ui={c.get('ui')} model={{ places: await backup.places(), ...more }} />, status)

  app.get('/places', (c) => show(c, { added: c.req.query('added') === '1' }))
  app.post('/places', async (c) => {
    const { t, f } = c.get('ui')
    const typed: KeeperInput = {
      name: field(c, 'name'),
      address: field(c, 'address'),
      pin: field(c, 'pin'),
      code: field(c, 'code'),
    }
    const missing = Object.entries(typed).filter(([, value]) => value === '')
    if (missing.length > 0) {
      const errors: FieldErrors = Object.fromEntries(missing.map(([name]) => [name, t.field.required]))
      return show(c, { typed, errors }, 400)
    }
    const result = await backup.addKeeper(viewerOf(c), typed)
    if (result.kind === 'ok') return c.redirect('/places?added=1', 303)
    const { what, next } = errorSentences(result.code, f.language)
    return show(c, { typed, errors: { [result.field]: `${what} ${next}` } }, 400)
  })
  app.post('/places/:id/copy', async (c) => {
    const started = await backup.copyNow(viewerOf(c), c.req.param('id'))
    return c.redirect(started ? `/jobs/${started.jobId}` : '/places', 303)
  })
}
