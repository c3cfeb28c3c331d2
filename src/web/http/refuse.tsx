import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { WebContextOf } from '../context.ts'
import type { ErrorSentences } from '../messages/errors.ts'
import { ErrorPage } from '../pages/error.tsx'
import { renderPage } from './respond.ts'

type Refusal = 'notFound' | 'denied' | 'stale' | 'tooLarge' | 'host'

/** The page that says why something is not shown; nothing was changed. */
export function refuse(c: WebContextOf, status: ContentfulStatusCode, refusal: Refusal): Promise<Response> {
  const ui = c.get('ui')
  const words = ui.t.errorPage
  const sentences: ErrorSentences = {
    what: words[refusal],
    why: words[`${refusal}Why`],
    next: words[`${refusal}Next`],
  }
  return renderPage(c, <ErrorPage ui={ui} sentences={sentences} />, status)
}
