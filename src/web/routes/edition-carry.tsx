/** 非常用ディスク to a stick, and its log back. */
import { isAppError } from '#base'
import { type FieldErrors } from '../components/index.ts'
import { field, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { refuse } from '../http/refuse.tsx'
import { renderPage } from '../http/respond.ts'
import { errorSentences } from '../messages/errors.ts'
import { CopyEditionPage } from '../pages/edition-carry.tsx'
import { EditionsPage } from '../pages/editions.tsx'
import { unlockPath } from '../pages/sign-in.tsx'

/** A page that stood open for weeks. */
export const MOST_EDITION_LOG_BYTES = 32 * 1024 * 1024

/** What went wrong, for the field that it is about. @throws what is no error of ours */
function sentences(c: WebContextOf, error: unknown): string {
  if (!isAppError(error)) throw error
  const { what, why, next } = errorSentences(error.code, c.get('ui').f.language)
  return `${what} ${why} ${next}`
}

export function editionCarryRoutes(app: WebApp, { services: { editions } }: Web): void {
  const numberOf = (c: WebContextOf) => Number(c.req.param('number'))

  const choose = async (c: WebContextOf, more: { folder?: string; error?: string } = {}) => {
    const model = { number: numberOf(c), mounted: await editions.mounted(viewerOf(c)), folder: '', ...more }
    return renderPage(c, <CopyEditionPage ui={c.get('ui')} model={model} />, more.error === undefined ? 200 : 400)
  }

  app.get('/editions/:number{[0-9]+}/copy', (c) => choose(c))
  app.post('/editions/:number{[0-9]+}/copy', async (c) => {
    const number = numberOf(c)
    const folder = field(c, 'folder').trim() || field(c, 'mounted')
    const mode = (['beside', 'replace'] as const).find((known) => known === field(c, 'mode'))
    try {
      if (mode) {
        const started = await editions.copy(viewerOf(c), number, folder, mode)
        return started ? c.redirect(`/jobs/${started.jobId}`, 303) : refuse(c, 404, 'notFound')
      }
      const plan = await editions.planCopy(viewerOf(c), number, folder)
      if (!plan) return refuse(c, 404, 'notFound')
      const model = { number, mounted: [], folder, plan }
      return renderPage(c, <CopyEditionPage ui={c.get('ui')} model={model} />)
    } catch (error) {
      return choose(c, { folder, error: sentences(c, error) })
    }
  })

  app.post('/editions/log', async (c) => {
    if (viewerOf(c).keysClosed) return c.redirect(unlockPath('/editions'), 303)
    const { t } = c.get('ui')
    const show = async (more: { errors?: FieldErrors; brought?: { number: number; looks: number } }) => {
      const model = { list: await editions.list(), ...more }
      return renderPage(c, <EditionsPage ui={c.get('ui')} {...model} />, more.errors ? 400 : 200)
    }
    const file = c.get('form')?.get('file')
    if (!(file instanceof File) || file.size === 0) return show({ errors: { file: t.field.required } })
    try {
      return await show({ brought: await editions.bringLog(viewerOf(c), await file.text()) })
    } catch (error) {
      return show({ errors: { file: sentences(c, error) } })
    }
  })
  for (const result of ['right', 'questioned'] as const)
    app.post(`/editions/:number{[0-9]+}/review/${result}`, async (c) => {
      await editions.review(viewerOf(c), Number(c.req.param('number')), result)
      return c.redirect(`/editions/${c.req.param('number')}?done=reviewed`, 303)
    })
}
