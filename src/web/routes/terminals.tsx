/** Terminals that are set up anew. */
import { isAppError } from '#base'
import { csvValue, LIST_FAULTS, terminalState } from '#recovery'
import { field, fields, pageNumber, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { keptAs, renderPage } from '../http/respond.ts'
import { errorSentences } from '../messages/errors.ts'
import { TerminalsPage } from '../pages/terminals.tsx'
import { needs } from './guards.ts'

export const MOST_LIST_BYTES = 4 << 20

export function terminalRoutes(app: WebApp, { services: { terminals } }: Web): void {
  app.use('/terminals', needs('manage-backup'))
  app.use('/terminals/*', needs('manage-backup'))
  const show = async (c: WebContextOf, more: { said?: string; errors?: Record<string, string> } = {}) => {
    const [state, words] = [c.req.query('state') ?? '', c.req.query('words') ?? '']
    const view = await terminals.view(viewerOf(c), { state: terminalState(state), words }, pageNumber(c))
    const page = <TerminalsPage ui={c.get('ui')} model={{ view, state, words, ...more }} />
    return renderPage(c, page, more.errors ? 400 : 200)
  }
  app.get('/terminals', (c) => show(c))
  app.get('/terminals/list.csv', async (c) => {
    const t = c.get('ui').t.terminals
    const rows = await terminals.all(viewerOf(c))
    const lines = rows.map(({ name, place, priority, who, state }) => [
      name,
      place,
      String(priority),
      who,
      t.state[state],
    ])
    const head = [t.nameHead, t.placeHead, t.priorityHead, t.whoHead, t.stateHead]
    const text = [head, ...lines].map((line) => line.map(csvValue).join(',')).join('\r\n')
    return c.body(`\uFEFF${text}\r\n`, 200, {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': keptAs(c.get('ui'), t.title, 'csv'),
    })
  })
  app.post('/terminals/list', async (c) => {
    const ui = c.get('ui')
    const file = c.get('form')?.get('file')
    if (typeof file !== 'object' || !file || file.size === 0)
      return show(c, { errors: { file: ui.t.wayBack.required } })
    try {
      const { added, changed } = await terminals.enter(viewerOf(c), new Uint8Array(await file.arrayBuffer()))
      return await show(c, { said: ui.t.terminals.entered(ui.f.count(added), ui.f.count(changed)) })
    } catch (error) {
      if (!isAppError(error, 'RECOVERY_LIST_WRONG')) throw error
      const { what, next } = errorSentences(error.code, ui.f.language)
      const fault = LIST_FAULTS.find((known) => known === error.context['why']) ?? 'no-rows'
      const why = ui.t.terminals.fault[fault](ui.f.count(Number(error.context['line'] ?? 1)))
      return show(c, { errors: { file: `${what} ${why} ${next}` } })
    }
  })
  app.post('/terminals/move', async (c) => {
    const { t, f } = c.get('ui')
    const to = terminalState(field(c, 'to'))
    const picked = fields(c, 'picked')
    if (!to || picked.length === 0) return show(c, { errors: { picked: t.terminals.nothingPicked } })
    const moved = await terminals.move(viewerOf(c), picked, to, field(c, 'who').slice(0, 100))
    return show(c, { said: t.terminals.moved(f.count(moved)) })
  })
}
