/** Home, the first hour, problems, journal, settings, and the pattern page. */
import { field, pageNumber, viewerOf, type Web, type WebApp } from '../context.ts'
import { renderPage } from '../http/respond.ts'
import { EHR_CHOICES, FirstHourPage, LetterPage } from '../pages/first-hour.tsx'
import { HomePage } from '../pages/home.tsx'
import { PatternPage } from '../pages/pattern.tsx'
import { PreparationsPage } from '../pages/preparations.tsx'
import { ProblemsPage } from '../pages/problems.tsx'
import { SettingsPage } from '../pages/settings.tsx'
import { PROBLEM_GROUPS } from '../read-models.ts'
import { needs } from './guards.ts'
import { journalRoutes } from './journal.tsx'

export function houseRoutes(app: WebApp, web: Web): void {
  app.get('/', async (c) => renderPage(c, <HomePage ui={c.get('ui')} home={await web.services.home(viewerOf(c))} />))

  app.get('/first-hour', (c) => {
    const choice = EHR_CHOICES.find((known) => known === c.req.query('ehr'))
    return renderPage(c, <FirstHourPage ui={c.get('ui')} choice={choice} />)
  })
  app.get('/first-hour/letter', (c) => renderPage(c, <LetterPage ui={c.get('ui')} />))

  app.get('/problems', async (c) => {
    const group = PROBLEM_GROUPS.find((known) => known === c.req.query('group'))
    const { counts, ...page } = await web.services.problems(viewerOf(c), {
      page: pageNumber(c),
      ...(group ? { group } : {}),
    })
    return renderPage(c, <ProblemsPage ui={c.get('ui')} model={{ page, counts, group }} />)
  })

  journalRoutes(app, web)

  app.get('/preparations', (c) => renderPage(c, <PreparationsPage ui={c.get('ui')} />))

  app.get('/settings', needs('manage-settings'), async (c) =>
    renderPage(
      c,
      <SettingsPage ui={c.get('ui')} settings={await web.services.settings()} saved={c.req.query('saved') === '1'} />,
    ),
  )
  app.post('/settings', needs('manage-settings'), async (c) => {
    const ui = c.get('ui')
    const input = {
      institutionName: field(c, 'institutionName'),
      supportName: field(c, 'supportName'),
      supportPhone: field(c, 'supportPhone'),
    }
    const result = input.institutionName
      ? await web.services.saveSettings(viewerOf(c), input)
      : ({ kind: 'refused', field: 'institutionName', code: 'required' } as const)
    if (result.kind === 'ok') return c.redirect('/settings?saved=1', 303)
    const settings = { ...(await web.services.settings()), ...input }
    return renderPage(
      c,
      <SettingsPage ui={ui} settings={settings} errors={{ [result.field]: ui.t.field[result.code] }} />,
      400,
    )
  })

  app.get('/pattern', (c) => renderPage(c, <PatternPage ui={c.get('ui')} />))
}
