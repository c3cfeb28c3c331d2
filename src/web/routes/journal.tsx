/** 閲覧の記録: all of it, or by person, patient, day and kind. */
import { institutionDate } from '#base'
import { field, pageNumber, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { dayNear } from '../day-text.ts'
import { renderPage } from '../http/respond.ts'
import { JOURNAL_KINDS, type JournalModel, JournalPage, journalPath } from '../pages/journal.tsx'
import { needs } from './guards.ts'

const NOTHING = { rows: [], total: 0, page: 1, pageSize: 50 }

export function journalRoutes(app: WebApp, web: Web): void {
  app.use('/journal', needs('see-journal'))
  app.use('/journal/*', needs('see-journal'))
  app.get('/journal', async (c) => {
    const { t } = c.get('ui')
    const token = c.req.query('s')
    const filter = filterOf((name) => c.req.query(name) ?? '', web.notes.search(viewerOf(c).sessionId, token ?? ''))
    const page = await web.services.journal.rows(viewerOf(c), { ...filter, page: pageNumber(c) })
    const errors =
      page.unknown === undefined
        ? {}
        : { [page.unknown]: t.field[page.unknown === 'who' ? 'nobody-called-so' : 'no-such-patient'] }
    return show(c, { page, filter, errors, ...(filter.patientId && { token }) })
  })
  // The number goes into the session, a token into the address, as where charts are searched.
  app.post('/journal/search', async (c) => {
    const { t, nowMs } = c.get('ui')
    const patientId = field(c, 'patientId')
    const filter = filterOf((name) => field(c, name), patientId || undefined)
    const typed = field(c, 'day')
    const day = typed === '' ? undefined : dayNear(typed, institutionDate(nowMs), 'past')
    if (typed !== '' && day === undefined)
      return show(c, { page: NOTHING, filter: { ...filter, day: typed }, errors: { day: t.field['not-a-date'] } }, 400)
    const token = patientId ? web.notes.keepSearch(viewerOf(c).sessionId, patientId) : undefined
    const { day: _, ...rest } = filter
    return c.redirect(journalPath({ ...rest, ...(day && { day }) }, token), 303)
  })
}

const show = (c: WebContextOf, model: JournalModel, status: 200 | 400 = 200) =>
  renderPage(c, <JournalPage ui={c.get('ui')} model={model} />, status)

/** A day that is none is left out. */
function filterOf(of: (name: string) => string, patientId: string | undefined): JournalModel['filter'] {
  const kind = JOURNAL_KINDS.find((known) => known === of('kind'))
  const day = /^\d{4}-\d{2}-\d{2}$/.exec(of('day'))?.[0]
  return {
    ...(kind && { kind }),
    ...(of('who') && { who: of('who') }),
    ...(day && !Number.isNaN(Date.parse(day)) && { day }),
    ...(patientId && { patientId }),
  }
}
