/** Places besides this computer. */
import { type FieldErrors } from '../components/index.ts'
import { field, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { refuse } from '../http/refuse.tsx'
import { renderPage } from '../http/respond.ts'
import { errorSentences } from '../messages/errors.ts'
import { type PlacesModel, PlacesPage } from '../pages/places.tsx'
import type { KeeperInput } from '../ports.ts'
import { needs } from './guards.ts'

const DONE = ['added', 'removed', 'nothingNew'] as const satisfies readonly PlacesModel['done'][]

export function placeRoutes(app: WebApp, web: Web): void {
  const { backup } = web.services
  app.use('/places', needs('manage-backup'))
  app.use('/places/*', needs('manage-backup'))
  const show = async (c: WebContextOf, more: Omit<PlacesModel, 'places'>, status: 200 | 400 = 200) =>
    renderPage(c, <PlacesPage ui={c.get('ui')} model={{ places: await backup.places(), ...more }} />, status)

  const isKnown = async (id: string) => (await backup.places()).some((place) => place.id === id)

  app.get('/places', (c) => {
    const done = DONE.find((known) => known === c.req.query('done'))
    return show(c, { adding: c.req.query('add') === '1', ...(done ? { done } : {}) })
  })
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
    if (result.kind === 'ok') return c.redirect('/places?done=added', 303)
    if (result.code === 'name-taken') return show(c, { typed, errors: { name: t.field['name-taken'] } }, 400)
    const { what, next } = errorSentences(result.code, f.language)
    return show(c, { typed, errors: { [result.field]: `${what} ${next}` } }, 400)
  })
  app.post('/places/:id/copy', async (c) => {
    if (!(await isKnown(c.req.param('id')))) return refuse(c, 404, 'notFound')
    const started = await backup.copyNow(viewerOf(c), c.req.param('id'))
    return c.redirect(started ? `/jobs/${started.jobId}` : '/places?done=nothingNew', 303)
  })
  app.post('/places/:id/remove', async (c) => {
    await backup.removePlace(viewerOf(c), c.req.param('id'))
    return c.redirect('/places?done=removed', 303)
  })
}
