/** Restores and the way back. */
import { type ErrorCode, isAppError } from '#base'
import { EVIDENCE_KINDS, MISHAP_REASONS } from '#journal'
import { CASE_KINDS, EXISTING, GATES } from '#recovery'
import { field, fields, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { refuse } from '../http/refuse.tsx'
import { renderPage } from '../http/respond.ts'
import { RestoreFormPage, RestorePlanPage, RestoresPage } from '../pages/restore.tsx'
import { RestoreRunPage } from '../pages/restore-run.tsx'
import { WayBackPage } from '../pages/way-back.tsx'
import type { RestoreInput } from '../recovery-ports.ts'
import { needs } from './guards.ts'
import { picksIn } from './positions.ts'

const MOST_WORDS = 2000
/** Fields of the forms of the way back. */
const TYPED = ['kind', 'place', 'hash', 'who', 'gate', 'why', 'exception', 'ask-why', 'confirm-why'] as const
/** What a page says itself; anything else is the error page's. */
function refusalOf(error: unknown): ErrorCode {
  if (isAppError(error) && /^(RECOVERY|STORAGE|VAULT_RUN)_/.test(error.code)) return error.code
  throw error
}

export function recoveryRoutes(app: WebApp, web: Web): void {
  restoreRoutes(app, web)
  wayBackRoutes(app, web)
}

function inputOf(c: WebContextOf): RestoreInput {
  return {
    picks: picksIn(fields(c, 'pick')),
    to: field(c, 'to') === 'over' ? 'over' : 'new',
    target: field(c, 'target'),
    existing: EXISTING.find((known) => known === field(c, 'existing')) ?? 'beside',
    isNotProduction: field(c, 'isNotProduction') === 'yes',
  }
}

function restoreRoutes(app: WebApp, { services: { restores } }: Web): void {
  const may = needs('restore')
  app.get('/generations/:id/restore', may, async (c) => {
    const picks = picksIn(c.req.queries('pick') ?? [])
    const form = await restores.form(viewerOf(c), c.req.param('id'), picks)
    if (!form) return refuse(c, 404, 'notFound')
    const input = { picks, to: 'new', target: '', existing: 'beside', isNotProduction: false } as const
    return renderPage(c, <RestoreFormPage ui={c.get('ui')} form={form} input={input} />)
  })
  app.post('/generations/:id/restore', may, async (c) => {
    const ui = c.get('ui')
    const id = c.req.param('id')
    const input = inputOf(c)
    const form = await restores.form(viewerOf(c), id, input.picks)
    if (!form) return refuse(c, 404, 'notFound')
    if (field(c, 'again') === '1') return renderPage(c, <RestoreFormPage ui={ui} form={form} input={input} />)
    if (input.to === 'new' && input.target === '') {
      const targetError = ui.t.restore.targetMissing
      return renderPage(c, <RestoreFormPage ui={ui} form={form} input={input} targetError={targetError} />, 400)
    }
    let refused: ErrorCode | undefined
    try {
      const fingerprint = field(c, 'fingerprint')
      if (fingerprint !== '') {
        const { runId } = await restores.start(viewerOf(c), id, input, fingerprint)
        return c.redirect(`/restores/${runId}`, 303)
      }
    } catch (error) {
      refused = refusalOf(error)
    }
    try {
      const plan = await restores.plan(viewerOf(c), id, input)
      const page = <RestorePlanPage ui={ui} form={form} input={input} plan={plan} {...(refused && { refused })} />
      return renderPage(c, page, refused ? 409 : 200)
    } catch (error) {
      const page = <RestoreFormPage ui={ui} form={form} input={input} refused={refused ?? refusalOf(error)} />
      return renderPage(c, page, 409)
    }
  })
  app.get('/restores', may, async (c) =>
    renderPage(c, <RestoresPage ui={c.get('ui')} runs={await restores.list(viewerOf(c))} />),
  )
  app.get('/restores/:id', may, async (c) => {
    const run = await restores.get(viewerOf(c), c.req.param('id'))
    return run ? renderPage(c, <RestoreRunPage ui={c.get('ui')} run={run} />) : refuse(c, 404, 'notFound')
  })
  app.post('/restores/:id/resume', may, async (c) => {
    await restores.resume(viewerOf(c), c.req.param('id'))
    return c.redirect(`/restores/${c.req.param('id')}`, 303)
  })
}

function wayBackRoutes(app: WebApp, { services: { wayBack } }: Web): void {
  const show = async (c: WebContextOf, more: { refused?: ErrorCode; errors?: Record<string, string> } = {}) => {
    const view = await wayBack.view(viewerOf(c))
    const status = more.refused ? 409 : more.errors ? 400 : 200
    // Nothing that was typed is lost because something else was wrong.
    const typed = Object.fromEntries(TYPED.map((name) => [name, field(c, name)]))
    return renderPage(c, <WayBackPage ui={c.get('ui')} model={{ view, typed, ...more }} />, status)
  }
  /** Does it and goes back to the path, or says on it why not. */
  const act = async (c: WebContextOf, work: () => Promise<void>): Promise<Response> => {
    try {
      await work()
      return c.redirect('/way-back', 303)
    } catch (error) {
      return show(c, { refused: refusalOf(error) })
    }
  }
  const words = (c: WebContextOf, name: string): string => field(c, name).slice(0, MOST_WORDS)
  const numberOf = (c: WebContextOf): number => Number(c.req.param('number'))
  const required = (c: WebContextOf, name: string) => show(c, { errors: { [name]: c.get('ui').t.wayBack.required } })

  app.get('/way-back', (c) => show(c))
  app.use('/way-back/*', needs('manage-backup'))
  app.post('/way-back/begin', (c) => {
    const kind = CASE_KINDS.find((known) => known === field(c, 'kind')) ?? 'attack'
    const reason = MISHAP_REASONS.find((known) => known === field(c, 'reason'))
    if (kind === 'mishap' && !reason) return required(c, 'reason')
    return act(c, () => wayBack.begin(viewerOf(c), kind, reason))
  })
  app.post('/way-back/:number/evidence', (c) => {
    const kind = EVIDENCE_KINDS.find((known) => known === field(c, 'kind')) ?? 'other'
    const input = { kind, place: words(c, 'place'), hash: field(c, 'hash'), who: words(c, 'who') }
    for (const name of ['place', 'who'] as const) if (input[name] === '') return required(c, name)
    if (input.hash !== '' && !/^[0-9a-f]{64}$/i.test(input.hash))
      return show(c, { errors: { hash: c.get('ui').t.wayBack.hashWrong } })
    return act(c, () => wayBack.addEvidence(viewerOf(c), numberOf(c), input))
  })
  app.post('/way-back/:number/register', (c) => act(c, () => wayBack.takeEvidence(viewerOf(c), numberOf(c))))
  app.post('/way-back/:number/pass', (c) => {
    const gate = GATES.find((known) => known === field(c, 'gate'))
    const why = words(c, 'why')
    if (!gate || why === '') return required(c, 'why')
    return act(c, () => wayBack.pass(viewerOf(c), numberOf(c), gate, why, field(c, 'exception') === 'yes'))
  })
  app.post('/way-back/:number/choose', async (c) => {
    const source = field(c, 'source')
    const generation = field(c, `generation-${source}`)
    const why = words(c, `why-${source}`)
    if (why === '' || generation === '') {
      // Back to where it was asked, with the day and the choice as they were. The reason is a person's words: in no address.
      const asked = new URLSearchParams({ since: field(c, 'since'), for: source, generation })
      return c.redirect(`/clean-candidate?${asked.toString()}#choose-${encodeURIComponent(source)}`, 303)
    }
    return act(c, () => wayBack.choose(viewerOf(c), numberOf(c), generation, why))
  })
  for (const word of ['ask', 'confirm'] as const)
    app.post(`/way-back/:number/${word}`, (c) => {
      const why = words(c, `${word}-why`)
      if (why === '') return required(c, `${word}-why`)
      const [viewer, number] = [viewerOf(c), numberOf(c)]
      return act(c, () =>
        word === 'ask' ? wayBack.askOverride(viewer, number, why) : wayBack.confirmOverride(viewer, number, why),
      )
    })
  app.post('/way-back/:number/undo', (c) => {
    const gate = GATES.find((known) => known === field(c, 'gate'))
    if (!gate) return refuse(c, 404, 'notFound')
    const why = words(c, `undo-why-${gate}`)
    if (why === '') return required(c, `undo-why-${gate}`)
    return act(c, () => wayBack.undo(viewerOf(c), numberOf(c), gate, why))
  })
}
