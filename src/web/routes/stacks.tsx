/** Print files of many patients. */
import { hasWords } from '#base'
import { field, type ReadingServices, type Web, type WebApp, type WebContextOf, viewerOf } from '../context.ts'
import { refuse } from '../http/refuse.tsx'
import { pdfResponse, renderPage } from '../http/respond.ts'
import { unlockPath } from '../pages/sign-in.tsx'
import { StacksPage, type StacksModel } from '../pages/stacks.tsx'
import type { PaperService, StackChoice, StackService } from '../paper-ports.ts'
import { needs } from './guards.ts'

/** Seconds until a page that shows work in progress asks again, without any script. */
const AGAIN_S = '5'

/** `ward:3階東`, `booked:2026-11-23`: as the form's choices name them. */
function choiceOf(text: string): StackChoice | undefined {
  const at = text.indexOf(':')
  const [scope, about] = [text.slice(0, at), text.slice(at + 1)]
  if (scope === 'ward') return { scope, ward: about }
  return scope === 'booked' && /^\d{4}-\d{2}-\d{2}$/.test(about) ? { scope, day: about } : undefined
}

/** An emergency PC has no night's file. */
type Printing = ReadingServices & { readonly paper: StackService & Partial<Pick<PaperService, 'night'>> }

export function stackRoutes(app: WebApp, web: Web<Printing>): void {
  const { paper } = web.services
  app.use('/print', needs('see-patients'))
  app.use('/print/*', needs('see-patients'))

  async function show(c: WebContextOf, more: Pick<StacksModel, 'errors' | 'refusal'> = {}): Promise<Response> {
    const viewer = viewerOf(c)
    if (viewer.keysClosed) return c.redirect(unlockPath('/print'), 303)
    const [lists, stacks] = await Promise.all([paper.lists(viewer), paper.stacks(viewer)])
    if (stacks.some(({ state }) => state === 'running')) c.header('Refresh', AGAIN_S)
    const model = {
      lists,
      stacks,
      hasNight: paper.night !== undefined,
      choice: field(c, 'choice'),
      reason: field(c, 'reason'),
      ...more,
    }
    return renderPage(c, <StacksPage ui={c.get('ui')} model={model} />, more.errors || more.refusal ? 400 : 200)
  }
  app.get('/print', (c) => show(c))

  app.post('/print', async (c) => {
    const { t, f } = c.get('ui')
    const choice = choiceOf(field(c, 'choice'))
    const reason = field(c, 'reason')
    const errors = {
      choice: choice ? undefined : t.field.required,
      reason: hasWords(reason) ? undefined : t.field.required,
    }
    if (!choice || errors.reason) return show(c, { errors })
    const { kind } = await paper.start(viewerOf(c), choice, reason, { t, f })
    return kind === 'ok' ? c.redirect('/print', 303) : show(c, { refusal: kind })
  })

  app.get('/print/files/:id', async (c) => {
    const bytes = await paper.file(viewerOf(c), c.req.param('id'))
    return bytes ? pdfResponse(c, bytes) : refuse(c, 404, 'notFound')
  })

  app.post('/print/night', async (c) => {
    const reason = field(c, 'nightReason')
    if (!hasWords(reason)) return show(c, { errors: { nightReason: c.get('ui').t.field.required } })
    const bytes = await paper.night?.(viewerOf(c), reason)
    return bytes ? pdfResponse(c, bytes) : refuse(c, 404, 'notFound')
  })
}
