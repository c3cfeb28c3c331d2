/** Rehearsals: looking is for everybody, starting and settings for those who manage backup. */
import { institutionDate } from '#base'
import { DECLARED, EVERY_DAYS, MOST_QUESTIONS, type Question } from '#rehearsal'
import type { FieldErrors } from '../components/index.ts'
import { field, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { refuse } from '../http/refuse.tsx'
import { renderPage } from '../http/respond.ts'
import { RehearsalPage } from '../pages/rehearsal.tsx'
import { RehearsalSettingsPage, type RehearsalSettingsModel } from '../pages/rehearsal-settings.tsx'
import { RehearsalsPage } from '../pages/rehearsals.tsx'
import { needs } from './guards.ts'

const MOST_CHARTS = 200
const MOST_MINUTES = 525_600

export function rehearsalRoutes(app: WebApp, { services: { rehearsals } }: Web): void {
  /** The note is found beside the report by this name. */
  const fileName = async (c: WebContextOf): Promise<string> => {
    const id = c.req.param('id') ?? ''
    const { rehearsal } = await rehearsals.get(viewerOf(c), id)
    return `rehearsal-${institutionDate(rehearsal.startedAt)}-${id.slice(0, 8)}.pdf`
  }
  const settings = async (c: WebContextOf, more: Partial<RehearsalSettingsModel>, status: 200 | 400 = 200) => {
    const model = { form: await rehearsals.form(viewerOf(c)), saved: false, ...more }
    return renderPage(c, <RehearsalSettingsPage ui={c.get('ui')} model={model} />, status)
  }
  app.get('/rehearsals', async (c) =>
    renderPage(c, <RehearsalsPage ui={c.get('ui')} model={await rehearsals.list()} />),
  )
  app.use('/rehearsals/settings', needs('manage-backup'))
  app.use('/rehearsals/settings/*', needs('manage-backup'))
  app.get('/rehearsals/settings', (c) => settings(c, { saved: c.req.query('saved') !== undefined }))
  app.post('/rehearsals/settings', async (c) => {
    const typed = typedOf(c)
    const t = c.get('ui').t.rehearsal.form
    const charts = whole(typed['charts'], MOST_CHARTS)
    const wrong = (errors: FieldErrors) => settings(c, { wrong: { of: 'house', errors, typed } }, 400)
    if (charts === undefined) return wrong({ charts: t.notNumber })
    const refused = await rehearsals.saveHouse(viewerOf(c), {
      everyDays: EVERY_DAYS.find((days) => String(days) === typed['everyDays']) ?? 28,
      signatures: typed['signatures'] ?? '',
      scratch: typed['scratch'] ?? '',
      charts,
    })
    if (refused === 'scratch-closed') return wrong({ scratch: t.notPrivate })
    return refused ? wrong({ [refused]: t.notFolder }) : c.redirect('/rehearsals/settings?saved=1', 303)
  })
  app.post('/rehearsals/settings/:id/times', async (c) => {
    const [id, typed] = [c.req.param('id'), typedOf(c)]
    const named = DECLARED.map((name) => [name, typed[`${name}-${id}`] ?? ''] as const)
    const bad = named.filter(([, text]) => text !== '' && whole(text, MOST_MINUTES) === undefined)
    const errors = Object.fromEntries(bad.map(([name]) => [`${name}-${id}`, c.get('ui').t.rehearsal.form.notNumber]))
    if (bad.length > 0) return settings(c, { wrong: { of: id, errors, typed } }, 400)
    const declared = Object.fromEntries(named.map(([name, text]) => [name, whole(text, MOST_MINUTES)]))
    await rehearsals.saveDeclared(viewerOf(c), id, declared)
    return c.redirect('/rehearsals/settings?saved=1', 303)
  })
  app.post('/rehearsals/settings/:id/questions', async (c) => {
    await rehearsals.saveQuestions(viewerOf(c), c.req.param('id'), questionsOf(typedOf(c), c.req.param('id')))
    return c.redirect('/rehearsals/settings?saved=1', 303)
  })
  app.get('/rehearsals/:id', async (c) =>
    renderPage(c, <RehearsalPage ui={c.get('ui')} model={await rehearsals.get(viewerOf(c), c.req.param('id'))} />),
  )
  app.get('/rehearsals/:id/report.pdf', async (c) => {
    const pdf = await rehearsals.report(c.req.param('id'))
    if (!pdf) return refuse(c, 404, 'notFound')
    return c.body(new Uint8Array(pdf), 200, {
      'Content-Type': 'application/pdf',
      'Content-Disposition': `attachment; filename="${await fileName(c)}"`,
      'Cache-Control': 'no-store',
    })
  })
  app.get('/rehearsals/:id/report.note', async (c) => {
    const note = await rehearsals.reportNote(c.req.param('id'))
    if (note === undefined) return refuse(c, 404, 'notFound')
    return c.body(note, 200, {
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Disposition': `attachment; filename="${await fileName(c)}.note"`,
      'Cache-Control': 'no-store',
    })
  })
  app.post('/generations/:id/rehearse', needs('manage-backup'), async (c) => {
    const { jobId } = await rehearsals.start(viewerOf(c), c.req.param('id'))
    return c.redirect(`/jobs/${jobId}`, 303)
  })
}

const typedOf = (c: WebContextOf): Record<string, string> =>
  Object.fromEntries([...(c.get('form')?.keys() ?? [])].map((name) => [name, field(c, name).trim()]))

function whole(text: string | undefined, most: number): number | undefined {
  const value = Number(text)
  return text && Number.isInteger(value) && value >= 1 && value <= most ? value : undefined
}

/** Without a name it is none. */
function questionsOf(typed: Readonly<Record<string, string>>, sourceId: string): Question[] {
  return Array.from({ length: MOST_QUESTIONS }, (_, i) => {
    const of = (name: keyof Question): string => typed[`${name}-${i}-${sourceId}`] ?? ''
    return { name: of('name'), dump: of('dump'), sql: of('sql'), expected: of('expected') }
  }).filter(({ name, sql }) => name !== '' && sql !== '')
}
