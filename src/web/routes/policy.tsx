/** How sources are kept and what that withstands; the house's business days; until when; the candidate after an intrusion. */
import { addDays, institutionDate } from '#base'
import { AIMS, type BusinessCalendar, type SourcePlan } from '#vault'
import type { FieldErrors } from '../components/index.ts'
import { field, fields, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { dayNear, dayOf, yearlyDayOf } from '../day-text.ts'
import { refuse } from '../http/refuse.tsx'
import { renderPage } from '../http/respond.ts'
import type { Messages } from '../messages/index.ts'
import { type CalendarInput, type CalendarModel, CalendarPage } from '../pages/calendar.tsx'
import { CleanCandidatePage } from '../pages/clean-candidate.tsx'
import { HorizonPage } from '../pages/horizon.tsx'
import { OverviewPage, SourceRulesPage } from '../pages/overview.tsx'
import { inputOf, NUMBER_FIELDS, type PlanInput, planOf, strengthened } from '../pages/policy-input.ts'
import { PolicyPreviewPage } from '../pages/policy-preview.tsx'
import { type PolicyModel, PolicyPage } from '../pages/policy.tsx'
import type { SourcePolicy } from '../policy-port.ts'
import { parseSince } from '../when.ts'
import { needs } from './guards.ts'

export function policyRoutes(app: WebApp, web: Web): void {
  const { policy } = web.services
  app.get('/overview', async (c) => renderPage(c, <OverviewPage ui={c.get('ui')} sources={await policy.judged()} />))
  app.get('/overview/:id', async (c) => {
    const judged = (await policy.judged()).find(({ id }) => id === c.req.param('id'))
    return judged ? renderPage(c, <SourceRulesPage ui={c.get('ui')} judged={judged} />) : refuse(c, 404, 'notFound')
  })
  app.get('/horizon', async (c) => renderPage(c, <HorizonPage ui={c.get('ui')} sources={await policy.horizon()} />))
  candidateRoute(app, web)
  app.use('/freeze', needs('manage-backup'))
  app.post('/freeze', async (c) => {
    await policy.freeze(viewerOf(c))
    return c.redirect('/clean-candidate#freeze', 303)
  })
  planRoutes(app, web)
  calendarRoutes(app, web)
}

/** A look only: by its address, so that it can be printed, sent and opened again. */
function candidateRoute(app: WebApp, { services, options }: Web): void {
  app.get('/clean-candidate', async (c) => {
    const ui = c.get('ui')
    const t = ui.t.candidate
    const now = options.clock.now()
    const asked = c.req.query('since') ?? ''
    const isUnknown = asked === 'unknown'
    const since = isUnknown ? '' : asked
    const quick = (days: number) => addDays(institutionDate(now), -days)
    const sinceMs = parseSince(since, now)
    const error = since === '' ? undefined : sinceMs === undefined ? t.wrongDate : sinceMs > now ? t.future : undefined
    const sources = sinceMs === undefined || error !== undefined ? undefined : await services.policy.candidates(sinceMs)
    const isAsked = isUnknown || (sinceMs !== undefined && error === undefined)
    const compared = isAsked ? await comparedOf(c, services, isUnknown ? undefined : sinceMs) : undefined
    const unfinished = c.req.query('for')
    const model = {
      since,
      ...(compared && { compared }),
      ...(unfinished !== undefined && {
        unfinished: { sourceId: unfinished, generationId: c.req.query('generation') ?? '' },
      }),
      ...(error === undefined ? {} : { error }),
      ...(sources === undefined || sinceMs === undefined ? {} : { found: { sinceMs, sources } }),
    }
    const frozen = await services.policy.frozen()
    const page = <CleanCandidatePage ui={ui} model={{ ...model, ...(frozen && { frozen }) }} quick={quick} />
    return renderPage(c, page, error === undefined && unfinished === undefined ? 200 : 400)
  })
}

async function comparedOf(c: WebContextOf, { wayBack }: Web['services'], sinceMs: number | undefined) {
  const viewer = viewerOf(c)
  const [sources, { open }] = await Promise.all([wayBack.candidates(viewer, sinceMs), wayBack.view(viewer)])
  return { sources, caseNumber: open?.number }
}

/** Below `/sources/`: whoever may manage backups may change how they are kept (`backup.tsx`). */
function planRoutes(app: WebApp, web: Web): void {
  const { policy } = web.services
  const show = (c: WebContextOf, source: SourcePolicy, more: Partial<PolicyModel> = {}) => {
    const model = { source, input: inputOf(source.plan), ...more }
    return renderPage(c, <PolicyPage ui={c.get('ui')} model={model} />, more.errors ? 400 : 200)
  }
  app.get('/sources/:id/policy', async (c) => {
    const source = await policy.source(c.req.param('id'))
    if (!source) return refuse(c, 404, 'notFound')
    const done = (['saved', 'unchanged', 'meanwhile'] as const).find((known) => known === c.req.query('done'))
    return show(c, source, done ? { done } : {})
  })
  app.post('/sources/:id/policy', async (c) => {
    const id = c.req.param('id')
    const ui = c.get('ui')
    const source = await policy.source(id)
    if (!source) return refuse(c, 404, 'notFound')
    const aim = AIMS.find((known) => known === field(c, 'profile'))
    const input = aim ? inputOf(strengthened(source.plan, aim)) : planInput(c, source.plan)
    const read = planOf(input, ui.t.policy)
    if ('errors' in read) return show(c, source, { input, errors: read.errors })
    const version = field(c, 'version')
    if (field(c, 'do') === 'save') {
      const result = await policy.save(viewerOf(c), id, read.plan, version)
      if (!result) return refuse(c, 404, 'notFound')
      const done = result.kind === 'changed-meanwhile' ? 'meanwhile' : result.kind
      if (done !== 'refused') return c.redirect(`/sources/${id}/policy?done=${done}`, 303)
    }
    const preview = await policy.preview(viewerOf(c), id, read.plan)
    if (!preview) return refuse(c, 404, 'notFound')
    const model = { source, preview, input, version }
    return renderPage(c, <PolicyPreviewPage ui={ui} model={model} />, preview.refusals.length > 0 ? 400 : 200)
  })
}

function planInput(c: WebContextOf, before: SourcePlan): PlanInput {
  const places = field(c, 'places')
  return {
    numbers: Object.fromEntries(NUMBER_FIELDS.map((name) => [name, field(c, name)])) as PlanInput['numbers'],
    ceilingReason: field(c, 'ceiling-reason'),
    rhythm: field(c, 'rhythm'),
    // Without other places the form does not ask.
    places: places === '' ? before.places : places === 'some' ? fields(c, 'place') : undefined,
    originals: fields(c, 'originals'),
  }
}

function calendarRoutes(app: WebApp, web: Web): void {
  const { policy } = web.services
  const show = async (c: WebContextOf, more: Partial<CalendarModel>) =>
    renderPage(
      c,
      <CalendarPage ui={c.get('ui')} model={{ ...(await policy.calendar()), ...more }} />,
      more.errors ? 400 : 200,
    )
  app.use('/settings/calendar', needs('manage-settings'))
  app.get('/settings/calendar', (c) => show(c, { saved: c.req.query('saved') === '1' }))
  app.post('/settings/calendar', async (c) => {
    const typed: CalendarInput = {
      closedWeekdays: fields(c, 'closedWeekdays').filter((day) => /^[0-6]$/.test(day)),
      closedOnHolidays: field(c, 'closedOnHolidays') === 'yes',
      closedDays: field(c, 'closedDays'),
      openDays: field(c, 'openDays'),
    }
    const read = calendarOf(typed, c.get('ui').t.calendar, institutionDate(web.options.clock.now()))
    if ('errors' in read) return show(c, { typed, errors: read.errors })
    await policy.saveCalendar(viewerOf(c), read.calendar)
    return c.redirect('/settings/calendar?saved=1', 303)
  })
}

const MOST_DAYS = 400

function calendarOf(
  typed: CalendarInput,
  t: Messages['calendar'],
  today: string,
): { readonly calendar: BusinessCalendar } | { readonly errors: FieldErrors } {
  const errors: Record<string, string> = {}
  if (new Set(typed.closedWeekdays).size === 7) errors['closedWeekdays'] = t.wrong.closedWeekdays
  const days = (name: 'closedDays' | 'openDays', read: (line: string) => string | undefined): string[] => {
    const lines = typed[name].split(/\r?\n/).map((line) => line.trim())
    const found = lines.filter(Boolean).map((line) => [line, read(line)] as const)
    const wrong = found.find(([, day]) => day === undefined)
    if (wrong) errors[name] = t.wrong.date(wrong[0].slice(0, 40))
    else if (found.length > MOST_DAYS) errors[name] = t.wrong.many
    return [...new Set(found.map(([, day]) => day ?? ''))]
  }
  const calendar = {
    closedWeekdays: [...new Set(typed.closedWeekdays.map(Number))],
    closedOnHolidays: typed.closedOnHolidays,
    closedDays: days('closedDays', (line) => dayOf(line) ?? yearlyDayOf(line)),
    openDays: days('openDays', (line) => dayNear(line, today, 'coming')),
  }
  return Object.keys(errors).length > 0 ? { errors } : { calendar }
}
