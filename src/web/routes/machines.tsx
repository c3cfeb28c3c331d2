/** Computers that back themselves up. Who registers one needs the keys that a person's password opens. */
import { field, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { renderPage } from '../http/respond.ts'
import { errorSentences } from '../messages/errors.ts'
import { MachineKeyPage, type MachinesModel, MachinesPage } from '../pages/machines.tsx'
import { unlockPath } from '../pages/sign-in.tsx'
import { needs } from './guards.ts'

const DONE = ['added', 'removed', 'asked'] as const

export function machineRoutes(app: WebApp, web: Web): void {
  const { machines } = web.services
  for (const path of ['/machines', '/machines/*']) {
    app.use(path, needs('manage-backup'))
    app.use(path, (c, next) =>
      viewerOf(c).keysClosed ? Promise.resolve(c.redirect(unlockPath('/machines'), 303)) : next(),
    )
  }
  const show = async (
    c: WebContextOf,
    more: Omit<MachinesModel, 'machines'>,
    isAdding: boolean,
    status: 200 | 400 = 200,
  ) => {
    const list = await machines.list()
    const preparation = isAdding || list.length === 0 ? await machines.prepare(viewerOf(c)) : undefined
    return renderPage(c, <MachinesPage ui={c.get('ui')} model={{ machines: list, preparation, ...more }} />, status)
  }

  app.get('/machines', (c) => {
    const done = DONE.find((known) => known === c.req.query('done'))
    return show(c, { done }, c.req.query('add') === '1')
  })
  app.post('/machines', async (c) => {
    const { t, f } = c.get('ui')
    const typed = { card: field(c, 'card'), code: field(c, 'code') }
    const missing = Object.entries(typed).filter(([, value]) => value === '')
    if (missing.length > 0) {
      const errors = Object.fromEntries(missing.map(([name]) => [name, t.field.required]))
      return show(c, { typed, errors }, true, 400)
    }
    const result = await machines.add(viewerOf(c), typed)
    if (result.kind === 'ok') return c.redirect('/machines?done=added', 303)
    const { what, next } = errorSentences(result.code, f.language)
    return show(c, { typed, errors: { [result.field]: `${what} ${next}` } }, true, 400)
  })
  app.post('/machines/:id/ask', async (c) => {
    await machines.ask(viewerOf(c), c.req.param('id'))
    return c.redirect('/machines?done=asked', 303)
  })
  app.post('/machines/:id/remove', async (c) => {
    await machines.remove(viewerOf(c), c.req.param('id'))
    return c.redirect('/machines?done=removed', 303)
  })
  app.post('/machines/:id/key', async (c) => {
    const machineKey = await machines.openKey(viewerOf(c), c.req.param('id'))
    if (!machineKey) return c.redirect('/machines', 303)
    return renderPage(c, <MachineKeyPage ui={c.get('ui')} machineKey={machineKey} />)
  })
}
