/** 前の砦から戻す: on the server of a sample, which is what a bare machine starts with. */
import { field, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { refuse } from '../http/refuse.tsx'
import { renderPage } from '../http/respond.ts'
import { errorSentences } from '../messages/errors.ts'
import { RecoverPage } from '../pages/recover.tsx'
import { RECOVER_PLACES, type RecoverInput, type RecoverLook } from '../recover-ports.ts'
import type { Ui } from '../ui.ts'
import { needs } from './guards.ts'

export function recoverRoutes(app: WebApp, web: Web): void {
  const { recover } = web.services
  for (const path of ['/recover', '/recover/*']) {
    app.use(path, needs('confirm-kit'))
    app.use(path, async (c, next) => (recover.offered ? next() : refuse(c, 404, 'notFound')))
  }
  app.get('/recover', async (c) => renderPage(c, <RecoverPage ui={c.get('ui')} state={await recover.state()} />))
  app.post('/recover', async (c) => {
    const ui = c.get('ui')
    const input = recoverInput(c)
    const missing = Object.fromEntries(
      (['words', 'address'] as const).filter((name) => input[name] === '').map((name) => [name, ui.t.field.required]),
    )
    const show = (errors: Record<string, string>) =>
      renderPage(c, <RecoverPage ui={ui} state={{ kind: 'asking' }} input={input} errors={errors} />, 400)
    if (Object.keys(missing).length > 0) return show(missing)
    const looked = await recover.look(input)
    return looked.kind === 'ok' ? c.redirect('/recover', 303) : show(errorsOf(ui, looked))
  })
  app.post('/recover/start', async (c) => {
    await recover.start(field(c, 'day'))
    return c.redirect('/recover', 303)
  })
  app.post('/recover/forget', async (c) => {
    await recover.forget()
    return c.redirect('/recover', 303)
  })
}

function recoverInput(c: WebContextOf): RecoverInput {
  return {
    words: field(c, 'words'),
    place: RECOVER_PLACES.find((place) => place === field(c, 'place')) ?? 'folder',
    address: field(c, 'address'),
    name: field(c, 'name'),
    secret: field(c, 'secret'),
    ledgerKey: field(c, 'ledgerKey'),
  }
}

function errorsOf(ui: Ui, looked: Exclude<RecoverLook, { kind: 'ok' }>): Record<string, string> {
  const { t, f } = ui
  if (looked.kind === 'unreadable') {
    const sheet = f.count(looked.sheet)
    const { unknown } = looked
    return {
      words:
        unknown.length > 0
          ? t.recover.unknown(sheet, unknown.map((place) => f.count(place)).join('、'))
          : t.recover.unreadable(sheet, f.count(looked.count)),
    }
  }
  const { what, next } = errorSentences(looked.code, f.language)
  const name = looked.code.startsWith('ACCESS_KIT') ? 'words' : 'address'
  return { [name]: `${what}${next}` }
}
