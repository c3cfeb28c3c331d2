/** 知らせ方: whom Toride tells, and how. */
import { field, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { renderPage } from '../http/respond.ts'
import { NoticesPage, type NoticesModel } from '../pages/notices.tsx'
import { MAIL_SECURITIES, type NoticeResult } from '../ports.ts'
import { needs } from './guards.ts'

const DONE = ['saved', 'removed', 'tested', 'enclosed'] as const
type Form = NonNullable<NoticesModel['refused']>['form']

export function noticeRoutes(app: WebApp, web: Web): void {
  const { notices } = web.services
  for (const path of ['/notices', '/notices/*']) app.use(path, needs('manage-settings'))
  const show = async (c: WebContextOf, more: Omit<NoticesModel, 'notices'>, status: 200 | 400 = 200) =>
    renderPage(c, <NoticesPage ui={c.get('ui')} model={{ notices: await notices.get(viewerOf(c)), ...more }} />, status)
  const back = (c: WebContextOf, done: (typeof DONE)[number]) => c.redirect(`/notices?done=${done}`, 303)
  const answer = (c: WebContextOf, form: Form, typed: Readonly<Record<string, string>>, result: NoticeResult) => {
    if (result.kind === 'ok') return back(c, 'saved')
    // What was typed comes back, but no secret.
    const { password: _, secret: __, ...shown } = typed
    return show(c, { refused: { form, typed: shown, field: result.field, code: result.code } }, 400)
  }

  app.get('/notices', (c) => show(c, { done: DONE.find((known) => known === c.req.query('done')) }))
  app.post('/notices/server', async (c) => {
    const typed = {
      host: field(c, 'host'),
      port: field(c, 'port'),
      security: MAIL_SECURITIES.find((known) => known === field(c, 'security')) ?? 'starttls',
      user: field(c, 'user'),
      password: field(c, 'password'),
      from: field(c, 'from'),
      certificate: field(c, 'certificate'),
    }
    return answer(c, 'server', typed, await notices.saveServer(viewerOf(c), typed))
  })
  app.post('/notices/people', async (c) => {
    const language = field(c, 'language') === 'en' ? 'en' : 'ja'
    const typed = { name: field(c, 'name'), address: field(c, 'address'), language } as const
    return answer(c, 'people', typed, await notices.addRecipient(viewerOf(c), typed))
  })
  app.post('/notices/webhook', async (c) => {
    const typed = { url: field(c, 'url'), secret: field(c, 'secret') }
    return answer(c, 'webhook', typed, await notices.saveWebhook(viewerOf(c), typed))
  })
  app.post('/notices/server/remove', async (c) => {
    await notices.removeServer(viewerOf(c))
    return back(c, 'removed')
  })
  app.post('/notices/people/remove', async (c) => {
    await notices.removeRecipient(viewerOf(c), field(c, 'address'))
    return back(c, 'removed')
  })
  app.post('/notices/webhook/remove', async (c) => {
    await notices.removeWebhook(viewerOf(c))
    return back(c, 'removed')
  })
  app.post('/notices/test', async (c) => {
    await notices.test(viewerOf(c))
    return back(c, 'tested')
  })
  app.post('/notices/checkpoint', async (c) => {
    await notices.sendCheckpoint(viewerOf(c))
    return back(c, 'enclosed')
  })
}
