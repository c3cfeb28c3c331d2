/** The erasure register. */
import { ERASE_REASONS, LIFT_REASONS } from '#journal'
import { field, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import type { ErasureInput } from '../erasure-ports.ts'
import { refuse } from '../http/refuse.tsx'
import { renderPage } from '../http/respond.ts'
import { CertificatePage, type ErasureModel, ErasurePage } from '../pages/erasure.tsx'
import { unlockPath } from '../pages/sign-in.tsx'
import { needs } from './guards.ts'

export function erasureRoutes(app: WebApp, web: Web): void {
  const { erasure } = web.services
  for (const path of ['/erasures', '/erasures/*']) {
    app.use(path, needs('protect-patients'))
    app.use(path, needs('see-patients'))
    app.use(path, (c, next) =>
      viewerOf(c).keysClosed ? Promise.resolve(c.redirect(unlockPath('/erasures'), 303)) : next(),
    )
  }
  const show = async (c: WebContextOf, more: Omit<ErasureModel, 'rows'>, status: 200 | 400 = 200) =>
    renderPage(c, <ErasurePage ui={c.get('ui')} model={{ rows: await erasure.list(viewerOf(c)), ...more }} />, status)

  app.get('/erasures', (c) => show(c, { saved: c.req.query('saved') === '1' }))
  app.post('/erasures', async (c) => {
    const { t } = c.get('ui')
    const input = inputOf(c)
    if (input.what === '') return show(c, { input, errors: { what: t.field.required } }, 400)
    const result = await erasure.enter(viewerOf(c), input)
    if (result.kind === 'refused') return show(c, { input, errors: { what: t.erasure.notFound } }, 400)
    return c.redirect('/erasures?saved=1', 303)
  })
  app.post('/erasures/renew', async (c) => {
    await erasure.renew(viewerOf(c), field(c, 'source'))
    return c.redirect('/erasures?saved=1', 303)
  })
  app.post('/erasures/:id/lift', async (c) => {
    const reason = LIFT_REASONS.find((known) => known === field(c, 'reason')) ?? 'mistake'
    await erasure.lift(viewerOf(c), c.req.param('id'), reason)
    return c.redirect('/erasures?saved=1', 303)
  })
  app.get('/erasures/:id/certificate', async (c) => {
    const row = (await erasure.list(viewerOf(c))).find(({ id, state }) => id === c.req.param('id') && state === 'done')
    return row ? renderPage(c, <CertificatePage ui={c.get('ui')} row={row} />) : refuse(c, 404, 'notFound')
  })
}

function inputOf(c: WebContextOf): ErasureInput {
  return {
    kind: field(c, 'kind') === 'path' ? 'path' : 'patient',
    what: field(c, 'what'),
    reason: ERASE_REASONS.find((known) => known === field(c, 'reason')) ?? 'request',
  }
}
